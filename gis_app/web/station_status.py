"""Who is there says how the station is: open, closed for the moment, full, out of water; everybody hears it.

Duty staff speak for their own station, a grid worker for those in the area answered for, dispatchers and
administrators for all. Pages ask for `status.json` every half minute; it costs one small read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, redirect, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput, GisError
from gis_app.stations.status import MAX_NOTE, STATUSES, WORDS
from gis_app.storage import station_status as stored
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.forms import ELSEWHERE, fresh, known_version
from gis_app.web.i18n import language
from gis_app.web.json_body import Body, fault
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.problem_words import told as told_of
from gis_app.web.problems import status_of, wants_data
from gis_app.web.services import services
from gis_app.web.station_access import changeable, station_rows
from gis_app.web.station_now import station_now, told
from gis_app.web.station_page import page_of

rooms = Blueprint("station_status", __name__)
LONGEST = timedelta(days=92)


@rooms.get("/stations/status.json")
@requires("stations:status:read")
def statuses() -> Response:
    """Say the status of every station of which anything was ever said; the others are as usual."""
    now, lang, at = station_now(), language(), clock.now()
    known = set(snapshot().atlas.stations["station_code"])
    said = {code: told(one, lang, at) for code, one in now.statuses.items() if code in known}
    body = {"number": now.number, "statuses": WORDS[lang], "stations": said}
    parts = (now.tag_at(at), snapshot().tag, lang)
    return respond(parts, lambda: geojson.dumps(body), "application/json")


@rooms.put("/stations/<code>/status")
@requires("stations:status:change")
def change(code: str) -> Response:
    """Set a station's status; If-Match carries the version that the caller knows, 0 for none yet."""
    changeable(code)
    version = known_version()
    body = Body("status", "note", "until")
    status = body.choice("status", STATUSES)
    note, until = body.text("note", MAX_NOTE), _until(body.moment("until"), status)
    _set(code, version, status, note, until)
    answer = geojson.dumps({"station_code": code, **_said(code)})
    response = Response(answer, content_type="application/json")
    response.headers["ETag"] = f'"{_said(code)["version"]}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@rooms.post("/stations/<code>/status")
@requires("stations:status:change")
def submit(code: str) -> Response:
    """Set a station's status from the form of its page, and show the page again."""
    changeable(code)
    try:
        version, form = known_version(), request.form
        if form.get("status", "") not in STATUSES:
            raise fault("status", _("可用的值：%(values)s", values="、".join(STATUSES)))
        note = form.get("note", "").strip()
        if len(note) > MAX_NOTE or any(ord(c) < 32 for c in note):
            raise fault("note", _("应为不超过 %(limit)s 个字的文字", limit=MAX_NOTE))
        _set(code, version, form["status"], note, _until(_typed_time(form.get("until", "")), form["status"]))
    except GisError as error:
        if wants_data() or status_of(error) in ELSEWHERE:
            raise
        message, fields = told_of(error, language())
        message = "；".join(fields.values()) if error.code == "bad_parameter" else message
        problem = {"code": error.code, "message": message, "fields": fields, "typed": request.form.to_dict()}
        return Response(page_of(code, problem), status_of(error), content_type=CONTENT_TYPE)
    return redirect(f"/stations/{code}?said=1", code=303)


def _set(code: str, version: int, status: str, note: str, until: datetime | None) -> None:
    if station_rows(snapshot(), code)["status"].iloc[0] != "open":
        reason = _("该站点在图层中登记为未开放，请由规划员更新站点图层")
        raise BadInput("station_not_serving", reason, {"status": reason})
    account = g.account
    with fresh(), services().store.write() as conn:
        stored.set_status(
            conn, code, version, status, note, until, account.username, str(account.role), clock.now()
        )
    g.pop("station_now", None)


def _until(until: datetime | None, status: str) -> datetime | None:
    """Return when the status ends by itself; what is as usual has no end."""
    if until is None or status == "open":
        return None
    if not clock.now() < until <= clock.now() + LONGEST:
        raise fault("until", _("应晚于现在，且在三个月以内"))
    return until.replace(microsecond=0)


def _typed_time(text: str) -> datetime | None:
    """Return the time of a form's field, in the county's own time; None where it is left empty."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise fault("until", _("应为日期和时间，例如 2026-05-01 18:00")) from None
    return found if found.tzinfo else found.replace(tzinfo=clock.ZONE)


def _said(code: str) -> dict[str, Any]:
    return told(station_now().of(code), language())
