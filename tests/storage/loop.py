"""Reports and steps for the store's tests, made without the rules of the loop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gis_app.clock import ZONE
from gis_app.incidents.incident import HistoryRow, Incident, Step
from gis_app.storage import incidents
from gis_app.storage.engine import Store

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
GRID = "410222001001001"


def report(at: datetime = T0, **changes: Any) -> Incident:
    """Return a report as it comes before it has a code."""
    values = {
        "class_code": "ENV01",
        "category": "environment",
        "description": "路边有积存垃圾",
        "lon": 114.46,
        "lat": 34.47,
        "grid_code": GRID,
        "reporter_id": 1,
        "reported_at": at,
        **changes,
    }
    return Incident("", **values)


def reported(store: Store, **changes: Any) -> str:
    """Report an incident and return its code."""
    with store.write() as conn:
        return incidents.insert_report(conn, report(**changes), actor="worker")


def step(verb: str, before: str, after: str, at: datetime = T0, **more: Any) -> Step:
    """Return a step; `changes`, `override_reason`, `followed` and fields of the history may be given."""
    made = {name: more.pop(name) for name in ("override_reason", "followed") if name in more}
    changes = more.pop("changes", {})
    history = HistoryRow(
        "", at, verb, before, after, more.pop("actor_id", 2), more.pop("role", "dispatcher"), **more
    )
    return Step(after, changes, history, **made)


def taken(store: Store, code: str, version: int, made: Step, **more: Any) -> int:
    """Write a step and return the new version."""
    with store.write() as conn:
        return incidents.apply_step(conn, code, version, made, actor="dispatcher", **more)


def dispatched(store: Store, code: str, organisation: str, due: datetime | None, joint: str = "") -> int:
    """Take a reported incident to an organisation and return its version."""
    taken(store, code, 1, step("accept", "reported", "accepted", changes={"accepted_at": T0}))
    changes = {
        "organisation_code": organisation,
        "joint_organisations": joint,
        "dispatched_at": T0 + timedelta(minutes=5),
        "due_at": due,
    }
    return taken(store, code, 2, step("dispatch", "accepted", "dispatched", changes=changes))
