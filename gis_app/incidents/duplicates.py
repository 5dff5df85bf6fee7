"""Whether somebody reported it already: likely duplicates are offered before a new incident is made.

Likely is: the same class, within 250 m, reported within seven days, and something still to do. Nothing is
offered for classes whose places are not public: the offer would tell one resident about another.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pyproj

from gis_app.incidents.model import OPEN_STATES, PRIVATE_CATEGORIES
from gis_app.incidents.statistics import times

METRES, DAYS, MOST = 250.0, 7, 5
_GEOD = pyproj.Geod(ellps="GRS80")


def likely_duplicates(
    incidents: pd.DataFrame,
    class_code: str,
    lon: float,
    lat: float,
    at: datetime,
    metres: float = METRES,
    days: float = DAYS,
    location_public: bool = True,
    most: int = MOST,
) -> pd.DataFrame:
    """Return the incidents that a new report may repeat, nearest first, with `distance_m`.

    `incidents` needs class_code, category, state, lon, lat, reported_at; limits are inclusive, and the seven
    days are both before and after `at`, as reports may arrive late.
    """
    chosen = (incidents["class_code"] == class_code) & incidents["state"].isin(OPEN_STATES)
    chosen &= ~incidents["category"].isin(PRIVATE_CATEGORIES) & location_public
    west, south, east, north = box_around(lon, lat, metres)
    chosen &= incidents["lon"].between(west, east) & incidents["lat"].between(south, north)
    near = incidents[chosen]
    reported = times(near["reported_at"])
    near = near[(reported - pd.Timestamp(at)).abs() <= pd.Timedelta(days=days)]
    near = near.assign(distance_m=distances_m(lon, lat, near["lon"].to_numpy(), near["lat"].to_numpy()))
    near = near[near["distance_m"] <= metres]
    return near.sort_values(["distance_m", "reported_at"], kind="stable").head(most)


def box_around(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """Return lon/lat bounds (west, south, east, north) that hold every point within `metres`."""
    high = metres / 110_000.0
    wide = high / max(np.cos(np.radians(min(abs(lat) + high, 89.0))), 0.01)
    return lon - wide, lat - high, lon + wide, lat + high


def distances_m(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Return metres on the ellipsoid from a point to each of (n,) points."""
    if not len(lons):
        return np.empty(0)
    there = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
    return _GEOD.inv(np.full(len(lons), lon), np.full(len(lons), lat), *there)[2]


def since(at: datetime, days: float = DAYS) -> datetime:
    """Return the earliest time of report that counts."""
    return at - timedelta(days=days)
