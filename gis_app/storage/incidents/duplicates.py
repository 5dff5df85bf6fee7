"""Likely duplicates: what is still open of the same class, near and recent, nearest first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from pyproj import Geod
from sqlalchemy import Connection, Select, select

from gis_app.incidents.model import OPEN_STATES
from gis_app.storage.tables import incidents

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)
METRES_PER_DEGREE = 110_500.0  # of latitude, where it is shortest
_c = incidents.c


@dataclass(frozen=True, slots=True)
class Nearby:
    """An incident and how far away it is, in metres."""

    incident_code: str
    distance_m: float
    state: str
    description: str
    address: str
    reported_at: datetime
    follower_count: int
    lon: float
    lat: float


def nearby_open(
    conn: Connection, class_code: str, lon: float, lat: float, metres: float, since: datetime, limit: int = 10
) -> list[Nearby]:
    """Return the open incidents of a class within `metres` and reported since, nearest first."""
    west, south, east, north = box_around(lon, lat, metres)
    query = select(
        _c.incident_code,
        _c.state,
        _c.description,
        _c.address,
        _c.reported_at,
        _c.follower_count,
        _c.lon,
        _c.lat,
    ).where(
        _c.lon.between(west, east),
        _c.lat.between(south, north),
        _c.state.in_(OPEN_STATES),
        _c.class_code == class_code,
        _c.reported_at >= since,
    )
    rows = conn.execute(by_place(query)).all()
    away = distances(lon, lat, [row.lon for row in rows], [row.lat for row in rows])
    found = [
        Nearby(distance_m=float(metre), **row._mapping)
        for row, metre in zip(rows, away, strict=True)
        if metre <= metres
    ]
    return sorted(found, key=lambda one: (one.distance_m, one.incident_code))[:limit]


def by_place(query: Select) -> Select:
    """Make SQLite go by the index of places: it knows no statistics and would guess otherwise."""
    return query.with_hint(incidents, "INDEXED BY ix_incidents_place", "sqlite")


def box_around(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a box that holds every place within `metres`."""
    high = metres / METRES_PER_DEGREE
    shrunk = max(math.cos(math.radians(min(abs(lat) + high, 89.9))), 0.001)
    wide = high / shrunk
    return lon - wide, lat - high, lon + wide, lat + high


def distances(lon: float, lat: float, lons: list[float], lats: list[float]) -> np.ndarray:
    """Return the metres from a place to each of many, along the ellipsoid."""
    if not lons:
        return np.empty(0)
    count = len(lons)
    return CGCS2000.inv(np.full(count, lon), np.full(count, lat), np.array(lons), np.array(lats))[2]
