"""The incident overlays: single places for those who may see them, counts and rates per area for everyone."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from flask import Blueprint, Response, g
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents import rates
from gis_app.incidents.deadlines import DUE_SOON, OVERDUE, deadlines
from gis_app.incidents.model import CATEGORIES, OPEN_STATES, STATES, label
from gis_app.incidents.statistics import counts, is_overdue, monthly
from gis_app.incidents.worktime import standard
from gis_app.maps.classes import legend
from gis_app.web import geojson, overlay
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, clock_step, snapshot, today
from gis_app.web.i18n import language
from gis_app.web.incident_bins import MOST_POINTS, Box, bins, in_box
from gis_app.web.incident_now import IncidentsNow, incidents_now
from gis_app.web.params import Params
from gis_app.web.privacy import privacy_class

rooms = Blueprint("incidents", __name__)
LEVELS = ("grid", "community")
MEASURES = ("count", "rate")
# What the mark of an incident says: past its time limit, soon so, in time, or done.
STAGES = ("overdue", "due_soon", "open", "done")
CATEGORY_COLOURS = {
    "environment": "#0F766E",
    "facilities": "#0B5FA5",
    "hazard": "#C2410C",
    "mediation": "#7C3AED",
    "convenience": "#B7791F",
    "livelihood": "#BE185D",
    "five_disorders": "#4D7C0F",
}
POINT_COLUMNS = [
    "incident_code",
    "category",
    "state",
    "description",
    "grid_code",
    "reported_at",
    "due_at",
    "resolved_at",
]


class Filters(NamedTuple):
    """What an overlay of incidents is narrowed to; None means all."""

    category: str | None
    state: str | None
    start: date | None
    end: date | None


@rooms.get("/overlays/incidents.geojson")
@requires("incidents:overlay:read")
def incident_points() -> Response:
    """Say the incidents that this account may see as places; where they are too many, how many lie where."""
    params = Params("category", "state", "from", "to", "bbox")
    wanted, box = _filters(params), _box(params)
    found, account, now, lang = snapshot(), g.account, incidents_now(), language()
    parts = (found.tag, now.tag, privacy_class(), wanted, box, clock_step(), lang)
    return respond(parts, lambda: _places(found, now, account, wanted, box, lang), geojson.CONTENT_TYPE)


@rooms.get("/overlays/incident-counts.geojson")
@requires("incidents:counts:read")
def incident_counts() -> Response:
    """Say how many incidents each area has, or how many per 1,000 households, all categories included."""
    params = Params("level", "category", "state", "from", "to", "measure", "geometry")
    level = params.choice("level", LEVELS, "grid")
    measure = params.choice("measure", MEASURES, "count")
    geometry = params.choice("geometry", overlay.GEOMETRIES, "full")
    wanted = _filters(params)
    found, now, lang = snapshot(), incidents_now(), language()
    parts = (found.tag, now.tag, level, measure, geometry, wanted, clock_step(), lang)
    return respond(
        parts,
        lambda: _counts(found, now.table, level, measure, geometry, wanted, lang),
        geojson.CONTENT_TYPE,
    )


def _filters(params: Params) -> Filters:
    return Filters(params.choice("category", CATEGORIES), params.choice("state", STATES), *params.period())


def _box(params: Params) -> Box | None:
    """Return the view that places are wanted of, None for the whole county."""
    text = params.text("bbox", 100)
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        reason = _("应为 西,南,东,北 四个经纬度")
        message = _("参数 %(name)s 不正确：%(reason)s", name="bbox", reason=reason)
        raise BadInput("bad_parameter", message, {"bbox": reason})
    return west, south, east, north


def _places(
    found: Snapshot, now: IncidentsNow, account: Any, wanted: Filters, box: Box | None, lang: str
) -> bytes:
    places = _chosen(now, account, wanted, box)
    present = np.bincount(now.columns["category"][places], minlength=len(CATEGORIES))
    told = [
        {"kind": "category", "code": code, "label": labels[lang], "lower": None, "upper": None,
         "colour": CATEGORY_COLOURS[code], "count": int(present[now.columns.number("category", code)])}
        for code, labels in CATEGORIES.items() if present[now.columns.number("category", code)]
    ]  # fmt: skip
    rule = _("矛盾纠纷只按网格计数，不显示位置。")
    stages = _stages(now, places)
    extra = {
        "legend": legend(_("事件"), told, _("件"), today(), rule),
        "total": len(places),
        "stages": {name: int((stages == number).sum()) for number, name in enumerate(STAGES)},
        "binned": len(places) > MOST_POINTS,
    }
    if len(places) > MOST_POINTS:
        cells, points = bins(now.columns["lon"][places], now.columns["lat"][places], stages, STAGES)
        return geojson.feature_collection(cells, "id", points, extra)
    return _points(found, now.rows(places), extra, lang)


def _chosen(now: IncidentsNow, account: Any, wanted: Filters, box: Box | None) -> np.ndarray:
    """Return the rows that the account may see, narrowed to what is wanted."""
    columns = now.columns
    rows = rates.select(columns, rates.Selection(wanted.start, wanted.end, wanted.category or ""))
    chosen = now.seen(account)[rows]
    if wanted.state:
        chosen &= columns["state"][rows] == columns.number("state", wanted.state)
    inside = in_box(columns, box)
    if inside is not None:
        chosen &= inside[rows]
    return rows[chosen]


def _stages(now: IncidentsNow, places: np.ndarray) -> np.ndarray:
    """Return for each incident the number of its stage: what its mark on the map says."""
    undone = now.columns.in_words("state", OPEN_STATES)[places]
    words = deadlines(now.table.take(places[undone]), clock.now(), standard()).to_numpy()
    stages = np.full(len(places), STAGES.index("done"))
    stages[undone] = np.select(
        [words == OVERDUE, words == DUE_SOON],
        [STAGES.index("overdue"), STAGES.index("due_soon")],
        STAGES.index("open"),
    )
    return stages


def _points(found: Snapshot, rows: pd.DataFrame, extra: dict[str, Any], lang: str) -> bytes:
    classes = dict(zip(found.classes["class_code"], found.classes["name"], strict=True))
    shown = rows[POINT_COLUMNS].assign(
        class_name=rows["class_code"].map(classes),
        category_label=rows["category"].map(lambda code: label(code, lang)),
        state_label=rows["state"].map(lambda code: label(code, lang)),
        overdue=is_overdue(rows),
        deadline=deadlines(rows, clock.now(), standard()),
    )
    points = gpd.points_from_xy(rows["lon"], rows["lat"])
    return geojson.feature_collection(shown, "incident_code", points, extra)


def _counts(
    found: Snapshot,
    incidents: pd.DataFrame,
    level: str,
    measure: str,
    geometry: str,
    wanted: Filters,
    lang: str,
) -> bytes:
    frame = counts(incidents, found.atlas, level, **wanted._asdict())
    frame = frame.round({"rate": 2}).assign(name=overlay.names_of(found, level, frame["code"]))
    kind = label(wanted.category, lang) if wanted.category else _("事件")
    unit = _("件") if measure == "count" else _("件/千户")
    rule = (
        _("按上报时所在网格计数，含矛盾纠纷。")
        if measure == "count"
        else _("每 1,000 户的件数；没有住户的区域不计算。")
    )
    months = monthly(incidents, wanted.category, wanted.state)
    extra = {
        "level": level,
        "measure": measure,
        "legend": overlay.ranked_legend(frame[measure], kind, unit, rule),
        "total": int(frame["count"].sum()),
        "months": geojson.records(months),
    }
    return overlay.areas(found, level, frame, geometry, extra)
