"""How a plan's edit is refused: always with a place to look at and a remedy. It decides nothing itself.

Every error raised here carries `place`, (longitude, latitude) or None, beside the usual code, message and
fields, and as `data` for programs, so that the screen can go there; `english` is (message, remedy).
"""

from __future__ import annotations

import math

import numpy as np

from gis_app.errors import BadInput, Conflict, GisError
from gis_app.geo.crs import LONLAT, project
from gis_app.plans.english import ENGLISH

SHOWN = 5  # of a long list of codes


def refusal(
    code: str, message: str, field: str, remedy: str, place: tuple[float, float] | None = None
) -> BadInput:
    """Return the error for an instruction that cannot be carried out as given."""
    return put(BadInput(code, message, {field: remedy}), place)


def conflict(
    code: str, message: str, field: str, remedy: str, place: tuple[float, float] | None = None
) -> Conflict:
    """Return the error for an instruction that something else forbids, a lock for instance."""
    return put(Conflict(code, message, {field: remedy}), place)


def listed(codes) -> str:
    """Return a few of many codes as one text."""
    words = [str(code)[:40] for code in codes]
    return "、".join(words[:SHOWN]) + (f" 等 {len(words)} 个" if len(words) > SHOWN else "")


def place_of(xy, crs) -> tuple[float, float] | None:
    """Return a point in metres as (longitude, latitude), None where it is nowhere."""
    point = np.asarray(xy, dtype=float).reshape(-1)
    if len(point) < 2 or not np.isfinite(point[:2]).all():
        return None
    lon, lat = project(point[:2], crs, LONLAT)[0]
    return (float(lon), float(lat)) if math.isfinite(lon) and math.isfinite(lat) else None


def put(error: GisError, place: tuple[float, float] | None):
    """Give an error its place, and return it."""
    error.place = place
    error.english = ENGLISH.get(error.code)
    error.data = {"place": list(place)} if place else {}
    return error
