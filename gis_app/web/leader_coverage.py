"""The three numbers of coverage for the leader's right column: by circle, on foot, within capacity.

They are those of the page of coverage, asked for one area and for each way to say which stations count. It
judges nothing and keeps nothing.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response
from flask_babel import gettext as _

from gis_app.layers.codes import LENGTHS, level_of
from gis_app.stations.figures import by_area, whole
from gis_app.stations.scope import ALWAYS, OPEN_AT, PLANNED, SERVING, Scope
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.coverage_ask import Asked, figures_of
from gis_app.web.coverage_words import query_of, told_figures
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import language
from gis_app.web.leader_question import area_of
from gis_app.web.params import Params
from gis_app.web.stations import DEFAULT_LIMIT, limit_label, metres_of

rooms = Blueprint("leader_coverage", __name__)
SIDE_BY_SIDE = ("crow_share", "share", "seated_share")


@rooms.get("/leader/coverage.json")
@requires("leader:page:read")
def data() -> Response:
    """Say the three numbers of an area by serving, open now, round the clock and planned stations."""
    found = snapshot()
    area = area_of(Params("area"), found)
    asked = [Asked(Scope(when=when)) for when in (SERVING, OPEN_AT, ALWAYS, PLANNED)]
    parts = (found.tag, area, [one.tag() for one in asked], language())
    return respond(parts, lambda: geojson.dumps(_told(found, area, asked)), "application/json")


def _told(found: Snapshot, area: str, asked: list[Asked]) -> dict[str, Any]:
    words = {
        SERVING: _("全部在用站点"),
        OPEN_AT: _("现在开放"),
        ALWAYS: _("24 小时开放"),
        PLANNED: _("含规划中"),
    }
    first = figures_of(found, asked[0])
    return {
        "limit": DEFAULT_LIMIT,
        "limit_m": metres_of(DEFAULT_LIMIT),
        "limit_label": limit_label(DEFAULT_LIMIT),
        "basis": first.basis,
        "rows": [_row(found, area, one, words[one.scope.when]) for one in asked],
        "href": f"/coverage?{urlencode(_whole_question(area))}",
    }


def _row(found: Snapshot, area: str, asked: Asked, label: str) -> dict[str, Any]:
    figures = figures_of(found, asked)
    level = level_of(area) if area else ""
    sums = whole(figures)
    if level and level != "county":
        table = by_area(figures, level, found.atlas)
        sums = sums | table[table["code"] == area].iloc[0].to_dict()
    told = {one["code"]: one for one in told_figures(asked, figures, sums)}
    numbers = [told[code] for code in SIDE_BY_SIDE]
    for number in numbers:
        number["list"] = _inside(number["list"], area)
        number["rest"] = _inside(number["rest"], area)
    return {
        "when": asked.scope.when,
        "label": label,
        "stations": int(figures.mask.sum()),
        "numbers": numbers,
        "query": query_of(asked),
    }


def _inside(address: str, area: str) -> str:
    return f"{address}&{urlencode({'area': area})}" if area else address


def _whole_question(area: str) -> dict[str, str]:
    """Return what the page of coverage is asked: the same area and limit, by the parts of the area."""
    level = "community" if len(area) < LENGTHS["community"] else "grid"
    return {"level": level, "limit": DEFAULT_LIMIT} | ({"area": area} if area else {})
