"""The studio's data: a draft's state, blocks and arcs; operations, undo and redo by version; what others did.

The browser sends instructions, never a shape to trust. Every edit names the version it is meant for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g
from flask_babel import gettext as _

from gis_app.errors import Forbidden
from gis_app.studio import editing, remarks
from gis_app.studio.model import Draft, Edited
from gis_app.web import geojson, studio_words
from gis_app.web.access import may, requires
from gis_app.web.bytes import digest, respond
from gis_app.web.current import snapshot
from gis_app.web.forms import known_version
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio_find import draft_of, json_object
from gis_app.web.studio_shapes import canvas_tag, told_arcs, told_blocks
from gis_app.web.studio_state import faults_of, told_edit, told_whole

rooms = Blueprint("studio_edits", __name__)
JSON = "application/json"
MOST_VERSION = 10**9 - 1
# Verbs that need a permission of their own.
GUARDED = {"move_community": "plans:community:move"}


@rooms.get("/plans/drafts/<number>.json")
@requires("plans:draft:read")
def state(number: str) -> Response:
    """Say a draft as it stands: which grid each block is in, figures, faults, version."""
    Params()
    draft = draft_of(number)
    version, head, base = editing.head_state(services().store, draft.draft_id)
    return _json(told_whole(draft, version, head, base))


@rooms.get("/plans/drafts/<number>/blocks.json")
@requires("plans:draft:read")
def blocks(number: str) -> Response:
    """Say the blocks of a draft at its head; `canvas` is the tag that the caller expects."""
    Params("canvas").text("canvas", 40)
    canvas = _head(number).canvas
    found = snapshot()
    return respond((canvas_tag(canvas), found.tag), lambda: geojson.dumps(told_blocks(canvas, found)), JSON)


@rooms.get("/plans/drafts/<number>/arcs.json")
@requires("plans:draft:read")
def arcs(number: str) -> Response:
    """Say the borders between the blocks of a draft at its head."""
    Params("canvas").text("canvas", 40)
    canvas = _head(number).canvas
    return respond((canvas_tag(canvas),), lambda: geojson.dumps(told_arcs(canvas)), JSON)


@rooms.get("/plans/drafts/<number>/faults.json")
@requires("plans:draft:read")
def faults(number: str) -> Response:
    """Say what is wrong with a draft as it stands, under its own rules."""
    Params()
    draft = draft_of(number)
    version, head, base = editing.head_state(services().store, draft.draft_id)
    return _json({"version": version, "faults": faults_of(draft, head, base)})


@rooms.post("/plans/drafts/<number>/operations")
@requires("plans:draft:edit")
def operation(number: str) -> Response:
    """Do one operation to the draft that is still at the version of If-Match."""
    draft, version, told = draft_of(number), known_version(), json_object()
    needed = GUARDED.get(str(told.get("verb")))
    if needed and not may(needed):
        raise Forbidden(message=_("移动社区边界需要专门的权限"), fields={"verb": _("请有此权限的人来做")})
    account = g.account
    return _edited(
        draft,
        lambda store: editing.edit(
            store, draft.draft_id, version, told, account.username, account.scope_code
        ),
    )


@rooms.post("/plans/drafts/<number>/undo")
@requires("plans:draft:edit")
def undo(number: str) -> Response:
    """Go back before the last operation."""
    draft, version = draft_of(number), known_version()
    return _edited(draft, lambda store: editing.undo(store, draft.draft_id, version, g.account.username))


@rooms.post("/plans/drafts/<number>/redo")
@requires("plans:draft:edit")
def redo(number: str) -> Response:
    """Do again what was undone last."""
    draft, version = draft_of(number), known_version()
    return _edited(draft, lambda store: editing.redo(store, draft.draft_id, version, g.account.username))


@rooms.get("/plans/drafts/<number>/changes.json")
@requires("plans:draft:read")
def changes(number: str) -> Response:
    """Say whether others changed the draft after version `since`, who and what."""
    since = Params("since").whole("since", 0, MOST_VERSION, 0)
    draft, store = draft_of(number), services().store
    found = editing.changes_since(store, draft.draft_id, since) if since < draft.version else []
    told: dict[str, Any] = {"version": draft.version, "whole": True, "who": "", "words": ""}
    if found:
        last = found[-1]
        state = editing.draft_state(store, draft.draft_id)
        told |= {"who": last.actor, "words": studio_words.change_words(last, state)}
    notes = remarks.read_remarks(store, draft.draft_id)
    tag = digest([(one.remark_id, one.resolved_at, one.text) for one in notes])
    return _json(told | {"remarks_tag": tag})


def _head(number: str) -> Any:
    return editing.draft_state(services().store, draft_of(number).draft_id)


def _edited(draft: Draft, act: Callable[[Any], Edited]) -> Response:
    store = services().store
    edited = act(store)
    base = editing.draft_state(store, draft.draft_id, None)
    return _json(told_edit(draft, edited, base))


def _json(told: dict[str, Any]) -> Response:
    answer = Response(geojson.dumps(told), content_type=JSON)
    answer.headers["ETag"] = f'"{told["version"]}"'
    return answer
