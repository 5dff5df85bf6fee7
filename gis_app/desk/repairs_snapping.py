"""Lay borders that run beside each other, less than half a metre apart, onto one line.

Where cleaning a coverage leaves an open slit as it is, this closes it: the later row takes over the corners
of the earlier one. Offered for each group of neighbours by itself, and only where all of them come out right.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.desk.repairs_coverage import GAP_METRES, Coverage, beside, groups, sound
from gis_app.desk.repairs_ground import same
from gis_app.desk.repairs_rows import Fix

PASSES = 5  # a moved corner may have to be taken over by the next neighbour, and by the one after
MOST_AREAS = 800  # beyond, the whole coverage is cleaned instead
ON_LINE = 1e-6


def snap(cover: Coverage) -> list[Fix]:
    """Return one Fix for each group of neighbours whose borders can be laid onto each other."""
    changed, after = snapped(cover)
    if len(changed) == 0:
        return []
    group = groups(cover.metres[changed])
    return [_fix(cover, changed[group == one], after[group == one]) for one in range(group.max() + 1)]


def _fix(cover: Coverage, members: np.ndarray, after: np.ndarray) -> Fix:
    title = f"相邻边界相距不到 {GAP_METRES} 米，对齐为一条线（{len(members)} 个图形）"
    return cover.fix("snap", members, after, title)


def snapped(cover: Coverage) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of areas that come out right when snapped, and their shapes in metres."""
    result = cover.metres.copy()
    near = beside(cover.metres, cover.faulty, cover.tree)
    if not 0 < len(cover.faulty) <= MOST_AREAS:
        return near[:0], result[:0]
    for _ in range(PASSES):
        if not _one_pass(result, near):
            break
    changed = near[~same(cover.metres[near], result[near])]
    changed = changed[sound(cover.metres, changed, result[changed], cover.tree)]
    return changed, result[changed]


def _one_pass(result: np.ndarray, near: np.ndarray) -> bool:
    """Lay faulty borders onto those of earlier areas, in place; tell whether anything moved."""
    edges = shapely.coverage_invalid_edges(result[near], gap_width=GAP_METRES)
    faulty = np.flatnonzero(~shapely.is_empty(edges))
    if len(faulty) == 0:
        return False
    one, other = shapely.STRtree(edges[faulty]).query(edges[faulty], predicate="dwithin", distance=GAP_METRES)
    pairs = sorted((a, b) for a, b in zip(faulty[one], faulty[other], strict=True) if a < b)
    moved = False
    for a, b in pairs:
        moved |= _lay(result, near[a], near[b], edges[a], edges[b]) or _lay(
            result, near[b], near[a], edges[b], edges[a]
        )
    return moved


def _lay(result: np.ndarray, first: int, second: int, edge: shapely.Geometry, mine: shapely.Geometry) -> bool:
    """Give the second area the corners of the first along their borders, and the first the second's."""
    corners = _near(shapely.points(shapely.get_coordinates(mine)), edge)
    known = shapely.multipoints(shapely.get_coordinates(edge))
    free = corners[shapely.distance(corners, known) > GAP_METRES] if len(corners) else corners
    one = _with_corners(result[first], edge, free)
    targets = _near(shapely.points(shapely.get_coordinates(one)), mine)
    if len(targets) == 0:
        return False
    other = shapely.snap(result[second], shapely.multipoints(targets), GAP_METRES)
    other = shapely.remove_repeated_points(other, 0.0)
    if not (one.is_valid and other.is_valid) or other.is_empty:
        return False
    before = result[[first, second]]
    result[first], result[second] = one, other
    return not bool(same(before, result[[first, second]]).all())


def _near(points: np.ndarray, line: shapely.Geometry) -> np.ndarray:
    return points[shapely.distance(points, line) <= GAP_METRES]


def _with_corners(area: shapely.Geometry, edge: shapely.Geometry, points: np.ndarray) -> shapely.Geometry:
    """Return an area with a corner on its border nearest to each of some points."""
    if len(points) == 0:
        return area
    boundary = shapely.boundary(area)
    spots = shapely.line_interpolate_point(boundary, shapely.line_locate_point(boundary, points))
    return shapely.snap(area, shapely.multipoints(spots), ON_LINE)
