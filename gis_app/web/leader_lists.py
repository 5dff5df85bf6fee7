"""What a figure counts, one by one: the list behind every numerator and denominator of the leader's page.

Each row says how much it counts for, and the rows of a list add up to the number it stands behind. Incidents
that an account may not see one by one stand there as counts by grid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _

from gis_app import clock
from gis_app.assignments.tables import role_label
from gis_app.incidents import rates
from gis_app.incidents.key_figures import COVERAGE, KEY_FIGURES, POSTS, REPORTS, home_codes, within
from gis_app.incidents.model import label
from gis_app.incidents.statistics_columns import UNKNOWN
from gis_app.people.permissions import allowed
from gis_app.stations.coverage import TOLERANCE, distance_of
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import private_classes
from gis_app.web.incident_frame import IncidentFrame, incident_frame
from gis_app.web.incident_words import class_name, place_names
from gis_app.web.leader_figures import key_figures, posts_now
from gis_app.web.leader_question import FIELDS, Question, read
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.stations import DEFAULT_LIMIT, metres_of, reach_of

rooms = Blueprint("leader_lists", __name__)
PARTS = ("above", "below", "rest")
PAGE = 100
MOST_PAGES = 100_000
Row = list[Any]


@dataclass(frozen=True)
class Listing:
    """A list: headers, how many rows, what they add up to, and how to make the rows from one to another."""

    columns: list[str]
    size: int
    total: float
    rows: Callable[[int, int], list[Row]]


@rooms.get("/leader/list.json")
@requires("leader:page:read")
def data() -> Response:
    """Say a page of what a figure counts."""
    return Response(geojson.dumps(_page()), content_type="application/json")


@rooms.get("/leader/list")
@requires("leader:page:read")
def page() -> Response:
    """Show a page of what a figure counts."""
    return Response(render_template("leader/list.html", **_page()), content_type=CONTENT_TYPE)


def listing(found: Snapshot, frame: IncidentFrame, figure: str, part: str, asked: Question) -> Listing:
    """Return what stands above a figure's line, below it, or below but not above ("rest")."""
    if figure == COVERAGE or (figure == REPORTS and part != "above"):
        return _homes(found, part if figure == COVERAGE else "below", asked.area)
    if figure == POSTS:
        return _posts(found, part, asked.area)
    return _incidents(found, frame, figure, part, asked)


def _page() -> dict[str, Any]:
    params = Params(*FIELDS, "figure", "part", "page")
    asked, found, lang = read(params), snapshot(), language()
    code = params.choice("figure", KEY_FIGURES, asked.measure)
    part = params.choice("part", PARTS, "above")
    number = params.whole("page", 1, MOST_PAGES, 1)
    figure = key_figures(found)[code]
    whole = listing(found, incident_frame(), code, part, asked)
    first = (number - 1) * PAGE
    heads = {"above": figure.above[lang], "below": figure.below[lang], "rest": _rest(code)}
    query = {"area": asked.area, "from": asked.span.start.isoformat(), "to": asked.span.end.isoformat()}
    return {
        "figure": code,
        "label": figure.label[lang],
        "rule": figure.rule[lang],
        "part": part,
        "parts": [{"code": one, "label": heads[one]} for one in PARTS if heads[one]],
        "title": heads[part] or figure.below[lang],
        "of": figure.of[lang] if code != REPORTS or part == "above" else KEY_FIGURES[COVERAGE].of[lang],
        "area_name": found.atlas.name_of(asked.area) if asked.area else "",
        "period": asked.span.words if code not in (COVERAGE, POSTS) else "",
        "columns": whole.columns,
        "rows": whole.rows(first, first + PAGE),
        "size": whole.size,
        "total": int(whole.total) if float(whole.total).is_integer() else whole.total,
        "page": number,
        "pages": max(1, -(-whole.size // PAGE)),
        "query": {name: value for name, value in query.items() if value},
    }


def _rest(code: str) -> str:
    words = {
        COVERAGE: _("其余住户（未覆盖）"),
        POSTS: _("空缺的岗位"),
        "closing_rate": _("应结未结的事件"),
        "in_time_rate": _("没有按期结案的事件"),
        "overdue_rate": _("未超期的未办结事件"),
    }
    return words.get(code, "")


def _homes(found: Snapshot, part: str, area: str) -> Listing:
    """List the places where households are: buildings, else blocks."""
    reached = reach_of(found)
    covered = (distance_of(reached) <= metres_of(DEFAULT_LIMIT) + TOLERANCE).to_numpy(bool)
    chosen = within(home_codes(reached), area)
    chosen = chosen & {"above": covered, "rest": ~covered, "below": np.ones(len(reached), bool)}[part]
    rows = reached[chosen].sort_values(["grid_code", "code"], kind="stable")
    blocks = found.memo(
        "block_names",
        lambda: dict(zip(found.atlas.blocks["block_code"], found.atlas.blocks["name"], strict=True)),
    )
    stations = dict(zip(found.atlas.stations["station_code"], found.atlas.stations["name"], strict=True))
    places, metres = place_names(found), distance_of(rows)

    def made(first: int, last: int) -> list[Row]:
        lines = rows.iloc[first:last]
        return [
            [
                code,
                blocks.get(block, "") or "",
                _place(places, grid),
                _distance(far, reason),
                stations.get(station, "") or "",
                int(weight),
            ]
            for code, block, grid, far, reason, station, weight in zip(
                lines["code"], lines["block_code"], lines["grid_code"], metres.iloc[first:last],
                lines["reason"], lines["nearest_station"], lines["households"], strict=True,
            )
        ]  # fmt: skip

    heads = [_("楼栋或地块"), _("小区、楼院"), _("网格"), _("到最近驿站"), _("最近的驿站"), _("户")]
    return Listing(heads, len(rows), float(rows["households"].sum()), made)


def _distance(metres: float, reason: str) -> str:
    if np.isfinite(metres):
        return _("%(n)s 米", n=f"{metres:,.0f}")
    return _("附近没有道路") if reason == "unsnapped" else _("沿路网走不到")


def _posts(found: Snapshot, part: str, area: str) -> Listing:
    every, lang = posts_now(found), language()
    chosen = within(every["code"], area)
    vacant = every["vacant"].to_numpy(bool)
    chosen = chosen & {"above": ~vacant, "rest": vacant, "below": np.ones(len(every), bool)}[part]
    rows = every[chosen]

    def made(first: int, last: int) -> list[Row]:
        lines = rows.iloc[first:last]
        return [
            [role_label(role, lang), name, _("空缺") if gone else holder, 1]
            for role, name, holder, gone in zip(
                lines["role"], lines["name"], lines["holder"], lines["vacant"], strict=True
            )
        ]

    return Listing([_("岗位"), _("区域"), _("在任"), _("岗")], len(rows), float(len(rows)), made)


def _incidents(found: Snapshot, frame: IncidentFrame, figure: str, part: str, asked: Question) -> Listing:
    """List incidents, the newest first; those not to be seen one by one stand first, as counts by grid."""
    columns = frame.columns
    wanted = rates.Selection(asked.span.start, asked.span.end, area_code=asked.area)
    counted = rates.Counted(columns, rates.select(columns, wanted), asked.cut_off)
    above, below = counted.members("reported" if figure == REPORTS else figure)
    rows = {"above": above, "below": below, "rest": np.setdiff1d(below, above)}[part]
    seen = _seen(frame)[rows]
    hidden = _hidden(found, frame, rows[~seen])
    shown = rows[seen]
    shown = shown[np.argsort(-columns["reported_at"][shown], kind="stable")]

    def made(first: int, last: int) -> list[Row]:
        lines = hidden[first:last]
        some = shown[max(0, first - len(hidden)) : max(0, last - len(hidden))]
        return lines + _lines(found, frame, some)

    heads = [_("事件"), _("类别"), _("网格"), _("状态"), _("上报"), _("时限"), _("计")]
    return Listing(heads, len(hidden) + len(shown), float(len(rows)), made)


def _seen(frame: IncidentFrame) -> np.ndarray:
    """Return (n,) bool which incidents this account may see one by one."""
    inside = frame.in_area(g.account.scope_code)
    if allowed(g.account.role, "incidents:mediation:read"):
        return inside
    return inside & frame.public(private_classes())


def _hidden(found: Snapshot, frame: IncidentFrame, rows: np.ndarray) -> list[Row]:
    columns, places = frame.columns, place_names(found)
    words = np.array([*columns.words["grid_code"].list, ""], dtype=object)
    grids = pd.Series(words[columns["grid_code"][rows]], dtype="object")
    counts = grids.value_counts().sort_index()
    return [
        ["", _("不公开的事件，只计数：%(n)s 件", n=int(n)), _place(places, grid), "", "", "", int(n)]
        for grid, n in counts.items()
    ]


def _lines(found: Snapshot, frame: IncidentFrame, rows: np.ndarray) -> list[Row]:
    columns, places, lang = frame.columns, place_names(found), language()

    def word(name: str, row: int) -> str:
        return columns.words[name].list[columns[name][row]]

    return [
        [
            code,
            class_name(word("class_code", row)),
            _place(places, word("grid_code", row)),
            label(word("state", row), lang),
            _day(columns["reported_at"][row]),
            _day(columns["due_at"][row]),
            1,
        ]
        for code, row in zip(columns.codes(rows), rows.tolist(), strict=True)
    ]


def _day(seconds: int) -> str:
    if seconds == UNKNOWN:
        return ""
    return f"{datetime.fromtimestamp(int(seconds), clock.ZONE):%Y-%m-%d %H:%M}"


def _place(places: dict[str, str], code: Any) -> str:
    text = code if isinstance(code, str) else ""
    return places.get(text, text) or _("（未划入网格）")
