"""What each verb does to an incident's columns, and to its clock.

The clock is moved in three places only: dispatch starts it, time paused or spent waiting for a verdict is
given back, an extension adds to it. A transfer leaves it as it is: who waits does not wait longer because the
first organisation was the wrong one; the dispatcher may extend with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gis_app.incidents.catalogue import IncidentClass
from gis_app.incidents.deadlines import due_at, parse_stages
from gis_app.incidents.incident import Actor, Incident
from gis_app.incidents.messages import FieldFault
from gis_app.incidents.worktime import WorkCalendar

LONGEST_EXTENSION = timedelta(days=366)
# The columns that dispatch and what follows it fill; back at `accepted` they are empty again.
AFTER_ACCEPTANCE: dict[str, Any] = {
    "organisation_code": "",
    "joint_organisations": "",
    "dispatched_at": None,
    "handling_at": None,
    "due_at": None,
    "resolved_at": None,
    "verified_at": None,
    "closed_at": None,
    "evaluated_at": None,
    "paused_at": None,
    "paused_seconds_work": 0,
    "extended_seconds": 0,
    "handler_id": None,
    "verifier_id": None,
    "satisfaction": 0,
}


def check(
    incident: Incident,
    verb: str,
    given: Mapping[str, Any],
    now: datetime,
    calendar: WorkCalendar,
    kind: IncidentClass | None,
) -> list[FieldFault]:
    """Return what is wrong with good fields at this incident, such as an extension that adds nothing."""
    if verb == "finish_stage" and (kind is None or not stages_left(incident, kind)):
        return [FieldFault("verb", "no_stage_left")]
    if verb != "extend":
        return []
    if incident.due_at is None:
        return [FieldFault("until", "nothing_to_extend")]
    later = _extended(incident, given["until_or_hours"], calendar)
    ahead = incident.due_at < later <= max(incident.due_at, now) + LONGEST_EXTENSION
    if ahead and (incident.state == "paused" or later > now):
        return []
    field = "until" if isinstance(given["until_or_hours"], datetime) else "hours"
    return [FieldFault(field, "extension_until")]


def changes(
    incident: Incident,
    verb: str,
    actor: Actor,
    given: Mapping[str, Any],
    now: datetime,
    calendar: WorkCalendar,
    kind: IncidentClass | None,
) -> dict[str, Any]:
    """Return the columns that a checked step changes, `state` and `updated_at` apart."""
    effect = _EFFECTS.get((incident.state, verb)) or _EFFECTS.get(verb)
    return effect(incident, actor, given, now, calendar, kind) if effect else {}


def stages_left(incident: Incident, kind: IncidentClass) -> int:
    """Return how many stages are not finished; the last, which is resolving, is not counted."""
    return max(len(parse_stages(kind.stages)) - 1 - incident.stages_done, 0)


def _report(incident, actor, given, now, calendar, kind):
    return {
        "reported_at": incident.reported_at or now,
        "reporter_id": actor.account_id,
        "reporter_kind": "public" if actor.account_id is None else "staff",
    }


def _report_again(incident, actor, given, now, calendar, kind):
    return {"description": given["description"]} if given.get("description") else {}


def _accept(incident, actor, given, now, calendar, kind):
    return {"accepted_at": now}


def _mark_duplicate(incident, actor, given, now, calendar, kind):
    return {"duplicate_of": given["duplicate_of"]}


def _dispatch(incident, actor, given, now, calendar, kind):
    due = due_at(now, kind.time_limit, calendar, kind.stages) if kind else None
    return {**_back(incident), **_handled_by(given), "dispatched_at": now, "due_at": due}


def _transfer(incident, actor, given, now, calendar, kind):
    return {**_handled_by(given), "handling_at": None, "handler_id": None}


def _handled_by(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "organisation_code": given["organisation_code"],
        "joint_organisations": given.get("joint_organisations", ""),
    }


def _handle(incident, actor, given, now, calendar, kind):
    return {"handling_at": incident.handling_at or now, "handler_id": actor.account_id}


def _not_ours(incident, actor, given, now, calendar, kind):
    return _back(incident)


def _finish_stage(incident, actor, given, now, calendar, kind):
    done = incident.stages_done + 1
    lost = incident.paused_seconds_work + incident.extended_seconds
    due = due_at(incident.dispatched_at or now, kind.time_limit, calendar, kind.stages, done, lost)
    return {"stages_done": done, "due_at": due, "handler_id": actor.account_id}


def _pause(incident, actor, given, now, calendar, kind):
    return {"paused_at": now}


def _resume(incident, actor, given, now, calendar, kind):
    return {"paused_at": None, **_given_back(incident, incident.paused_at, now, calendar)}


def _extend(incident, actor, given, now, calendar, kind):
    later = _extended(incident, given["until_or_hours"], calendar)
    added = round(calendar.between(incident.due_at, later))
    return {"due_at": later, "extended_seconds": incident.extended_seconds + added}


def _resolve(incident, actor, given, now, calendar, kind):
    return {"resolved_at": now, "handler_id": actor.account_id}


def _not_good_enough(incident, actor, given, now, calendar, kind):
    again = {"resolved_at": None, "return_count": incident.return_count + 1}
    return {**again, **_given_back(incident, incident.resolved_at, now, calendar)}


def _verify(incident, actor, given, now, calendar, kind):
    return {"verified_at": now, "verifier_id": actor.account_id}


def _close(incident, actor, given, now, calendar, kind):
    return {"closed_at": now}


def _evaluate(incident, actor, given, now, calendar, kind):
    return {"evaluated_at": now, "satisfaction": given["satisfaction"]}


def _reopen(incident, actor, given, now, calendar, kind):
    accepted = {"accepted_at": incident.accepted_at or now}
    return {**_back(incident), **accepted, "reopen_count": incident.reopen_count + 1}


def _given_back(
    incident: Incident, since: datetime | None, now: datetime, calendar: WorkCalendar
) -> dict[str, Any]:
    """Return the clock moved by the working time since then, as it did not run."""
    if since is None or incident.due_at is None:
        return {}
    lost = round(max(calendar.between(since, now), 0))
    return {
        "due_at": calendar.add_seconds(incident.due_at, lost),
        "paused_seconds_work": incident.paused_seconds_work + lost,
    }


def _extended(incident: Incident, until_or_hours: datetime | float, calendar: WorkCalendar) -> datetime:
    if isinstance(until_or_hours, datetime):
        return until_or_hours
    return calendar.add_seconds(incident.due_at, until_or_hours * 3600)


def _back(incident: Incident) -> dict[str, Any]:
    """Return the columns emptied that dispatch and what follows it filled."""
    return {**AFTER_ACCEPTANCE, **({"stages_done": 0} if incident.stages_done else {})}


# By verb, or by (state, verb) where one verb does different things.
_EFFECTS = {
    "report": _report,
    "report_again": _report_again,
    "accept": _accept,
    "mark_duplicate": _mark_duplicate,
    "dispatch": _dispatch,
    "transfer": _transfer,
    "handle": _handle,
    ("dispatched", "return"): _not_ours,
    ("handling", "return"): _not_ours,
    "finish_stage": _finish_stage,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "resolve": _resolve,
    ("resolved", "return"): _not_good_enough,
    "verify": _verify,
    "close": _close,
    "evaluate": _evaluate,
    "reopen": _reopen,
}
