"""Counts, rates and medians of incidents, for all of them and for each area, class, organisation or month.

Whole columns at a time: what is true of each incident is worked out once, then counted by group. The rules
stand in `statistics_measures.py`, beside the words that are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from gis_app import clock
from gis_app.incidents.model import OPEN_STATES
from gis_app.incidents.statistics_columns import NOT_MEASURED, STAGES, UNKNOWN, Columns
from gis_app.incidents.statistics_measures import COUNT, MEASURES, Figure

NOT_COUNTED = ("returned", "rejected", "duplicate")
BYS = ("grid", "community", "category", "class", "organisation", "month")
MEDIANS = tuple(f"{stage}_{kind}" for stage in STAGES for kind in ("work", "wall"))
_HOUR = 3600
_OFFSET = int(clock.ZONE.utcoffset(None).total_seconds())


@dataclass(frozen=True)
class Selection:
    """Which incidents: reported from `start` to `end` (days in China, both included), of a category, a class,
    an organisation, in an area; None and "" mean all.
    """

    start: date | None = None
    end: date | None = None
    category: str = ""
    class_code: str = ""
    organisation_code: str = ""
    area_code: str = ""

    def before(self, compare: str) -> Selection | None:
        """Return the selection one period ("previous") or one year ("year") earlier; None without days."""
        if self.start is None or self.end is None:
            return None
        if compare == "year":
            return self._moved(_year_earlier(self.start), _year_earlier(self.end))
        days = self.end - self.start + timedelta(days=1)
        return self._moved(self.start - days, self.end - days)

    def _moved(self, start: date, end: date) -> Selection:
        others = (self.category, self.class_code, self.organisation_code, self.area_code)
        return Selection(start, end, *others)


@dataclass(frozen=True)
class Tally:
    """Figures by group: (groups,) arrays by measure; `codes` are the groups' codes, [""] for all together."""

    codes: list[str]
    numerators: Mapping[str, np.ndarray]
    denominators: Mapping[str, np.ndarray]
    values: Mapping[str, np.ndarray]
    cut_off: datetime

    def figure(self, measure: str, group: int = 0) -> Figure:
        """Return one figure of one group."""
        value = float(self.values[measure][group])
        return Figure(
            measure,
            value if np.isfinite(value) else None,
            _plain(self.numerators[measure][group]),
            _plain(self.denominators[measure][group]),
            self.cut_off,
        )

    def figures(self, group: int = 0) -> dict[str, Figure]:
        """Return every figure of one group that was worked out, by measure."""
        return {measure: self.figure(measure, group) for measure in MEASURES if measure in self.values}


def select(columns: Columns, wanted: Selection) -> np.ndarray:
    """Return the rows of the selected incidents, in order."""
    chosen = np.ones(len(columns), dtype=bool)
    if wanted.start is not None:
        chosen &= columns["reported_at"] >= day_start(wanted.start)
    if wanted.end is not None:
        chosen &= columns["reported_at"] < day_start(wanted.end + timedelta(days=1))
    for column, word in (
        ("category", wanted.category),
        ("class_code", wanted.class_code),
        ("organisation_code", wanted.organisation_code),
    ):
        if word:
            chosen &= columns[column] == columns.number(column, word)
    if wanted.area_code:
        inside = [grid for grid in columns.words["grid_code"].list if grid.startswith(wanted.area_code)]
        chosen &= columns.in_words("grid_code", inside)
    return np.flatnonzero(chosen)


def tally(
    columns: Columns,
    rows: np.ndarray,
    cut_off: datetime,
    by: str | None = None,
    medians: Collection[str] | None = None,
) -> Tally:
    """Return the figures of these rows as they stood at `cut_off`, by one of BYS or all together.

    With `medians` only these medians are worked out, which is quicker; counts and rates always are.
    """
    return Counted(columns, rows, cut_off).by(by, medians)


class Counted:
    """Rows whose figures are wanted in several groupings; what all of them need is worked out once."""

    def __init__(self, columns: Columns, rows: np.ndarray, cut_off: datetime) -> None:
        self._columns, self._rows, self._cut_off = columns, rows, cut_off
        self._facts = _Facts(columns, rows, int(cut_off.timestamp()))

    def by(self, by: str | None, medians: Collection[str] | None = None) -> Tally:
        """Return the figures in groups of `by` (one of BYS), None for all together; see `tally`."""
        keys, codes = _groups(self._columns, self._rows, by)
        return _counted(self._facts, self._cut_off, keys, codes, MEDIANS if medians is None else medians)

    def members(self, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows above and below the line of a count or a rate."""
        above, below = self._facts.pairs[measure]
        return self._rows[above], self._rows[below]


class _Facts:
    """What is true of each row at the cut-off: by measure who is in numerator and denominator."""

    def __init__(self, columns: Columns, rows: np.ndarray, at: int) -> None:
        # Rows of a period lie together more often than not, and a piece need not be gathered.
        together = len(rows) > 0 and rows[-1] - rows[0] + 1 == len(rows)
        piece = slice(rows[0], rows[-1] + 1) if together else rows

        def column(name: str) -> np.ndarray:
            return columns[name][piece]

        def in_states(states: tuple[str, ...]) -> np.ndarray:
            table = np.zeros(len(columns.words["state"].list), dtype=bool)
            table[[columns.number("state", state) for state in states]] = True
            return table[column("state")]

        every = np.ones(len(rows), dtype=bool)
        counted, is_open = ~in_states(NOT_COUNTED), in_states(OPEN_STATES)
        due, resolved, closed_at = column("due_at"), column("resolved_at"), column("closed_at")
        limited = due != UNKNOWN
        closed = counted & _by(closed_at, at)
        paused = (column("state") == columns.number("state", "paused")) & (column("paused_at") != UNKNOWN)
        standing = np.where(paused, np.minimum(column("paused_at"), at), at)
        should = closed | (counted & limited & (due <= standing))
        done_at = np.where(resolved != UNKNOWN, resolved, closed_at)
        reworked = (column("return_count") > 0) | (column("reopen_count") > 0)
        dispatched = column("dispatched_at") != UNKNOWN
        ratings = column("satisfaction")
        self.size = len(rows)
        self.pairs = {
            "reported": (every, every),
            "accepted_rate": (counted & (column("accepted_at") != UNKNOWN), every),
            "closed": (closed, every),
            "closing_rate": (closed, should),
            "in_time_rate": (closed & (~limited | (done_at <= due)), should),
            "open": (is_open, every),
            "overdue_rate": (is_open & limited & (due < standing), is_open),
            "rework_rate": (reworked, reworked | (resolved != UNKNOWN)),
            "repeat_rate": (column("state") == columns.number("state", "duplicate"), every),
            "extension_rate": (dispatched & (column("extended_seconds") > 0), dispatched),
        }
        self.ratings = ratings
        self.duration = column


def _counted(
    facts: _Facts, cut_off: datetime, keys: np.ndarray | None, codes: list[str], medians: Collection[str]
) -> Tally:
    def count(chosen: np.ndarray) -> np.ndarray:
        if keys is None:
            return np.array([np.count_nonzero(chosen)])
        return np.bincount(keys[chosen], minlength=len(codes))

    known = {}

    def count_once(chosen: np.ndarray) -> np.ndarray:
        if id(chosen) not in known:
            known[id(chosen)] = count(chosen)
        return known[id(chosen)]

    numerators = {name: count_once(pair[0]) for name, pair in facts.pairs.items()}
    denominators = {name: count_once(pair[1]) for name, pair in facts.pairs.items()}
    values = {
        name: numerators[name].astype("float64")
        if MEASURES[name].unit == COUNT
        else _share(numerators[name], denominators[name])
        for name in facts.pairs
    }
    rated = facts.ratings > 0
    stars = sum(number * count(facts.ratings == number) for number in range(1, 6))
    numerators["satisfaction"], denominators["satisfaction"] = stars, count(rated)
    values["satisfaction"] = _share(stars, denominators["satisfaction"])
    for name in medians:
        middle, measured = group_medians(keys, facts.duration(name), len(codes))
        numerators[name], denominators[name] = measured, numerators["reported"]
        values[name] = middle / _HOUR
    return Tally(codes, numerators, denominators, values, cut_off)


def group_medians(keys: np.ndarray | None, values: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the median of each group's values and how many it has; negative values are not measured.

    `keys` are the groups of the values, None where all are of one. NaN for a group without values.
    """
    measured = values > NOT_MEASURED
    if keys is None:
        found = values[measured]
        middle = np.median(found) if len(found) else np.nan
        return np.array([middle], dtype="float64"), np.array([len(found)])
    packed = (keys[measured].astype("int64") << 32) | values[measured]
    packed.sort()
    counts = np.bincount(keys[measured], minlength=groups)
    starts = np.cumsum(counts) - counts
    some = counts > 0
    low = packed[starts[some] + (counts[some] - 1) // 2] & 0xFFFFFFFF
    high = packed[starts[some] + counts[some] // 2] & 0xFFFFFFFF
    medians = np.full(groups, np.nan)
    medians[some] = (low + high) / 2
    return medians, counts


def day_start(day: date) -> int:
    """Return the seconds since 1970 at which a day begins in China."""
    return int(datetime(day.year, day.month, day.day, tzinfo=clock.ZONE).timestamp())


def _groups(columns: Columns, rows: np.ndarray, by: str | None) -> tuple[np.ndarray | None, list[str]]:
    """Return the group of each row and the groups' codes, in order, without groups that have no row."""
    if by is None:
        return None, [""]
    if by == "month":
        return _months(columns["reported_at"][rows])
    column, of = _BY_WORD[by]
    words = [of(word) for word in columns.words[column].list]
    codes = sorted(set(words))
    place = {code: number for number, code in enumerate(codes)}
    table = np.array([place[word] for word in words], dtype="int64")
    keys = table[columns[column][rows]] if len(rows) else np.empty(0, dtype="int64")
    return _without_gaps(keys, codes)


_BY_WORD: dict[str, tuple[str, Callable[[str], str]]] = {
    "grid": ("grid_code", str),
    "community": ("grid_code", lambda code: code[:12]),
    "category": ("category", str),
    "class": ("class_code", str),
    "organisation": ("organisation_code", str),
}


def _without_gaps(keys: np.ndarray, codes: list[str]) -> tuple[np.ndarray, list[str]]:
    present = np.bincount(keys, minlength=len(codes)) > 0
    return (np.cumsum(present) - 1)[keys], [code for code, there in zip(codes, present, strict=True) if there]


def _months(seconds: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return the month of each moment, first to last without a gap."""
    if not len(seconds):
        return np.empty(0, dtype="int64"), []
    days = (seconds + _OFFSET) // 86_400
    first = int(days.min())
    table = (
        np.arange(first, int(days.max()) + 1).astype("datetime64[D]").astype("datetime64[M]").astype("int64")
    )
    months = table[days - first]
    low, high = int(table[0]), int(table[-1])
    return months - low, [str(np.datetime64(number, "M")) for number in range(low, high + 1)]


def _by(moments: np.ndarray, at: int) -> np.ndarray:
    return (moments != UNKNOWN) & (moments <= at)


def _share(numerators: np.ndarray, denominators: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(denominators > 0, numerators / denominators, np.nan)


def _plain(number: np.generic) -> float:
    return int(number) if float(number).is_integer() else float(number)


def _year_earlier(day: date) -> date:
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
