"""What scripts and spreadsheets fetch of an import: its state, faults, shapes and repairs, and templates."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _

from gis_app import desk
from gis_app.desk import tables, workbook
from gis_app.errors import BadInput, NotFound
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.bytes import CACHE_CONTROL, matches
from gis_app.web.desk_words import BUSY, SEVERITIES, TEMPLATES, state_words
from gis_app.web.params import Params
from gis_app.web.services import services

rooms = Blueprint("desk_data", __name__)
JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 3_000
MOST_TABLES, MOST_PLACES = 10_000, 10**6


@rooms.get("/desk/templates/<kind>.xlsx")
@requires("exchange:layer:import")
def template(kind: str) -> Response:
    """Say an empty workbook to fill in, with its rules."""
    Params()
    if kind not in TEMPLATES:
        known = "、".join(TEMPLATES)
        raise NotFound("unknown_template", _("没有这个模板"), {"kind": known})
    with services().store.read() as conn:
        known = tables.read_known(conn, tables.POSTS)
    return _file(workbook.template(kind, known), workbook.file_name(kind), kind)


@rooms.get("/desk/<import_id>.json")
@requires("exchange:layer:import")
def state(import_id: str) -> Response:
    """Say how an import stands."""
    Params()
    found = desk.state(*_call(import_id))
    words = {"state_label": state_words(found), "busy": found["state"] in BUSY}
    return _answer(found | words)


@rooms.get("/desk/<import_id>/faults.json")
@requires("exchange:layer:import")
def faults(import_id: str) -> Response:
    """Say a page of the faults."""
    params = Params("page", "page_size", "severity")
    return _answer(
        desk.faults(
            *_call(import_id),
            page=params.whole("page", 1, 10**6, 1),
            page_size=params.whole("page_size", 1, 200, 50),
            severity=params.choice("severity", tuple(SEVERITIES)),
        )
    )


@rooms.get("/desk/<import_id>/faults.xlsx")
@requires("exchange:layer:import")
def fault_list(import_id: str) -> Response:
    """Say the rows as they came, each faulty cell coloured, with what is wrong and how to mend it."""
    Params()
    known = desk.state(*_call(import_id))
    rows, found, columns = desk.fault_rows(*_call(import_id))
    body = workbook.fault_list(rows, found, columns, known["choices"]["layer"])
    name = _("%(name)s 问题清单.xlsx", name=known["file"].rpartition(".")[0] or known["file"])
    return _file(body, name, "faults")


@rooms.get("/desk/<import_id>/shapes.geojson")
@requires("exchange:layer:import")
def shapes(import_id: str) -> Response:
    """Say the file's shapes, where another reference system or table would put them if one is named."""
    params = Params("crs", "table", "columns")
    table = params.whole("table", 0, MOST_TABLES, -1)
    found = desk.shapes(
        *_call(import_id),
        table=None if table < 0 else table,
        crs=params.text("crs", 40) or None,
        columns=_columns(params.text("columns", LONGEST)),
    )
    headers = {"ETag": f'"{found.etag}"', "Cache-Control": CACHE_CONTROL, "Vary": "Cookie"}
    if matches(request.headers.get("If-None-Match"), headers["ETag"]):
        return Response(status=304, headers=headers)
    return Response(found.body, headers=headers, content_type=geojson.CONTENT_TYPE)


@rooms.get("/desk/<import_id>/repair.json")
@requires("exchange:layer:import")
def repair(import_id: str) -> Response:
    """Say one place of a repair before and after."""
    params = Params("key", "at")
    at = params.whole("at", 0, MOST_PLACES, 0)
    return _answer(desk.repair_picture(*_call(import_id), params.text("key", 200), at=at))


def _call(import_id: str) -> tuple[Any, ...]:
    parts = services()
    return parts.store, parts.settings, g.account, import_id


def _columns(text: str) -> dict[str, str | None] | None:
    """Return fields and their columns out of a JSON object; raises BadInput."""
    if not text:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    fits = isinstance(found, dict) and all(one is None or isinstance(one, str) for one in found.values())
    if not fits:
        said = _("应为字段到列名的 JSON 对象")
        raise BadInput("bad_parameter", said, {"columns": said})
    return found


def _answer(value: Any) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(geojson.dumps(value), headers=headers, content_type=JSON)


def _file(body: bytes, name: str, plain: str) -> Response:
    told = f"attachment; filename=\"{plain}.xlsx\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": told, "Cache-Control": "no-store"}
    return Response(body, headers=headers, content_type=XLSX)
