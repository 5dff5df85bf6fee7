"""Make a whole layer fit: borders laid onto each other, then what is left closed by coverage_clean.

coverage_clean gives an enclosed gap or an overlap to one of its neighbours and leaves open slits; laying
borders onto each other closes those. Only areas beside a fault are looked at. What overlaps widely is no
sliver: somebody has to say whose ground it is.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.desk.repairs_coverage import GAP_METRES, Coverage, beside, faults, is_wide, kept_whole
from gis_app.desk.repairs_ground import same
from gis_app.desk.repairs_rows import Fix
from gis_app.desk.repairs_snapping import snapped

MOST_AREAS = 30_000  # beside faults; more are no slivers but another survey, and would take minutes
ROUNDS = 6


def clean(cover: Coverage) -> list[Fix]:
    """Return all areas that making the layer fit changes, as one Fix; nothing where there are none."""
    if len(cover.faulty) == 0:
        return []
    metres = cover.metres.copy()
    laid, shapes = snapped(cover)
    metres[laid] = shapes
    closed, shapes = _closed(metres, cover)
    metres[closed] = shapes
    changed = _whole(cover, metres, np.union1d(laid, closed))
    if len(changed) == 0:
        return []
    title = f"清理全部缝隙与重叠（宽 {GAP_METRES} 米以内），涉及 {len(changed)} 个图形"
    return [cover.fix("coverage", changed, metres[changed], title)]


def _closed(metres: np.ndarray, cover: Coverage) -> tuple[np.ndarray, np.ndarray]:
    """Return what coverage_clean changes in areas that still have a fault, as far as it comes out right."""
    near = beside(cover.metres, cover.faulty, cover.tree)
    left = near[faults(metres[near])]
    kept = np.setdiff1d(left, _widely_overlapping(metres, left, cover.tree))
    around = np.setdiff1d(beside(metres, kept, cover.tree), np.setdiff1d(left, kept))
    if len(around) > MOST_AREAS:
        return around[:0], metres[:0]
    return _cleaned(metres, around)


def _whole(cover: Coverage, metres: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Return which of the changed areas may be: each stays itself, and nobody gets a fault by it."""
    had = np.isin(np.arange(len(metres)), cover.faulty)
    for _ in range(ROUNDS):
        result = cover.metres.copy()
        result[changed] = metres[changed]
        around = beside(cover.metres, changed, cover.tree)
        left = around[faults(result[around])]
        bad = ~kept_whole(cover.metres[changed], metres[changed])
        bad |= np.isin(changed, beside(cover.metres, left[~had[left]], cover.tree))
        if not bad.any():
            return changed if len(left) < len(cover.faulty) else changed[:0]
        changed = changed[~bad]
    return changed[:0]


def _widely_overlapping(metres: np.ndarray, faulty: np.ndarray, tree: shapely.STRtree) -> np.ndarray:
    """Return the positions of areas that share ground wider than a sliver with another."""
    one, other = tree.query(metres[faulty], predicate="intersects")
    one = faulty[one]
    one, other = one[one < other], other[one < other]
    inside = shapely.relate_pattern(metres[one], metres[other], "T********")
    one, other = one[inside], other[inside]
    wide = is_wide(shapely.intersection(metres[one], metres[other]))
    return np.unique(np.concatenate([one[wide], other[wide]]))


def _cleaned(metres: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions that cleaning changes and their shapes."""
    if len(near) < 2:
        return near[:0], metres[:0]
    try:
        after = shapely.coverage_clean(metres[near], gap_width=GAP_METRES)
    except shapely.errors.GEOSException:
        return near[:0], metres[:0]
    moved = ~same(metres[near], after)
    return near[moved], after[moved]
