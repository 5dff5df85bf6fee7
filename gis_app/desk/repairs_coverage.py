"""Areas that should meet their neighbours: where they do not, and whether a change of some came out right.

Whatever is not changed keeps its very corners. A group of areas in which one would not stay itself, or would
not meet its neighbours, is not changed at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis_app.desk.repairs_ground import Ground
from gis_app.desk.repairs_rows import Fix, finite

GAP_METRES = 0.5
NOISE = 5  # decimals of a metre; what differs by less is the same corner, reckoned twice
CHANGE_SHARE = 0.05  # of an area's own size; more is no sliver
_AREAS = (3, 6)


@dataclass(frozen=True)
class Coverage:
    """The usable areas of a layer in metres, where each stands in it, and which do not meet a neighbour."""

    shapes: np.ndarray
    usable: np.ndarray
    ground: Ground
    metres: np.ndarray
    tree: shapely.STRtree
    faulty: np.ndarray

    @classmethod
    def of(cls, shapes: np.ndarray) -> Coverage:
        """Return the coverage that shapes in lon/lat make, invalid and missing ones left out."""
        whole = finite(shapes) & np.isin(shapely.get_type_id(shapes), _AREAS) & shapely.is_valid(shapes)
        usable = np.flatnonzero(whole)
        ground = Ground.of(shapes[usable])
        metres = shapely.transform(ground.metres(shapes[usable]), lambda xy: np.round(xy, NOISE))
        return cls(shapes, usable, ground, metres, shapely.STRtree(metres), faults(metres))

    def fix(self, kind: str, changed: np.ndarray, after: np.ndarray, title: str) -> Fix:
        """Return areas (positions among the usable, metres) as a Fix of the layer."""
        near = beside(self.metres, changed, self.tree)
        before = self.shapes[self.usable[near]]
        return Fix(kind, self.usable[changed], self.ground.degrees(after, before), title)


def faults(metres: np.ndarray, gap: float = GAP_METRES) -> np.ndarray:
    """Return the positions of areas with an edge that does not meet its neighbour's."""
    return np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(metres, gap_width=gap)))


def beside(metres: np.ndarray, chosen: np.ndarray, tree: shapely.STRtree) -> np.ndarray:
    """Return positions with all that lie beside them."""
    if len(chosen) == 0:
        return chosen
    _, others = tree.query(metres[chosen], predicate="dwithin", distance=GAP_METRES)
    return np.unique(np.concatenate([chosen, others]))


def is_wide(pieces: np.ndarray) -> np.ndarray:
    """Return (n,) bool: whether a piece of ground is wider than a sliver anywhere."""
    return ~shapely.is_empty(shapely.buffer(pieces, -GAP_METRES / 2 - 1e-6))


def sound(metres: np.ndarray, changed: np.ndarray, after: np.ndarray, tree: shapely.STRtree) -> np.ndarray:
    """Return (n,) bool: which changed areas belong to a group in which each stays itself and meets all."""
    if len(changed) == 0:
        return np.zeros(0, dtype=bool)
    group = groups(metres[changed])
    bad = ~kept_whole(metres[changed], after)
    result = metres.copy()
    result[changed] = after
    around = beside(metres, changed, tree)
    old = around[faults(metres[around])]
    left = around[faults(result[around])]
    new = left[~np.isin(left, old) | np.isin(left, changed)]
    bad |= np.isin(changed, _touched(metres, new, changed))
    return ~np.isin(group, group[bad])


def _touched(metres: np.ndarray, new: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Return the changed positions that are, or lie beside, areas with a fault they did not have."""
    if len(new) == 0:
        return new
    tree = shapely.STRtree(metres[changed])
    _, beside = tree.query(metres[new], predicate="dwithin", distance=GAP_METRES)
    return changed[np.unique(beside)]


def kept_whole(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return (n,) bool: whether areas are still themselves: there, valid, and changed by slivers only."""
    good = ~shapely.is_empty(after) & shapely.is_valid(after)
    good &= np.isin(shapely.get_type_id(after), _AREAS)
    good &= np.abs(shapely.area(after) - shapely.area(before)) <= CHANGE_SHARE * shapely.area(before)
    good[good] = ~is_wide(shapely.symmetric_difference(before[good], after[good]))
    return good


def groups(shapes: np.ndarray) -> np.ndarray:
    """Return (n,) the number of the group of touching shapes each belongs to."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=GAP_METRES)
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(len(shapes), len(shapes)))
    return connected_components(graph, directed=False)[1]
