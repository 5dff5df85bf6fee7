"""The county's layers as lists and single rows: areas, blocks and stations; shapes only where asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pandas as pd
from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.errors import BadInput, NotFound
from gis_app.layers import rules, schema
from gis_app.web import geojson
from gis_app.web.api import schemas
from gis_app.web.api.paging import PAGING, page, span_of
from gis_app.web.api.room import JSON, reads
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.params import Params
from gis_app.web.station_now import StationsNow, station_now
from gis_app.web.table_rows import stations_at

PERMISSION = "layers:layer:read"
# layer -> its level of areas ("" for what is none), its words, and what its rows can be chosen by
OFFERED: dict[str, tuple[str, Any, Any, dict[str, Any]]] = {
    "subdistricts": ("subdistrict", _l("街道列表"), _l("一个街道"), {}),
    "communities": ("community", _l("社区列表"), _l("一个社区"), {}),
    "grids": ("grid", _l("网格列表"), _l("一个网格"), {}),
    "blocks": ("", _l("地块列表"), _l("一个地块"), {"land_use": rules.LAND_USES}),
    "stations": (
        "",
        _l("站点列表：地点、服务、开放时间"),
        _l("一个站点"),
        {"kind": rules.STATION_KINDS, "status": rules.STATION_STATUSES},
    ),
}
AREA_COLUMNS = ("grid_code", "community_code", "subdistrict_code", "county_code")


class Rows:
    """A layer as the API tells it, made once per snapshot."""

    def __init__(self, found: Snapshot, name: str) -> None:
        frame = found.atlas.layer(name)
        self.code, self.shapes = schema.code_column(name), frame.geometry
        self.table = _told(found, name, frame)
        order = np.argsort(self.table[self.code].to_numpy(dtype=str), kind="stable")
        self.table, self.shapes = self.table.iloc[order].reset_index(drop=True), self.shapes.iloc[order]
        self.areas = _areas(self.table)

    def records(self, rows: np.ndarray, shapes: bool, now: StationsNow | None) -> Sequence[Mapping[str, Any]]:
        """Return these rows, stations with how they are `now`, with their shapes where asked for."""
        table = self.table.iloc[rows]
        told = geojson.records(table if now is None else stations_at(table, now.unusual()))
        if not shapes:
            return told
        texts = geojson.geometries(self.shapes.iloc[rows])
        return [row | {"geometry": orjson.loads(text)} for row, text in zip(told, texts, strict=True)]


def rows_of(found: Snapshot, name: str) -> Rows:
    """Return a layer as the API tells it."""
    return found.memo(("api-layer", name), lambda: Rows(found, name))


def area_of(params: Params, found: Snapshot) -> str:
    """Return the code of the area that is asked for, "" for the county; raises BadInput for none known."""
    area = params.text("area", 15)
    if area and found.atlas.area(area) is None:
        reason = _("没有这个区域；应为 6、9、12 或 15 位区域编码")
        raise BadInput("bad_parameter", reason, {"area": reason})
    return area


def _told(found: Snapshot, name: str, frame: Any) -> pd.DataFrame:
    table = pd.DataFrame(frame.drop(columns="geometry"))
    if OFFERED[name][0]:
        table["households"] = (
            table[schema.code_column(name)].map(found.atlas.households_by(OFFERED[name][0])).astype(int)
        )
    if name == "stations":
        points = frame.geometry
        table["lon"], table["lat"] = points.x.round(7).to_numpy(), points.y.round(7).to_numpy()
    return table


def _areas(table: pd.DataFrame) -> pd.Series:
    """Return the code of the smallest area that each row is said to lie in."""
    found = pd.Series("", index=table.index, dtype=object)
    for column in (name for name in AREA_COLUMNS if name in table):
        found = found.where(found != "", table[column].fillna("").astype(object))
    return found.astype(str)


def _selected(rows: Rows, params: Params, found: Snapshot, choices: Mapping[str, Any]) -> np.ndarray:
    table = rows.table
    keep = rows.areas.str.startswith(area_of(params, found)).to_numpy(dtype=bool, copy=True)
    text = params.text("q", 60)
    if text:
        keep &= table["name"].fillna("").str.contains(text, regex=False).to_numpy(dtype=bool)
    for name, allowed in choices.items():
        wanted = params.choice(name, allowed)
        if wanted:
            keep &= (table[name] == wanted).fillna(False).to_numpy(dtype=bool)
    return np.flatnonzero(keep)


def _listed(name: str) -> Response:
    choices = OFFERED[name][3]
    params, found = Params("area", "q", "shapes", *choices, *PAGING), snapshot()
    span, shapes = span_of(params), params.choice("shapes", ("true", "false"), "false") == "true"
    rows = rows_of(found, name)
    chosen = _selected(rows, params, found, choices)
    now, tag = _now(name)
    return page(
        (found.tag, name, tag), len(chosen), span, lambda part: rows.records(chosen[part], shapes, now)
    )


def _one(name: str, code: str) -> Response:
    params, found = Params("shapes"), snapshot()
    shapes = params.choice("shapes", ("true", "false"), "true") == "true"
    rows = rows_of(found, name)
    places = np.flatnonzero((rows.table[rows.code] == code).to_numpy(dtype=bool))
    if not len(places):
        raise NotFound("unknown_code", _("没有编码为 %(code)s 的记录", code=code[:40]), {"code": code[:40]})
    now, tag = _now(name)
    return respond(
        (found.tag, name, tag, code, shapes),
        lambda: geojson.dumps(rows.records(places[:1], shapes, now)[0]),
        JSON,
    )


def _now(name: str) -> tuple[StationsNow | None, str]:
    """Return how the stations are now and its tag; nothing for the other layers, which have no moment."""
    now = station_now() if name == "stations" else None
    return now, now.tag_at() if now else ""


def _offer(name: str) -> None:
    """Add the list of a layer and its single rows to the API."""
    title = schema_name(name)
    _level, many, single, choices = OFFERED[name]
    asked = ("area", "q", "shapes", *choices, *PAGING)

    @reads(f"/{name}", PERMISSION, f"list{name.capitalize()}", many, schemas.page_of(title), asked, "layers")
    def listed() -> Response:
        """Say the rows of a layer that fit, a page at a time."""
        return _listed(name)

    @reads(f"/{name}/<code>", PERMISSION, f"get{title}", single, schemas.ref(title), ("shapes",), "layers")
    def one(code: str) -> Response:
        """Say one row of a layer with its shape."""
        return _one(name, code)


def schema_name(name: str) -> str:
    """Return what a row of a layer is called in the description."""
    single = {"communities": "community"}.get(name, name.removesuffix("s"))
    return single.capitalize()


for _name in OFFERED:
    _offer(_name)
