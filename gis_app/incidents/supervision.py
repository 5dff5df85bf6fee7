"""Supervision (督导 → 整改 → 再督导): what an inspector finds, what is answered, whether that is accepted.

A round is opened on a community, a grid or an incident and holds findings, each with a due time and a post or
an organisation that is responsible. One table says which verb leads where and who may use it; whoever
answered never judges that answer. Pure: rows and values in, changes out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from gis_app import clock
from gis_app.errors import Conflict, Forbidden
from gis_app.incidents.deadlines import DUE_SOON, IN_TIME, OVERDUE
from gis_app.incidents.fields import read_text
from gis_app.incidents.incident import Actor
from gis_app.incidents.messages import FieldFault, Refused, text
from gis_app.incidents.personal import personal_fault
from gis_app.incidents.worktime import WorkCalendar

SUBJECTS: dict[str, dict[str, str]] = {
    "community": {"zh": "社区", "en": "Community"},
    "grid": {"zh": "网格", "en": "Grid"},
    "incident": {"zh": "事件", "en": "Incident"},
}
ROUND_STATES: dict[str, dict[str, str]] = {
    "open": {"zh": "进行中", "en": "Under way"},
    "closed": {"zh": "已结束", "en": "Closed"},
}
FINDING_STATES: dict[str, dict[str, str]] = {
    "open": {"zh": "待整改", "en": "To be rectified"},
    "answered": {"zh": "待再督导", "en": "To be re-inspected"},
    "sent_back": {"zh": "退回整改", "en": "Sent back"},
    "accepted": {"zh": "整改通过", "en": "Accepted"},
}
WAITING_STATES = ("open", "sent_back")
# Posts that may have to answer for a finding; an organisation answers as "handler".
POSTS: dict[str, dict[str, str]] = {
    "community_secretary": {"zh": "社区书记", "en": "Community secretary"},
    "grid_leader": {"zh": "网格长", "en": "Grid leader"},
    "grid_worker": {"zh": "网格员", "en": "Grid worker"},
    "handler": {"zh": "责任单位", "en": "Responsible organisation"},
}
LONGEST = {"title": 80, "note": 2000, "description": 2000}
USUAL_DAYS, AGAIN_DAYS, FURTHEST = "5d", "3d", timedelta(days=366)
END_OF_WORK = time(18, 0)
SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Way:
    """One edge: from which states a verb leads where, who may use it, and what it needs."""

    verb: str
    states: tuple[str, ...]
    next_state: str
    roles: frozenset[str]
    zh: str
    en: str
    needs: tuple[str, ...] = ("note",)

    def label(self, language: str = "zh") -> str:
        """Return the verb's word in "zh" or "en"."""
        return self.en if language == "en" else self.zh


ANSWERERS = frozenset({"grid_worker", "dispatcher", "handler"})
JUDGES = frozenset({"inspector"})
WAYS: dict[str, Way] = {
    way.verb: way
    for way in (
        Way("answer", WAITING_STATES, "answered", ANSWERERS, "反馈整改", "Answer"),
        Way("accept", ("answered",), "accepted", JUDGES, "整改通过", "Accept", ()),
        Way("send_back", ("answered",), "sent_back", JUDGES, "退回整改", "Send back"),
    )
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What a verb does to a finding: the columns it changes, and the note that goes into its history."""

    verb: str
    changes: Mapping[str, Any]
    note: str


def may_take(verb: str, finding: Any, actor: Actor, answerers: Collection[int] = ()) -> str:
    """Return "" where `actor` may use the verb on the finding now, else the code of why not.

    `finding` has state, area_code, organisation_code; `answerers` are the accounts that answered it so far.
    """
    way = WAYS.get(verb)
    if way is None or finding.state not in way.states:
        return "finding_forbidden"
    if str(actor.role) not in way.roles:
        return "role_forbidden"
    if str(actor.role) == "handler":
        own = bool(actor.organisation_code) and actor.organisation_code == finding.organisation_code
        return "" if own else "not_responsible"
    if not finding.area_code.startswith(actor.scope_code):
        return "out_of_scope"
    if str(actor.role) == "grid_worker" and finding.organisation_code:
        return "not_responsible"
    return "own_answer" if verb != "answer" and actor.account_id in answerers else ""


def verbs_of(finding: Any, actor: Actor, answerers: Collection[int] = ()) -> list[Way]:
    """Return what `actor` may do with the finding now."""
    return [way for way in WAYS.values() if not may_take(way.verb, finding, actor, answerers)]


def take(
    finding: Any,
    verb: str,
    actor: Actor,
    data: Mapping[str, Any],
    now: datetime,
    calendar: WorkCalendar,
    answerers: Collection[int] = (),
) -> Turn:
    """Return what the verb does; raises Conflict("finding_forbidden"), Forbidden and Refused."""
    refusal = may_take(verb, finding, actor, answerers)
    if refusal == "finding_forbidden":
        raise Conflict(refusal, text(refusal))
    if refusal:
        raise Forbidden(refusal, text(refusal))
    way, faults = WAYS[verb], []
    note = _read(data, "note", "note" in way.needs, faults)
    changes: dict[str, Any] = {"state": way.next_state}
    if verb == "send_back":
        changes["due_at"] = read_due(data.get("due_on"), now, calendar, AGAIN_DAYS, faults)
    if verb == "accept":
        changes["accepted_at"] = now
    if faults:
        raise Refused("step_incomplete", faults)
    return Turn(verb, changes, note)


def new_round(data: Mapping[str, Any], area_code: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the columns of a new round on a subject that lies in `area_code`; raises Refused, Forbidden."""
    faults: list[FieldFault] = []
    kind = str(data.get("subject_kind") or "")
    title = _read(data, "title", True, faults)
    note = _read(data, "note", False, faults)
    if kind not in SUBJECTS:
        faults.append(FieldFault("subject_kind", "unknown_choice"))
    elif not area_code or (kind != "incident" and len(area_code) != {"community": 12, "grid": 15}[kind]):
        faults.append(FieldFault("subject_code", "unknown_subject"))
    if faults:
        raise Refused("supervision_rejected", faults)
    if not area_code.startswith(actor.scope_code):
        raise Forbidden("out_of_scope", text("out_of_scope"))
    code = data.get("subject_code") if kind == "incident" else area_code
    return {
        "title": title,
        "subject_kind": kind,
        "subject_code": code,
        "area_code": area_code,
        "inspector_id": actor.account_id,
        "opened_at": now,
        "note": note,
    }


def new_finding(
    data: Mapping[str, Any],
    the_round: Any,
    organisations: Collection[str],
    areas: Collection[str],
    now: datetime,
    calendar: WorkCalendar,
) -> dict[str, Any]:
    """Return the columns of a new finding; raises Conflict("round_closed") and Refused with every fault."""
    if the_round.state != "open":
        raise Conflict("round_closed", text("round_closed"))
    faults: list[FieldFault] = []
    description = _read(data, "description", True, faults)
    post, organisation = (str(data.get(name) or "") for name in ("responsible_role", "organisation_code"))
    if post not in POSTS:
        faults.append(FieldFault("responsible_role", "unknown_choice"))
    elif (post == "handler") != bool(organisation):
        wrong = "field_required" if post == "handler" else "organisation_not_wanted"
        faults.append(FieldFault("organisation_code", wrong))
    elif organisation and organisation not in organisations:
        faults.append(FieldFault("organisation_code", "unknown_organisation"))
    area = str(data.get("area_code") or the_round.area_code)
    if area not in areas or not area.startswith(the_round.area_code):
        faults.append(FieldFault("area_code", "unknown_area"))
    due_at = read_due(data.get("due_on"), now, calendar, USUAL_DAYS, faults)
    if faults:
        raise Refused("supervision_rejected", faults)
    return {
        "description": description,
        "area_code": area,
        "responsible_role": post,
        "organisation_code": organisation,
        "due_at": due_at,
        "created_at": now,
    }


def check_close(the_round: Any, findings: Collection[Any]) -> None:
    """Raise Conflict unless the round is open and every finding of it is accepted."""
    if the_round.state != "open":
        raise Conflict("round_closed", text("round_closed"))
    left = sum(finding.state != "accepted" for finding in findings)
    if left:
        raise Conflict("findings_left", text("findings_left"), {"findings": str(left)})


def read_due(
    value: Any, now: datetime, calendar: WorkCalendar, usual: str, faults: list[FieldFault]
) -> datetime | None:
    """Return the end of work on a day written YYYY-MM-DD, `usual` from now where none is given."""
    if value in (None, ""):
        return calendar.add(now, usual)
    try:
        day = date.fromisoformat(str(value).strip())
        moment = datetime.combine(day, END_OF_WORK, clock.ZONE)
    except ValueError:
        faults.append(FieldFault("due_on", "day_format"))
        return None
    if not now < moment <= now + FURTHEST:
        faults.append(FieldFault("due_on", "due_range"))
    return moment


def deadline(state: str, due_at: datetime | None, now: datetime) -> str:
    """Tell how a finding stands with its clock; "" where it does not wait for the responsible."""
    if due_at is None or state not in WAITING_STATES:
        return ""
    if due_at < now:
        return OVERDUE
    return DUE_SOON if due_at - now <= SOON else IN_TIME


def _read(data: Mapping[str, Any], name: str, wanted: bool, faults: list[FieldFault]) -> str:
    value, fault = read_text(data.get(name), LONGEST[name])
    fault = fault or ("field_required" if wanted and not value else "") or personal_fault(value)
    if fault:
        faults.append(FieldFault(name, fault))
    return value
