"""Coverage as it was on a past day: the same homes and streets, the stations of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gis_app import clock
from gis_app.layers.atlas import Atlas
from gis_app.stations.coverage import reach, serving
from gis_app.storage.station_versions import end_of, first_day, stations_as_of
from gis_app.web.current import Snapshot
from gis_app.web.leader_question import MONTHS, months_before
from gis_app.web.services import services
from gis_app.web.stations import reach_of


@dataclass(frozen=True)
class Past:
    """An atlas with other stations; everything else is the atlas's own, built once."""

    atlas: Atlas
    stations: gpd.GeoDataFrame

    def __getattr__(self, name: str) -> Any:
        return getattr(self.atlas, name)


def reach_as_of(found: Snapshot, day: date) -> pd.DataFrame:
    """Return how far every home was from a station at the end of a day; see `coverage.reach`.

    It is the very frame of `reach_of` where the stations that count are the same.
    """
    first = found.memo("stations-first-day", _first_day)
    moment = end_of(day)
    if first is None or moment > clock.now():
        return reach_of(found)
    key = ("reach-as-of", "begin" if moment < first else moment)
    return found.memo(key, lambda: _reach(found, moment))


def warm_year(found: Snapshot, end: date) -> None:
    """Work out the reach of the last day of each of the twelve months up to a day, which the trend shows."""
    for month in range(MONTHS):
        first = months_before(end.replace(day=1), month)
        reach_as_of(found, min(end, months_before(first, -1) - timedelta(days=1)))


def _first_day() -> datetime | None:
    with services().store.read() as conn:
        return first_day(conn)


def _reach(found: Snapshot, moment: datetime) -> pd.DataFrame:
    with services().store.read() as conn:
        stations = stations_as_of(conn, moment)
    past = Past(found.atlas, stations)
    mark = _mark(serving(past))
    if mark == _mark(serving(found.atlas)):
        return reach_of(found)
    settings = services().settings
    return found.memo(
        ("reach-of-stations", mark),
        lambda: reach(past, walking_speed=settings.walking_speed, snap_limit=settings.snap_limit),
    )


def _mark(stations: gpd.GeoDataFrame) -> tuple:
    rows = stations.sort_values("station_code")
    return tuple(zip(rows["station_code"], shapely.to_wkb(rows.geometry.values), strict=True))
