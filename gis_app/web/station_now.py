"""How the stations are just now, kept in the process and read anew when the store's change number moves.

A status may end by itself, so whoever puts statuses into an answer puts `unusual(moment)` into its tag too.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g

from gis_app import clock
from gis_app.stations.status import OPEN, STATUSES, WORDS, StationStatus, status_at
from gis_app.storage import station_status as stored
from gis_app.storage.engine import Store
from gis_app.web.bytes import digest
from gis_app.web.services import services
from gis_app.web.station_words import said_time


@dataclass(frozen=True)
class StationsNow:
    """What was last said about each station, at one change number; `tag` tells this content apart."""

    number: int = 0
    statuses: Mapping[str, StationStatus] = field(default_factory=dict)
    tag: str = "0"

    def of(self, code: str) -> StationStatus:
        """Return what was last said about a station; of version 0 where nothing was."""
        return self.statuses.get(code) or StationStatus(code)

    def unusual(self, moment: datetime | None = None) -> dict[str, str]:
        """Return the status of each station that is not as usual at a moment (now), by code."""
        at = moment or clock.now()
        told = {code: status_at(self.statuses, code, at) for code in sorted(self.statuses)}
        return {code: status for code, status in told.items() if status != OPEN}

    def tag_at(self, moment: datetime | None = None) -> str:
        """Return what tells an answer apart that was made of the statuses at a moment (now)."""
        return f"{self.tag}-{digest(sorted(self.unusual(moment).items()))}"


class StationStatuses:
    """Holds the newest statuses of a store for one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._latest: StationsNow | None = None

    def now(self) -> StationsNow:
        """Return the statuses as the store has them; one small read where nothing has changed."""
        with self._store.read() as conn:
            number = stored.change_number(conn)
            latest = self._latest
            if latest is not None and latest.number == number:
                return latest
            rows = stored.read_statuses(conn)
        statuses = {row.station_code: StationStatus(**row._mapping) for row in rows}
        found = StationsNow(number, statuses, digest(number, *statuses.values()))
        with self._lock:
            if self._latest is None or self._latest.number <= number:
                self._latest = found
        return found


def station_now() -> StationsNow:
    """Return the statuses as they are now, the same ones for the whole of a request."""
    found = g.get("station_now")
    if found is None:
        found = g.station_now = services().station_statuses.now()
    return found


def told(one: StationStatus, lang: str, moment: datetime | None = None) -> dict[str, Any]:
    """Return what people are told of a station's status at a moment (now)."""
    at = moment or clock.now()
    status = one.at(at)
    held = status == one.status
    return {
        "status": status,
        "label": WORDS[lang][status],
        "note": one.note if held else "",
        "until": one.until.isoformat() if held and one.until else None,
        "until_text": said_time(one.until, lang) if held else "",
        "version": one.version,
        "updated_at": one.updated_at.isoformat(timespec="seconds") if one.updated_at else None,
        "updated_role": one.updated_role,
    }


def choices(lang: str) -> list[tuple[str, str]]:
    """Return (code, word) of every status, in the order in which they are offered."""
    return [(status, WORDS[lang][status]) for status in STATUSES]
