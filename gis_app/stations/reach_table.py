"""Which stations reach which places, worked out once for a set of stations; every figure is read from it.

The pairs within the largest limit offered are kept, so that opening hours, kinds and amenities are a mask
over stations and never a new search. What lies beyond, the mean and the worst way, comes of one search from
all stations that count. A place is where households are (`atlas.demand`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from gis_app.geo.crs import to_metres
from gis_app.geo.network import OK, SNAP_LIMIT, UNREACHABLE, Snap, StreetNetwork, Walk
from gis_app.geo.reached import Pairs, pairs_within
from gis_app.layers.atlas import Atlas, area_codes
from gis_app.stations.coverage import LIMITS_M, LIMITS_MIN, TOLERANCE, WALKING_SPEED

WALK, CROW = "walk", "crow"


def largest_limit(walking_speed: float = WALKING_SPEED) -> float:
    """Return the largest limit offered, in metres."""
    return max(*LIMITS_M, *(60 * walking_speed * minutes for minutes in LIMITS_MIN))


@dataclass(frozen=True, eq=False)
class Places:
    """Where households are: the frame of `atlas.demand` without geometry, and where they meet the streets."""

    frame: pd.DataFrame
    xy: np.ndarray
    at: Snap
    network: StreetNetwork | None
    unit: str

    @classmethod
    def of(cls, atlas: Atlas, snap_limit: float = SNAP_LIMIT) -> Places:
        """Return the places of an atlas; the network is None where the county has no streets."""
        demand = to_metres(atlas.demand, atlas.metric_crs)
        xy = shapely.get_coordinates(demand.geometry.values)
        network = atlas.street_network if len(atlas.streets) else None
        at = network.snap(xy, snap_limit) if network else _nowhere(len(xy))
        return cls(pd.DataFrame(demand.drop(columns="geometry")), xy, at, network, atlas.demand_unit)

    def groups(self, level: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of each place's area (places,), and the codes by number, sorted; "" for none."""
        if level not in self._groups:
            codes = area_codes(self.frame, level).fillna("").to_numpy(object)
            self._groups[level] = pd.factorize(codes, sort=True)
        return self._groups[level]

    @cached_property
    def _groups(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        return {}

    @property
    def households(self) -> np.ndarray:
        """Return (places,) the count of households."""
        return self.frame["households"].to_numpy()


@dataclass(frozen=True, eq=False)
class ReachTable:
    """Stations (k rows, a plain frame with `lon`, `lat`) and the places that each reaches within `cutoff`."""

    places: Places
    stations: pd.DataFrame
    xy: np.ndarray
    at: Snap
    pairs: Pairs
    cutoff: float
    snap_limit: float

    @classmethod
    def build(
        cls,
        atlas: Atlas,
        stations: gpd.GeoDataFrame | None = None,
        cutoff: float | None = None,
        snap_limit: float = SNAP_LIMIT,
        places: Places | None = None,
    ) -> ReachTable:
        """Return the table for the stations of an atlas, or for others, such as those of an earlier day."""
        places = Places.of(atlas, snap_limit) if places is None else places
        rows = atlas.stations if stations is None else stations
        xy = shapely.get_coordinates(to_metres(rows, atlas.metric_crs).geometry.values)
        plain = pd.DataFrame(rows.drop(columns="geometry")).reset_index(drop=True)
        plain["lon"], plain["lat"] = rows.geometry.x.to_numpy(), rows.geometry.y.to_numpy()
        cutoff = largest_limit() if cutoff is None else cutoff
        at, pairs = _reached(places, xy, cutoff, snap_limit)
        return cls(places, plain, xy, at, pairs, cutoff, snap_limit)

    @property
    def basis(self) -> str:
        """Return what decides: "walk", or "crow" where the county has no streets."""
        return WALK if self.places.network is not None else CROW

    def within(self, limit_m: float, mask: np.ndarray) -> Pairs:
        """Return the pairs at most `limit_m` apart, inclusive, of the stations where `mask` (k,) is true."""
        if limit_m > self.cutoff:
            raise ValueError(f"this table ends at {self.cutoff} m")
        return self.pairs.where((self.pairs.metres <= limit_m + TOLERANCE) & mask[self.pairs.source])

    def nearest(self, mask: np.ndarray) -> Walk:
        """Return the way from each place to the nearest station where `mask` is true, however far."""
        counted = np.flatnonzero(mask)
        if self.places.network is None:
            metres, found = self.crow(mask)
            reason = np.where(found >= 0, OK, UNREACHABLE).astype(object)
            return Walk(metres, found, reason)
        at = Snap(self.at.edge[counted], self.at.position[counted], self.at.leg[counted])
        walk = self.places.network.walk(at, self.places.at, self._searched(counted))
        return Walk(walk.distance, np.append(counted, -1)[walk.source], walk.reason)

    @cached_property
    def _graph(self) -> tuple[csr_array, np.ndarray]:
        """Return the network with every station as a node that only leads away, and each one's node (k,)."""
        on = np.flatnonzero(self.at.found)
        nodes = np.full(len(self.at.edge), -1)
        nodes[on] = self.places.network.nodes + np.arange(len(on))
        return self.places.network.graph_from(self.at, on), nodes

    def _searched(self, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return metres (nodes,) to the nearest of the stations counted, and which of them (-1 for none).

        Stations that do not count stay in the graph, where no way leads to them.
        """
        graph, nodes = self._graph
        size = self.places.network.nodes
        on = np.flatnonzero(nodes[counted] >= 0)
        if not len(on):
            return np.full(size, np.inf), np.full(size, -1)
        metres, _, origin = dijkstra(
            graph, indices=nodes[counted[on]], min_only=True, return_predecessors=True
        )
        which = np.full(graph.shape[0] + 1, -1)
        which[nodes[counted[on]]] = on
        return metres[:size], which[np.maximum(origin[:size], -1)]

    def crow(self, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return for each place the straight metres to the nearest such station (NaN if none), and which."""
        counted = np.flatnonzero(mask)
        if not len(counted) or not len(self.places.xy):
            return np.full(len(self.places.xy), np.nan), np.full(len(self.places.xy), -1)
        metres, found = cKDTree(self.xy[counted]).query(self.places.xy)
        return metres, counted[found]

    def replaced(self, stations: pd.DataFrame, xy: np.ndarray, kept: np.ndarray) -> ReachTable:
        """Return the table for other stations; `kept` (n,) is each one's row here, -1 for one elsewhere.

        Only those elsewhere are searched from, so that a station can be dragged.
        """
        fresh = np.flatnonzero(kept < 0)
        at, pairs = _reached(self.places, xy[fresh], self.cutoff, self.snap_limit)
        now = np.full(len(self.xy), -1)
        now[kept[kept >= 0]] = np.flatnonzero(kept >= 0)
        old = self.pairs.where(now[self.pairs.source] >= 0)
        both = Pairs.of(
            np.concatenate([now[old.source], fresh[pairs.source]]),
            np.concatenate([old.target, pairs.target]),
            np.concatenate([old.metres, pairs.metres]),
        )
        return replace(self, stations=stations, xy=xy, at=_woven(self.at, kept, at, fresh), pairs=both)


def _woven(old: Snap, kept: np.ndarray, new: Snap, fresh: np.ndarray) -> Snap:
    def one(name: str) -> np.ndarray:
        before = getattr(old, name)
        values = before[np.maximum(kept, 0)] if len(before) else np.zeros(len(kept), dtype=before.dtype)
        values[fresh] = getattr(new, name)
        return values

    return Snap(one("edge"), one("position"), one("leg"))


def _reached(places: Places, xy: np.ndarray, cutoff: float, snap_limit: float) -> tuple[Snap, Pairs]:
    reach = cutoff + TOLERANCE  # a place exactly at the limit is within it
    if places.network is not None:
        at = places.network.snap(xy, snap_limit)
        return at, pairs_within(places.network, at, places.at, reach)
    if not len(xy) or not len(places.xy):
        none = np.empty(0, dtype=np.int64)
        return _nowhere(len(xy)), Pairs(none, none, np.empty(0))
    near = cKDTree(xy).sparse_distance_matrix(cKDTree(places.xy), reach, output_type="ndarray")
    return _nowhere(len(xy)), Pairs.of(near["i"], near["j"], near["v"])


def _nowhere(count: int) -> Snap:
    return Snap(np.full(count, -1), np.full(count, np.nan), np.full(count, np.nan))
