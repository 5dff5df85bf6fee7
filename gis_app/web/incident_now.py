"""The incidents as they are now, as a frame: those of the snapshot, with what has changed since put in.

Reports and steps do not make a new revision of the county, so the snapshot's own incidents grow old; whoever
shows places or counts of incidents asks here, and puts `tag` into the tag of the answer.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pandas as pd
from flask import g

from gis_app.incidents.model import COLUMNS, TIMES
from gis_app.storage import incidents as stored
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.services import services

AT_ONCE = 50_000
_growing = threading.Lock()


@dataclass(frozen=True)
class IncidentsNow:
    """Every incident at one change number; never changed, only replaced."""

    number: int
    frame: pd.DataFrame


def incidents_now() -> IncidentsNow:
    """Return the incidents as they are now, the same ones for the whole of a request."""
    found = g.get("incidents_now")
    if found is None:
        found = g.incidents_now = _at_present(snapshot())
    return found


def _at_present(found: Snapshot) -> IncidentsNow:
    newest: list[IncidentsNow] = found.memo(
        "incidents_now", lambda: [IncidentsNow(found.change_number, found.incidents)]
    )
    with services().store.read() as conn:
        present = stored.change_number(conn)
        if newest[0].number == present:
            return newest[0]
        with _growing:
            kept = newest[0]
            while kept.number < present:
                changed = stored.changed_since(conn, kept.number, AT_ONCE)
                if not len(changed):
                    kept = IncidentsNow(present, kept.frame)
                    break
                kept = IncidentsNow(int(changed["change_number"].iloc[-1]), _merged(kept.frame, changed))
            newest[0] = kept
            return kept


def _merged(frame: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the changed rows in place of those of the same code, ordered by code."""
    texts = {name: _texts(changed[name]) for name in TIMES}
    rows = changed.assign(**texts)[list(COLUMNS)]
    rest = frame[~frame["incident_code"].isin(rows["incident_code"])]
    return pd.concat([rest, rows], ignore_index=True).sort_values("incident_code", ignore_index=True)


def _texts(times: pd.Series) -> pd.Series:
    return pd.Series(["" if pd.isna(t) else t.isoformat() for t in times], times.index, dtype="str")
