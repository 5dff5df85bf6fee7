"""The figures that a leader sees first: rule, target, what is counted above and below each one's line.

Every figure is a sum over a sum. What is summed is kept in parts: one row for each grid or post with `code`,
`numerator` and `denominator`. So a figure of any area is the sum of the rows whose code begins with the
area's, and what stands on the screen can always be taken apart again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from gis_app.assignments.holders import current_holders, is_vacant
from gis_app.assignments.tables import ROLES, AssignmentTables
from gis_app.incidents.rates import Counted
from gis_app.incidents.statistics_columns import Columns
from gis_app.incidents.statistics_measures import MEASURES
from gis_app.layers.atlas import CODE_OF_LEVEL, Atlas
from gis_app.stations.coverage import TOLERANCE, distance_of

RATE, PER_THOUSAND = "rate", "per_thousand"
COVERAGE, POSTS, REPORTS = "coverage", "posts", "report_rate"
PART = ["code", "numerator", "denominator"]
Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure: `better` is 1 where more is better, -1 where less is, 0 where neither; `target` or None.

    `above` and `below` say in words what numerator and denominator count, `of` in what unit.
    """

    code: str
    label: Words
    unit: str
    better: int
    rule: Words
    above: Words
    below: Words
    of: Words
    target: float | None = None
    monthly: bool = True


def _words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


_HOUSEHOLDS, _POSTS_UNIT, _INCIDENTS = (
    _words("户", "households"),
    _words("岗", "posts"),
    _words("件", "incidents"),
)


def _of_incidents(code: str, above: Words, below: Words, target: float) -> KeyFigure:
    measure = MEASURES[code]
    return KeyFigure(
        code, measure.label, RATE, measure.better, measure.rule, above, below, _INCIDENTS, target
    )


_HOUSEHOLDS_ALL = _words("全部住户", "all households")
# What is measured as the crow flies, in a county without streets, is never called walking.
CROW = {
    "label": _words("直线覆盖率", "Coverage by circle"),
    "rule": _words(
        "没有路网数据，按直线距离算：直线 500 米内有开放暖心驿站的住户 ÷ 全部住户；正好 500 米算覆盖",
        "There are no streets here, so as the crow flies: households with an open warm station within 500 m "
        "÷ all households; exactly 500 m counts",
    ),
    "above": _words("直线 500 米内有驿站的住户", "households within a circle of 500 m"),
}
# Where nobody counted households, places stand in for them, and are called so.
PLACES = {
    COVERAGE: {
        "below": _words("全部处所（没有户数）", "all places (no household counts)"),
        "of": _words("处", "places"),
    },
    REPORTS: {
        "label": _words("每千处上报", "Reports per 1,000 places"),
        "below": _words("全部处所（没有户数）", "all places (no household counts)"),
    },
}
KEY_FIGURES: dict[str, KeyFigure] = {
    one.code: one
    for one in (
        KeyFigure(
            COVERAGE,
            _words("步行覆盖率", "Walking coverage"),
            RATE,
            1,
            _words(
                "步行覆盖率 = 沿路网步行 500 米内有开放暖心驿站的住户 ÷ 全部住户；"
                "正好 500 米算覆盖，走不到的住户算未覆盖",
                "Households with an open warm station within 500 m on foot along the streets ÷ all "
                "households; exactly 500 m counts, a household that no street reaches does not",
            ),
            _words("步行 500 米内有驿站的住户", "households with a station within 500 m on foot"),
            _HOUSEHOLDS_ALL,
            _HOUSEHOLDS,
            0.5,
        ),
        KeyFigure(
            POSTS,
            _words("岗位到岗率", "Posts filled"),
            RATE,
            1,
            _words(
                "岗位到岗率 = 今天有人（单位）在任的岗位 ÷ 全部岗位；"
                "本县使用的每种责任，在每个社区或网格各算一个岗位",
                "Posts held today by a person or an organisation ÷ all posts; each role that the county "
                "uses is one post in every community or grid",
            ),
            _words("有人在任的岗位", "posts that are held"),
            _words("全部岗位", "all posts"),
            _POSTS_UNIT,
            1.0,
            monthly=False,
        ),
        KeyFigure(
            REPORTS,
            _words("每千户上报", "Reports per 1,000 households"),
            PER_THOUSAND,
            0,
            _words(
                "每千户上报 = 期内上报的全部事件 ÷ 全部住户 × 1,000；多少无所谓好坏，不设目标",
                "All incidents reported in the period ÷ all households × 1,000; neither more nor less is "
                "better, so there is no target",
            ),
            _words("期内上报的事件", "incidents reported in the period"),
            _HOUSEHOLDS_ALL,
            _INCIDENTS,
        ),
        _of_incidents(
            "closing_rate",
            _words("已结案的事件", "incidents closed"),
            _words("应结案的事件", "incidents due to be closed"),
            0.95,
        ),
        _of_incidents(
            "in_time_rate",
            _words("按期结案的事件", "incidents closed in time"),
            _words("应结案的事件", "incidents due to be closed"),
            0.9,
        ),
        _of_incidents(
            "overdue_rate",
            _words("超期未办结的事件", "open incidents past their limit"),
            _words("未办结的事件", "open incidents"),
            0.1,
        ),
    )
}
OF_INCIDENTS = ("closing_rate", "in_time_rate", "overdue_rate")


def incident_parts(columns: Columns, rows: np.ndarray, cut_off: datetime) -> dict[str, pd.DataFrame]:
    """Return the parts of the figures about incidents, by grid; of REPORTS only what is above its line."""
    tally = Counted(columns, rows, cut_off).by("grid", ())
    parts = {
        code: _part(tally.codes, tally.numerators[code], tally.denominators[code]) for code in OF_INCIDENTS
    }
    reported = tally.numerators["reported"]
    return parts | {REPORTS: _part(tally.codes, reported, np.zeros(len(reported)))}


def household_parts(reached: pd.DataFrame, limit_m: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the parts of coverage within a limit, and households as the lower part of REPORTS; by grid."""
    codes = home_codes(reached)
    weight = reached["households"].to_numpy()
    covered = np.where(distance_of(reached).to_numpy() <= limit_m + TOLERANCE, weight, 0)
    return _part(codes, covered, weight), _part(codes, np.zeros(len(weight)), weight)


def home_codes(reached: pd.DataFrame) -> pd.Series:
    """Return the area each demand place is counted in: its grid, else its community, "" outside of all."""
    return reached["grid_code"].fillna(reached["community_code"]).fillna("").astype("str")


def posts(atlas: Atlas, tables: AssignmentTables) -> pd.DataFrame:
    """Return every post of the roles the county uses: role, level, code, name, holder, vacant."""
    held = current_holders(tables)
    held = held.assign(filled=~is_vacant(held))
    found = []
    for role, about in ROLES.items():
        own = held[held["role"] == role].set_index("code")
        if not len(own):
            continue
        areas = atlas.level(about["level"])
        codes = pd.Index(areas[CODE_OF_LEVEL[about["level"]]], dtype="str")
        here = own.reindex(codes)
        holder = (
            here["holder_name"]
            .fillna("")
            .where(lambda name: name != "", here["organisation_name"].fillna(""))
        )
        found.append(
            pd.DataFrame(
                {
                    "role": role,
                    "level": about["level"],
                    "code": codes,
                    "name": areas["name"].to_numpy(),
                    "holder": holder.to_numpy(),
                    "vacant": ~(here["filled"].astype("boolean").fillna(False).to_numpy(bool)),
                }
            ).sort_values("code")
        )
    columns = ["role", "level", "code", "name", "holder", "vacant"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({name: [] for name in columns})


def post_parts(every: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of POSTS, a row for each post."""
    filled = ~every["vacant"].to_numpy(bool)
    return _part(every["code"], filled.astype("int64"), np.ones(len(every), dtype="int64"))


def within(codes: pd.Series, area_code: str) -> np.ndarray:
    """Return (n,) bool which codes lie in an area; "" is everything, also what lies in no area."""
    return (
        codes.str.startswith(area_code).to_numpy(bool)
        if area_code and len(codes)
        else np.ones(len(codes), bool)
    )


def whole(part: pd.DataFrame, area_code: str) -> tuple[float, float]:
    """Return numerator and denominator of an area; "" is everything."""
    inside = part[within(part["code"], area_code)]
    return float(inside["numerator"].sum()), float(inside["denominator"].sum())


def by_area(part: pd.DataFrame, length: int, known: pd.Index) -> pd.DataFrame:
    """Return numerator, denominator and value of each known area, whose codes have this length."""
    fits = part[part["code"].str.len() >= length] if len(part) else part
    sums = fits[["numerator", "denominator"]].groupby(fits["code"].str[:length]).sum() if len(fits) else None
    empty = pd.DataFrame(0.0, index=known, columns=["numerator", "denominator"])
    table = empty if sums is None else sums.reindex(known, fill_value=0).astype("float64")
    return table.assign(value=table["numerator"] / table["denominator"].where(table["denominator"] > 0))


def joined(parts: Mapping[str, pd.DataFrame], households: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the parts with households below the line of REPORTS."""
    return {**parts, REPORTS: pd.concat([parts[REPORTS], households], ignore_index=True)}


def _part(codes, numerator: np.ndarray, denominator: np.ndarray) -> pd.DataFrame:
    data = {"code": pd.Series(list(codes), dtype="str"), "numerator": numerator, "denominator": denominator}
    return pd.DataFrame(data)[PART]
