"""The incident overlays: single places for those who may see them, counts and rates per area for everyone."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import geopandas as gpd
from flask import Blueprint, Response, g
from flask_babel import gettext as _

from gis_app.incidents.model import CATEGORIES, STATES, label
from gis_app.incidents.statistics import counts, is_overdue, monthly, select
from gis_app.maps.classes import legend
from gis_app.web import geojson, overlay
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, clock_step, snapshot, today
from gis_app.web.i18n import language
from gis_app.web.params import Params
from gis_app.web.privacy import privacy_class, seen_incidents

rooms = Blueprint("incidents", __name__)
LEVELS = ("grid", "community")
MEASURES = ("count", "rate")
CATEGORY_COLOURS = {
    "environment": "#0F766E",
    "facilities": "#0B5FA5",
    "hazard": "#C2410C",
    "mediation": "#7C3AED",
    "convenience": "#B7791F",
    "livelihood": "#BE185D",
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
    """Say the incidents that this account may see as places."""
    params = Params("category", "state", "from", "to")
    wanted = _filters(params)
    found, account, lang = snapshot(), g.account, language()
    parts = (found.tag, privacy_class(), wanted, clock_step(), lang)
    return respond(parts, lambda: _points(found, account, wanted, lang), geojson.CONTENT_TYPE)


@rooms.get("/overlays/incident-counts.geojson")
@requires("incidents:counts:read")
def incident_counts() -> Response:
    """Say how many incidents each area has, or how many per 1,000 households, all categories included."""
    params = Params("level", "category", "state", "from", "to", "measure", "geometry")
    level = params.choice("level", LEVELS, "grid")
    measure = params.choice("measure", MEASURES, "count")
    geometry = params.choice("geometry", overlay.GEOMETRIES, "full")
    wanted = _filters(params)
    found, lang = snapshot(), language()
    parts = (found.tag, level, measure, geometry, wanted, clock_step(), lang)
    return respond(
        parts, lambda: _counts(found, level, measure, geometry, wanted, lang), geojson.CONTENT_TYPE
    )


def _filters(params: Params) -> Filters:
    return Filters(params.choice("category", CATEGORIES), params.choice("state", STATES), *params.period())


def _points(found: Snapshot, account: Any, wanted: Filters, lang: str) -> bytes:
    rows = select(seen_incidents(found, account), **wanted._asdict())
    classes = dict(zip(found.classes["class_code"], found.classes["name"], strict=True))
    shown = rows[POINT_COLUMNS].assign(
        class_name=rows["class_code"].map(classes),
        category_label=rows["category"].map(lambda code: label(code, lang)),
        state_label=rows["state"].map(lambda code: label(code, lang)),
        overdue=is_overdue(rows),
    )
    points = gpd.points_from_xy(rows["lon"], rows["lat"])
    present = rows["category"].value_counts()
    told = [
        {"kind": "category", "code": code, "label": labels[lang], "lower": None, "upper": None,
         "colour": CATEGORY_COLOURS[code], "count": int(present[code])}
        for code, labels in CATEGORIES.items() if code in present
    ]  # fmt: skip
    rule = _("矛盾纠纷只按网格计数，不显示位置。")
    extra = {"legend": legend(_("事件"), told, _("件"), today(), rule), "total": len(rows)}
    return geojson.feature_collection(shown, "incident_code", points, extra)


def _counts(found: Snapshot, level: str, measure: str, geometry: str, wanted: Filters, lang: str) -> bytes:
    frame = counts(found.incidents, found.atlas, level, **wanted._asdict())
    frame = frame.round({"rate": 2}).assign(name=overlay.names_of(found, level, frame["code"]))
    kind = label(wanted.category, lang) if wanted.category else _("事件")
    unit = _("件") if measure == "count" else _("件/千户")
    rule = (
        _("按上报时所在网格计数，含矛盾纠纷。")
        if measure == "count"
        else _("每 1,000 户的件数；没有住户的区域不计算。")
    )
    months = monthly(found.incidents, wanted.category, wanted.state)
    extra = {
        "level": level,
        "measure": measure,
        "legend": overlay.ranked_legend(frame[measure], kind, unit, rule),
        "total": int(frame["count"].sum()),
        "months": geojson.records(months),
    }
    return overlay.areas(found, level, frame, geometry, extra)
