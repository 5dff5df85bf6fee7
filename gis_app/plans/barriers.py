"""What runs along or across a border between two blocks: a main road, a river, a river with a bridge.

A plan may join blocks across a river only where a bridge is; main roads and rivers are the preferred borders.
Counties without streets or water have no barriers at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from gis_app.plans.borders import Segments

KINDS = ("none", "road", "river", "bridge")
NONE, ROAD, RIVER, BRIDGE = range(len(KINDS))
MAIN_ROADS = ("arterial",)
ROAD_WITHIN_M = 12.0  # a border this near to a main road's line runs along it
BRIDGE_WITHIN_M = 1.0
BANK_M = 1.0  # a river's own bank is not inside the river
MOSTLY = 0.5
RIVER_BLOCK = 0.8  # of a block's ground under a river


@dataclass(frozen=True, eq=False)
class Barriers:
    """Main roads, rivers and bridges as shapes in metres; any may be empty."""

    roads: np.ndarray
    rivers: np.ndarray
    bridges: np.ndarray

    @classmethod
    def nothing(cls) -> Barriers:
        """Return no barriers."""
        none = np.empty(0, dtype=object)
        return cls(none, none, none)

    @classmethod
    def of(cls, atlas) -> Barriers:
        """Return the barriers of an Atlas, in its metric system."""
        streets, water = atlas.streets.to_crs(atlas.metric_crs), atlas.water.to_crs(atlas.metric_crs)
        main = streets["road_class"].isin(MAIN_ROADS).to_numpy(bool)
        bridge = streets["bridge"].to_numpy(bool)
        lines, areas = _usable(streets.geometry.values), _usable(water.geometry.values)
        flows = (water["kind"] == "river").to_numpy(bool)
        return cls(*(found[~shapely.is_empty(found)] for found in (lines[main], areas[flows], lines[bridge])))

    def along(self, found: Segments, pair_of: np.ndarray, metres: np.ndarray) -> np.ndarray:
        """Return the kind (p,) of what most of each pair's border runs along, bridges not yet told."""
        kinds = np.zeros(len(metres), dtype=np.int8)
        shared = np.flatnonzero(pair_of >= 0)
        if not len(shared):
            return kinds
        middles = shapely.points(found.ends[shared].mean(axis=1))
        for kind, inside in ((ROAD, self._by_road(middles)), (RIVER, self._in_river(middles))):
            length = np.bincount(pair_of[shared], found.metres[shared] * inside, minlength=len(metres))
            kinds[length > MOSTLY * metres] = kind
        return kinds

    def in_river(self, shapes: np.ndarray) -> np.ndarray:
        """Return (n,) bool: areas that are mostly river; such a block is no way across it."""
        block, river = self._river_tree.query(shapes, predicate="intersects")
        area = shapely.area(shapely.intersection(shapes[block], self.rivers[river]))
        return np.bincount(block, area, minlength=len(shapes)) > RIVER_BLOCK * shapely.area(shapes)

    def crossings(self, shapes: np.ndarray) -> np.ndarray:
        """Return pairs (k, 2), i < j, of areas that one bridge touches both of."""
        block, bridge = self._bridge_tree.query(shapes, predicate="dwithin", distance=BRIDGE_WITHIN_M)
        touched = [block[bridge == number] for number in np.unique(bridge).tolist()]
        met = [np.stack(np.meshgrid(one, one), axis=-1).reshape(-1, 2) for one in touched]
        both = np.concatenate([np.empty((0, 2), dtype=np.int64), *met])
        return np.unique(both[both[:, 0] < both[:, 1]], axis=0)

    def parted(self, shapes: np.ndarray, pairs: np.ndarray) -> np.ndarray:
        """Return (k,) bool: whether the straight way between two areas that do not touch passes a river."""
        if not len(self.rivers) or not len(pairs):
            return np.zeros(len(pairs), dtype=bool)
        ways = shapely.shortest_line(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
        inside = shapely.length(shapely.intersection(ways, shapely.union_all(self.rivers)))
        return inside > MOSTLY * shapely.length(ways)

    @cached_property
    def _road_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.roads)

    @cached_property
    def _river_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.rivers)

    @cached_property
    def _inner_tree(self) -> shapely.STRtree:
        inner = shapely.buffer(self.rivers, -BANK_M)
        shapely.prepare(inner)
        return shapely.STRtree(inner)

    @cached_property
    def _bridge_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.bridges)

    def _by_road(self, points: np.ndarray) -> np.ndarray:
        found, _ = self._road_tree.query(points, predicate="dwithin", distance=ROAD_WITHIN_M)
        return _marked(found, len(points))

    def _in_river(self, points: np.ndarray) -> np.ndarray:
        found, _ = self._inner_tree.query(points, predicate="intersects")
        return _marked(found, len(points))


def _marked(found: np.ndarray, count: int) -> np.ndarray:
    result = np.zeros(count, dtype=bool)
    result[found] = True
    return result


def _usable(shapes) -> np.ndarray:
    array = np.asarray(shapes, dtype=object)
    array = array[~shapely.is_missing(array)] if len(array) and shapely.is_missing(array).any() else array
    return np.where(shapely.is_valid(array), array, shapely.make_valid(array)) if len(array) else array
