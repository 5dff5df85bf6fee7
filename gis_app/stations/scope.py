"""Which stations a question is about: of which kinds, with which amenities, and when they are to be open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.stations.opening import known, open_mask, spans
from gis_app.stations.status import OUT_OF_WATER, WATER, StationStatus, status_at

SERVING, OPEN_AT, ALWAYS, PLANNED = WHENS = ("serving", "open", "always", "planned")
WEEK = 8  # days; every weekday, and a week with a night on both sides


@dataclass(frozen=True)
class Scope:
    """Which stations count: of these kinds (all if none), with all of these amenities, and when.

    "serving" are those whose status is open, "open" those of them that are open at `moment` (now if None),
    "always" those open round the clock, "planned" the serving ones and those planned.
    """

    kinds: tuple[str, ...] = ("warm_station",)
    amenities: tuple[str, ...] = ()
    when: str = SERVING
    moment: datetime | None = None

    def mask(self, stations: pd.DataFrame, statuses: Mapping[str, StationStatus] | None = None) -> np.ndarray:
        """Return (k,) bool: which of the stations count; raise BadInput for an unknown `when`."""
        said = statuses or {}
        moment = self.moment or clock.now()
        mask = _when(stations, self.when, said, moment).copy()
        if self.kinds:
            mask &= stations["kind"].isin(self.kinds).to_numpy(bool)
        if self.amenities:
            needed = set(self.amenities)
            mask &= np.fromiter(
                (needed <= set(text.split(";")) for text in stations["amenities"].fillna("")),
                bool,
                len(stations),
            )
        if self.when == OPEN_AT and WATER in self.amenities:
            dry = [code for code in said if status_at(said, code, moment) == OUT_OF_WATER]
            mask &= ~stations["station_code"].isin(dry).to_numpy(bool)
        return mask


def _when(stations: pd.DataFrame, when: str, said: Mapping, moment: datetime) -> np.ndarray:
    serving = stations["status"].eq("open").to_numpy(bool)
    if when == SERVING:
        return serving
    if when == OPEN_AT:
        return open_mask(stations, said, moment)
    if when == PLANNED:
        return serving | stations["status"].eq("planned").to_numpy(bool)
    if when == ALWAYS:
        hours = stations["hours"].fillna("")
        day_and_night = {one: _always(one) for one in hours.unique()}
        return serving & hours.map(day_and_night).to_numpy(bool)
    raise BadInput("bad_when", "不支持该时段", {"when": " ".join(WHENS)})


def _always(hours: str) -> bool:
    """Tell whether a station is known to be open round the clock, on every day of a week."""
    if not known(hours):
        return False
    found = spans(hours, clock.now(), WEEK)
    return len(found) == 1 and (found[0][1] - found[0][0]).days >= WEEK
