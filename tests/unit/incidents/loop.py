"""An incident at any state, somebody of any role, and the fields that every verb takes: for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gis_app import clock
from gis_app.incidents.catalogue import IncidentClass
from gis_app.incidents.incident import Actor, Incident, Step
from gis_app.incidents.workflow import step
from gis_app.incidents.worktime import standard

NOW = datetime(2026, 7, 29, 10, 0, tzinfo=clock.ZONE)  # a Wednesday
GRID = "410222001006001"
LEAD, JOINT, OTHER = "ORG035", "ORG061", "ORG022"
ORGANISATIONS = (LEAD, JOINT, OTHER)
REPORTER, HANDLER, VERIFIER, SOMEBODY = 11, 22, 33, 99
KIND = IncidentClass("ENV03", "道路不洁", "environment", "ENV", time_limit="5h", accept_limit="1h")
STAGED = IncidentClass(
    "DIS02", "乱搭乱建", "five_disorders", "DIS", time_limit="20d", stages="停工:4h;处罚:7d;拆除:20d"
)
ORIGINAL = Incident("TX2026-000001", "ENV03", "environment", "accepted")
FIELDS: dict[str, Any] = {
    "note": "说明",
    "organisation_code": OTHER,
    "joint_organisations": [JOINT],
    "duplicate_of": ORIGINAL.incident_code,
    "hours": 7,
    "satisfaction": 5,
}


def at(text: str) -> datetime:
    """Return a moment in China."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)


def incident(state: str, **columns) -> Incident:
    """Return an incident at a state with the columns that it has there."""
    reached = [
        "reported",
        "accepted",
        "dispatched",
        "handling",
        "resolved",
        "verified",
        "closed",
        "evaluated",
    ]
    place = reached.index({"paused": "handling"}.get(state, state)) if state not in _ASIDE else 0
    values: dict[str, Any] = {
        "incident_code": "TX2026-000777",
        "class_code": KIND.class_code,
        "category": KIND.category,
        "state": state,
        "grid_code": GRID,
        "reporter_id": REPORTER,
        "reported_at": at("2026-07-27T08:30"),
    }
    if place >= 1:
        values["accepted_at"] = at("2026-07-27T09:00")
    if place >= 2:
        values |= {"dispatched_at": at("2026-07-28T15:00"), "due_at": at("2026-07-29T11:00")}
        values |= {"organisation_code": LEAD, "joint_organisations": JOINT}
    if place >= 3:
        values |= {"handling_at": at("2026-07-28T16:00"), "handler_id": HANDLER}
    if place >= 4:
        values["resolved_at"] = at("2026-07-28T17:00")
    if place >= 5:
        values |= {"verified_at": at("2026-07-28T17:30"), "verifier_id": VERIFIER}
    if place >= 6:
        values["closed_at"] = at("2026-07-29T09:00")
    if place >= 7:
        values |= {"evaluated_at": at("2026-07-29T09:30"), "satisfaction": 4}
    if state == "paused":
        values["paused_at"] = at("2026-07-28T17:00")
    return Incident(**(values | columns))


_ASIDE = ("", "returned", "rejected", "duplicate")


def actor(role: str, account_id: int | None = SOMEBODY, organisation: str | None = None) -> Actor:
    """Return somebody of a role: the public has no account, a handler belongs to the lead organisation."""
    if organisation is None:
        organisation = LEAD if role == "handler" else ""
    return Actor(None if role == "public" else account_id, role, organisation)


def act(subject: Incident, verb: str, who: Actor, now: datetime = NOW, kind=KIND, **data) -> Step:
    """Take a step with every field filled in; `data` replaces fields, None leaves one out."""
    fields = {name: value for name, value in (FIELDS | data).items() if value is not None}
    return step(
        subject,
        verb,
        who,
        fields,
        now,
        standard(),
        kind=kind,
        organisations=ORGANISATIONS,
        original=ORIGINAL,
    )


def after(subject: Incident, verb: str, who: Actor, now: datetime = NOW, kind=KIND, **data) -> Incident:
    """Return the incident that a step leaves."""
    from dataclasses import replace

    done = act(subject, verb, who, now, kind, **data)
    handled = verb in ("handle", "finish_stage", "resolve")
    return replace(
        subject,
        **done.changes,
        version=subject.version + 1,
        past_handlers=subject.past_handlers | ({who.account_id} if handled else set()),
        past_organisations=subject.past_organisations | ({who.organisation_code} if handled else set()),
    )
