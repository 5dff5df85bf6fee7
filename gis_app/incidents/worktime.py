"""Working time in China: when offices work, and what a time limit of hours or workdays comes to.

Holidays and make-up workdays are those of the State Council's yearly notices, as the library
chinesecalendar keeps them. Years it does not know yet count Monday to Friday as workdays, and `note` says so.
A limit in hours or minutes runs while offices work, from the moment it starts; a limit in workdays does not
count the day it starts on and ends when offices close on its last workday (Civil Code, article 201).

All time is counted on one line: the work done since 2000, in microseconds. `between` is a difference on it
and `add` goes back from it to the clock, so the two agree exactly, for one moment or for a column of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar
import numpy as np
import pandas as pd

from gis_app import clock
from gis_app.errors import BadInput

HOURS = ((time(8, 30), time(12, 0)), (time(14, 30), time(18, 0)))
FIRST_YEAR, END_YEAR = 2000, 2100
LIMIT = re.compile(r"([1-9]\d{0,3})([mhd])")
UNITS = {
    "m": {"zh": "分钟（工作时间）", "en": "working minutes"},
    "h": {"zh": "工作时", "en": "working hours"},
    "d": {"zh": "工作日", "en": "workdays"},
}
_ORIGIN = date(FIRST_YEAR, 1, 1)
_DAYS = (date(END_YEAR, 1, 1) - _ORIGIN).days
_MICRO = 1_000_000
_WHOLE_DAY = 86_400 * _MICRO


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: a number of working minutes "m", working hours "h", or workdays "d"."""

    number: int
    unit: str

    @classmethod
    def of(cls, text: str) -> Limit:
        """Read "30m", "4h" or "5d"; raises BadInput for anything else."""
        match = LIMIT.fullmatch(text.strip())
        if match is None:
            raise BadInput("bad_limit", "时限写法有误，例如 30m、4h、5d", {"limit": "30m 4h 5d"})
        return cls(int(match[1]), match[2])

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"

    def label(self, language: str = "zh") -> str:
        """Return the limit in words, such as "5 工作日"."""
        return f"{self.number} {UNITS[self.unit][language]}"


class WorkCalendar:
    """When offices work: `hours` are the shifts of a workday, in order and without overlap.

    `exceptions` says of single days whether they are workdays, against the notices. Moments must be aware.
    """

    def __init__(
        self,
        hours: tuple[tuple[time, time], ...] = HOURS,
        exceptions: Mapping[date, bool] | None = None,
    ) -> None:
        edges = [_of_day(edge) for shift in hours for edge in shift]
        if not edges or edges != sorted(set(edges)):
            raise BadInput("bad_work_hours", "工作时间段须按先后排列且不重叠", {"hours": "08:30-12:00"})
        self._opens = np.array(edges[0::2], dtype="int64")
        self._lengths = np.array(edges[1::2], dtype="int64") - self._opens
        self._day = int(self._lengths.sum())
        works, self._known = _noticed()
        self._works = works.copy()
        for day, is_workday in (exceptions or {}).items():
            self._works[_index(day)] = is_workday
        self._before = np.concatenate([[0], np.cumsum(self._works)])

    @property
    def seconds_a_day(self) -> int:
        """Return the working seconds of one workday."""
        return self._day // _MICRO

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        return bool(self._works[_index(day)])

    def is_open(self, moment: datetime) -> bool:
        """Tell whether offices work at a moment."""
        day, within = _split(moment)
        since = within - self._opens
        return bool(self._works[day] and ((since >= 0) & (since < self._lengths)).any())

    def add(self, start: datetime, limit: str | Limit) -> datetime:
        """Return the moment a limit ends that starts at `start`; raises BadInput for an unreadable limit."""
        limit = Limit.of(limit) if isinstance(limit, str) else limit
        if limit.unit != "d":
            return self.add_seconds(start, limit.number * {"m": 60, "h": 3600}[limit.unit])
        day, _ = _split(start)
        return self._moment((int(self._before[day + 1]) + limit.number) * self._day)

    def add_seconds(self, start: datetime, seconds: float) -> datetime:
        """Return the first moment when `seconds` of working time have passed since `start`.

        Negative seconds go back; none leave `start` as it is, also outside working hours.
        """
        micro = round(seconds * _MICRO)
        return start.astimezone(clock.ZONE) if micro == 0 else self._moment(self._position(start) + micro)

    def between(self, start: datetime, end: datetime) -> float:
        """Return the working seconds from `start` to `end`, negative where `end` is the earlier."""
        return (self._position(end) - self._position(start)) / _MICRO

    def positions(self, times: pd.Series) -> np.ndarray:
        """Return (n,) float64 working seconds since 2000 at each of a column of aware times, NaN for NaT.

        A difference of two is what `between` says; a shift of one is what `add_seconds` says.
        """
        local = times.dt.tz_convert(clock.ZONE).dt.tz_localize(None).dt.as_unit("us")
        known = local.notna().to_numpy()
        micro = local.to_numpy(dtype="datetime64[us]")[known] - np.datetime64(_ORIGIN, "us")
        days, within = np.divmod(micro.astype("int64"), _WHOLE_DAY)
        found = np.full(len(times), np.nan)
        found[known] = self._positions(np.clip(days, 0, _DAYS - 1), within) / _MICRO
        return found

    def note(self, start: datetime, end: datetime, language: str = "zh") -> str:
        """Return what is assumed about the days from `start` to `end`, "" where the notices are known."""
        first, last = _split(start)[0], _split(end)[0]
        unknown = np.flatnonzero(~self._known[min(first, last) : max(first, last) + 1])
        if not len(unknown):
            return ""
        year = (_ORIGIN + timedelta(days=int(unknown[0]) + min(first, last))).year
        return ASSUMED[language].format(year=year)

    def _position(self, moment: datetime) -> int:
        day, within = _split(moment)
        return int(self._positions(np.array([day]), np.array([within]))[0])

    def _positions(self, days: np.ndarray, within: np.ndarray) -> np.ndarray:
        done = np.clip(within[:, None] - self._opens, 0, self._lengths).sum(axis=1)
        return self._before[days] * self._day + np.where(self._works[days], done, 0)

    def _moment(self, position: int) -> datetime:
        """Return the first moment at a position on the line of work."""
        full, rest = divmod(position, self._day)
        if rest == 0:
            full, rest = full - 1, self._day
        if not 0 <= full < self._before[-1]:
            raise _out_of_range()
        day = int(np.searchsorted(self._before, full + 1)) - 1
        ends = np.cumsum(self._lengths)
        shift = int(np.searchsorted(ends, rest))
        within = int(self._opens[shift] + self._lengths[shift] - (ends[shift] - rest))
        midnight = datetime.combine(_ORIGIN + timedelta(days=day), time(0), clock.ZONE)
        return midnight + timedelta(microseconds=within)


ASSUMED = {
    "zh": "{year}年放假安排尚未收录，暂按周一至周五为工作日计算",
    "en": "The holidays of {year} are not known yet; Monday to Friday count as workdays",
}


@lru_cache(maxsize=1)
def standard() -> WorkCalendar:
    """Return the calendar of the usual office hours, made once."""
    return WorkCalendar()


@lru_cache(maxsize=1)
def _noticed() -> tuple[np.ndarray, np.ndarray]:
    """Return for each day since 2000 whether it is a workday, and whether a notice says so."""
    days = np.arange(np.datetime64(_ORIGIN), np.datetime64(_ORIGIN) + _DAYS)
    works, known = np.is_busday(days), np.zeros(_DAYS, dtype=bool)
    for year in range(FIRST_YEAR, END_YEAR):
        first, end = _index(date(year, 1, 1)), _index(date(year, 12, 31)) + 1
        try:
            works[first:end] = [chinese_calendar.is_workday(day) for day in days[first:end].tolist()]
        except NotImplementedError:
            continue
        known[first:end] = True
    return works, known


def _of_day(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * _MICRO + moment.microsecond


def _index(day: date) -> int:
    number = (day - _ORIGIN).days
    if not 0 <= number < _DAYS:
        raise _out_of_range()
    return number


def _out_of_range() -> BadInput:
    years = f"{FIRST_YEAR}-{END_YEAR - 1}"
    return BadInput("time_out_of_range", "时间超出可计算的范围", {"time": years})


def _split(moment: datetime) -> tuple[int, int]:
    """Return the day's number and the microseconds of the day of an aware moment, in China."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset")
    local = moment.astimezone(clock.ZONE)
    return _index(local.date()), _of_day(local.timetz().replace(tzinfo=None))
