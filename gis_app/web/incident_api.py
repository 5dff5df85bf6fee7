"""The incident loop for programs: the pages' own verbs under /api/v1, with entity tags and idempotency keys.

A change names the version it is meant for in If-Match: missing is 428, out of date 412. A report may carry an
Idempotency-Key: sent again it is answered with what it made the first time. `api.incidents` describes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import UnsupportedMediaType

from gis_app.errors import BadInput, GisError, Stale, VersionWanted
from gis_app.incidents.catalogue import IncidentClass
from gis_app.incidents.messages import Refused
from gis_app.incidents.workflow import allowed_verbs
from gis_app.storage import incidents as stored
from gis_app.web import geojson
from gis_app.web import incident_conflicts as conflicts
from gis_app.web import incident_words as words
from gis_app.web.access import requires
from gis_app.web.bytes import CACHE_CONTROL, digest, matches
from gis_app.web.data_keys import NO_ACCOUNT
from gis_app.web.field_account import check_account
from gis_app.web.i18n import language
from gis_app.web.incident_access import actor, catalogue, seen
from gis_app.web.incident_detail import add_follower, answers_of, station_of
from gis_app.web.incident_inbox import FILTERS, PAGE_ROWS, TABS, asked_for
from gis_app.web.incident_report import checked, make, sent_before
from gis_app.web.incident_steps import MAX_AT_ONCE, is_seen, take_step, version_of
from gis_app.web.incident_uploads import allow_photos, read_photos, read_voice
from gis_app.web.params import Params
from gis_app.web.problem_words import told
from gis_app.web.services import services

rooms = Blueprint("incident_api", __name__, url_prefix="/api/v1")
rooms.before_request(check_account)
JSON, MULTIPART = "application/json", "multipart/form-data"
MOST_AT_ONCE, COUNTED = 200, 10_001


@rooms.get("/incidents")
@requires("incidents:incident:read", data_key=True)
def listed() -> Response:
    """Say one page of incidents; the filters are the inbox's."""
    params = Params(*FILTERS, "limit")
    tab = params.choice("tab", TABS, "all")
    query = TABS[tab].narrow(asked_for(params, tab), g.account)
    query = replace(query, limit=params.whole("limit", 1, MOST_AT_ONCE, PAGE_ROWS))
    with services().store.read() as conn:
        page = stored.inbox(conn, query)
        total = stored.count_inbox(conn, replace(query, after=""), COUNTED)
    after = dict(request.args.to_dict(), after=page.next) if page.next else None
    link = url_for("incident_api.listed", **after) if after else None
    counts = {"total": min(total, COUNTED - 1), "total_exact": total < COUNTED}
    response = _tagged({"incidents": [_told(one) for one in page.lines], "next": link, **counts})
    if link:
        response.headers.add("Link", f'<{link}>; rel="next"')
    return response


@rooms.post("/incidents")
@requires("incidents:incident:report")
def report() -> Response:
    """Make an incident of a report."""
    values = dict(_body())
    key = request.headers.get("Idempotency-Key")
    if key is not None:
        values["idempotency_key"] = key
    values, phone = conflicts.read_phone(values)
    earlier = sent_before(values.get("idempotency_key"))
    if earlier is not None and conflicts.same_report(earlier, values):
        return _reported(earlier.incident_code, made=False)
    try:
        new = checked(values)
    except Refused as refused:
        raise conflicts.or_withdrawn(refused, values.get("class_code"), phone) from None
    if earlier is None:
        new = conflicts.settled(new, phone)
    return _reported(*make(new, read_photos(), read_voice(), conflicts.extra_of(phone)), phone.clock)


def _reported(code: str, made: bool, said: Mapping[str, Any] | None = None) -> Response:
    """Return the answer to a report; `said` tells that a phone's clock was not believed."""
    response = _incident(code, 201 if made else 200, {"clock": said} if said else {})
    response.headers["Location"] = f"/api/v1/incidents/{code}"
    if not made:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@rooms.get("/incidents/<code>")
@requires("incidents:incident:read", data_key=True)
def found(code: str) -> Response:
    """Say one incident with its history and what may be done with it now."""
    Params()
    return _incident(code)


@rooms.post("/incidents/<code>/<verb>")
@requires("incidents:incident:act")
def act(code: str, verb: str) -> Response:
    """Take an incident that is still at the version of If-Match a step further."""
    data = _body()
    version = take_step(code, verb, _if_match(), data, read_photos(), read_voice())
    return _incident(code) if is_seen(code) else _answer({"incident_code": code, "version": version})


@rooms.post("/incidents/<code>/followers")
@requires("incidents:incident:report")
def follow(code: str) -> Response:
    """Follow an incident that somebody else reported."""
    incident, new = add_follower(code, conflicts.check_followed)
    count = incident.follower_count + int(new)
    return _answer({"incident_code": incident.incident_code, "new": new, "follower_count": count})


@rooms.post("/incidents/bulk-dispatch")
@requires("incidents:incident:dispatch")
def bulk_dispatch() -> Response:
    """Dispatch several incidents to one organisation; each is answered by itself."""
    data = _body()
    chosen = data.get("incidents")
    if not isinstance(chosen, list) or not 1 <= len(chosen) <= MAX_AT_ONCE:
        raise BadInput(
            "bad_input", _("一次派遣 1 至 %(n)s 件", n=MAX_AT_ONCE), {"incidents": f"1–{MAX_AT_ONCE}"}
        )
    shared = {"organisation_code": data.get("organisation_code"), "note": data.get("note")}
    return _answer({"results": [_dispatched(one, shared) for one in chosen]})


@rooms.get("/incident-classes")
@requires("incidents:class:read", data_key=True)
def classes() -> Response:
    """Say the catalogue of classes."""
    Params()
    return _tagged({"classes": [_class(kind) for kind in catalogue().classes.values()]})


def _dispatched(one: Any, shared: Mapping[str, Any]) -> dict[str, Any]:
    given = one if isinstance(one, dict) else {}
    code = str(given.get("incident_code", ""))[:40]
    try:
        version = take_step(code, "dispatch", version_of(given.get("version")), shared, ())
        return {"incident_code": code, "ok": True, "version": version, "error": None}
    except GisError as error:
        message, fields = told(error, language())
        said = {"code": error.code, "message": message, "fields": fields}
        return {"incident_code": code, "ok": False, "version": None, "error": said}


def _body() -> Mapping[str, Any]:
    """Return the fields of the request: a JSON object, or a form with photos; none where there is no body."""
    allow_photos()
    if request.mimetype == MULTIPART:
        fields = {name: ";".join(request.form.getlist(name)) for name in request.form}
        if fields.get("attributes"):  # a form has no other way to hold answers by code
            fields["attributes"] = _parsed(fields["attributes"].encode("utf-8", "replace"))
        return fields
    if request.mimetype not in ("", JSON):
        raise UnsupportedMediaType()
    raw = request.get_data(cache=True)
    if not raw:
        return {}
    if len(raw) > 2**20:
        raise BadInput("bad_json", _("请求正文过大"), {"body": "1 MiB"})
    value = _parsed(raw)
    if not isinstance(value, dict):
        raise BadInput("bad_json", _("请求正文应为一个 JSON 对象"), {"body": "JSON"})
    return value


def _parsed(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except ValueError:
        return None


def _if_match() -> int:
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        raise VersionWanted()
    if not (given.startswith('"v') and given.endswith('"')):
        raise Stale()
    return version_of(given[2:-1].partition("-")[0])


def _incident(code: str, status: int = 200, more: Mapping[str, Any] | None = None) -> Response:
    with services().store.read() as conn:
        incident = seen(conn, code)
        history = stored.history(conn, code)
        photos, voices = stored.photos(conn, code), stored.voices_of(conn, code)
    keyed = g.account.account_id == NO_ACCOUNT  # a program's key takes no step
    verbs = () if keyed else allowed_verbs(incident, actor(), catalogue().find(incident.class_code))
    body = (
        _told(incident)
        | dict(more or {})
        | {
            "reported_by_me": incident.reporter_id == actor().account_id,
            "satisfaction": incident.satisfaction or None,
            "duplicate_of": incident.duplicate_of or None,
            "source": incident.source,
            "attributes": [
                {"question": question, "answer": answer} for question, answer in answers_of(incident)
            ],
            "photos": [f"/photos/{photo.photo_hash}.jpg" for photo in photos],
            "voices": [{"url": f"/voices/{one.voice_hash}", "seconds": one.seconds} for one in voices],
            "station_code": station_of(incident),
            "history": [_step(row) for row in history],
            "verbs": [
                {"verb": one.code, "needs": one.needs, "takes": one.takes, "override": one.override}
                for one in verbs
            ],
        }
    )
    return _tagged(body, status, f"v{incident.version}-")


def _told(incident: Any) -> dict[str, Any]:
    """Return an incident as a program reads it: codes with their labels, times as ISO 8601."""
    line = words.line(incident)
    due = line["due"]
    plain = (
        "class_code",
        "class_name",
        "category",
        "category_label",
        "state",
        "state_label",
        "description",
        "address",
        "lon",
        "lat",
        "grid_code",
        "grid_name",
        "follower_count",
        "version",
        "organisations",
    )
    times = {name: words.moment(getattr(incident, name))["iso"] or None for name in TIMES}
    clock = {"deadline": due["state"] or None, "distance_m": getattr(incident, "distance_m", None)}
    return {"incident_code": line["code"], **{name: line[name] for name in plain}, **times, **clock}


TIMES = ("reported_at", "accepted_at", "dispatched_at", "due_at", "resolved_at", "closed_at")


def _step(row: Any) -> dict[str, Any]:
    return {
        "at": words.moment(row.at)["iso"],
        "verb": row.verb,
        "from_state": row.from_state,
        "to_state": row.to_state,
        "actor_role": row.actor_role,
        "organisation_code": row.organisation_code,
        "note": row.note,
        "photos": [f"/photos/{photo}.jpg" for photo in row.photos],
        "photo_kind": row.photo_kind or None,
    }


def _class(kind: IncidentClass) -> dict[str, Any]:
    names = (
        "class_code",
        "parent_code",
        "name",
        "category",
        "standard_ref",
        "handling_role",
        "handling_organisation_code",
        "location_public",
        "accept_limit",
        "time_limit",
        "stages",
        "active",
        "version",
    )
    return {name: getattr(kind, name) for name in names}


def _tagged(value: Any, status: int = 200, before: str = "") -> Response:
    """Answer with the entity tag of what is said, or with 304 where a reader has just that."""
    body = geojson.dumps(value)
    etag = f'"{before}{digest(body)}"'
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    if request.method in ("GET", "HEAD") and matches(request.headers.get("If-None-Match"), etag):
        return Response(status=304, headers=headers)
    return Response(body, status, headers, content_type=JSON)


def _answer(value: Any, status: int = 200) -> Response:
    return Response(geojson.dumps(value), status, content_type=JSON)
