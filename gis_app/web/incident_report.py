"""Reporting: a place, a class, a few words and photos; where it belongs and whether somebody was first.

The form asks before it makes anything: which of two grids, where the position reaches across their border,
and whether one of the incidents nearby is the same. A report sent twice with one key is one incident.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson
from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import Conflict, GisError
from gis_app.incidents import duplicates
from gis_app.incidents.incident import Incident
from gis_app.incidents.model import label
from gis_app.incidents.placing import Placing
from gis_app.incidents.reports import NewReport, check_report
from gis_app.incidents.workflow import step
from gis_app.incidents.worktime import standard
from gis_app.photos.processing import Photo
from gis_app.storage import incidents as stored
from gis_app.storage.engine import Connection
from gis_app.voices.processing import Voice
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import actor, catalogue, is_private
from gis_app.web.incident_uploads import allow_photos, kept, read_photos, row_of, rows_of
from gis_app.web.incident_words import far, moment, place_name
from gis_app.web.maps import shell_parts
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.problem_words import told
from gis_app.web.problems import status_of, wants_data
from gis_app.web.services import services

rooms = Blueprint("incident_report", __name__)
TEXTS = (
    "class_code",
    "lon",
    "lat",
    "accuracy_m",
    "description",
    "address",
    "grid_code",
    "contact_name",
    "contact_phone",
    "idempotency_key",
)
_SAME = ("class_code", "description", "lon", "lat", "address")
_KEPT = {field.name for field in fields(Incident)} & {field.name for field in fields(NewReport)}


@rooms.get("/incidents/report")
@requires("incidents:incident:report")
def form() -> Response:
    """Show the form for a new report; the address may say the place and the class beforehand."""
    params = Params("lon", "lat", "class")
    typed = {
        "lon": params.text("lon", 20),
        "lat": params.text("lat", 20),
        "class_code": params.text("class", 16),
    }
    return Response(_form(typed), content_type=CONTENT_TYPE)


@rooms.post("/incidents/report")
@requires("incidents:incident:report")
def submit() -> Response:
    """Make an incident of the report, or ask what has to be known first."""
    allow_photos()
    typed = {name: request.form.get(name, "") for name in TEXTS}
    try:
        values = typed | {"attributes": _answers()}
        report = checked(values)
        question = _question(report)
        if question:
            return Response(_form(typed, question=question), 409, content_type=CONTENT_TYPE)
        code, _made = make(report, read_photos())
    except GisError as error:
        if wants_data():
            raise
        message, wrong = told(error, language())
        problem = {"code": error.code, "message": message, "fields": wrong}
        return Response(_form(typed, problem=problem), status_of(error), content_type=CONTENT_TYPE)
    return redirect(f"/incidents/{code}", code=303)


def checked(values: Mapping[str, Any]) -> NewReport:
    """Return the report without faults; raises Refused with every fault."""
    return check_report(values, catalogue(), snapshot().atlas, actor(), clock.now())


def make(
    report: NewReport,
    photos: Sequence[Photo],
    voice: Voice | None = None,
    extra: Mapping[str, Any] | None = None,
) -> tuple[str, bool]:
    """Make an incident of a report and return its code, and whether it is new.

    The same report with the same key is the incident that it made before; raises Conflict where the key was
    used for another one.
    """
    key = _own_key(report.idempotency_key)
    new = _incident(report, key, extra or {})
    with services().store.read() as conn:
        code = _sent_before(conn, new)
    if code:
        return code, False
    now = clock.now()
    hashes = [photo.photo_hash for photo in photos]
    blank = Incident("", class_code=new.class_code, grid_code=new.grid_code)
    first = step(blank, "report", actor(), {"photos": hashes} if hashes else {}, now, standard())
    with kept(photos, voice), services().store.write() as conn:
        code = _sent_before(conn, new)
        if code:
            return code, False
        who = g.account.username
        return stored.insert_report(conn, new, first.history, who, rows_of(photos), row_of(voice)), True


def sent_before(key: Any) -> Incident | None:
    """Return the incident that the account made with a key, None where it made none."""
    own = _own_key(key) if isinstance(key, str) else None
    if own is None:
        return None
    with services().store.read() as conn:
        code = stored.find_by_key(conn, own)
        return stored.find(conn, code) if code else None


def _own_key(key: str | None) -> str | None:
    """Return the key as it is kept: an account's own, so that nobody meets another's."""
    if not key:
        return None
    return "a-" + hashlib.sha256(f"{g.account.account_id}:{key}".encode()).hexdigest()


def _incident(report: NewReport, key: str | None, more: Mapping[str, Any]) -> Incident:
    values = {name: getattr(report, name) for name in _KEPT}
    told = {**({"attributes": dict(report.attributes)} if report.attributes else {}), **more}
    extra = orjson.dumps(told).decode() if told else ""
    values |= {"incident_code": "", "state": "reported", "idempotency_key": key, "extra": extra}
    return Incident(**{**values, "plan_id": snapshot().plan_id})


def _sent_before(conn: Connection, new: Incident) -> str | None:
    code = stored.find_by_key(conn, new.idempotency_key) if new.idempotency_key else None
    earlier = stored.find(conn, code) if code else None
    if earlier is None:
        return None
    if any(getattr(earlier, name) != getattr(new, name) for name in _SAME):
        raise Conflict("idempotency_key_reused", _("该幂等键已用于另一份内容不同的上报，未保存"))
    return code


def _question(report: NewReport) -> dict[str, Any] | None:
    """Return what has to be asked before the report is made, None where nothing has."""
    asked = {"grids": [], "duplicates": []}
    if report.placing and report.placing.ask:
        asked["grids"] = candidates(report.placing)
    if not request.form.get("confirm_new") and report.lon is not None and report.lat is not None:
        asked["duplicates"] = likely(report.class_code, report.lon, report.lat)
    return asked if any(asked.values()) else None


def candidates(placing: Placing) -> list[dict[str, Any]]:
    """Return the grids that a position may lie in, for whoever is asked."""
    return [
        {"grid_code": one.grid_code, "name": place_name(one.grid_code), "distance": far(one.distance_m)}
        for one in placing.candidates
    ]


def likely(class_code: str, lon: float, lat: float) -> list[dict[str, Any]]:
    """Return the incidents that a report may repeat, nearest first; none of a class that is not public."""
    kind = catalogue().find(class_code)
    if kind is None or is_private(class_code, kind.category):
        return []
    since = duplicates.since(clock.now())
    with services().store.read() as conn:
        near = stored.nearby_open(conn, class_code, lon, lat, duplicates.METRES, since, duplicates.MOST)
    lang = language()
    return [
        {
            "code": one.incident_code,
            "description": one.description,
            "address": one.address,
            "state_label": label(one.state, lang),
            "distance": far(one.distance_m),
            "distance_m": round(one.distance_m, 1),
            "reported": moment(one.reported_at),
            "follower_count": one.follower_count,
            "lon": one.lon,
            "lat": one.lat,
        }
        for one in near
    ]


def _answers() -> dict[str, Any]:
    """Return the answers to the questions of the chosen class, from the fields "attribute[CODE]"."""
    answers: dict[str, Any] = {}
    kind = catalogue().find(request.form.get("class_code", ""))
    asked = {one.code for one in kind.attribute_list} if kind else set()
    for name in request.form:
        code = name[10:-1] if name.startswith("attribute[") and name.endswith("]") else ""
        if code in asked:
            values = request.form.getlist(name)
            answers[code] = values if len(values) > 1 else values[0]
    return answers


def _form(
    typed: Mapping[str, str], problem: dict[str, Any] | None = None, question: dict[str, Any] | None = None
) -> str:
    classes = catalogue()
    groups: dict[str, list] = {}
    usable = classes.reportable()
    for kind in usable:
        groups.setdefault(_group(kind), []).append(kind)
    return render_template(
        "incidents/report.html",
        typed={**typed, "idempotency_key": typed.get("idempotency_key") or secrets.token_urlsafe(24)},
        groups=groups,
        questions={one.class_code: one.attribute_list for one in usable if one.attribute_list},
        answers=_answers() if request.method == "POST" else {},
        problem=problem,
        question=question,
        **shell_parts(snapshot()),
    )


def _group(kind: Any) -> str:
    parent = catalogue().find(kind.parent_code)
    return parent.name if parent else label(kind.category, language())
