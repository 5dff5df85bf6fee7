"""Turn the town's lines into blocks that tile it and streets that are noded at every junction.

Blocks and streets come out of one and the same noding, so that a street lies exactly on the border it makes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis_app.reference_county import skeleton
from gis_app.reference_county.streets import RANKS, Bones, Lines, noded

SLIVER_AREA = 1_400.0  # m²
SLIVER_WIDTH = 11.0  # metres, mean width = 2 × area / perimeter


@dataclass
class Town:
    """Blocks (polygons), pieces of line between them, and which blocks touch across which piece."""

    blocks: np.ndarray
    pieces: pd.DataFrame  # geometry, name, road_class, rank, source
    borders: pd.DataFrame  # a, b (block numbers, a < b), length (m), rank (of the widest line between)
    water: pd.DataFrame  # name, kind, geometry
    edge: shapely.Polygon


def build_town(bones: Bones, lines: Lines) -> Town:
    """Return the town made of the lines: blocks, noded street pieces, adjacency and water."""
    pieces = noded(lines)
    polygons, _, dangles, _ = shapely.polygonize_full(pieces.geometry.to_numpy())
    stubs = {shapely.to_wkb(shapely.normalize(d)) for d in shapely.get_parts(dangles) if d.length < 45}
    pieces = pieces[[shapely.to_wkb(shapely.normalize(g)) not in stubs for g in pieces.geometry]].reset_index(
        drop=True
    )
    blocks = _without_slivers(shapely.get_parts(polygons), pieces)
    blocks = blocks[
        np.lexsort((shapely.get_y(shapely.centroid(blocks)), shapely.get_x(shapely.centroid(blocks))))
    ]
    return Town(blocks, pieces, _borders(blocks, pieces), _water(bones), bones.edge)


def trim(town: Town, keep: np.ndarray) -> Town:
    """Return the town without the other blocks; arterials stay, other lines go with their blocks."""
    number = np.cumsum(keep) - 1
    borders = town.borders[keep[town.borders.a] & keep[town.borders.b]].reset_index(drop=True)
    borders = borders.assign(a=number[borders.a], b=number[borders.b])
    blocks = town.blocks[keep]
    middle = shapely.line_interpolate_point(town.pieces.geometry.to_numpy(), 0.5, normalized=True)
    used = np.zeros(len(middle), dtype=bool)
    used[shapely.STRtree(blocks).query(middle, predicate="dwithin", distance=0.02)[0]] = True
    pieces = town.pieces[used | (town.pieces["rank"] == RANKS["arterial"]).to_numpy()].reset_index(drop=True)
    return Town(blocks, pieces, borders, town.water, shapely.coverage_union_all(blocks))


def ragged_edge(town: Town, loose: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return which blocks to keep when about half of the loose blocks along the edge stay fields."""
    at_edge = shapely.distance(town.blocks, town.edge.exterior) < 0.05
    keep = ~(at_edge & loose & (rng.random(len(loose)) < 0.55))
    keep = _without_spikes(town, keep, at_edge)
    whole = shapely.coverage_union_all(town.blocks[keep])
    main = max(shapely.get_parts(whole), key=shapely.area)
    filled = shapely.Polygon(main.exterior)
    return shapely.contains(filled, shapely.point_on_surface(town.blocks))


def _without_spikes(town: Town, keep: np.ndarray, at_edge: np.ndarray) -> np.ndarray:
    """Leave out blocks at the edge that hang on to the town by less than a third of their outline."""
    keep, outline = keep.copy(), shapely.length(town.blocks)
    for _ in range(3):
        held = town.borders[keep[town.borders.a] & keep[town.borders.b]]
        shared = sum(np.bincount(held[side], weights=held.length, minlength=len(keep)) for side in ("a", "b"))
        keep &= ~(at_edge & (shared < 0.34 * outline))
    return keep


def with_highways(streets: pd.DataFrame, county: shapely.Geometry) -> pd.DataFrame:
    """Add the country roads from the ends of arterials to the border of the county (local metres)."""
    ends = _free_ends(streets)
    rows = []
    for name, bends in skeleton.HIGHWAYS:
        start = min(ends, key=lambda end: np.hypot(end[0] - bends[0][0], end[1] - bends[0][1]))
        curve = skeleton.smooth([tuple(start), *bends], step=250.0)
        curve = shapely.LineString([tuple(start), *curve.coords[1:]])
        road = min(
            shapely.get_parts(shapely.intersection(curve, county)),
            key=lambda part: part.distance(shapely.Point(start)),
        )
        rows.append({"geometry": road, "name": name, "road_class": "arterial", "bridge": False})
    return pd.concat([streets, pd.DataFrame(rows)], ignore_index=True)


def _free_ends(streets: pd.DataFrame) -> np.ndarray:
    arterials = streets.geometry[streets.road_class == "arterial"].to_numpy()
    xy = np.concatenate([shapely.get_coordinates(shapely.get_point(arterials, i)) for i in (0, -1)])
    nodes, count = np.unique(xy, axis=0, return_counts=True)
    return nodes[count == 1]


def street_edges(town: Town) -> pd.DataFrame:
    """Return the one connected walking network: geometry, name, road_class, bridge."""
    streets = town.pieces[town.pieces["rank"].between(1, 4)].reset_index(drop=True)
    river = town.water.geometry[town.water.kind == "river"].iloc[0]
    streets["bridge"] = shapely.intersects(streets.geometry.to_numpy(), river)
    streets = _merged(streets)
    ends, labels = _components(streets.geometry.to_numpy())
    main = np.bincount(labels[ends[:, 0]], weights=shapely.length(streets.geometry.to_numpy())).argmax()
    return streets[labels[ends[:, 0]] == main].reset_index(drop=True)


def _borders(blocks: np.ndarray, pieces: pd.DataFrame) -> pd.DataFrame:
    geometry = pieces.geometry.to_numpy()
    middle = shapely.line_interpolate_point(geometry, 0.5, normalized=True)
    piece, block = shapely.STRtree(blocks).query(middle, predicate="dwithin", distance=0.02)
    inside = shapely.contains(shapely.buffer(blocks[block], -0.1), middle[piece])
    touching = pd.DataFrame({"piece": piece[~inside], "block": block[~inside]}).sort_values(
        ["piece", "block"]
    )
    pairs = touching.groupby("piece").block.agg(["first", "last", "size"])
    pairs = pairs[(pairs["size"] == 2)]
    pairs["length"], pairs["rank"] = (
        shapely.length(geometry)[pairs.index],
        pieces["rank"].to_numpy()[pairs.index],
    )
    grouped = (
        pairs.groupby(["first", "last"]).agg(length=("length", "sum"), rank=("rank", "max")).reset_index()
    )
    return grouped.rename(columns={"first": "a", "last": "b"})


def _without_slivers(blocks: np.ndarray, pieces: pd.DataFrame) -> np.ndarray:
    """Merge each sliver with the neighbour that it shares its longest border with, never across the river."""
    for _ in range(6):
        width = 2 * shapely.area(blocks) / shapely.length(blocks)
        slivers = np.flatnonzero((shapely.area(blocks) < SLIVER_AREA) | (width < SLIVER_WIDTH))
        if not len(slivers):
            break
        borders = _borders(blocks, pieces)
        borders = borders[borders["rank"] < RANKS["river"]]
        gone, merged = set(), []
        for sliver in slivers:
            near = borders[(borders.a == sliver) | (borders.b == sliver)].sort_values(
                "length", ascending=False
            )
            if sliver in gone:
                continue
            other = _longest_neighbour(blocks, sliver, near)
            if other in gone:
                continue
            gone |= {int(sliver), other}
            merged.append(shapely.coverage_union_all(blocks[[sliver, other]]))
        keep = np.ones(len(blocks), dtype=bool)
        keep[list(gone)] = False
        blocks = np.concatenate([blocks[keep], np.array(merged, dtype=object)])
    return blocks


def _longest_neighbour(blocks: np.ndarray, sliver: int, near: pd.DataFrame) -> int:
    if not near.empty:
        return int(near.iloc[0].a if near.iloc[0].b == sliver else near.iloc[0].b)
    shared = shapely.length(shapely.intersection(blocks, blocks[sliver]))
    shared[sliver] = -1.0
    return int(shared.argmax())


def _water(bones: Bones) -> pd.DataFrame:
    river = shapely.simplify(bones.river.buffer(skeleton.RIVER_HALF_WIDTH, cap_style="flat"), 0.4)
    lake = shapely.simplify(bones.lake_shore.buffer(-7.0), 0.4)
    return pd.DataFrame(
        {
            "name": [skeleton.RIVER_NAME, skeleton.LAKE_NAME],
            "kind": ["river", "lake"],
            "geometry": [river, lake],
        }
    )


def _components(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    xy = np.round(
        np.concatenate(
            [
                shapely.get_coordinates(shapely.get_point(lines, 0)),
                shapely.get_coordinates(shapely.get_point(lines, -1)),
            ]
        ),
        3,
    )
    nodes, index = np.unique(xy, axis=0, return_inverse=True)
    ends = index.reshape(2, -1).T
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(nodes),) * 2)
    return ends, connected_components(graph, directed=False)[1]


def _merged(streets: pd.DataFrame) -> pd.DataFrame:
    """Join pieces of one street where no other street meets them, as in the middle of a bridge."""
    ends, _ = _components(streets.geometry.to_numpy())
    degree = np.bincount(ends.ravel())
    at = pd.DataFrame({"node": ends.T.ravel(), "piece": np.tile(np.arange(len(ends)), 2)})
    at = at[degree[at.node] == 2].sort_values(["node", "piece"])
    pairs = at.groupby("node").piece.agg(["first", "last"])
    source = streets[["source", "bridge"]].to_numpy()
    same = (source[pairs["first"]] == source[pairs["last"]]).all(axis=1) & (pairs["first"] != pairs["last"])
    pairs = pairs[same]
    graph = coo_array((np.ones(len(pairs)), (pairs["first"], pairs["last"])), shape=(len(ends),) * 2)
    group = connected_components(graph, directed=False)[1]
    rows = streets.groupby(group, sort=True)
    joined = rows.first()
    joined["geometry"] = [
        shapely.line_merge(shapely.MultiLineString(list(g))) if len(g) > 1 else g.iloc[0]
        for g in (part.geometry for _, part in rows)
    ]
    return joined[["geometry", "name", "road_class", "bridge", "source"]].reset_index(drop=True)
