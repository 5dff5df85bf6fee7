"""The page where an administrator issues, limits and revokes keys: for Open311 and for reading data.

A key is shown once, on the answer to its making, and kept as a hash. Every change is in the audit trail.
"""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.people.permissions import allowed
from gis_app.people.roles import Role
from gis_app.storage import api_keys as stored
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import checked_text
from gis_app.web.services import services

rooms = Blueprint("api_keys", __name__)
KEY_BYTES = 32
MAX_NAME, MAX_CONTACT, MAX_LIMIT, USUAL_LIMIT = 60, 120, 6000, 60
KINDS = {stored.OPEN311: _l("Open311 上报"), stored.DATA: _l("读取数据（OGC API）")}
DATA_ROLES = tuple(role for role in Role if allowed(role, "ogc:feature:read"))
BLANK = {
    "name": "",
    "contact": "",
    "limit_per_minute": str(USUAL_LIMIT),
    "kind": stored.OPEN311,
    "role": DATA_ROLES[0].value,
    "scope_code": "",
}
HASH = re.compile(r"[0-9a-f]{64}")
AREA = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15}", re.ASCII)
MAX_SCOPE = 15


@rooms.get("/api-keys")
@requires("open311:key:manage")
def page() -> Response:
    """Show every key that was issued, and the form for a new one."""
    return Response(_page(), content_type=CONTENT_TYPE)


@rooms.post("/api-keys")
@requires("open311:key:manage")
def issue() -> Response:
    """Issue a key and show it, this once."""
    typed = BLANK | {name: request.form[name] for name in BLANK if name in request.form}
    try:
        name = _needed("name", typed["name"])
        contact = checked_text("contact", typed["contact"], MAX_CONTACT)
        limit = _limit(typed["limit_per_minute"])
        reader = _reader(typed)
    except BadInput as error:
        return Response(_page(problem=error, typed=typed), 400, content_type=CONTENT_TYPE)
    key = secrets.token_urlsafe(KEY_BYTES)
    with services().store.write() as conn:
        stored.insert_api_key(conn, key, name, contact, limit, clock.now(), g.account.username, reader)
    return Response(_page(made=(name, key)), content_type=CONTENT_TYPE)


@rooms.post("/api-keys/<key_hash>/limit")
@requires("open311:key:manage")
def change_limit(key_hash: str) -> Response:
    """Set how many requests a minute a key may make."""
    limit = _limit(request.form.get("limit_per_minute", ""))
    with services().store.write() as conn:
        stored.limit_api_key(conn, _hash(key_hash), limit, g.account.username)
    return redirect("/api-keys", code=303)


@rooms.post("/api-keys/<key_hash>/revoke")
@requires("open311:key:manage")
def revoke(key_hash: str) -> Response:
    """Revoke a key for good."""
    with services().store.write() as conn:
        stored.revoke_api_key(conn, _hash(key_hash), clock.now(), g.account.username)
    return redirect("/api-keys", code=303)


def _page(
    made: tuple[str, str] | None = None, problem: BadInput | None = None, typed: dict[str, str] | None = None
) -> str:
    with services().store.read() as conn:
        keys = stored.read_api_keys(conn)
    return render_template(
        "open311/keys.html",
        keys=keys,
        made=made,
        problem=problem,
        typed=typed or BLANK,
        kinds=KINDS,
        roles={role.value: role.label(language()) for role in DATA_ROLES},
        limits={"name": MAX_NAME, "contact": MAX_CONTACT, "most": MAX_LIMIT},
    )


def _needed(name: str, value: str) -> str:
    text = checked_text(name, value, MAX_NAME)
    if not text:
        raise BadInput("missing_value", _("请填写使用单位"), {name: _("必填")})
    return text


def _reader(typed: dict[str, str]) -> stored.DataReader | None:
    """Return as whom a key for data reads, None for a key of Open311."""
    if _one_of("kind", typed["kind"], list(KINDS)) == stored.OPEN311:
        return None
    role = _one_of("role", typed["role"], [role.value for role in DATA_ROLES])
    scope = checked_text("scope_code", typed["scope_code"], MAX_SCOPE)
    if scope and (not AREA.fullmatch(scope) or snapshot().atlas.area(scope) is None):
        reason = _("没有这个区域")
        raise BadInput("bad_parameter", reason, {"scope_code": reason})
    return stored.DataReader(role, scope)


def _one_of(name: str, value: str, allowed_values: list[str]) -> str:
    if value not in allowed_values:
        reason = _("可用的值：%(values)s", values="、".join(allowed_values))
        raise BadInput("bad_parameter", reason, {name: reason})
    return value


def _limit(value: str) -> int:
    text = value.strip() or str(USUAL_LIMIT)
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MAX_LIMIT):
        reason = _("应为 %(low)s 到 %(high)s 之间的整数", low=1, high=MAX_LIMIT)
        raise BadInput("bad_parameter", _("每分钟次数不正确"), {"limit_per_minute": reason})
    return int(text)


def _hash(given: str) -> str:
    return given if HASH.fullmatch(given) else ""
