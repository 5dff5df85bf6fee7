"""Which moments an incident of a state has behind it, so that a ledger agrees with the table of transitions.

A state needs what every way to it leaves, and has nothing of what comes only after it. Old ledgers often know
no more of a finished incident than when it was reported and closed, which is told and taken.
"""

from __future__ import annotations

import pandas as pd

from gis_app import clock
from gis_app.desk import tables_fields as fields
from gis_app.desk.tables_messages import fault
from gis_app.errors import Fault
from gis_app.incidents.reports import FUTURE

# the moments in the order in which they come
ORDER = ("reported_at", "accepted_at", "dispatched_at", "resolved_at", "closed_at")
_TO_DISPATCH = ("reported_at", "accepted_at", "dispatched_at", "organisation_code")
_TO_RESOLVE = (*_TO_DISPATCH, "resolved_at")
_LATE = ("dispatched_at", "due_at", "resolved_at", "closed_at")
# state -> what it needs, what it cannot have yet
STATES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "reported": (("reported_at",), ("accepted_at", *_LATE)),
    "accepted": (("reported_at", "accepted_at"), _LATE),
    "dispatched": (_TO_DISPATCH, ("resolved_at", "closed_at")),
    "handling": (_TO_DISPATCH, ("closed_at",)),
    "resolved": (_TO_RESOLVE, ("closed_at",)),
    "verified": (_TO_RESOLVE, ("closed_at",)),
    "closed": ((*_TO_RESOLVE, "closed_at"), ()),
    "evaluated": ((*_TO_RESOLVE, "closed_at"), ()),
    "returned": (("reported_at",), _LATE),
    "rejected": (("reported_at",), _LATE),
}
FINISHED = ("closed", "evaluated")
WITHOUT_CLOCK = tuple(state for state, (_, lacks) in STATES.items() if "due_at" in lacks)
FIRST = "2000-01-01"


def check(frame: pd.DataFrame) -> list[Fault]:
    """Return where states and moments contradict each other or time itself; rows by the frame's index."""
    faults = []
    for state, (needs, lacks) in STATES.items():
        here, said = frame[frame["state"] == state], fields.LEDGER_STATES[state]["zh"]
        bare = _only_ends_known(state, here)
        faults += [fault("only_ends_known", "accepted_at", row=row) for row in here.index[bare]]
        for name in needs:
            if name != "reported_at":  # said already, as every row needs it
                missing = (here[name] == "") & (~bare | (name == "closed_at"))
                faults += _told("state_needs", here[missing], name, said)
        for name in lacks:
            faults += _told("state_has_not", here[here[name] != ""], name, said)
    return faults + _in_order(frame) + _in_time(frame)


def _only_ends_known(state: str, rows: pd.DataFrame) -> pd.Series:
    """Tell which finished incidents come from a ledger that never noted the steps between."""
    unknown = (rows["accepted_at"] == "") & (rows["dispatched_at"] == "")
    return unknown & (state in FINISHED)


def _told(code: str, rows: pd.DataFrame, name: str, said: str) -> list[Fault]:
    title = fields.label(fields.INCIDENTS, name)
    return [
        fault(code, name, row=row, title=title, detail=said, value=value) for row, value in rows[name].items()
    ]


def _in_order(frame: pd.DataFrame) -> list[Fault]:
    faults = []
    latest, which = pd.Series("", frame.index, dtype=object), pd.Series("", frame.index, dtype=object)
    for name in ORDER:
        title = fields.label(fields.INCIDENTS, name)
        there = frame[name] != ""
        early = there & (latest != "") & (frame[name] < latest)
        for row, value, before in zip(frame.index[early], frame[name][early], which[early], strict=True):
            faults.append(fault("wrong_order", name, row=row, title=title, detail=before, value=value))
        latest, which = latest.where(~there, frame[name]), which.where(~there, title)
    due = (frame["due_at"] != "") & (frame["due_at"] < frame["reported_at"])
    before, title = fields.label(fields.INCIDENTS, "reported_at"), fields.label(fields.INCIDENTS, "due_at")
    faults += [
        fault("wrong_order", "due_at", row=row, title=title, detail=before, value=value)
        for row, value in frame["due_at"][due].items()
    ]
    return faults


def _in_time(frame: pd.DataFrame) -> list[Fault]:
    latest = (clock.now() + FUTURE).astimezone(clock.ZONE).isoformat(timespec="seconds")
    faults = []
    for name in ORDER:
        title = fields.label(fields.INCIDENTS, name)
        for code, wrong in (
            ("in_the_future", frame[name] > latest),
            ("long_ago", (frame[name] != "") & (frame[name] < FIRST)),
        ):
            faults += [
                fault(code, name, row=row, title=title, value=value)
                for row, value in frame[name][wrong].items()
            ]
    return faults
