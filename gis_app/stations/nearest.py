"""Which stations are nearest on foot from one place, and the way there.

What is open is the caller's to say, as a mask over `atlas.stations`; this file only measures. Where a county
has no streets the straight distance decides, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gis_app.geo.crs import LONLAT, project
from gis_app.geo.network import SNAP_LIMIT
from gis_app.geo.routes import RouteTable
from gis_app.layers.atlas import Atlas
from gis_app.stations.coverage import WALKING_SPEED

CROW = "crow"  # the county has no streets: only the straight distance is known


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """One station: metres and minutes on foot (None if no way is known), and the way as lon/lat (n, 2).

    `reason` is "ok", "unreachable", "unsnapped" (this place or the station is far from any street) or "crow".
    """

    station_code: str
    walk_m: float | None
    walk_min: float | None
    crow_m: float
    leg_m: float | None
    way: np.ndarray
    reason: str


def nearest(
    atlas: Atlas,
    table: RouteTable,
    lon: float,
    lat: float,
    open_mask: np.ndarray | None = None,
    amenities: Iterable[str] = (),
    kinds: Iterable[str] = (),
    count: int = 3,
    walking_speed: float = WALKING_SPEED,
    snap_limit: float = SNAP_LIMIT,
) -> list[Nearest]:
    """Return the stations nearest to a lon/lat place on foot, nearest first; then those no way leads to.

    `table` is `atlas.station_routes`; `open_mask` (stations,) bool defaults to those whose status is open.
    A station must have all of `amenities` and be one of `kinds`, where any are named.
    """
    mask = wanted_mask(atlas, amenities, kinds)
    mask &= atlas.stations["status"].eq("open").to_numpy() if open_mask is None else open_mask
    xy = project([[lon, lat]], LONLAT, atlas.metric_crs)[0]
    codes = atlas.stations["station_code"]
    found = []
    for way in table.nearest(xy, mask, count, snap_limit):
        walked = way.reason == "ok"
        found.append(
            Nearest(
                str(codes.iloc[way.source]),
                way.distance_m if walked else None,
                way.distance_m / (60 * walking_speed) if walked else None,
                way.crow_m,
                way.leg_m if np.isfinite(way.leg_m) else None,
                project(way.path, atlas.metric_crs, LONLAT),
                way.reason if len(atlas.streets) else CROW,
            )
        )
    return found


def wanted_mask(atlas: Atlas, amenities: Iterable[str] = (), kinds: Iterable[str] = ()) -> np.ndarray:
    """Return (stations,) bool: which have all of the amenities and are of one of the kinds, if named."""
    needed, allowed = set(amenities), set(kinds)
    has = [needed <= set(text.split(";")) for text in atlas.stations["amenities"].fillna("")]
    mask = np.array(has, dtype=bool).reshape(-1)
    return mask & atlas.stations["kind"].isin(allowed).to_numpy() if allowed else mask
