"""Everything the leader's first page shows, in one answer: figures, areas, attention, trend."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from flask_babel import gettext as _

from gis_app import clock
from gis_app.incidents.attention import ranked
from gis_app.incidents.key_figures import RATE, KeyFigure
from gis_app.incidents.statistics_columns import UNKNOWN
from gis_app.layers.codes import level_of
from gis_app.web import leader_words, overlay
from gis_app.web.current import Snapshot
from gis_app.web.incident_frame import IncidentFrame
from gis_app.web.leader_figures import (
    Parts,
    Value,
    areas_of,
    key_figures,
    monthly,
    parts_before,
    parts_of,
    posts_now,
    said,
    tables_of,
    targets,
    value_of,
)
from gis_app.web.leader_question import Question, shown_in
from gis_app.web.places import path_of

MOST_RANKED = 50
# More areas than this are not sent one by one: the map then shows the next level up.
MOST_AREAS = 1_000
DECIMALS = 6


def told(found: Snapshot, frame: IncidentFrame, asked: Question, lang: str) -> dict[str, Any]:
    """Return the answer to a question, but for what an account keeps (views, alerts seen)."""
    figures, aims = key_figures(found), targets()
    parts = parts_of(found, frame, asked.span, asked.cut_off)
    before = parts_before(found, frame, asked)
    inside = shown_in(found, asked.area)
    areas = areas_of(found, asked.level, inside)
    tables = tables_of(parts, asked.level, areas["code"])
    return {
        "asked": _asked(asked),
        "cut_off": asked.cut_off.isoformat(),
        "data_at": _newest(frame),
        "area": _area(found, asked.area, lang),
        "figures": [_figure(figures[code], parts[code], before, asked, aims[code], lang) for code in figures],
        "level": asked.level,
        "levels": _levels(found, inside),
        "areas": _areas(areas, tables),
        "legends": {code: _legend(figures[code], tables[code], lang) for code in figures},
        "attention": _attention(found, parts, asked, figures, aims, lang),
        "trend": _trend(found, frame, asked),
        "who": leader_words.who(found, asked.area, lang) if len(asked.area) > 9 else [],
    }


def _asked(asked: Question) -> dict[str, Any]:
    before = asked.before
    return {
        "measure": asked.measure,
        "period": asked.period,
        "compare": asked.compare,
        "area": asked.area,
        "from": asked.span.start.isoformat(),
        "to": asked.span.end.isoformat(),
        "before": None if before is None else [before.start.isoformat(), before.end.isoformat()],
        "query": _query(asked),
    }


def _query(asked: Question) -> str:
    """Return the part of an address that names period and area, for the lists."""
    fields = {"area": asked.area, "from": asked.span.start.isoformat(), "to": asked.span.end.isoformat()}
    return "&".join(f"{name}={value}" for name, value in fields.items() if value)


def _newest(frame: IncidentFrame) -> str | None:
    """Return when anything about an incident changed last."""
    changed = frame.columns["updated_at"]
    known = changed[changed != UNKNOWN]
    if not len(known):
        return None
    newest = frame.memo("leader-newest", lambda: int(known.max()))
    return datetime.fromtimestamp(newest, clock.ZONE).isoformat(timespec="seconds")


def _area(found: Snapshot, area: str, lang: str) -> dict[str, Any]:
    county = found.atlas.county
    top = {"code": "", "level": "county", "name": str(county["name"].iloc[0]) if len(county) else _("全县")}
    steps = [step for step in path_of(found, area) if step["level"] != "county"] if area else []
    here = steps[-1] if steps else top
    return here | {"path": [top, *steps]}


def _figure(
    figure: KeyFigure, part: pd.DataFrame, before: Parts | None, asked: Question, aim: float | None, lang: str
) -> dict[str, Any]:
    now = value_of(figure.code, part, asked.area)
    earlier = (
        value_of(figure.code, before[figure.code], asked.area) if before and figure.code in before else None
    )
    return {
        "code": figure.code,
        "label": figure.label[lang],
        "unit": leader_words.unit_of(figure),
        "kind": figure.unit,
        "better": figure.better,
        **_value(now),
        "said": said(figure, now.value),
        "rule": figure.rule[lang],
        "above": figure.above[lang],
        "below": figure.below[lang],
        "of": figure.of[lang],
        "target": None
        if aim is None
        else {"value": aim, "said": said(figure, aim), "met": _met(figure, now, aim)},
        "change": leader_words.change(figure, now, earlier),
        "list": f"/leader/list?figure={figure.code}&{_query(asked)}",
    }


def _met(figure: KeyFigure, now: Value, aim: float) -> bool | None:
    return None if now.value is None else (now.value - aim) * figure.better >= 0


def _value(one: Value) -> dict[str, Any]:
    value = None if one.value is None else round(one.value, DECIMALS)
    return {"value": value, "numerator": _plain(one.numerator), "denominator": _plain(one.denominator)}


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else round(float(number), 2)


def _levels(found: Snapshot, inside: str) -> list[dict[str, str]]:
    labels = {"subdistrict": _("街道"), "community": _("社区"), "grid": _("网格")}
    counts = {level: len(areas_of(found, level, inside)) for level in labels}
    lower = {level: label for level, label in labels.items() if counts[level]}
    own = level_of(inside) if inside else "county"
    return [
        {"code": level, "label": label}
        for level, label in lower.items()
        if level != own and counts[level] <= MOST_AREAS
    ]


def _areas(areas: pd.DataFrame, tables: Parts) -> list[dict[str, Any]]:
    """Return code, name and [value, numerator, denominator] of each figure for every area."""
    columns = {
        code: list(
            zip(
                [None if np.isnan(value) else round(float(value), DECIMALS) for value in table["value"]],
                [_plain(number) for number in table["numerator"]],
                [_plain(number) for number in table["denominator"]],
                strict=True,
            )
        )
        for code, table in tables.items()
    }
    return [
        {"code": code, "name": name, "values": {measure: values[row] for measure, values in columns.items()}}
        for row, (code, name) in enumerate(zip(areas["code"], areas["name"], strict=True))
        if row < MOST_AREAS
    ]


def _legend(figure: KeyFigure, table: pd.DataFrame, lang: str) -> dict[str, Any]:
    scale, unit = (100, "%") if figure.unit == RATE else (1, leader_words.unit_of(figure))
    return overlay.ranked_legend(table["value"] * scale, figure.label[lang], unit, figure.rule[lang])


def _attention(
    found: Snapshot,
    parts: Parts,
    asked: Question,
    figures: dict[str, KeyFigure],
    aims: dict[str, float | None],
    lang: str,
) -> dict[str, Any]:
    """Return the areas that lack most to the targets: communities, below a community its grids."""
    inside = shown_in(found, asked.area)
    level = "grid" if level_of(inside) == "community" or not len(found.atlas.communities) else "community"
    areas = areas_of(found, level, inside)
    names = dict(zip(areas["code"], areas["name"], strict=True))
    tables = tables_of(parts, level, areas["code"])
    rows = ranked(tables, figures, aims)
    holders = leader_words.answers(posts_now(found), level, lang)
    return {
        "level": level,
        "total": len(rows),
        "rule": _(
            "每项数字离目标还差多少（户、岗、件），各占本范围内差额之和的几成，几项平均后从大到小排列；"
            "百分比是该区域占全部差额的份额。"
        ),
        "rows": [
            {
                "code": code,
                "name": names[code],
                "need": round(row["need"], 4),
                "reasons": leader_words.reasons(code, row, tables, figures, aims),
                "who": holders.get(code, ""),
            }
            for code, row in rows.iloc[:MOST_RANKED].to_dict("index").items()
        ],
    }


def _trend(found: Snapshot, frame: IncidentFrame, asked: Question) -> dict[str, Any]:
    series = monthly(found, frame, asked)
    return {
        "months": asked.months,
        "series": {
            code: None if values is None else [list(_value(one).values()) for one in values]
            for code, values in series.items()
        },
    }
