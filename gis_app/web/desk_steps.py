"""What somebody does with an import in hand: choose and check, take in, undo, cancel, put away.

Each form carries the version that its page showed, so that two tabs never take in what only one has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _

from gis_app import desk
from gis_app.errors import BadInput
from gis_app.web.access import requires
from gis_app.web.desk import page_of
from gis_app.web.forms import known_version, submitted
from gis_app.web.services import services

rooms = Blueprint("desk_steps", __name__)
COLUMN, OTHER = "column-", "other"
LONGEST, MOST = 400, 600


@rooms.post("/desk/<import_id>/choose")
@requires("exchange:layer:import")
def choose(import_id: str) -> Response:
    """Keep what was chosen and have the file checked."""
    return _done(
        import_id, lambda *call: desk.choose(*call, choices_of(import_id), known_version()), step="choose"
    )


@rooms.post("/desk/<import_id>/take-in")
@requires("exchange:layer:import")
def take_in(import_id: str) -> Response:
    """Write the file's rows, once what will change has been confirmed."""

    def act(*call: Any) -> None:
        _confirmed(_("请先确认将要发生的变动"))
        desk.take_in(*call, known_version())

    return _done(import_id, act, step="take_in")


@rooms.post("/desk/<import_id>/undo")
@requires("exchange:layer:import")
def undo(import_id: str) -> Response:
    """Bring back the rows as they were before the latest import, once confirmed."""

    def act(*call: Any) -> None:
        _confirmed(_("请先确认撤销"))
        desk.undo(*call, known_version())

    return _done(import_id, act)


@rooms.post("/desk/<import_id>/cancel")
@requires("exchange:layer:import")
def cancel(import_id: str) -> Response:
    """Stop what is under way."""
    return _done(import_id, desk.cancel)


@rooms.post("/desk/<import_id>/read-again")
@requires("exchange:layer:import")
def read_again(import_id: str) -> Response:
    """Read the file once more."""
    return _done(import_id, desk.read_again)


@rooms.post("/desk/<import_id>/discard")
@requires("exchange:layer:import")
def discard(import_id: str) -> Response:
    """Put an import away with its files."""
    return _done(import_id, desk.discard, where="/desk")


def choices_of(import_id: str) -> dict[str, Any]:
    """Return what a form chooses; what it does not ask stays as it was chosen. Raises BadInput."""
    parts, form = services(), request.form
    if len(form) > MOST or any(len(value) > LONGEST for value in form.values()):
        raise BadInput("bad_choices", _("表单内容过长"), {"choices": _("请从页面上的表单提交")})
    known = desk.state(parts.store, parts.settings, g.account, import_id).get("choices") or {}
    chosen = dict(known)
    if "layer" in form:
        chosen = {"layer": form["layer"], "mode": form.get("mode", ""), "table": _table(form), "repairs": []}
        chosen["columns"] = {
            name.removeprefix(COLUMN): form[name] or None for name in form if name.startswith(COLUMN)
        }
        chosen["crs"] = (form.get("crs_other") if form.get("crs") == OTHER else form.get("crs")) or None
    if "repairs_shown" in form:
        chosen["repairs"] = form.getlist("repairs")
    return chosen


def _table(form: Any) -> int:
    text = form.get("table", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise BadInput("bad_choices", _("请选择文件里的一张表"), {"table": _("请选择文件里的一张表")})
    return int(text)


def _confirmed(wanted: str) -> None:
    if request.form.get("confirmed") != "1":
        raise BadInput("not_confirmed", wanted, {"confirmed": wanted})


def _done(import_id: str, act: Callable[..., Any], where: str = "", step: str = "") -> Response:
    def save() -> str:
        parts = services()
        act(parts.store, parts.settings, g.account, import_id)
        return where or f"/desk/{import_id}"

    return submitted(save, lambda problem: page_of(import_id, problem, step))
