"""What a question about a map on paper comes to: the same figures, classes and words as on the screen.

Each overlay has one function that returns what is special about it; `order_of` adds what every sheet bears.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from flask_babel import gettext as _

from gis_app.assignments.tables import ROLES, role_label
from gis_app.assignments.territories import territories
from gis_app.incidents.key_figures import RATE
from gis_app.incidents.model import label
from gis_app.incidents.statistics import counts
from gis_app.layers.atlas import CODE_OF_LEVEL
from gis_app.maps.classes import categories, legend
from gis_app.maps.styles import HOLDER_COLOURS, VACANT_COLOUR
from gis_app.paper.county import Order, classed, size_for
from gis_app.stations.figures import by_area
from gis_app.web.coverage import level_words, measured
from gis_app.web.coverage_ask import figures_of
from gis_app.web.coverage_what_if import figures_after
from gis_app.web.coverage_words import measure_words, scope_words
from gis_app.web.current import Snapshot, today
from gis_app.web.incident_frame import incident_frame
from gis_app.web.incident_now import incidents_now
from gis_app.web.leader_figures import areas_of, key_figures, parts_of, tables_of
from gis_app.web.leader_words import unit_of
from gis_app.web.pages import area_name, county_name
from gis_app.web.paper_maps_ask import Question
from gis_app.web.services import services
from gis_app.web.siting_runs import places
from gis_app.web.siting_words import name_of
from gis_app.web.synthetic import is_synthetic
from gis_app.web.table_columns import STATION_KINDS

STATION_MARKS = {"warm_station": ("diamond", "#C2410C"), "party_service_centre": ("square", "#7C3AED")}
MOST_HOLDERS = 20


@dataclass(frozen=True)
class Shown:
    """What one overlay puts on a sheet: see `paper.county.Order`."""

    rows: list[list[Any]]
    legend: dict[str, Any]
    subtitle: str
    marks: tuple = ()
    date: str = ""


def order_of(found: Snapshot, question: Question) -> Order:
    """Return the order of a question, in the language of the request."""
    shown = MAKERS[question.overlay](found, question)
    settings = services().settings
    where = area_name(found, question.area) or county_name(found) or _("全县")
    synthetic = is_synthetic(found, settings.geodata_dir)
    usual = _("%(where)s %(what)s图", where=where, what=overlay_words()[question.overlay])
    return Order(
        title=question.title or usual,
        level=question.level,
        rows=shown.rows,
        legend=shown.legend,
        size_mm=size_for(found.atlas, question.paper, question.area),
        date=shown.date or today(),
        language=question.lang,
        subtitle=shown.subtitle,
        revision=str(found.revision),
        review_number=settings.map_review_number,
        attribution=settings.map_attribution,
        notes=(_("示范数据，不代表真实情况"),) if synthetic else (),
        area=question.area,
        marks=shown.marks,
    )


def overlay_words() -> dict[str, str]:
    """Return the name of each overlay."""
    return {
        "coverage": _("覆盖"),
        "assignment": _("责任"),
        "incidents": _("事件"),
        "stations": _("站点"),
        "balance": _("户数均衡"),
        "figures": _("指标"),
        "siting": _("选址"),
    }


def _coverage(found: Snapshot, question: Question) -> Shown:
    asked, changes = question.coverage, list(question.changes)
    figures = figures_after(found, asked, changes) if changes else figures_of(found, asked)
    areas = by_area(figures, question.level, found.atlas)
    areas = areas[areas["code"] != ""]
    title, unit, rule = measure_words(asked.measure, asked, figures.basis)
    rows, told = classed(
        areas["code"], measured(areas, asked.measure), title, unit, rule, language=question.lang
    )
    thought = [_("设想：%(n)s 项改动", n=len(changes))] if changes else []
    subtitle = " · ".join([title, level_words()[question.level], scope_words(asked), *thought])
    marks = _station_marks(figures.table.stations[figures.mask], question.lang, named=False)
    return Shown(rows, told, subtitle, marks, asked.day.isoformat() if asked.day else "")


def _assignment(found: Snapshot, question: Question) -> Shown:
    role = question.choices["role"]
    frame = found.memo(("territories", role), lambda: territories(found.atlas, found.tables, role))
    vacant = frame["vacant"].astype(bool).to_numpy()
    answers = _answers(frame)
    fills = [HOLDER_COLOURS[int(one) % len(HOLDER_COLOURS)] for one in frame["colour"]]
    rows = [
        [code, 0, _("空缺"), VACANT_COLOUR] if gone else [code, -1, answer, fill]
        for code, gone, answer, fill in zip(frame["code"], vacant, answers, fills, strict=True)
    ]
    told = categories([_("空缺")], [VACANT_COLOUR], [int(vacant.sum())]) if vacant.any() else []
    held = pd.DataFrame({"answer": answers, "fill": fills})[~vacant].groupby("answer", sort=False)["fill"]
    if held.ngroups <= MOST_HOLDERS:
        sizes = held.agg(["first", "size"])
        told += categories(list(sizes.index), list(sizes["first"]), list(sizes["size"]))
    rule = _("颜色只为区分相邻的责任区，谁负责以区内名字为准。")
    title = role_label(role, question.lang)
    subtitle = " · ".join([title, level_words()[ROLES[role]["level"]]])
    return Shown(rows, legend(title, told, _("个"), today(), rule), subtitle)


def _answers(frame: pd.DataFrame) -> list[str]:
    """Return the name an area is known by: its holder, else the organisation, else the zone."""
    columns = [frame[name].fillna("") for name in ("holder_name", "organisation_name", "zone_name")]
    return [next((one for one in row if one), "") for row in zip(*columns, strict=True)]


def _incidents(found: Snapshot, question: Question) -> Shown:
    choices, level = question.choices, question.level
    category, state, measure = choices["category"], choices["state"], choices["measure"]
    table = incidents_now().table
    frame = counts(table, found.atlas, level, category, state, question.start, question.end)
    unit = _("件") if measure == "count" else _("件/千户")
    rule = (
        _("按上报时所在网格计数，含矛盾纠纷。")
        if measure == "count"
        else _("每 1,000 户的件数；没有住户的区域不计算。")
    )
    what = label(category, question.lang) if category else _("事件")
    rows, told = classed(frame["code"], frame[measure], what, unit, rule, language=question.lang)
    period = f"{question.start or _('最早')} — {question.end or today()}"
    parts = [what, label(state, question.lang) if state else "", level_words()[level], period]
    return Shown(rows, told, " · ".join(part for part in parts if part))


def _stations(found: Snapshot, question: Question) -> Shown:
    kind = question.choices["kind"]
    stations = found.atlas.stations
    stations = stations if kind == "all" else stations[stations["kind"] == kind]
    points = stations.geometry
    marks = _station_marks(stations.assign(lon=points.x, lat=points.y), question.lang, named=True)
    told = legend(_("站点"), [], "", today(), _("站点在所在位置；名称放不下的只画符号。"))
    names = [one[0] for one in marks] or [_("没有站点")]
    rows = [[str(code), -1, "", None] for code in _codes(found, question.level)]
    return Shown(rows, told, " · ".join([*names, level_words()[question.level]]), marks)


def _balance(found: Snapshot, question: Question) -> Shown:
    households = found.atlas.households_by(question.level)
    mean = float(households.mean()) if len(households) else 0.0
    known = found.atlas.demand_unit == "households" and mean > 0
    values = (households / mean - 1) * 100 if known else np.full(len(households), np.nan)
    level = level_words()[question.level]
    rule = _("每个%(level)s的户数与全县平均 %(mean)s 户相差的百分比；正为多，负为少。", level=level,
             mean=f"{mean:,.0f}")  # fmt: skip
    rule = rule if known else _("没有住户数据，不能比较。")
    rows, told = classed(households.index, values, _("户数均衡"), "%", rule, palette="PuOr",
                         language=question.lang)  # fmt: skip
    return Shown(rows, told, " · ".join([_("户数与平均的差"), level]))


def _figures(found: Snapshot, question: Question) -> Shown:
    asked, code = question.leader, question.leader.measure
    figure = key_figures(found)[code]
    parts = parts_of(found, incident_frame(), asked.span, asked.cut_off)
    areas = areas_of(found, question.level, question.area)
    table = tables_of({code: parts[code]}, question.level, areas["code"])[code]
    scale, unit = (100, "%") if figure.unit == RATE else (1, unit_of(figure))
    title = figure.label[question.lang]
    values = (table["value"] * scale).reindex(areas["code"])
    rows, told = classed(areas["code"], values, title, unit, figure.rule[question.lang],
                         language=question.lang)  # fmt: skip
    return Shown(rows, told, " · ".join([title, level_words()[question.level], asked.span.words]))


def _siting(found: Snapshot, question: Question) -> Shown:
    run = question.run
    chosen = [[place["lon"], place["lat"], f"{place['number']} {place['name']}"] for place in places(run)]
    stations = found.atlas.stations
    points = stations.geometry
    existing = _station_marks(stations.assign(lon=points.x, lat=points.y), question.lang, named=False)
    told = legend(_("选址"), [], "", today(), _("编号与选址清单相同。"))
    rows = [[str(code), -1, "", None] for code in _codes(found, question.level)]
    marks = (*existing, [_("选出的地点"), "circle", "#0B5FA5", chosen])
    return Shown(rows, told, name_of(run), marks)


MAKERS: dict[str, Callable[[Snapshot, Question], Shown]] = {
    "coverage": _coverage,
    "assignment": _assignment,
    "incidents": _incidents,
    "stations": _stations,
    "balance": _balance,
    "figures": _figures,
    "siting": _siting,
}


def _codes(found: Snapshot, level: str) -> pd.Series:
    return found.atlas.level(level)[CODE_OF_LEVEL[level]]


def _station_marks(stations: pd.DataFrame, lang: str, named: bool) -> tuple:
    """Return the marks of stations by kind, from rows with lon and lat."""
    marks = []
    for kind, rows in stations.groupby("kind", sort=False):
        symbol, colour = STATION_MARKS.get(kind, ("circle", "#0B5FA5"))
        title = STATION_KINDS[kind][lang] if kind in STATION_KINDS else str(kind)
        names = rows["name"] if named else [""] * len(rows)
        places = [
            [float(x), float(y), str(name)]
            for x, y, name in zip(rows["lon"], rows["lat"], names, strict=True)
        ]
        marks.append([title, symbol, colour, places])
    return tuple(marks)
