"""The leader's figures of a question: worked out once per content, kept in parts that any area can sum up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from gis_app.incidents import rates
from gis_app.incidents.key_figures import (
    COVERAGE,
    CROW,
    KEY_FIGURES,
    OF_INCIDENTS,
    PER_THOUSAND,
    PLACES,
    POSTS,
    RATE,
    REPORTS,
    KeyFigure,
    by_area,
    household_parts,
    incident_parts,
    joined,
    post_parts,
    posts,
    whole,
)
from gis_app.layers.atlas import CODE_OF_LEVEL
from gis_app.layers.codes import LENGTHS
from gis_app.web.current import Snapshot, today
from gis_app.web.incident_frame import IncidentFrame
from gis_app.web.leader_past import reach_as_of
from gis_app.web.leader_question import Question, Span
from gis_app.web.services import services
from gis_app.web.stations import DEFAULT_LIMIT, metres_of, reach_of

Parts = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Value:
    """One figure of one area; `value` is None where the denominator is 0."""

    value: float | None
    numerator: float
    denominator: float


def key_figures(found: Snapshot) -> dict[str, KeyFigure]:
    """Return the figures as this county has them: by circle is not called walking, places not households."""
    told = dict(KEY_FIGURES)
    if reach_of(found).attrs.get("basis") == "crow":
        told[COVERAGE] = replace(told[COVERAGE], **CROW)
    if found.atlas.demand_unit == "places":
        told |= {code: replace(told[code], **words) for code, words in PLACES.items()}
    return told


def targets() -> dict[str, float | None]:
    """Return the target of each figure: the setting's, else the built-in one; None for a figure without."""
    own = services().settings.leader_targets
    return {code: own.get(code, one.target) for code, one in KEY_FIGURES.items()}


def parts_of(found: Snapshot, frame: IncidentFrame, span: Span, cut_off: datetime) -> Parts:
    """Return the parts of every figure in a period, for the whole county."""

    def make() -> Parts:
        rows = rates.select(frame.columns, rates.Selection(span.start, span.end))
        covered, households = home_parts(found)
        of_incidents = joined(incident_parts(frame.columns, rows, cut_off), households)
        parts = {COVERAGE: covered, POSTS: post_parts(posts_now(found))} | of_incidents
        return {code: parts[code] for code in KEY_FIGURES}

    return frame.memo(("leader-parts", found.tag, span, cut_off, today()), make)


def parts_before(found: Snapshot, frame: IncidentFrame, asked: Question) -> Parts | None:
    """Return the parts of the period compared with: judged as long after its start as the present one is.

    Coverage is that of the stations of its last day; posts have no past. None without a comparison.
    """
    if asked.before is None:
        return None
    cut_off = asked.cut_off - (asked.span.start - asked.before.start)
    parts = dict(parts_of(found, frame, asked.before, cut_off))
    parts[COVERAGE] = home_parts(found, asked.before.end)[0]
    del parts[POSTS]
    return parts


def home_parts(found: Snapshot, day: Any = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the parts of coverage and the households, now or with the stations of a past day."""
    reached = reach_of(found) if day is None else reach_as_of(found, day)
    if reached is reach_of(found):
        limit = metres_of(DEFAULT_LIMIT)
        return found.memo(("leader-homes", limit), lambda: household_parts(reached, limit))
    return household_parts(reached, metres_of(DEFAULT_LIMIT))


def posts_now(found: Snapshot) -> pd.DataFrame:
    """Return every post with whether somebody holds it today."""
    return found.memo(("posts", today()), lambda: posts(found.atlas, found.tables))


def areas_of(found: Snapshot, level: str, inside: str) -> pd.DataFrame:
    """Return code and name of the areas of a level inside an area, by code."""
    frame = found.atlas.level(level)
    rows = pd.DataFrame(
        {"code": frame[CODE_OF_LEVEL[level]].astype("str"), "name": frame["name"].astype("str")}
    )
    return rows[rows["code"].str.startswith(inside)].sort_values("code", ignore_index=True)


def tables_of(parts: Parts, level: str, codes: pd.Series) -> Parts:
    """Return each figure's table of areas: numerator, denominator and value by code."""
    known = pd.Index(codes, name="code")
    tables = {code: by_area(part, LENGTHS[level], known) for code, part in parts.items()}
    if REPORTS in tables:
        tables[REPORTS]["value"] *= rates_scale(REPORTS)
    return tables


def value_of(code: str, part: pd.DataFrame, area: str) -> Value:
    """Return a figure of an area, "" is the county."""
    return as_value(code, *whole(part, area))


def as_value(code: str, numerator: float, denominator: float) -> Value:
    """Return a figure from what stands above and below its line."""
    value = numerator / denominator * rates_scale(code) if denominator > 0 else None
    return Value(value, numerator, denominator)


@lru_cache
def rates_scale(code: str) -> int:
    """Return by what a quotient is multiplied to become the figure."""
    return 1000 if KEY_FIGURES[code].unit == PER_THOUSAND else 1


def monthly(found: Snapshot, frame: IncidentFrame, asked: Question) -> dict[str, list[Value] | None]:
    """Return each figure's values of the twelve months up to the period's end; None where no past is kept."""

    def make() -> dict[str, list[Value] | None]:
        year, months = asked.year, asked.months
        selection = rates.Selection(year.start, year.end, area_code=asked.area)
        tally = rates.tally(frame.columns, rates.select(frame.columns, selection), asked.cut_off, "month", ())
        place = {month: group for group, month in enumerate(tally.codes)}
        households = whole(home_parts(found)[1], asked.area)[1]

        def values(code: str) -> list[Value]:
            above, below = ("reported", None) if code == REPORTS else (code, code)
            at = [place.get(month) for month in months]
            over = [0.0 if n is None else float(tally.numerators[above][n]) for n in at]
            under = [
                households if below is None else 0.0 if n is None else float(tally.denominators[below][n])
                for n in at
            ]
            return [as_value(code, n, d) for n, d in zip(over, under, strict=True)]

        series: dict[str, list[Value] | None] = {code: values(code) for code in (REPORTS, *OF_INCIDENTS)}
        series[COVERAGE] = [
            value_of(COVERAGE, home_parts(found, _last_day(month, asked))[0], asked.area) for month in months
        ]
        series[POSTS] = None
        return {code: series[code] for code in KEY_FIGURES}

    return frame.memo(("leader-months", found.tag, asked.area, asked.span.end, asked.cut_off), make)


def _last_day(month: str, asked: Question) -> Any:
    last = (np.datetime64(month, "M") + 1).astype("datetime64[D]") - 1
    return min(last.item(), asked.span.end)


def said(figure: KeyFigure, value: float | None) -> str:
    """Return a figure's value as it is read, without its unit for what is no share."""
    if value is None:
        return "—"
    return f"{value * 100:.1f} %" if figure.unit == RATE else f"{value:,.1f}"
