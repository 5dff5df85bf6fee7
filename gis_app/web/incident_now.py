"""The incidents as they are now: which of them somebody may see, a light table to count, whole rows to show.

The light table has a row for every incident and words as categories; whole rows are read from the store, for
the few that are shown. Whoever tells places or counts puts `tag` into the tag of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from flask import g

from gis_app import clock
from gis_app.incidents.model import COLUMNS, TIMES
from gis_app.incidents.statistics_columns import UNKNOWN, WORDS, Columns
from gis_app.people.permissions import allowed
from gis_app.storage import incidents as stored
from gis_app.web.current import Snapshot
from gis_app.web.incident_access import private_classes
from gis_app.web.incident_frame import IncidentFrame, incident_frame
from gis_app.web.services import services

SHOWN_TIMES = ("reported_at", "dispatched_at", "due_at", "paused_at", "resolved_at")
AT_ONCE = 20_000


class IncidentsNow:
    """Every incident at one change number, for one request."""

    def __init__(self, frame: IncidentFrame) -> None:
        self._frame = frame
        self.columns: Columns = frame.columns
        self.tag = frame.tag

    @property
    def table(self) -> pd.DataFrame:
        """Return the light table: words as categories, times, lon, lat; made once per change."""
        return self._frame.memo("light-table", lambda: _light(self.columns))

    def seen(self, account: Any) -> np.ndarray:
        """Return (n,) bool which incidents an account may see as single places: placed, in its scope, public.

        Private ones (mediation, and classes whose place is not public) only with the permission for them.
        """
        mediation = allowed(account.role, "incidents:mediation:read")
        private = () if mediation else private_classes()

        def make() -> np.ndarray:
            placed = np.isfinite(self.columns["lon"]) & np.isfinite(self.columns["lat"])
            inside = self._frame.in_area(account.scope_code)
            return placed & inside if mediation else placed & inside & self._frame.public(private)

        return self._frame.memo(("seen", mediation, private, account.scope_code), make)

    def rows(self, places: np.ndarray) -> pd.DataFrame:
        """Return whole rows (the columns of the model, times as ISO 8601 texts) at these places, in order."""
        return rows_of(self.columns.codes(places))

    def period(self) -> tuple[str, str] | None:
        """Return the first and last day on which an incident was reported."""
        reported = self.columns["reported_at"]
        if not len(reported):
            return None
        first, last = self._frame.memo("period", lambda: (int(reported.min()), int(reported.max())))
        days = pd.to_datetime([first, last], unit="s", utc=True).tz_convert(clock.ZONE)
        return days[0].date().isoformat(), days[1].date().isoformat()


def incidents_now() -> IncidentsNow:
    """Return the incidents as they are now, the same ones for the whole of a request."""
    found = g.get("incidents_now")
    if found is None:
        found = g.incidents_now = IncidentsNow(incident_frame())
    return found


def seen_rows(found: Snapshot, account: Any) -> pd.DataFrame:
    """Return the whole rows that an account may see as places, by code, the newest `AT_ONCE` of them."""
    now = incidents_now()
    places = np.flatnonzero(now.seen(account))
    if len(places) > AT_ONCE:
        newest = np.argpartition(now.columns["reported_at"][places], -AT_ONCE)[-AT_ONCE:]
        places = np.sort(places[newest])
    return now.rows(places)


def left_out(account: Any) -> int:
    """Return how many of the incidents an account may see as places `seen_rows` leaves out."""
    return max(0, int(np.count_nonzero(incidents_now().seen(account))) - AT_ONCE)


def rows_of(codes: Sequence[str]) -> pd.DataFrame:
    """Return the whole rows of these codes, in their order; one that has gone meanwhile is left out."""
    with services().store.read() as conn:
        kept = stored.find_many(conn, codes) if len(codes) else {}
    records = [kept[code] for code in codes if code in kept]
    data = {name: [getattr(one, name) for one in records] for name in COLUMNS}
    for name in TIMES:
        texts = [at.isoformat(timespec="seconds") if at else "" for at in data[name]]
        data[name] = pd.Series(texts, dtype="str")
    for name in set(COLUMNS) - set(TIMES) - {"lon", "lat"}:
        data[name] = pd.Series(data[name], dtype="str")
    return pd.DataFrame(data).astype({"lon": "float64", "lat": "float64"})[list(COLUMNS)]


def _light(columns: Columns) -> pd.DataFrame:
    data: dict[str, Any] = {}
    for name in WORDS:
        words = pd.Index(columns.words[name].list, dtype="str")
        data[name] = pd.Categorical.from_codes(columns[name], words, validate=False)
    for name in SHOWN_TIMES:
        seconds = columns[name]
        times = seconds.astype("datetime64[s]")
        times[seconds == UNKNOWN] = np.datetime64("NaT")
        data[name] = pd.Series(times).dt.tz_localize("UTC").dt.tz_convert(clock.ZONE)
    return pd.DataFrame(data | {"lon": columns["lon"], "lat": columns["lat"]}, copy=False)
