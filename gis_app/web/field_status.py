"""How the stations are just now, for the phone's pack and the search for the nearest open one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from gis_app.stations.opening import open_mask
from gis_app.stations.status import OPEN, OUT_OF_WATER, WATER, StationStatus
from gis_app.web.current import Snapshot
from gis_app.web.station_now import station_now


@dataclass(frozen=True)
class StatusesNow:
    """What was last said about each station, and a tag that changes whenever anything is said."""

    statuses: Mapping[str, StationStatus] = field(default_factory=dict)
    tag: str = "0"

    def of(self, code: str, moment: datetime) -> tuple[str, str, int | None]:
        """Return a station's status at a moment, the note with it, and until when (epoch seconds)."""
        found = self.statuses.get(code)
        status = found.at(moment) if found else OPEN
        if found is None or (status == OPEN and found.status != OPEN):
            return OPEN, "", None
        return status, found.note, int(found.until.timestamp()) if found.until else None

    def shut(self, moment: datetime) -> tuple[tuple[str, str], ...]:
        """Return (code, status) of every station that is not as usual, so that an ended status is told."""
        states = ((code, one.at(moment)) for code, one in sorted(self.statuses.items()))
        return tuple((code, status) for code, status in states if status != OPEN)

    def open_mask(self, found: Snapshot, moment: datetime, amenities: Collection[str] = ()) -> np.ndarray:
        """Return (stations,) bool which stations are open at a moment, and not out of the water wanted."""
        stations = found.atlas.stations
        mask = open_mask(stations, self.statuses, moment)
        if WATER in amenities:
            dry = [code for code, status in self.shut(moment) if status == OUT_OF_WATER]
            mask &= ~stations["station_code"].isin(dry).to_numpy(bool)
        return mask


def statuses_now() -> StatusesNow:
    """Return the statuses as the store has them at this moment."""
    now = station_now()
    return StatusesNow(now.statuses, now.tag)
