"""The page of one incident: where it is, how it stands, what was done, and what whoever looks may do now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import Forbidden, GisError
from gis_app.incidents.deadlines import stage_dues
from gis_app.incidents.incident import HistoryRow, Incident
from gis_app.incidents.model import label
from gis_app.incidents.transitions import verb_label
from gis_app.incidents.worktime import Limit, standard
from gis_app.people.roles import Role
from gis_app.storage import incidents as stored
from gis_app.storage import people as stored_people
from gis_app.storage.engine import Connection
from gis_app.storage.incidents.contacts import Contact
from gis_app.web import incident_words as words
from gis_app.web.access import may, requires
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import CODE, actor, catalogue, is_private, may_reveal, may_see, seen, unknown
from gis_app.web.incident_forms import forms_of, organisation_choices, stage_words
from gis_app.web.maps import shell_parts
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.problem_words import told
from gis_app.web.problems import status_of
from gis_app.web.services import services

rooms = Blueprint("incident_detail", __name__)


@rooms.get("/incidents/<code>")
@requires("incidents:incident:read")
def detail(code: str) -> Response:
    """Show the incident."""
    return Response(_page(code), content_type=CONTENT_TYPE)


@rooms.post("/incidents/<code>/contact")
@requires("incidents:contact:reveal")
def reveal(code: str) -> Response:
    """Show the incident with the reporter's contact, which the audit trail notes."""
    with services().store.write() as conn:
        incident = seen(conn, code)
        if not may_reveal(incident, g.account):
            raise Forbidden()
        contact = stored.reveal_contact(conn, code, g.account.username)
    return Response(_page(code, contact=contact), content_type=CONTENT_TYPE)


@rooms.post("/incidents/<code>/follow")
@requires("incidents:incident:report")
def follow(code: str) -> Response:
    """Note that somebody else waits for the incident too."""
    incident, _new = add_follower(code)
    return redirect(f"/incidents/{code}" if may_see(incident, g.account) else "/incidents?tab=mine", code=303)


def add_follower(
    code: str, check: Callable[[Incident], None] = lambda incident: None
) -> tuple[Incident, bool]:
    """Let the account follow an incident that passes `check`; return it, and whether the follower is new.

    Public ones may be followed beyond one's own scope: a report at its border is offered those behind it.
    """
    account = g.account
    with services().store.write() as conn:
        incident = stored.find(conn, code) if CODE.fullmatch(code) else None
        if incident is None or not (may_see(incident, account) or is_open_to_all(incident)):
            raise unknown(code)
        check(incident)
        key = f"account:{account.account_id}"
        new = stored.add_follower(conn, code, key, clock.now(), account.account_id, actor=account.username)
    return incident, new


def is_open_to_all(incident: Incident) -> bool:
    """Tell whether an incident's place is public."""
    return not is_private(incident.class_code, incident.category)


def refused_page(code: str, verb: str, error: GisError) -> Response:
    """Return the incident's page with what was wrong with a step and what had been typed."""
    message, fields = told(error, language())
    typed = {name: request.form.getlist(name) for name in request.form}
    refused = {"verb": verb, "code": error.code, "message": message, "fields": fields, "typed": typed}
    return Response(_page(code, refused=refused), status_of(error), content_type=CONTENT_TYPE)


def _page(code: str, refused: dict[str, Any] | None = None, contact: Contact | None = None) -> str:
    with services().store.read() as conn:
        incident = seen(conn, code)
        steps = stored.history(conn, code)
        told_steps = _history(steps, _people(conn))
        photos, voices = stored.photos(conn, code), stored.voices_of(conn, code)
        follows = any(one.account_id == g.account.account_id for one in stored.followers(conn, code))
    return render_template(
        "incidents/detail.html",
        incident=incident,
        line=words.line(incident),
        kind=catalogue().find(incident.class_code),
        stages=stage_words(incident),
        stage_dues=_stage_dues(incident),
        forms=forms_of(incident, actor()),
        organisations=organisation_choices(),
        steps=told_steps,
        photos=photos,
        voices=voices,
        station=_station(incident),
        answers=answers_of(incident),
        contact=_contact(incident, contact),
        follows=follows or incident.reporter_id == g.account.account_id,
        refused=refused,
        note=_calendar_note(incident),
        limit=_limit(incident),
        **(shell_parts(snapshot()) if incident.lon is not None else {}),
    )


def _people(conn: Connection) -> dict[int, str]:
    return {row.account_id: row.display_name or row.username for row in stored_people.read_accounts(conn)}


def _history(steps: list[HistoryRow], people: dict[int, str]) -> list[dict[str, Any]]:
    lang, names = language(), words.organisation_names(snapshot())
    return [
        {
            "verb": verb_label(row.verb, lang),
            "to": label(row.to_state, lang),
            "at": words.moment(row.at),
            "actor": people.get(row.actor_id) or (_("公众") if row.actor_id is None else _("已删除的账户")),
            "role": role_label(row.actor_role),
            "organisation": names.get(row.organisation_code, row.organisation_code),
            "note": row.note,
            "photos": row.photos,
            "photo_kind": photo_kind_label(row.photo_kind),
        }
        for row in reversed(steps)
    ]


def photo_kind_label(kind: str) -> str:
    """Return what the photos of a step show, in words; "" where nothing is said."""
    return {"before": _("处置前"), "after": _("处置后")}.get(kind, "")


def _station(incident: Incident) -> dict[str, str] | None:
    """Return code and name of the station that an incident is about."""
    code = station_of(incident)
    rows = snapshot().atlas.stations
    names = rows.loc[rows["station_code"] == code, "name"] if code else ()
    return {"code": code, "name": str(names.iloc[0])} if len(names) else None


def role_label(role: str) -> str:
    """Return the name of a role; "" for the public and for what is none."""
    try:
        return Role(role).label(language())
    except ValueError:
        return ""


def station_of(incident: Incident) -> str | None:
    """Return the code of the station that an incident is about, None where it is about none."""
    try:
        code = orjson.loads(incident.extra or "{}").get("station_code")
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, str) else None


def answers_of(incident: Incident) -> list[tuple[str, str]]:
    """Return what the report answered to the questions of its class, as (question, answer)."""
    try:
        given = orjson.loads(incident.extra or "{}").get("attributes") or {}
    except (ValueError, AttributeError):
        return []
    kind = catalogue().find(incident.class_code)
    asked = {one.code: one for one in kind.attribute_list} if kind else {}
    told_answers = []
    for code, answer in given.items():
        values = dict(asked[code].values) if code in asked else {}
        keys = answer if isinstance(answer, list) else [answer]
        said = "、".join(values.get(str(key), str(key)) for key in keys)
        told_answers.append((asked[code].description if code in asked else code, said))
    return told_answers


def _contact(incident: Incident, revealed: Contact | None) -> dict[str, Any] | None:
    """Return the reporter's contact as this account may see it, None for no contact or no right to any."""
    given = any((incident.contact_name, incident.contact_phone, incident.contact_email))
    if not given or not may("incidents:contact:read") or not may_reveal(incident, g.account):
        return None
    if revealed is not None:
        return {"name": revealed.name, "phone": revealed.phone, "email": revealed.email, "revealed": True}
    return {
        "name": words.masked_name(incident.contact_name),
        "phone": words.masked_phone(incident.contact_phone),
        "email": words.masked_email(incident.contact_email),
        "revealed": False,
    }


def _stage_dues(incident: Incident) -> list[dict[str, Any]]:
    kind = catalogue().find(incident.class_code)
    if kind is None or not kind.stages:
        return []
    dues = stage_dues(incident, kind.stages, standard())
    return [{"name": one.name, "due": words.moment(one.due_at), "done": one.done} for one in dues]


def _limit(incident: Incident) -> str:
    """Return the time limit of the incident's class in words."""
    kind = catalogue().find(incident.class_code)
    return Limit.of(kind.time_limit).label(language()) if kind and kind.time_limit else ""


def _calendar_note(incident: Incident) -> str:
    if incident.due_at is None or incident.dispatched_at is None:
        return ""
    return standard().note(incident.dispatched_at, incident.due_at, language())
