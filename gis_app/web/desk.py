"""The import desk's pages: a file is brought, and its import is led through four steps to the store.

What is asked of an import stands in its address (`step`, `page`), so that back works; what is said of it
comes from `gis_app.desk`, which alone knows how files are read and written. What changes something further
is in `desk_steps`, what scripts and spreadsheets fetch in `desk_data`.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from gis_app import desk
from gis_app.errors import BadInput, TooLarge
from gis_app.exchange.formats import KINDS
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.desk_view import line, view_of
from gis_app.web.desk_words import TEMPLATES
from gis_app.web.forms import submitted
from gis_app.web.limits import BODY_BYTES
from gis_app.web.maps import shell_parts
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.problems import wants_data
from gis_app.web.services import services

rooms = Blueprint("desk", __name__)
PAGE_ROWS = 20
FIELD = "file"


@rooms.get("/desk")
@requires("exchange:layer:import")
def page() -> Response:
    """Show where a file is dropped, the templates, and the imports of this account."""
    number = Params("page").whole("page", 1, 10**6, 1)
    return Response(_index(number, None), content_type=CONTENT_TYPE)


@rooms.post("/desk")
@requires("exchange:layer:import")
def receive() -> Response:
    """Take a file in hand and go to its import."""
    most = services().settings.import_max_mib * 2**20
    request.max_content_length = most + BODY_BYTES

    def save() -> str:
        if (request.content_length or 0) > most + BODY_BYTES:
            raise _too_large()
        parts = services()
        try:
            given = request.files.get(FIELD)
        except RequestEntityTooLarge:
            raise _too_large() from None
        if given is None or not given.filename:
            raise BadInput("no_import_file", _("没有选择文件"), {FIELD: _("请选择一个文件再上传")})
        number = desk.receive(parts.store, parts.settings, g.account, given.filename, given.stream)
        return f"/desk/{number}"

    if not wants_data():
        return submitted(save, lambda problem: _index(1, problem))
    address = save()
    return Response(geojson.dumps({"address": address}), 201, content_type="application/json")


@rooms.get("/desk/<import_id>")
@requires("exchange:layer:import")
def one(import_id: str) -> Response:
    """Show an import at the step where it stands, or at an earlier one that is asked for."""
    return Response(page_of(import_id), content_type=CONTENT_TYPE)


def page_of(import_id: str, problem: dict[str, Any] | None = None, step: str = "") -> str:
    """Return the page of an import, at a step with what was refused there; raises NotFound and BadInput."""
    one = view_of(import_id, problem, step)
    return render_template("desk/one.html", one=one, problem=problem, **shell_parts(snapshot()))


def _index(number: int, problem: dict[str, Any] | None) -> str:
    parts = services()
    known = desk.latest(parts.store, parts.settings, g.account, number, PAGE_ROWS)
    pages = max(1, -(-known["total"] // PAGE_ROWS))
    if number > pages:
        number, known = pages, desk.latest(parts.store, parts.settings, g.account, pages, PAGE_ROWS)
    return render_template(
        "desk/index.html",
        runs=[line(one) for one in known["items"]],
        total=known["total"],
        page=number,
        pages=pages,
        suffixes=sorted(KINDS),
        most=parts.settings.import_max_mib,
        templates=[(name, str(title)) for name, title in TEMPLATES.items()],
        problem=problem,
    )


def _too_large() -> TooLarge:
    most = services().settings.import_max_mib
    said = _("文件超过 %(n)s MB，请拆分或去掉无关内容", n=most)
    return TooLarge("import_too_large", said, {FIELD: said})
