"""The two sides of a line through an area, and on which side each block belongs. In metres.

A block belongs where most of its households live; one without households, where most of its ground is.
"""

from __future__ import annotations

from collections import deque

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
    """Return (f,) 0 or 1 for pieces that touch the line, different on its two sides, -1 for all others.

    Pieces that hang together by the line only are one group; the first of each group has colour 0.
    """
    found = segments(pieces)
    shared = found.owners[(found.owners >= 0).all(axis=1)]
    middles = shapely.points(found.ends[(found.owners >= 0).all(axis=1)].mean(axis=1))
    shapely.prepare(line)
    ways: dict[int, list[int]] = {}
    for one, other in np.unique(shared[shapely.dwithin(line, middles, ON_LINE_M)], axis=0).tolist():
        ways.setdefault(one, []).append(other)
        ways.setdefault(other, []).append(one)
    colour = np.full(len(pieces), -1)
    for start in sorted(ways):
        if colour[start] < 0:
            _spread(colour, ways, start)
    return colour


def _spread(colour: np.ndarray, ways: dict[int, list[int]], start: int) -> None:
    colour[start], waiting = 0, deque([start])
    while waiting:
        piece = waiting.popleft()
        for other in ways[piece]:
            if colour[other] < 0:
                colour[other] = 1 - colour[piece]
                waiting.append(other)


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
