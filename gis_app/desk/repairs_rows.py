"""Repairs of one shape by itself: close a ring, make an area valid, drop a point that is there twice.

Each takes shapes in lon/lat and returns what it would change; what cannot be mended is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gis_app.desk.repairs_ground import Ground
from gis_app.exchange.readers.mending import mended, tangled
from gis_app.geo.validity import invalid_places

MOST_OPEN = 0.45  # of a line's length that may be missing between its ends; a straight road misses all of it
MOST_DEGREES = 360.0
_LINES, _AREAS = (1, 2, 5), (3, 6)


@dataclass(frozen=True, slots=True)
class Fix:
    """Shapes as they would be at some positions, and what is done to them in words."""

    kind: str
    positions: np.ndarray
    after: np.ndarray
    title: str


def finite(shapes: np.ndarray) -> np.ndarray:
    """Return (n,) bool: whether a shape is there and all its coordinates are degrees."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    good = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    good[owner[~(np.abs(coordinates) <= MOST_DEGREES).all(axis=1)]] = False
    return good


def close_rings(shapes: np.ndarray) -> list[Fix]:
    """Return lines that are the outline of an area, closed; one Fix for each."""
    lines = np.flatnonzero(finite(shapes) & np.isin(shapely.get_type_id(shapes), _LINES))
    if len(lines) == 0:
        return []
    ground = Ground.of(shapes[lines])
    found = []
    for at, line in zip(lines, ground.metres(shapes[lines]), strict=True):
        closed, missing = _closed(line)
        if closed is None:
            continue
        after = ground.degrees(np.array([closed], dtype=object), shapes[[at]])
        words = f"首尾相距 {missing:.2f} 米，闭合为面" if missing > 0 else "闭合的线，转为面"
        found.append(Fix("close_ring", np.array([at]), after, words))
    return found


def _closed(line: shapely.Geometry) -> tuple[shapely.Geometry | None, float]:
    """Return the area that a line surrounds once closed and the metres that were missing, or None."""
    merged = shapely.get_parts(shapely.line_merge(line))
    rings, widest = [], 0.0
    for part in merged if len(merged) == 1 else shapely.get_parts(line):
        xy = shapely.get_coordinates(part)
        missing = float(np.hypot(*(xy[0] - xy[-1])))
        if len(np.unique(xy, axis=0)) < 3 or missing > MOST_OPEN * part.length:
            return None, missing
        rings.append(np.vstack([xy, xy[:1]]) if missing > 0 else xy)
        widest = max(widest, missing)
    area = shapely.polygons(rings[0]) if len(rings) == 1 else shapely.build_area(_lines(rings))
    area = area if area.is_valid else (None if tangled(area) else mended(area))
    return (area if area is not None and area.area > 0 else None), widest


def _lines(rings: list[np.ndarray]) -> shapely.Geometry:
    return shapely.multilinestrings([shapely.linestrings(ring) for ring in rings])


def make_valid(shapes: np.ndarray) -> list[Fix]:
    """Return invalid areas mended, one Fix for each; those that cross themselves too often are left."""
    areas = np.flatnonzero(
        finite(shapes) & np.isin(shapely.get_type_id(shapes), _AREAS) & ~shapely.is_valid(shapes)
    )
    found = []
    for at, place in zip(areas, invalid_places(shapes[areas]) if len(areas) else [], strict=True):
        after = None if tangled(shapes[at]) else mended(shapes[at])
        if after is not None:
            title = f"图形无效（{place.reason}），修复为有效的面"
            found.append(Fix("valid", np.array([at]), np.array([after], dtype=object), title))
    return found


def drop_points(shapes: np.ndarray) -> list[Fix]:
    """Return all shapes with points that follow on themselves, without them, as one Fix."""
    usable = np.flatnonzero(finite(shapes) & shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) > 0))
    after = shapely.remove_repeated_points(shapes[usable], 0.0)
    fewer = shapely.get_num_coordinates(after) < shapely.get_num_coordinates(shapes[usable])
    fewer &= shapely.is_valid(after) & ~shapely.is_empty(after)
    if not fewer.any():
        return []
    count = int(
        (shapely.get_num_coordinates(shapes[usable]) - shapely.get_num_coordinates(after))[fewer].sum()
    )
    title = f"{int(fewer.sum())} 个图形有 {count} 个重复的点，去掉后形状不变"
    return [Fix("points", usable[fewer], after[fewer], title)]
