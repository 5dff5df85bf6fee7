"""Take an incident one step further: checked against the table, against 巡办分离, and against what is needed.

Pure: nothing is read or written; the caller gives the incident, the time and what it found in the store, and
writes the step where the version still fits. The order of refusal is fixed: the state, the role, the area,
separation, and last the fields, all of them at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gis_app.errors import Conflict, Forbidden
from gis_app.incidents import effects, fields
from gis_app.incidents.catalogue import IncidentClass
from gis_app.incidents.incident import OVERRIDE_TAG, STEP_TAG, Actor, HistoryRow, Incident, Step
from gis_app.incidents.messages import FieldFault, Refused, text
from gis_app.incidents.separation import forbidden_by
from gis_app.incidents.transitions import (
    ADMINISTRATOR,
    NOT_YET,
    REPORTER,
    Transition,
    edge,
    edges_from,
    verb_label,
)
from gis_app.incidents.worktime import WorkCalendar
from gis_app.layers import codes

EVERYWHERE = frozenset({(NOT_YET, "report"), ("returned", "report_again"), ("closed", "evaluate")})
"""Edges that a reporter takes, wherever their own area is."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A step that somebody may take now: its fields, and whether an administrator must give a reason."""

    code: str
    next_state: str
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    override: bool = False

    def label(self, language: str = "zh") -> str:
        """Return what the verb is called, in "zh" or "en"."""
        return verb_label(self.code, language)


def allowed_verbs(incident: Incident, actor: Actor, kind: IncidentClass | None = None) -> list[Verb]:
    """Return what `actor` may do with the incident now, in the order of the table.

    With `kind` the step finish_stage is listed only where a stage is left. For an administrator every edge is
    listed, with `override` and the field override_reason where it is somebody else's.
    """
    found = []
    for way in edges_from(incident.state):
        if way.verb == "finish_stage" and kind is not None and not effects.stages_left(incident, kind):
            continue
        refusal = refused_by(incident, way, actor)
        if not refusal:
            found.append(Verb(way.verb, way.next, way.needs, way.takes))
        elif actor.role == ADMINISTRATOR:
            found.append(Verb(way.verb, way.next, ("override_reason", *way.needs), way.takes, override=True))
    return found


def refused_by(incident: Incident, way: Transition, actor: Actor) -> str:
    """Return the code of what keeps `actor` from an edge of the table, "" where nothing does."""
    is_reporter = actor.account_id is not None and actor.account_id == incident.reporter_id
    if actor.role not in way.roles and not (REPORTER in way.roles and is_reporter):
        return "not_the_reporter" if way.roles == (REPORTER,) else "role_forbidden"
    own = (way.state, way.verb) in EVERYWHERE and (is_reporter or way.state == NOT_YET)
    if not own and not codes.within(actor.scope_code, incident.grid_code):
        return "out_of_scope"
    return forbidden_by(incident, way.verb, actor)


def step(
    incident: Incident,
    verb: str,
    actor: Actor,
    data: Mapping[str, Any],
    now: datetime,
    calendar: WorkCalendar,
    *,
    kind: IncidentClass | None = None,
    organisations: Collection[str] | None = None,
    original: Incident | None = None,
) -> Step:
    """Return what `verb` does to the incident.

    `data` holds the fields of the form: note, organisation_code, joint_organisations (codes, or text joined
    by ";"), duplicate_of, hours or until, satisfaction, photos (hashes), description, override_reason. `kind`
    is the incident's class (its limits start the clock at dispatch), `organisations` the codes there are,
    `original` the incident that duplicate_of names.

    Raises Conflict("transition_forbidden"), Forbidden (by role, scope or separation), Refused (BadInput).
    """
    way = edge(incident.state, verb)
    if way is None:
        raise Conflict("transition_forbidden", text("transition_forbidden"), {"verb": verb})
    override = _override(incident, way, actor, data)
    given, faults = fields.read(way, data, incident, now, organisations, original)
    if not faults:
        faults = effects.check(incident, verb, given, now, calendar, kind)
    if faults:
        raise Refused("step_incomplete", faults)
    changes = {
        "state": way.next,
        "updated_at": now,
        **effects.changes(incident, verb, actor, given, now, calendar, kind),
    }
    history = HistoryRow(
        incident.incident_code,
        now,
        verb,
        incident.state,
        way.next,
        actor.account_id,
        actor.role,
        given.get("organisation_code") or actor.organisation_code,
        _noted(given, override),
        given.get("photos", ()),
    )
    return Step(way.next, changes, history, override, given.get("duplicate_of", ""))


def _override(incident: Incident, way: Transition, actor: Actor, data: Mapping[str, Any]) -> str:
    """Return an administrator's reason where the edge is not theirs, "" where it is; raise where refused."""
    refusal = refused_by(incident, way, actor)
    if not refusal:
        return ""
    if actor.role != ADMINISTRATOR:
        raise Forbidden(refusal, text(refusal))
    reason, fault = fields.read_text(data.get("override_reason"), fields.MAX_REASON)
    if fault:
        raise Refused("step_incomplete", [FieldFault("override_reason", fault)])
    if not reason:
        code = "override_reason_required"
        raise Forbidden(code, text(code), {"override_reason": text(code)})
    return reason


def _noted(given: Mapping[str, Any], override: str) -> str:
    """Return the note of a step, begun with the administrator's reason where there is one."""
    return (f"【管理员代办：{override}】" if override else "") + given.get("note", "")


__all__ = [
    "OVERRIDE_TAG",
    "STEP_TAG",
    "Actor",
    "HistoryRow",
    "Incident",
    "Step",
    "Verb",
    "allowed_verbs",
    "refused_by",
    "step",
]
