"""A line that a planner drew, read into metres and checked: it must be a line, must not cross itself, must
cross what it is meant to cross. Every refusal has the place where the line is wrong.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.plans.canvas import Canvas
from gis_app.plans.refusals import place_of, refusal

REACH_M = 5.0  # an end this near to the border is meant to reach it
PULL_M = 30.0
BEYOND_M = 0.5  # what is led on to a border goes so far past it
TAIL = 3.0  # an end so little farther from where the line met the border is a tail, not led on
TOUCHING_M = 1e-6
MANY, PLAIN_M = 300, 0.2  # a line of more points is told by fewer, nowhere farther off than this
REPEAT_M = 0.01  # points nearer than this are one
FARTHEST_M = 1e8


def drawn(canvas: Canvas, points: list) -> shapely.LineString:
    """Return points of longitude and latitude as a simple, open line in metres, or raise BadInput."""
    lonlat = np.asarray(points, dtype=float).reshape(-1, 2)
    xy = canvas.metres(lonlat)
    if not (np.isfinite(xy).all() and np.abs(xy).max() < FARTHEST_M):
        raise refusal("bad_line", "线的坐标有误", "line", "在本县范围内画线", _lonlat(lonlat[0]))
    apart = np.append(True, np.hypot(*np.diff(xy, axis=0).T) > REPEAT_M)
    xy = xy[apart]
    if len(xy) < 2:
        raise refusal("line_too_short", "线没有长度", "line", "画一条穿过区域的线", _lonlat(lonlat[0]))
    line = shapely.LineString(xy)
    crossing = self_crossing(line)
    if crossing is not None:
        place = place_of(crossing, canvas.crs)
        raise refusal("line_crosses_itself", "线与自身相交", "line", "重画一条不自交的线", place)
    plain = shapely.simplify(line, PLAIN_M) if len(xy) > MANY else line
    return plain if plain.is_simple else line


def self_crossing(line: shapely.LineString) -> np.ndarray | None:
    """Return a point (2,) where a line meets itself, None for a simple open line."""
    if line.is_closed:
        return shapely.get_coordinates(line)[0]
    if line.is_simple:
        return None
    ends = shapely.get_coordinates(shapely.boundary(shapely.get_parts(shapely.node(line))))
    met, times = np.unique(ends, axis=0, return_counts=True)
    own = shapely.get_coordinates(line)[[0, -1]]
    inner = ~(met[:, None] == own[None]).all(axis=2).any(axis=1)
    chosen = met[inner & (times > 2)] if (inner & (times > 2)).any() else met[inner]
    return chosen[0] if len(chosen) else own[0]


def across(
    canvas: Canvas, line: shapely.LineString, area, borders=None, pulled: bool = False
) -> shapely.LineString:
    """Return the line reaching to the borders of an area that it crosses; raise BadInput where it does not.

    `borders` is what the line may end on, the area's boundary unless told otherwise. An end just inside is
    led on to the border; one farther inside is refused with its place, as is a line that misses the area.
    """
    borders = area.boundary if borders is None else borders
    if not shapely.relate_pattern(line, area, "T********"):
        raise refusal(
            "line_misses", "线没有穿过该区域", "line", "画一条从区域一侧穿到另一侧的线", _middle(canvas, line)
        )
    reach = PULL_M if pulled else REACH_M
    tails = _tails(line, borders) if pulled else (np.inf, np.inf)
    xy = shapely.get_coordinates(line)
    for end in (0, -1):
        point = shapely.Point(xy[end])
        if not area.contains(point) or borders.distance(point) == 0.0:
            continue
        near = shapely.get_coordinates(shapely.shortest_line(point, borders))[1]
        if np.hypot(*(near - xy[end])) > reach:
            raise refusal(
                "line_ends_inside",
                "线在区域内部中断",
                "line",
                "把线的这一端画到区域边界之外",
                place_of(xy[end], canvas.crs),
            )
        away = near - xy[end]
        if tails[end] > TAIL * np.hypot(*away):
            onward = away if np.hypot(*away) > TOUCHING_M else xy[end] - xy[1 if end == 0 else -2]
            beyond = near + onward / np.hypot(*onward) * BEYOND_M
            xy = np.concatenate([[beyond], xy] if end == 0 else [xy, [beyond]])
    led = shapely.LineString(xy)
    return led if led.is_simple else line


def _tails(line: shapely.LineString, borders) -> tuple[float, float]:
    """Return how far along the line its start and its end are from where it meets the borders."""
    points = shapely.points(shapely.get_coordinates(shapely.intersection(line, borders)))
    if not len(points):
        return np.inf, np.inf
    along = shapely.line_locate_point(line, points)
    return float(along.min()), float(line.length - along.max())


def no_effect(canvas: Canvas, line: shapely.LineString, remedy: str):
    """Return the error for a line on one side of which every block lies."""
    return refusal("line_divides_nothing", "线的一侧没有地块", "line", remedy, _middle(canvas, line))


def _middle(canvas: Canvas, line: shapely.LineString) -> tuple[float, float] | None:
    return place_of(shapely.get_coordinates(line.interpolate(0.5, normalized=True)), canvas.crs)


def _lonlat(point: np.ndarray) -> tuple[float, float] | None:
    return (float(point[0]), float(point[1])) if np.isfinite(point).all() else None
