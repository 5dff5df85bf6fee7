"""Areas whose rings are not closed: read as the lines that they are, so that a person can have them closed.

Nothing is closed here: a line is not an area, and the checks say so.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.errors import Fault
from gis_app.exchange.messages import fault

_AREAS = {"Polygon": 1, "MultiPolygon": 2}
LEAST_POINTS = 3


def from_geojson(geometry: dict) -> shapely.Geometry | None:
    """Return the rings of a polygon as a line, None for what is broken in another way."""
    depth = _AREAS.get(geometry.get("type"))
    found = geometry.get("coordinates") if depth else None
    try:
        rings = [ring for polygon in found for ring in polygon] if depth == 2 and found else found
        lines = [np.array([point[:2] for point in ring], dtype=float) for ring in rings or ()]
    except (TypeError, ValueError, IndexError):
        return None
    return _line(lines)


def from_wkb(data: bytes | None) -> shapely.Geometry | None:
    """Return the rings of a polygon in WKB as a line, None for what is broken in another way."""
    if data is None:
        return None
    return _opened(shapely.from_wkb(data, on_invalid="fix"))


def from_wkt(text: str | None) -> shapely.Geometry | None:
    """Return the rings of a polygon in WKT as a line, None for what is broken in another way."""
    return _opened(shapely.from_wkt(text, on_invalid="fix")) if text else None


def _opened(closed: shapely.Geometry | None) -> shapely.Geometry | None:
    if closed is None or shapely.get_type_id(closed) not in (3, 6):
        return None
    rings = shapely.get_rings(shapely.get_parts(shapely.force_2d(closed)))
    return _line([shapely.get_coordinates(ring)[:-1] for ring in rings])


def note(row: int) -> Fault:
    """Return the warning that a row was read as a line."""
    return fault("open_ring", "geometry", row=row)


def _line(rings: list[np.ndarray]) -> shapely.Geometry | None:
    if not rings or any(ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < LEAST_POINTS for ring in rings):
        return None
    lines = [shapely.linestrings(ring) for ring in rings]
    return lines[0] if len(lines) == 1 else shapely.multilinestrings(lines)
