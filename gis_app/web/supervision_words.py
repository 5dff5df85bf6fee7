"""What people read of supervision: names for codes, who is responsible, how findings stand with the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gis_app import clock
from gis_app.incidents.deadlines import DEADLINES
from gis_app.incidents.incident import Actor
from gis_app.incidents.supervision import FINDING_STATES, POSTS, ROUND_STATES, SUBJECTS, deadline, verbs_of
from gis_app.people.roles import ROLE_LABELS
from gis_app.storage.supervision import Answer
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_words import DUE_ICONS, moment, organisation_names, place_name

TURN_ICONS = {"answer": "check", "accept": "circle-check", "send_back": "arrow-left"}


def turns() -> dict[str, str]:
    """Return the words of what was done to a finding."""
    return {"answer": _("反馈整改"), "accept": _("整改通过"), "send_back": _("退回整改")}


def finding_words(finding: Any) -> dict[str, Any]:
    """Return what lists and pages show of a finding: a row of the store or a line of its frame."""
    lang = language()
    due_at = _time(finding.due_at)
    return {
        "id": finding.finding_id,
        "round_id": finding.round_id,
        "description": finding.description,
        "area_code": finding.area_code,
        "area": place_name(finding.area_code),
        "responsible": responsible(finding.responsible_role, finding.organisation_code),
        "state": finding.state,
        "state_label": FINDING_STATES[finding.state][lang],
        "due": due_words(finding.state, due_at),
        "created": moment(_time(finding.created_at)),
        "accepted": moment(_time(finding.accepted_at)),
        "photos": [photo for photo in finding.photos.split(";") if photo],
        "version": finding.version,
    }


def with_turns(finding: Any, answers: list[Answer], actor: Actor) -> dict[str, Any]:
    """Return what the page of a round shows of a finding: its history and what this person may do now."""
    words, lang = turns(), language()
    told = [
        {
            "verb": one.verb,
            "label": words[one.verb],
            "icon": TURN_ICONS[one.verb],
            "role": ROLE_LABELS.get(one.actor_role, {}).get(lang, ""),
            "at": moment(one.at),
            "note": one.note,
            "photos": one.photos,
        }
        for one in answers
    ]
    verbs = verbs_of(finding, actor, answerers(answers))
    return finding_words(finding) | {
        "turns": told,
        "verbs": [{"verb": way.verb, "label": way.label(lang), "needs": way.needs} for way in verbs],
    }


def answerers(answers: list[Answer]) -> set[int]:
    """Return the accounts that answered a finding."""
    return {one.actor_id for one in answers if one.verb == "answer" and one.actor_id is not None}


def round_words(one: Any) -> dict[str, Any]:
    """Return what lists and pages show of a round."""
    lang = language()
    subject = place_name(one.area_code)
    return {
        "id": one.round_id,
        "title": one.title,
        "kind": one.subject_kind,
        "kind_label": SUBJECTS[one.subject_kind][lang],
        "subject_code": one.subject_code,
        "subject": one.subject_code if one.subject_kind == "incident" else subject,
        "area": subject,
        "area_code": one.area_code,
        "state": one.state,
        "state_label": ROUND_STATES[one.state][lang],
        "opened": moment(_time(one.opened_at)),
        "closed": moment(_time(one.closed_at)),
        "note": one.note,
        "version": one.version,
    }


def responsible(role: str, organisation_code: str) -> str:
    """Return who answers for a finding: the organisation's name, else the post's."""
    if organisation_code:
        return organisation_names(snapshot()).get(organisation_code, organisation_code)
    return POSTS.get(role, {}).get(language(), role)


def due_words(state: str, due_at: datetime | None) -> dict[str, Any]:
    """Return how a finding stands with its clock: state, word, icon, and the due time."""
    kind = deadline(state, due_at, clock.now())
    word = DEADLINES[kind][language()] if kind else ""
    return {"state": kind, "label": word, "icon": DUE_ICONS.get(kind, ""), "left": "", "at": moment(due_at)}


def _time(value: Any) -> datetime | None:
    """Return a moment of a row as it is, of a frame read from its text."""
    return datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
