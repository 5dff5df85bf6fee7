"""How many incidents, where and when: counts and rates by area, state and month.

Every figure is told with what it counts: an incident belongs to the grid it was reported in and to the day it
was reported on. `open` is not yet done; `overdue` is open past its time limit at `clock.now()`.
"""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.model import CATEGORIES, DONE_STATES, STATES
from gis_app.layers import codes
from gis_app.layers.atlas import CODE_OF_LEVEL, Atlas

LEVELS = ("grid", "community", "subdistrict", "county")
PER_HOUSEHOLDS = 1000

Day = date | datetime | str | None


def select(
    incidents: pd.DataFrame,
    category: str | None = None,
    state: str | None = None,
    start: Day = None,
    end: Day = None,
) -> pd.DataFrame:
    """Return the incidents of a category and state reported from `start` to `end`, both days included.

    `state` may also be "open", "done" or "overdue". Days are days in China. Raises BadInput for unknown words
    and for days that cannot be read.
    """
    chosen = pd.Series(True, index=incidents.index)
    if category:
        _known("category", category, CATEGORIES)
        chosen &= incidents["category"] == category
    if state:
        _known("state", state, (*STATES, *_STATE_GROUPS))
        chosen &= _STATE_GROUPS[state](incidents) if state in _STATE_GROUPS else incidents["state"] == state
    first, last = _day("start", start), _day("end", end)
    if first is not None and last is not None and last < first:
        raise BadInput("bad_period", "结束日期早于开始日期", {"end": "不早于开始日期"})
    if first is not None or last is not None:
        reported = times(incidents["reported_at"])
        if first is not None:
            chosen &= reported >= first
        if last is not None:
            chosen &= reported < last + pd.Timedelta(days=1)
    return incidents[chosen]


def counts(
    incidents: pd.DataFrame,
    atlas: Atlas,
    level: str,
    category: str | None = None,
    state: str | None = None,
    start: Day = None,
    end: Day = None,
) -> pd.DataFrame:
    """Return one row for each area of the level: code, count, open, overdue, households, rate.

    `rate` is the count per 1,000 households, NaN where nobody lives or no household is known.
    """
    if level not in LEVELS:
        raise BadInput("bad_level", "不支持该层级", {"level": " ".join(LEVELS)})
    chosen = select(incidents, category, state, start, end)
    keys = _areas(chosen["grid_code"], codes.LENGTHS[level])
    numbers, present = pd.factorize(keys)
    flags = {"count": numbers >= 0, "open": is_open(chosen), "overdue": is_overdue(chosen)}
    sums = pd.DataFrame(
        {
            name: np.bincount(numbers[np.asarray(flag)], minlength=len(present))
            for name, flag in flags.items()
        },
        index=pd.Index(present),
    )
    areas = pd.Index(atlas.level(level)[CODE_OF_LEVEL[level]], name="code")
    sums.index = sums.index.astype("str")
    table = sums.reindex(areas, fill_value=0)
    households = atlas.households_by(level) if atlas.demand_unit == "households" else pd.Series(0, areas)
    table["households"] = households.reindex(areas, fill_value=0).astype("int64")
    table["rate"] = table["count"] * PER_HOUSEHOLDS / table["households"].where(table["households"] > 0)
    return table.reset_index()


def monthly(
    incidents: pd.DataFrame,
    category: str | None = None,
    state: str | None = None,
    start: Day = None,
    end: Day = None,
) -> pd.DataFrame:
    """Return one row for each month, first to last report: month "2023-01", count, open, overdue."""
    chosen = select(incidents, category, state, start, end)
    reported = times(chosen["reported_at"]).dropna()
    if reported.empty:
        return pd.DataFrame({"month": pd.Series([], dtype="str"), "count": [], "open": [], "overdue": []})
    dated = chosen.loc[reported.index]
    months = reported.dt.tz_localize(None).to_numpy("datetime64[M]").astype("int64")
    first = int(months.min())
    every = np.arange(first, int(months.max()) + 1).astype("datetime64[M]")
    flags = {"count": np.ones(len(dated), dtype=bool), "open": is_open(dated), "overdue": is_overdue(dated)}
    sums = {
        name: np.bincount(months[np.asarray(flag)] - first, minlength=len(every))
        for name, flag in flags.items()
    }
    return pd.DataFrame({"month": pd.Series(every.astype("str"), dtype="str"), **sums})


def by_state(incidents: pd.DataFrame) -> pd.Series:
    """Return the count of each state, in the order of the states, those without any at 0."""
    return incidents["state"].value_counts().reindex(list(STATES), fill_value=0)


def by_category(incidents: pd.DataFrame) -> pd.Series:
    """Return the count of each category, in the order of the categories, those without any at 0."""
    return incidents["category"].value_counts().reindex(list(CATEGORIES), fill_value=0)


def is_open(incidents: pd.DataFrame) -> pd.Series:
    """Return for each incident whether something is left to do."""
    return ~incidents["state"].isin(DONE_STATES)


def is_overdue(incidents: pd.DataFrame) -> pd.Series:
    """Return for each incident whether it is open past its time limit; a paused one, whether it was then."""
    late = is_open(incidents)
    rows = incidents.loc[late, [name for name in ("state", "due_at", "paused_at") if name in incidents]]
    now = pd.Series(pd.Timestamp(clock.now()), rows.index)
    if "paused_at" in rows:
        paused = times(rows["paused_at"])
        now = now.mask((rows["state"] == "paused") & paused.notna(), paused)
    late[late] = times(rows["due_at"]) < now
    return late


def times(values: pd.Series) -> pd.Series:
    """Return ISO 8601 texts or datetimes as times at +08:00; NaT where empty or unreadable."""
    read = pd.to_datetime(values, utc=True, errors="coerce", format="ISO8601")
    return read.dt.tz_convert(clock.ZONE)


_STATE_GROUPS = {
    "open": is_open,
    "done": lambda incidents: ~is_open(incidents),
    "overdue": is_overdue,
}


def _areas(grids: pd.Series, length: int) -> pd.Series:
    """Return the code of the area of each grid; words that come as categories are cut once each."""
    if not isinstance(grids.dtype, pd.CategoricalDtype):
        return grids.fillna("").astype("str").str[:length]
    areas, unique = pd.factorize(grids.cat.categories.str[:length])
    cut = areas[grids.cat.codes.to_numpy()]
    return pd.Series(pd.Categorical.from_codes(cut, unique, validate=False), grids.index)


def _known(field: str, value: str, allowed) -> None:
    if value not in allowed:
        raise BadInput(f"bad_{field}", "参数取值不在允许范围", {field: " ".join(allowed)})


def _day(field: str, value: Day) -> pd.Timestamp | None:
    if value is None or value == "":
        return None
    try:
        moment = pd.Timestamp(value)
        moment = moment.tz_localize(clock.ZONE) if moment.tzinfo is None else moment.tz_convert(clock.ZONE)
    except (ValueError, TypeError, OverflowError) as problem:
        raise BadInput("bad_day", "日期无法识别", {field: "YYYY-MM-DD"}) from problem
    if moment is pd.NaT:
        raise BadInput("bad_day", "日期无法识别", {field: "YYYY-MM-DD"})
    return moment.normalize()
