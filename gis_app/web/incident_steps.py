"""Steps of an incident: one from its page, or the dispatch of many at once from the inbox.

The page and the API come together in `take_step`: photos are made harmless first, the step is worked out from
the incident as it is in the transaction, and the version that the caller knows must still be the present one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput, Conflict, GisError, NotFound, Stale, VersionWanted
from gis_app.incidents.incident import Incident
from gis_app.incidents.workflow import step
from gis_app.incidents.worktime import standard
from gis_app.photos.processing import Photo
from gis_app.storage import incidents as stored
from gis_app.storage.engine import Connection
from gis_app.voices.processing import Voice
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import CODE, actor, catalogue, may_see, seen
from gis_app.web.incident_uploads import allow_photos, kept, read_photos, row_of, rows_of
from gis_app.web.incident_words import class_name, organisation_names
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.problem_words import told
from gis_app.web.problems import status_of, wants_data
from gis_app.web.services import services

rooms = Blueprint("incident_steps", __name__)
MAX_AT_ONCE = 200
MAX_VERSION = 10**9
# verb -> what its photos show unless the step says otherwise
PHOTO_KINDS = {"handle": "before", "resolve": "after"}


@rooms.post("/incidents/<code>/<verb>")
@requires("incidents:incident:act")
def act(code: str, verb: str) -> Response:
    """Take the incident a step further and go back to its page; an error is said on that page."""
    from gis_app.web.incident_detail import refused_page

    allow_photos()
    try:
        take_step(code, verb, version_of(request.form.get("version")), form_data(), read_photos())
    except GisError as error:
        if wants_data() or (status_of(error) in (403, 404, 503) and "override_reason" not in error.fields):
            raise
        return refused_page(code, verb, error)
    return redirect(f"/incidents/{code}" if is_seen(code) else "/incidents", code=303)


def is_seen(code: str) -> bool:
    """Tell whether the account may see an incident: a step may hand it on to others."""
    try:
        with services().store.read() as conn:
            seen(conn, code)
    except NotFound:
        return False
    return True


def take_step(
    code: str,
    verb: str,
    version: int,
    data: Mapping[str, Any],
    photos: Sequence[Photo],
    voice: Voice | None = None,
) -> int:
    """Take an incident a step further and return its new version.

    Raises NotFound, Stale, and whatever the step itself refuses; then nothing has changed.
    """
    given = {**data, "photos": [photo.photo_hash for photo in photos]}
    if not photos:
        del given["photos"]
    with kept(photos, voice), services().store.write() as conn:
        incident = seen(conn, code)
        if incident.version != version:
            raise Stale(fields={"version": str(incident.version)})
        made = step(
            incident,
            verb,
            actor(),
            given,
            clock.now(),
            standard(),
            kind=catalogue().find(incident.class_code),
            organisations=organisation_names(snapshot()),
            original=_original(conn, given),
        )
        shown = photo_kind(verb, data.get("photo_kind")) if photos else ""
        made = replace(made, history=replace(made.history, photo_kind=shown))
        who = g.account.username
        try:
            return stored.apply_step(conn, code, version, made, who, rows_of(photos), row_of(voice))
        except Conflict as error:
            raise Stale(fields=error.fields) if error.code == "stale_version" else error from None


def photo_kind(verb: str, said: Any) -> str:
    """Return whether photos of a step show the place "before" or "after" it was handled, "" for neither."""
    if said in (None, ""):
        return PHOTO_KINDS.get(verb, "")
    if said not in PHOTO_KINDS.values():
        reason = _("可用的值：%(values)s", values="、".join(PHOTO_KINDS.values()))
        raise BadInput("bad_parameter", reason, {"photo_kind": reason})
    return str(said)


def _original(conn: Connection, data: Mapping[str, Any]) -> Incident | None:
    """Return the incident that `duplicate_of` names, None where it names none that the account may see."""
    code = data.get("duplicate_of")
    found = stored.find(conn, code) if isinstance(code, str) and CODE.fullmatch(code.strip()) else None
    return found if found is not None and may_see(found, g.account) else None


def form_data() -> dict[str, Any]:
    """Return the fields of the form; a field with several values is joined by ";"."""
    form = request.form
    return {name: ";".join(form.getlist(name)) for name in form if name != "version"}


def version_of(text: Any) -> int:
    """Return the version that the caller knows; raises VersionWanted without one, Stale for nonsense."""
    if text in (None, ""):
        raise VersionWanted()
    digits = str(text)
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:12]) <= MAX_VERSION):
        raise Stale()
    return int(digits)


@rooms.post("/incidents/bulk-dispatch")
@requires("incidents:incident:dispatch")
def bulk_dispatch() -> Response:
    """Dispatch the chosen incidents to one organisation and say of each what became of it."""
    chosen = request.form.getlist("chosen")
    organisation = request.form.get("organisation_code", "")
    _check_bulk(chosen, organisation)
    note = request.form.get("note", "")
    results = [_dispatched(one, {"organisation_code": organisation, "note": note}) for one in chosen]
    page = render_template(
        "incidents/bulk.html",
        results=results,
        organisation=organisation_names(snapshot())[organisation],
        done=sum(result["ok"] for result in results),
    )
    return Response(page, content_type=CONTENT_TYPE)


def _check_bulk(chosen: Sequence[str], organisation: str) -> None:
    if not chosen:
        raise BadInput("nothing_chosen", _("请先勾选要派遣的事件"), {"chosen": _("必填")})
    if len(chosen) > MAX_AT_ONCE:
        raise BadInput(
            "too_many_chosen", _("一次最多派遣 %(n)s 件", n=MAX_AT_ONCE), {"chosen": str(MAX_AT_ONCE)}
        )
    if organisation not in organisation_names(snapshot()):
        raise BadInput("unknown_organisation", _("请选择处置单位"), {"organisation_code": _("必填")})


def _dispatched(chosen: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Dispatch one row "CODE@VERSION" in a transaction of its own, so that one refusal stops no other."""
    code, _at, version = chosen.partition("@")
    result = {"code": code[:40], "ok": True, "message": _("已派遣"), "class_name": ""}
    try:
        with services().store.read() as conn:
            result["class_name"] = class_name(seen(conn, code).class_code)
        take_step(code, "dispatch", version_of(version), data, ())
    except GisError as error:
        message, fields = told(error, language())
        result |= {
            "ok": False,
            "message": message,
            "fields": [one for one in fields.values() if not one.isdigit()],
        }
    return result
