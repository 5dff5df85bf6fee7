"""Why a shape is not valid, and where to look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

REASONS = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "环自相交",
    "Nested shells": "多面之间嵌套",
    "Nested holes": "孔洞嵌套",
    "Holes are nested": "孔洞嵌套",
    "Hole lies outside shell": "孔洞在外环之外",
    "Interior is disconnected": "内部不连通",
    "Duplicate Rings": "重复环",
    "Too few points in geometry component": "点数过少",
    "Ring is not closed": "环未闭合",
    "Invalid Coordinate": "坐标无效",
}
_PLACE = re.compile(r"\[(\S+) (\S+?)(?: \S+)?\]")


@dataclass(frozen=True, slots=True)
class InvalidPlace:
    """Why a shape is invalid (Chinese) and a place to look at, in the shape's own coordinates."""

    reason: str
    x: float
    y: float

    @property
    def located(self) -> bool:
        """Tell whether GEOS gave a place."""
        return bool(np.isfinite(self.x) and np.isfinite(self.y))


def invalid_places(geometries: Sequence) -> list[InvalidPlace]:
    """Return the reason and place for each of the given invalid shapes."""
    reasons = shapely.is_valid_reason(np.asarray(geometries, dtype=object))
    return [_read(words) for words in np.atleast_1d(reasons)]


def _read(words: str) -> InvalidPlace:
    place = _PLACE.search(words)
    x, y = (float(place[1]), float(place[2])) if place else (np.nan, np.nan)
    reason = words.split("[")[0].strip()
    return InvalidPlace(REASONS.get(reason, reason), x, y)


def representative_points(geometries: Sequence) -> np.ndarray:
    """Return (n, 2) points that lie inside their shapes (on them, for lines and points); NaN for nothing."""
    points = shapely.point_on_surface(np.asarray(geometries, dtype=object))
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])
