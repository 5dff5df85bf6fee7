"""A service request posted by whoever holds a key: checked like every report, answered with its number.

No cookie is looked at and no origin matters: the key in the body is all that counts. At the test address all
the same is checked and nothing is kept, not even the count of uses beyond the limit's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Response, request
from werkzeug.datastructures import MultiDict

from gis_app import clock
from gis_app.incidents.incident import Actor, Incident
from gis_app.incidents.reports import NewReport, check_report
from gis_app.incidents.transitions import PUBLIC
from gis_app.incidents.workflow import step
from gis_app.incidents.worktime import standard
from gis_app.photos import limits as photo_limits
from gis_app.photos.processing import Photo, process
from gis_app.storage import api_keys
from gis_app.storage import incidents as stored
from gis_app.storage.engine import Row
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue
from gis_app.web.incident_uploads import kept, rows_of
from gis_app.web.limits import BODY_BYTES
from gis_app.web.open311.addresses import find_address
from gis_app.web.open311.asking import Asked, check_format, check_jurisdiction
from gis_app.web.open311.faults import fault
from gis_app.web.open311.formats import CONTENT_TYPES, write
from gis_app.web.open311.room import Room
from gis_app.web.open311.services import notice, public_service
from gis_app.web.services import services

KEYED = "a key in the body says who reports; no session is used"
MAX_DESCRIPTION, MAX_LINK = 4000, 2000
MAX_BODY = photo_limits.MAX_BYTES + BODY_BYTES
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_HTML = re.compile(r"</?[A-Za-z!][^<>]*>")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,64})\](?:\[\d*\])?")
_KEPT = {field.name for field in fields(Incident)} & {field.name for field in fields(NewReport)}
PUBLIC_ACTOR = Actor(None, PUBLIC)


def add_to(room: Room) -> None:
    """Take service requests in a room; the test room keeps none."""
    keeps = room.rooms.name == "open311"
    room.add("/requests.<format_>", post if keeps else rehearse, "POST", KEYED)


def post(format_: str) -> Response:
    """Make an incident of a service request and say its number."""
    return _take(format_, keeps=True)


def rehearse(format_: str) -> Response:
    """Check a service request and answer as if it were kept."""
    return _take(format_, keeps=False)


def _take(format_: str, keeps: bool) -> Response:
    check_format(format_)
    if request.content_length and request.mimetype not in FORMS:
        raise fault("unsupported_body")
    request.max_content_length = MAX_BODY
    if (request.content_length or 0) > MAX_BODY:
        raise fault("too_large")
    asked = Asked(request.form)
    key = _use_key(asked.text("api_key"))
    check_jurisdiction(asked.text("jurisdiction_id") or request.args.get("jurisdiction_id", ""))
    report, link = _checked(asked)
    photos = _media()
    code = _keep(report, link, photos, key) if keeps else "TEST-000000"
    told = {
        "service_request_id": code,
        "service_notice": notice(catalogue().find(report.class_code), language()),
        "account_id": "",
    }
    return Response(write(format_, "service_requests", [told]), content_type=CONTENT_TYPES[format_])


def _use_key(given: str) -> Row:
    """Return the key's row and count its use; raises Forbidden and TooMany."""
    if not given:
        raise fault("api_key_required", "api_key")
    store = services().store
    with store.read() as conn:
        found = api_keys.find_api_key(conn, given)
    if found is None:
        raise fault("wrong_api_key", "api_key")
    with store.write() as conn:
        used = api_keys.use_api_key(conn, given, clock.now())
    if used is None:
        raise fault("wrong_api_key", "api_key")
    if used.uses > used.limit_per_minute:
        raise fault("too_many_requests", "api_key")
    return used


def _checked(asked: Asked) -> tuple[NewReport, str]:
    """Return the report without faults and the link that came with it."""
    service_code = asked.text("service_code")
    if not service_code:
        raise fault("service_code_required", "service_code")
    public_service(service_code)
    description, link = asked.text("description"), asked.text("media_url")
    if len(description) > MAX_DESCRIPTION:
        asked.wrong("description_too_long", "description")
    if _HTML.search(description):
        asked.wrong("html_not_allowed", "description")
    if link and not _is_link(link):
        asked.wrong("bad_media_url", "media_url")
    values = {
        "class_code": service_code,
        "description": description,
        "contact_name": _name(asked.text("last_name"), asked.text("first_name")),
        "contact_phone": asked.text("phone"),
        "contact_email": asked.text("email"),
        "attributes": _attributes(request.form),
        "idempotency_key": request.headers.get("Idempotency-Key", "").strip(),
        **_location(asked),
    }
    asked.check()
    known, atlas = catalogue(), snapshot().atlas
    return check_report(
        values, known, atlas, PUBLIC_ACTOR, clock.now(), source="open311", public_only=True
    ), link


def _location(asked: Asked) -> dict[str, str | float]:
    """Return the place: lat and long, else that of an address_id, else of an address that we know."""
    lat, lon = asked.text("lat"), asked.text("long")
    address, address_id = asked.text("address_string"), asked.text("address_id")
    if lat or lon:
        return {"lat": lat, "lon": lon, "address": address}
    if not address and not address_id:
        asked.wrong("location_required", "lat, long")
        return {}
    found = find_address(snapshot(), address_id, address)
    if found is None:
        asked.wrong("address_not_found", "address_id" if address_id else "address_string")
        return {}
    return {"lon": found[0], "lat": found[1], "address": address}


def _attributes(form: MultiDict[str, str]) -> dict[str, str | list[str]]:
    """Return the answers attribute[CODE]=v and attribute[CODE][]=v by code, empty ones left out."""
    answers: dict[str, list[str]] = {}
    for name in form:
        match = _ATTRIBUTE.fullmatch(name)
        if match:
            given = [value.strip() for value in form.getlist(name) if value.strip()]
            answers.setdefault(match[1], []).extend(given)
    return {code: given[0] if len(given) == 1 else given for code, given in answers.items() if given}


def _name(last: str, first: str) -> str:
    """Return a whole name, family name first where it is written so."""
    chinese = any("\u3400" <= character <= "\u9fff" for character in last + first)
    return last + first if chinese else " ".join(part for part in (first, last) if part)


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isprintable() and not re.search(r"[\s<>\"]", text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and len(text) <= MAX_LINK


def _media() -> list[Photo]:
    """Return the photos that came as files, made harmless; raises BadInput and TooLarge."""
    files = [file for name in ("media", "photos") for file in request.files.getlist(name) if file.filename]
    if len(files) > photo_limits.MAX_PHOTOS:
        raise photo_limits.too_many_photos()
    photos = (process(file.read(photo_limits.MAX_BYTES + 1)) for file in files)
    return list({photo.photo_hash: photo for photo in photos}.values())


def _keep(report: NewReport, link: str, photos: list[Photo], key: Row) -> str:
    extra: Mapping[str, Any] = {
        name: value for name, value in (("attributes", dict(report.attributes)), ("media_url", link)) if value
    }
    values = {name: getattr(report, name) for name in _KEPT}
    own_key = _own_key(key, report.idempotency_key)
    values |= {"incident_code": "", "state": "reported", "idempotency_key": own_key}
    values |= {"extra": orjson.dumps(extra).decode() if extra else "", "plan_id": snapshot().plan_id}
    incident = Incident(**values)
    hashes = [photo.photo_hash for photo in photos]
    blank = Incident("", class_code=incident.class_code, grid_code=incident.grid_code)
    first = step(blank, "report", PUBLIC_ACTOR, {"photos": hashes} if hashes else {}, clock.now(), standard())
    actor = f"open311:{key.key_hash[:12]}"
    with kept(photos), services().store.write() as conn:
        return stored.insert_report(conn, incident, first.history, actor, rows_of(photos))


def _own_key(key: Row, given: str | None) -> str | None:
    """Return an idempotency key that belongs to the api_key, so that nobody meets another's."""
    return "o-" + hashlib.sha256(f"{key.key_hash}:{given}".encode()).hexdigest() if given else None
