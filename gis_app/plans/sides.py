"""The two sides of a line through an area, and on which side each block belongs. In metres.

A block belongs where most of its households live; one without households, where most of its ground is.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.plans.borders import segments
from gis_app.plans.canvas import Canvas

ON_LINE_M = 1e-4


def faces(area, *lines) -> np.ndarray:
    """Return the pieces (f,) into which lines divide an area."""
    noded = shapely.union_all([area.boundary, *lines])
    found = shapely.get_parts(shapely.polygonize([noded]))
    shapely.prepare(area)
    return found[shapely.covers(area, shapely.point_on_surface(found))] if len(found) else found


def two_colours(pieces: np.ndarray, line) -> np.ndarray:
    """Return (f,) 0 for pieces to the left of a simple line as it runs, 1 to its right, -1 for all others."""
    found = segments(pieces)
    both = (found.owners >= 0).all(axis=1)
    ends, owners, metres = found.ends[both], found.owners[both], found.metres[both]
    shapely.prepare(line)
    on_line = shapely.dwithin(line, shapely.points(ends.mean(axis=1)), ON_LINE_M)
    ends, owners, metres = ends[on_line], owners[on_line], metres[on_line]
    start, stop = (shapely.line_locate_point(line, shapely.points(ends[:, end])) for end in (0, 1))
    left = np.where(stop >= start, owners[:, 0], owners[:, 1])
    right = np.where(stop >= start, owners[:, 1], owners[:, 0])
    beside = np.bincount(left, metres, len(pieces)), np.bincount(right, metres, len(pieces))
    return np.where(beside[0] + beside[1] > 0, (beside[1] > beside[0]).astype(np.int64), -1)


def share_inside(canvas: Canvas, members: np.ndarray, region) -> np.ndarray:
    """Return (m,) which share of each block's households, or else of its ground, lies in a region."""
    shapely.prepare(region)
    shapes = canvas.shapes[members]
    ground = shapely.area(shapely.intersection(shapes, region)) / np.maximum(shapely.area(shapes), 1e-9)
    homes, points = canvas.homes, canvas.home_points
    local = np.full(len(canvas), -1)
    local[members] = np.arange(len(members))
    inhabited = np.flatnonzero((homes.households > 0) & (homes.block >= 0))
    inhabited = inhabited[local[homes.block[inhabited]] >= 0]
    at, weight = local[homes.block[inhabited]], homes.households[inhabited]
    inside = shapely.contains_xy(region, points[inhabited]) if len(inhabited) else np.empty(0, dtype=bool)
    total = np.bincount(at, weight, minlength=len(members))
    within = np.bincount(at, weight * inside, minlength=len(members))
    share = np.where(total > 0, within / np.maximum(total, 1e-9), ground)
    return np.where(share == 0.5, ground, share)
