"""Layers as GeoJSON and as tables: the map's data, its accessible twin, and both as files to take away."""

from __future__ import annotations

from urllib.parse import urlencode

import geopandas as gpd
import pandas as pd
from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from gis_app.errors import NotFound
from gis_app.layers.schema import LAYERS, code_column
from gis_app.web import geojson, incident_now, tables
from gis_app.web.access import demand, may, requires
from gis_app.web.bytes import digest, respond
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_frame import incident_frame
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.privacy import privacy_class
from gis_app.web.station_now import station_now
from gis_app.web.table_columns import TABLES, Table
from gis_app.web.table_files import as_csv
from gis_app.web.table_rows import stations_at, street_pieces

rooms = Blueprint("layers", __name__)
COMPUTED = {"street_pieces": street_pieces}
CONTROLS = ("sort", "order", "page", "q")


@rooms.get("/layers/<name>.geojson")
@requires("layers:layer:read")
def layer(name: str) -> Response:
    """Say a whole layer as GeoJSON, or the rows of its table that a filter leaves."""
    table = table_of(name)
    found = snapshot()
    plain = not request.args.keys() - {"v"}
    if name in COMPUTED and plain:
        return respond((), lambda: computed(found, name), geojson.CONTENT_TYPE, tag=tag_of(found, name))
    if name in LAYERS and plain:
        tag = tag_of(found, name)
        return respond((), lambda: whole(found, name), geojson.CONTENT_TYPE, tag=tag)
    demand("layers:table:export")
    query = query_of(table)
    return _export(table, query, "geojson", geojson.CONTENT_TYPE)


@rooms.get("/layers/<name>.csv")
@requires("layers:table:export")
def csv_file(name: str) -> Response:
    """Say the rows that a filter leaves as a table file that spreadsheets open as they are."""
    table = table_of(name)
    return _export(table, query_of(table), "csv", "text/csv; charset=utf-8")


@rooms.get("/layers/<name>/table")
@requires("layers:table:read")
def page(name: str) -> Response:
    """Show one page of the layer's rows."""
    table = table_of(name)
    query = query_of(table)
    found = snapshot()
    return Response(_render(found, table, query), content_type=CONTENT_TYPE)


def table_of(name: str) -> Table:
    """Return a table that this account may see; raises NotFound and Forbidden."""
    table = TABLES.get(name)
    if table is None:
        raise NotFound("unknown_layer", fields={"layer": "、".join(TABLES)})
    if table.permission:
        demand(table.permission)
    return table


def query_of(table: Table, values: MultiDict[str, str] | None = None) -> tables.Query:
    """Return what is asked of a table, by the address of the request or by other values; raises BadInput."""
    keys = [column.key for column in table.columns]
    params = Params(*CONTROLS, *keys, values=values)
    return tables.Query(
        text=params.text("q"),
        equals=tuple(sorted(params.rest(keys).items())),
        sort=params.choice("sort", keys, ""),
        descending=params.choice("order", ("asc", "desc"), "asc") == "desc",
        page=params.whole("page", 1, 10**8, 1),
    )


def _export(table: Table, query: tables.Query, kind: str, content_type: str) -> Response:
    found, lang = snapshot(), language()
    moving = incident_frame().tag if table.name == "incidents" else ""
    moving = station_now().tag_at() if table.name == "stations" else moving
    parts = (found.tag, moving, privacy_class(), table.name, query, kind, lang)
    newest = f"-newest-{incident_now.AT_ONCE}" if left_out(table) else ""
    download = f"{table.name}{newest}.{kind}"
    return respond(parts, lambda: _file(found, table, query, kind), content_type, download=download)


def _file(found: Snapshot, table: Table, query: tables.Query, kind: str) -> bytes:
    rows = tables.select(table, frame_of(found, table), query, language())
    if kind == "csv":
        return as_csv(table, rows, language())
    shapes = rows["geometry"].array if "geometry" in rows else None
    return geojson.feature_collection(
        rows.drop(columns="geometry", errors="ignore"),
        table.columns[0].key,
        gpd.GeoSeries(shapes) if shapes is not None else None,
        {"note": note} if (note := left_out_note(table)) else None,
    )


def left_out(table: Table) -> int:
    """Return how many rows the table leaves out: of very many incidents it holds the newest."""
    return incident_now.left_out(g.account) if table.name == "incidents" else 0


def left_out_note(table: Table) -> str:
    """Return in words what the table leaves out, "" for nothing."""
    older = left_out(table)
    if not older:
        return ""
    held, more = f"{incident_now.AT_ONCE:,}", f"{older:,}"
    return _("本表和导出的文件只含最新的 %(n)s 件事件，另有更早的 %(older)s 件不在其中。", n=held, older=more)


def _render(found: Snapshot, table: Table, query: tables.Query) -> str:
    rows = tables.select(table, frame_of(found, table), query, language())
    part = tables.page_of(rows, query.page)
    return render_template(
        "layers/table.html",
        layer=table.name,
        title=str(table.title),
        tabs=[{"name": one.name, "title": str(one.title)} for one in offered(found)],
        export=_export_query(query),
        columns=[
            {"key": column.key, "label": str(column.label), "numeric": column.numeric}
            for column in table.columns
        ],
        rows=geojson.records(tables.shown(table, part.rows, language())),
        page=part.page,
        pages=part.pages,
        total=len(rows),
        note=left_out_note(table),
        sort=query.sort,
        order="desc" if query.descending else "asc",
        q=query.text,
        query=dict(query.equals),
    )


def _export_query(query: tables.Query) -> str:
    """Return the filter and order of a page as an export takes them."""
    kept = {"q": query.text, **dict(query.equals)}
    if query.sort:
        kept |= {"sort": query.sort, "order": "desc" if query.descending else "asc"}
    return urlencode({name: value for name, value in kept.items() if value})


def offered(found: Snapshot) -> list[Table]:
    """Return the tables that this account may see and that have anything to show."""

    def shown(table: Table) -> bool:
        if table.permission and not may(table.permission):
            return False
        if table.name in COMPUTED:
            return len(COMPUTED[table.name](found)) > 0
        return table.name not in LAYERS or len(found.atlas.layer(table.name)) > 0

    return [table for table in TABLES.values() if shown(table)]


def frame_of(found: Snapshot, table: Table) -> pd.DataFrame:
    """Return the rows of a table that this account may see."""
    if table.name == "incidents":
        return incident_frame().memo(
            ("table", found.revision, privacy_class()),
            lambda: table.frame(found, incident_now.seen_rows(found, g.account)),
        )
    frame = found.memo(("table", table.name), lambda: table.frame(found))
    return stations_at(frame, station_now().unusual()) if table.name == "stations" else frame


def whole(found: Snapshot, name: str) -> bytes:
    """Return a layer as GeoJSON bytes."""
    frame = found.atlas.layer(name)
    return geojson.feature_collection(frame.drop(columns="geometry"), code_column(name), frame.geometry)


def computed(found: Snapshot, name: str) -> bytes:
    """Return as GeoJSON bytes what is computed from the layers and drawn as one."""
    frame = COMPUTED[name](found)
    return geojson.feature_collection(frame.drop(columns="geometry"), frame.columns[0], frame.geometry)


def tag_of(found: Snapshot, name: str) -> str:
    """Return the tag under which a whole layer is kept."""
    return digest("layer", found.tag, name)
