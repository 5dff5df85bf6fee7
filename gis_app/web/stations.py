"""The coverage overlay: households within reach of a station along the streets, and one station's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from flask import Blueprint, Response
from flask_babel import gettext as _

from gis_app import clock
from gis_app.stations.coverage import LIMITS_M, LIMITS_MIN, limit_metres, reach, summarise, total
from gis_app.web import geojson, overlay
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, snapshot, today
from gis_app.web.i18n import language
from gis_app.web.params import Params
from gis_app.web.places import path_of, station_facts
from gis_app.web.services import services
from gis_app.web.station_access import grid_of, may_change, station_rows
from gis_app.web.station_now import station_now, told
from gis_app.web.station_page import hand_overs
from gis_app.web.station_words import opening_words

rooms = Blueprint("stations", __name__)
LEVELS = ("grid", "community", "block")
LIMITS = (*(f"{metres}m" for metres in LIMITS_M), *(f"{minutes}min" for minutes in LIMITS_MIN))
DEFAULT_LIMIT = "500m"
# What is sent, not what is computed: shares to a hundredth of a percent, metres to a decimetre.
DECIMALS = {"share": 4, "crow_share": 4, "mean_m": 1, "worst_m": 1}


@rooms.get("/overlays/coverage.geojson")
@requires("stations:coverage:read")
def coverage_overlay() -> Response:
    """Say the share of households within reach of a station, per area of a level."""
    params = Params("level", "limit", "geometry")
    level = params.choice("level", LEVELS, "grid")
    limit = params.choice("limit", LIMITS, DEFAULT_LIMIT)
    geometry = params.choice("geometry", overlay.GEOMETRIES, "full")
    found = snapshot()
    parts = (found.tag, level, limit, geometry, language(), today())
    return respond(parts, lambda: _body(found, level, limit, geometry), geojson.CONTENT_TYPE)


@rooms.get("/stations/<code>.json")
@requires("stations:station:read")
def station(code: str) -> Response:
    """Say what a station offers, when it is open and where it lies."""
    found, lang, now = snapshot(), language(), clock.now()
    changeable = may_change(station_rows(found, code))
    # what is open, and until when, is a matter of the minute
    parts = (found.tag, code, lang, station_now().tag_at(now), f"{now:%Y-%m-%d %H:%M}", changeable)
    return respond(
        parts,
        lambda: geojson.dumps(_station(found, code, lang, now) | {"may_change": changeable}),
        "application/json",
    )


def coverage_of(found: Snapshot, level: str, limit: str) -> pd.DataFrame:
    """Return the coverage of every area of a level within a limit, by code."""
    metres = metres_of(limit)
    return found.memo(
        ("coverage", level, metres), lambda: summarise(reach_of(found), level, metres, found.atlas)
    )


def reach_of(found: Snapshot) -> pd.DataFrame:
    """Return how far every demand place is from its nearest warm station, computed once per snapshot."""
    settings = services().settings
    speed, snap = settings.walking_speed, settings.snap_limit
    return found.memo(
        ("reach", speed, snap), lambda: reach(found.atlas, walking_speed=speed, snap_limit=snap)
    )


def metres_of(limit: str) -> float:
    """Return a limit ("500m" or "10min") in metres of walk."""
    return limit_metres(limit, services().settings.walking_speed)


def limit_label(limit: str) -> str:
    """Return a limit in words."""
    if limit.endswith("min"):
        return _("%(n)s 分钟", n=limit.removesuffix("min"))
    return _("%(n)s 米", n=f"{int(limit.removesuffix('m')):,}")


def summary_of(found: Snapshot, limit: str) -> dict[str, Any]:
    """Return the county's coverage within a limit, with what was counted and how it was measured."""
    return total(reach_of(found), metres_of(limit)) | {"limit_m": metres_of(limit)}


def _body(found: Snapshot, level: str, limit: str, geometry: str) -> bytes:
    rows = coverage_of(found, level, limit)
    # Households outside every area are told beside the areas, so that the sums still agree.
    outside = rows.loc[rows["code"] == "", "households"].sum()
    frame = rows[rows["code"] != ""].round(DECIMALS)
    frame = frame.assign(name=overlay.names_of(found, level, frame["code"]))
    summary = summary_of(found, limit) | {"outside": int(outside)}
    title = _("%(limit)s步行可达的住户", limit=limit_label(limit))
    rule = _("从每栋楼沿路网步行到最近的暖心驿站，含两端离开道路的一段；距离不大于限值算覆盖。")
    if summary["basis"] == "crow":
        title = _("%(limit)s直线可达的住户", limit=limit_label(limit))
        rule = _("没有路网数据，按直线距离计算；距离不大于限值算覆盖。")
    legend = overlay.ranked_legend(frame["share"] * 100, title, "%", rule)
    extra = {"level": level, "limit": limit, "summary": summary, "legend": legend}
    return overlay.areas(found, level, frame, geometry, extra)


def _station(found: Snapshot, code: str, lang: str, now: datetime) -> dict[str, Any]:
    rows = station_rows(found, code)
    facts, grid_code = station_facts(rows, lang)[0], grid_of(rows)
    serves = facts["status"] == "open"
    return facts | {
        "path": path_of(found, grid_code) if grid_code else [],
        "now": told(station_now().of(code), lang, now) if serves else None,
        "opening": opening_words(facts["hours"], lang, now) if serves else None,
        "maps": hand_overs(facts),
    }
