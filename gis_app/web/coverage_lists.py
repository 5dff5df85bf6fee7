"""Who is not covered, by name: places beyond the limit, without a way, off the streets, or without a seat.

Nothing here is a 0 or a very large number; what cannot be walked says why.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd
from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _

from gis_app.stations.coverage import TOLERANCE
from gis_app.stations.figures import Figures, uncovered
from gis_app.storage import audit
from gis_app.web import geojson
from gis_app.web.access import may, requires
from gis_app.web.bytes import respond
from gis_app.web.coverage_ask import NAMES, Asked, area_code, asked_of, figures_of
from gis_app.web.coverage_words import query_of, scope_words
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import language
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.stations import limit_label
from gis_app.web.table_files import safe_cell
from gis_app.web.tables import PAGE_ROWS, page_of

rooms = Blueprint("coverage_lists", __name__)
COUNTED = ("covered", "circle", "seated")  # what a figure counts; the others are what it leaves out
WHYS = ("far", "unreachable", "unsnapped", "full", "lost", "crow", *COUNTED)
SORTS = ("why", "distance", "households")
LIST_NAMES = (*NAMES, "why", "area", "sort", "page")
EXPORTED_TAG = "layers:table:exported"


@rooms.get("/coverage/uncovered.json")
@requires("stations:coverage:read")
def data() -> Response:
    """Say every place that is not covered, with the reason, the area and how far it is."""
    asked, filters = _read()
    found = snapshot()
    parts = (found.tag, asked.tag(), tuple(filters.items()), language())

    def make() -> bytes:
        rows = rows_of(found, asked, filters)
        told = {"count": len(rows), "households": int(rows["left"].sum()), "scope": scope_words(asked)}
        return geojson.dumps(told | {"places": geojson.records(rows)})

    return respond(parts, make, "application/json")


@rooms.get("/coverage/uncovered")
@requires("stations:coverage:read")
def page() -> Response:
    """Show the list as a table with links to the places."""
    asked, filters = _read()
    rows = rows_of(snapshot(), asked, filters)
    part = page_of(rows, filters["page"])
    body = render_template(
        "stations/uncovered.html",
        rows=geojson.records(part.rows),
        page=part.page,
        pages=part.pages,
        first=(part.page - 1) * PAGE_ROWS,
        total=len(rows),
        households=int(rows["left"].sum()),
        limit=limit_label(asked.limit),
        scope=scope_words(asked),
        whys=why_words(),
        filters=filters,
        query=query_of(asked),
        address=lambda **more: "/coverage/uncovered?" + query_of(asked, **_texts(filters | more)),
        csv="/coverage/uncovered.csv?" + query_of(asked, **_texts(filters | {"page": ""})),
        may_export=may("stations:coverage:export"),
    )
    return Response(body, content_type=CONTENT_TYPE)


@rooms.get("/coverage/uncovered.csv")
@requires("stations:coverage:export")
def file() -> Response:
    """Say the list as a table file, and note who took it."""
    asked, filters = _read()
    rows = rows_of(snapshot(), asked, filters)
    titles = [
        _("编码"),
        _("地块"),
        _("网格"),
        _("社区"),
        _("未覆盖户数"),
        _("户数"),
        _("原因"),
        _("步行（米）"),
        _("直线（米）"),
    ]
    columns = ["code", "block_name", "grid_name", "community_name", "left", "households", "why_label"]
    columns += ["walk_m", "crow_m"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(titles)
    for row in geojson.records(rows[columns]):
        writer.writerow(
            ["" if v is None else safe_cell(v) if isinstance(v, str) else v for v in row.values()]
        )
    body = out.getvalue().encode("utf-8-sig")
    with services().store.write() as conn:
        audit.append(conn, EXPORTED_TAG, g.account.username, "coverage", {"rows": len(rows)})
    headers = {"Content-Disposition": 'attachment; filename="uncovered.csv"'}
    return Response(body, headers=headers, content_type="text/csv; charset=utf-8")


def why_words() -> dict[str, str]:
    """Return each reason in words."""
    return {
        "far": _("超出限值"),
        "unreachable": _("沿路网走不到"),
        "unsnapped": _("附近没有道路"),
        "full": _("站点坐不下"),
        "lost": _("走不到或附近没有道路"),
        "crow": _("直线圈外"),
        "circle": _("直线圈内"),
        "covered": _("步行可达"),
        "seated": _("步行可达且有容量"),
    }


def rows_of(found: Snapshot, asked: Asked, filters: dict[str, Any]) -> pd.DataFrame:
    """Return the places left out, with names, lon and lat, those that the filters leave, in their order."""
    figures = figures_of(found, asked)
    rows = _counted(figures, filters["why"])
    if filters["why"] == "lost":
        rows = rows[rows["why"].isin(("unreachable", "unsnapped"))]
    elif filters["why"]:
        rows = rows[rows["why"] == filters["why"]]
    area = filters["area"]
    if area:
        whole = rows["grid_code"].fillna(rows["community_code"]).fillna("")
        rows = rows[whole.str.startswith(area) | (rows["block_code"] == area)]
    if filters["sort"] == "distance":
        rows = rows.sort_values("distance_m", ascending=False, na_position="first", kind="stable")
    elif filters["sort"] == "households":
        rows = rows.sort_values("left", ascending=False, kind="stable")
    return _named(found, rows)


def _counted(figures: Figures, why: str) -> pd.DataFrame:
    """Return the places that a figure counts, or leaves out, with `why` and how many households (`left`)."""
    places, limit = figures.places, figures.limit_m + TOLERANCE
    kept = {
        "crow": ~(places["crow_m"] <= limit),
        "circle": places["crow_m"] <= limit,
        "covered": places["distance_m"] <= limit,
        "seated": places["seated"] > 0,
    }.get(why)
    if kept is None:
        return uncovered(figures)
    rows = places[kept]
    return rows.assign(why=why, left=rows["seated" if why == "seated" else "households"])


def _named(found: Snapshot, rows: pd.DataFrame) -> pd.DataFrame:
    atlas, words = found.atlas, why_words()
    demand = found.memo("demand-places", lambda: atlas.demand.set_index("code").geometry)
    points = demand.reindex(rows["code"])
    names = dict(zip(atlas.blocks["block_code"], atlas.blocks["name"], strict=True))
    grids = dict(zip(atlas.grids["grid_code"], atlas.grids["name"], strict=True))
    communities = dict(zip(atlas.communities["community_code"], atlas.communities["name"], strict=True))
    told = rows.assign(
        block_name=rows["block_code"].map(names),
        grid_name=rows["grid_code"].map(grids),
        community_name=rows["community_code"].map(communities),
        why_label=rows["why"].map(words),
        lon=points.x.round(7).to_numpy(),
        lat=points.y.round(7).to_numpy(),
    )
    return told[
        ["code", "block_code", "block_name", "grid_code", "grid_name", "community_code", "community_name",
         "households", "left", "why", "why_label", "walk_m", "crow_m", "nearest_station", "lon", "lat"]
    ].round({"walk_m": 1, "crow_m": 1})  # fmt: skip


def _read() -> tuple[Asked, dict[str, Any]]:
    params = Params(*LIST_NAMES)
    filters = {
        "why": params.choice("why", WHYS, ""),
        "area": area_code(params),
        "sort": params.choice("sort", SORTS, "why"),
        "page": params.whole("page", 1, 10**8, 1),
    }
    return asked_of(params), filters


def _texts(filters: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in filters.items() if value not in ("", None)}
