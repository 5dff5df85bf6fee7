"""How far work is on foot: from grid to grid, from an organisation to a grid, around the blocks of a grid.

Distances are those of the streets, as everywhere; where the county has no streets they are straight, and
`basis` says so. What cannot be reached is NaN, never a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import cKDTree

from gis_app.assignments.tables import AssignmentTables
from gis_app.geo.crs import to_metres
from gis_app.geo.network import Snap, StreetNetwork
from gis_app.geo.reached import Pairs, pairs_within
from gis_app.geo.validity import representative_points
from gis_app.layers.atlas import Atlas

EVERYWHERE = 1e7  # metres: further than any county
SPACING, GROWTH, FIRST = 3.0, 2.0, 200.0


@dataclass(frozen=True, eq=False)
class Ways:
    """Metres (g, g) between the centres of grids, NaN where no way leads; `basis` is "walk" or "crow"."""

    codes: np.ndarray
    metres: np.ndarray
    basis: str

    @cached_property
    def place(self) -> dict[str, int]:
        """Return the position of each grid."""
        return {code: position for position, code in enumerate(self.codes)}


def between_grids(atlas: Atlas) -> Ways:
    """Return the ways between all grids, each measured from the home nearest to the middle of its homes."""
    codes = atlas.grids["grid_code"].to_numpy(dtype=object)
    xy = _centres(atlas)
    pairs = _pairs(_network(atlas), xy, EVERYWHERE)
    metres = np.full((len(codes), len(codes)), np.nan)
    metres[pairs.source, pairs.target] = pairs.metres
    np.fill_diagonal(metres, 0.0)
    return Ways(codes, metres, "walk" if len(atlas.streets) else "crow")


def home_grids(tables: AssignmentTables, ways: Ways) -> dict[str, int]:
    """Return the grid (position) from which the way of each organisation is measured, -1 for none.

    It is the middle one (with the least way to the others) of the community that the organisation is paired
    with, else of the grids where it has members today, else of its zone; none where nothing is known.
    """
    posts = tables.assignments
    paired = posts[(posts["role"] == "paired_organisation") & (posts["organisation_code"] != "")]
    communities = np.array([code[:12] for code in ways.codes], dtype=object)
    zones = tables.zone_communities.groupby("zone_code")["community_code"].agg(set).to_dict()
    by_pairing = paired.groupby("organisation_code")["area_code"].agg(set).to_dict()
    by_members = tables.members[tables.members["members"] > 0]
    by_members = by_members.groupby("organisation_code")["grid_code"].agg(set).to_dict()
    found = {}
    known = tables.organisations
    for code, zone in zip(known["organisation_code"], known["zone_code"], strict=True):
        choices = (
            np.isin(communities, list(by_pairing.get(code, ()))),
            np.isin(ways.codes, list(by_members.get(code, ()))),
            np.isin(communities, list(zones.get(zone, ()))),
        )
        inside = next((np.flatnonzero(one) for one in choices if one.any()), None)
        found[code] = -1 if inside is None else _middle(ways, inside)
    return found


def organisation_ways(tables: AssignmentTables, ways: Ways) -> pd.DataFrame:
    """Return metres from each organisation (rows) to each grid (columns), NaN where none is known."""
    homes = home_grids(tables, ways)
    at = np.array(list(homes.values()), dtype=int)
    data = np.full((len(at), len(ways.codes)), np.nan)
    data[at >= 0] = ways.metres[at[at >= 0]]
    return pd.DataFrame(data, index=pd.Index(list(homes), dtype="str"), columns=ways.codes)


def rounds(atlas: Atlas) -> pd.DataFrame:
    """Return by grid code: blocks, `round_m` and `unreached`.

    `round_m` is the least street length that links all blocks of the grid with one another (the minimum
    spanning tree over walking distances): what a round through it cannot be shorter than. Blocks that no way
    leads to are counted in `unreached` and left out of it.
    """
    grid, xy = _blocks(atlas)
    network = _network(atlas)
    index = pd.Index(atlas.grids["grid_code"], name="grid_code")
    groups = grid.groupby(grid).indices
    rows = [_round(network, xy[groups[code]]) if code in groups else (0, 0.0, 0) for code in index]
    return pd.DataFrame(rows, index=index, columns=["blocks", "round_m", "unreached"])


def _round(network: StreetNetwork | None, xy: np.ndarray) -> tuple[int, float, int]:
    count = len(xy)
    spread = float(np.hypot(*np.ptp(xy, axis=0)))
    cutoff = max(FIRST, SPACING * spread / np.sqrt(count))
    while True:
        pairs = _pairs(network, xy, cutoff)
        metres = np.maximum(pairs.metres, 1e-9)  # two blocks at one place are linked, not strangers
        graph = csr_array((metres, (pairs.source, pairs.target)), shape=(count, count))
        pieces, piece = connected_components(graph, directed=False)
        if pieces == 1 or cutoff >= EVERYWHERE:
            break
        cutoff = cutoff * GROWTH if cutoff * GROWTH < 4 * spread else EVERYWHERE
    sizes = np.bincount(piece)
    largest = piece == np.argmax(sizes)
    tree = minimum_spanning_tree(csr_array(graph[largest][:, largest]))
    return count, float(tree.sum()), int(count - sizes.max())


def _pairs(network: StreetNetwork | None, xy: np.ndarray, cutoff: float) -> Pairs:
    """Return the pairs of different points within the cutoff."""
    if not len(xy):
        none = np.empty(0, dtype=np.int64)
        return Pairs(none, none, np.empty(0))
    if network is None:
        tree = cKDTree(xy)
        near = tree.sparse_distance_matrix(tree, cutoff, output_type="ndarray")
        pairs = Pairs.of(near["i"], near["j"], near["v"])
    else:
        at: Snap = network.snap(xy)
        pairs = pairs_within(network, at, at, cutoff)
    return pairs.where(pairs.source != pairs.target)


def _network(atlas: Atlas) -> StreetNetwork | None:
    return atlas.street_network if len(atlas.streets) else None


def _centres(atlas: Atlas) -> np.ndarray:
    """Return for each grid the home nearest to the weighted middle of its homes, else a point inside."""
    inside = representative_points(to_metres(atlas.grids, atlas.metric_crs).geometry.values)
    demand = to_metres(atlas.demand, atlas.metric_crs)
    xy = shapely.get_coordinates(demand.geometry.values)
    position = pd.Index(atlas.grids["grid_code"]).get_indexer(demand["grid_code"])
    weight = np.maximum(demand["households"].to_numpy(dtype=float), 0)
    used = (position >= 0) & (weight > 0)
    xy, position, weight = xy[used], position[used], weight[used]
    if not len(xy):
        return inside
    size = len(atlas.grids)
    total = np.bincount(position, weight, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.column_stack([np.bincount(position, weight * xy[:, i], size) / total for i in (0, 1)])
    off = np.hypot(*(xy - middle[position]).T)
    order = np.lexsort((off, position))
    first = order[np.append(True, np.diff(position[order]) > 0)]
    inside[position[first]] = xy[first]
    return inside


def _blocks(atlas: Atlas) -> tuple[pd.Series, np.ndarray]:
    """Return grid and point (n, 2) of each block with homes, else of each place where households are."""
    if not len(atlas.blocks):
        demand = to_metres(atlas.demand, atlas.metric_crs)
        return demand["grid_code"].reset_index(drop=True), shapely.get_coordinates(demand.geometry.values)
    homes = atlas.blocks["households"].fillna(0).to_numpy() > 0
    kept = to_metres(atlas.blocks[homes] if homes.any() else atlas.blocks, atlas.metric_crs)
    return kept["grid_code"].reset_index(drop=True), representative_points(kept.geometry.values)


def _middle(ways: Ways, inside: np.ndarray) -> int:
    """Return the one of these grids with the least way to all of them; one without a way counts as far."""
    metres = np.nan_to_num(ways.metres[np.ix_(inside, inside)], nan=EVERYWHERE)
    return int(inside[np.argmin(metres.sum(axis=1))])
