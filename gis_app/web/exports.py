"""Exports: choose layers and tables, a format and a coordinate system, and take the file away.

A small file is the answer itself; a large one is made in the background and fetched from the list, by whoever
asked for it and by nobody else.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app.errors import Conflict, GisError
from gis_app.exchange.writers.systems import DEFAULT, systems
from gis_app.exchange.writers.write import FORMATS, media_type
from gis_app.jobs import jobs
from gis_app.layers.schema import LAYERS
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.exports_ask import NAMES, asked_of, filter_of, whole_county
from gis_app.web.exports_files import (
    at_once,
    attachment,
    drop_spool,
    in_background,
    is_large,
    layers_of,
)
from gis_app.web.exports_list import find, line, lines
from gis_app.web.exports_rows import filter_words
from gis_app.web.i18n import language
from gis_app.web.layers import offered
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.problem_words import told
from gis_app.web.problems import status_of, wants_data
from gis_app.web.services import services
from gis_app.web.table_columns import TABLES

rooms = Blueprint("exports", __name__)


@rooms.get("/exports")
@requires("exchange:layer:export")
def page() -> Response:
    """Show what can be exported and how, and what was made for this account."""
    names = request.args.getlist("tables")
    params = Params(*NAMES, values=_without_tables(request.args))
    typed = {name: params.text(name, 2_000) for name in NAMES[1:]} | {"tables": names}
    return Response(_page(snapshot(), typed, None), content_type=CONTENT_TYPE)


@rooms.post("/exports")
@requires("exchange:layer:export")
def make() -> Response:
    """Answer with the file, or go to where one sees it being made."""
    found = snapshot()
    try:
        asked = asked_of(request.form, found)
        layers = layers_of(asked, found)
        if not is_large(layers):
            return at_once(asked, layers, found)
        return redirect(f"/exports#export-{in_background(asked, layers, found)}", code=303)
    except GisError as error:
        status = status_of(error)
        if wants_data() or status in (403, 404, 503):
            raise
        message, fields = told(error, language())
        problem = {"code": error.code, "message": message, "fields": fields}
        typed = request.form.to_dict() | {"tables": request.form.getlist("tables")}
        return Response(_page(found, typed, problem), status, content_type=CONTENT_TYPE)


@rooms.get("/exports/<number>.json")
@requires("exchange:layer:export")
def state(number: str) -> Response:
    """Say how far an export is."""
    Params()
    return Response(geojson.dumps(line(find(number))), content_type="application/json")


@rooms.get("/exports/<number>/file")
@requires("exchange:layer:export")
def file(number: str) -> Response:
    """Say the file that was made."""
    Params()
    job, parts = find(number), services()
    path = jobs.file_of(parts.store, parts.settings.instance_dir, job.job_id)
    headers = {
        "Content-Disposition": attachment(job.params["name"] + path.suffix),
        "Cache-Control": "no-store",
    }
    return Response(path.read_bytes(), headers=headers, content_type=media_type(path))


@rooms.post("/exports/<number>/cancel")
@requires("exchange:layer:export")
def cancel(number: str) -> Response:
    """Cancel an export that is not ready."""
    job = find(number)
    if not job.ended and jobs.cancel(services().store, job.job_id) == "cancelled":
        drop_spool(dict(job.params))
    return redirect(f"/exports#export-{job.job_id}", code=303)


@rooms.post("/exports/<number>/delete")
@requires("exchange:layer:export")
def delete(number: str) -> Response:
    """Delete an export with its file."""
    job, parts = find(number), services()
    if not job.ended:
        raise Conflict("export_running", _("文件还在生成，请先取消"), {"number": str(job.job_id)})
    jobs.drop(parts.store, parts.settings.instance_dir, job.job_id)
    return redirect("/exports", code=303)


def _without_tables(values: Any) -> Any:
    kept = values.copy()
    kept.poplist("tables")
    return kept


def _filter_words(typed: dict[str, Any], chosen: list[str], lang: str) -> str:
    """Return the filter in words, "" where there is none or it is not right."""
    try:
        query = filter_of(typed.get("filter") or "", [TABLES[name] for name in chosen])
    except GisError:
        return ""
    return filter_words(TABLES[chosen[0]], query, lang) if query else ""


def _page(found: Snapshot, typed: dict[str, Any], problem: dict[str, Any] | None) -> str:
    lang = language()
    known = systems(found.atlas.metric_crs)
    offers = [
        {"name": one.name, "title": str(one.title), "layer": one.name in LAYERS} for one in offered(found)
    ]
    offset = [one for one in known.values() if one.offset]
    chosen = [name for name in typed["tables"] if any(one["name"] == name for one in offers)]
    listed = [one for one in offers if not typed.get("filter") or one["name"] in chosen]
    usual = {"format": "gpkg", "crs": DEFAULT, "values": "", "filter": ""}
    return render_template(
        "exports/index.html",
        offers=offers,
        typed=usual | {name: value for name, value in typed.items() if value} | {"tables": chosen},
        county=whole_county(found),
        formats=[(one.code, one.names[lang], one.hints[lang]) for one in FORMATS.values()],
        systems=[(one.code, one.names[lang], one.offset) for one in known.values()],
        warnings=[(one.code, text) for one in offset for text in one.warnings(lang)],
        shown={kind: any(one["layer"] is kind for one in listed) for kind in (True, False)},
        filter_words=_filter_words(typed, chosen, lang),
        problem=problem,
        runs=lines(g.account.account_id),
        days=services().settings.job_days,
    )
