"""How a station is just now, as the phone's pack and the search for the nearest open one tell it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import numpy as np

from gis_app.stations.opening import open_mask
from gis_app.stations.status import OPEN, OUT_OF_WATER, WATER
from gis_app.web.current import Snapshot
from gis_app.web.station_now import StationsNow


def status_of(now: StationsNow, code: str, moment: datetime) -> tuple[str, str, int | None]:
    """Return a station's status at a moment, the note with it, and until when (epoch seconds)."""
    said = now.of(code)
    status = said.at(moment)
    if status == OPEN and said.status != OPEN:  # it has ended by itself
        return OPEN, "", None
    return status, said.note, int(said.until.timestamp()) if said.until else None


def open_stations(
    found: Snapshot, now: StationsNow, moment: datetime, amenities: Collection[str] = ()
) -> np.ndarray:
    """Return (stations,) bool which stations are open at a moment, and not out of the water wanted."""
    stations = found.atlas.stations
    mask = open_mask(stations, now.statuses, moment)
    if WATER in amenities:
        dry = [code for code, status in now.unusual(moment).items() if status == OUT_OF_WATER]
        mask &= ~stations["station_code"].isin(dry).to_numpy(bool)
    return mask
