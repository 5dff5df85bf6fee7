"""When a station is open: OpenStreetMap's opening hours under China's calendar of holidays.

A later rule replaces an earlier one on the days that it names. PH are all days off of the State Council's
notice, not the one day that calendars of the world list; a rule for weekdays holds on a holiday unless a PH
rule says otherwise. A make-up workday at a weekend is read as the working day beside it: Saturday as Friday,
Sunday as Monday. SH never comes. A station without hours, or with hours that cannot be read, counts as open
and `known` tells so: nobody is kept away from a door for want of a record.
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
from gis_app.stations.status import CLOSED, StationStatus, status_at

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY, AHEAD = 24 * 60, 8
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}  # by law, whatever the notice says
HOLIDAY_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Public holiday": "法定节假日",
}
_ONE_DAY = "|".join((*DAYS, "PH", "SH"))
_RULE = re.compile(
    rf"(?P<days>(?:{_ONE_DAY})(?:-(?:{_ONE_DAY}))?(?:,\s?(?:{_ONE_DAY})(?:-(?:{_ONE_DAY}))?)*)?"
    r"\s*(?P<times>24/7|off|closed|\d.*)?"
)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Rule:
    """On which days, and from which minute of the day to which; no spans mean closed."""

    weekdays: frozenset[int] | None  # None: every day
    holidays: bool
    spans: tuple[tuple[int, int], ...]

    def names(self, weekday: int, holiday: bool) -> bool:
        """Tell whether the rule speaks of such a day."""
        return self.weekdays is None or weekday in self.weekdays or (holiday and self.holidays)


def known(hours: str | None) -> bool:
    """Tell whether the hours say when a station is open."""
    return read(hours or "") is not None


@lru_cache(maxsize=4096)
def read(hours: str) -> tuple[Rule, ...] | None:
    """Return the rules of opening hours in their order; None where there are none or one cannot be read."""
    rules = [_rule(part.strip()) for part in hours.split(";") if part.strip()]
    return tuple(rules) if rules and all(rules) else None


def open_at(hours: str | None, moment: datetime) -> bool:
    """Tell whether a station with these hours is open at a moment (aware)."""
    rules = read(hours or "")
    if rules is None:
        return True
    local = moment.astimezone(clock.ZONE)
    minute = local.hour * 60 + local.minute
    yesterday = local.date() - timedelta(days=1)
    return any(start <= minute < end for start, end in _of_day(rules, local.date())) or any(
        minute < end - DAY for _, end in _of_day(rules, yesterday)
    )


def open_mask(stations: pd.DataFrame, statuses: Mapping[str, StationStatus], moment: datetime) -> np.ndarray:
    """Return (n,) bool: which stations of the layer are open at a moment.

    Open are those that serve at all, whose hours say so and that are not closed for the moment; a full one
    or one without water is open.
    """
    hours = stations["hours"].fillna("")
    by_hours = {one: open_at(one, moment) for one in hours.unique()}
    mask = hours.map(by_hours).to_numpy(bool) & (stations["status"] == "open").to_numpy(bool)
    shut = [code for code in statuses if status_at(statuses, code, moment) == CLOSED]
    return mask & ~stations["station_code"].isin(shut).to_numpy(bool)


def spans(hours: str | None, start: datetime, days: int = AHEAD) -> list[Span]:
    """Return from when to when it is open, from the midnight that begins the day of `start`, for some days.

    Spans that touch are one. Hours that are not known are open all the time.
    """
    first = start.astimezone(clock.ZONE).date()
    return list(_spans(hours or "", first, days))


def closes_at(hours: str | None, moment: datetime) -> datetime | None:
    """Return when a station that is open at a moment closes; None when it is not open or stays so."""
    ends = [end for start, end in spans(hours, moment) if start <= moment < end]
    return ends[0] if ends and ends[0] < _midnight(moment, AHEAD) else None


def opens_at(hours: str | None, moment: datetime) -> datetime | None:
    """Return when a station opens next after a moment; None when that is not within a week."""
    return next((start for start, _ in spans(hours, moment) if start > moment), None)


@lru_cache(maxsize=1024)
def holiday(day: date, language: str = "zh") -> str | None:
    """Return the name of the public holiday of a day off, in "zh" or "en"; None for any other day.

    A year whose notice is not out yet has only the holidays that are fixed to a date.
    """
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return _name("Public holiday", language) if (day.month, day.day) in FIXED_HOLIDAYS else None
    return _name(str(name), language) if off and name else None


@lru_cache(maxsize=1024)
def make_up(day: date) -> bool:
    """Tell whether people work on this Saturday or Sunday in exchange for a holiday."""
    try:
        return day.weekday() > 4 and chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False


def says_holidays(hours: str | None) -> bool:
    """Tell whether the hours say what holds on a public holiday: by PH, or by being the same every day."""
    rules = read(hours or "") or ()
    return any(rule.holidays or rule.weekdays is None for rule in rules)


@lru_cache(maxsize=4096)
def _of_day(rules: tuple[Rule, ...], day: date) -> tuple[tuple[int, int], ...]:
    """Return the minutes from which to which it is open on the spans that begin on a day."""
    weekday, free = day.weekday(), holiday(day) is not None
    if make_up(day):
        weekday = {5: 4, 6: 0}[weekday]
    return next((rule.spans for rule in reversed(rules) if rule.names(weekday, free)), ())


@lru_cache(maxsize=4096)
def _spans(hours: str, first: date, days: int) -> tuple[Span, ...]:
    rules, start = read(hours), datetime.combine(first, time(0), clock.ZONE)
    if rules is None:
        return ((start, start + timedelta(days=days)),)
    minutes = sorted(
        (max(begin + DAY * offset, 0), min(end + DAY * offset, DAY * days))
        for offset in range(-1, days)
        for begin, end in _of_day(rules, first + timedelta(days=offset))
    )
    merged: list[tuple[int, int]] = []
    for begin, end in minutes:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif begin < end:
            merged.append((begin, end))
    return tuple((start + timedelta(minutes=a), start + timedelta(minutes=b)) for a, b in merged)


def _name(english: str, language: str) -> str:
    return HOLIDAY_NAMES.get(english, english) if language == "zh" else english


def _midnight(moment: datetime, days: int) -> datetime:
    day = moment.astimezone(clock.ZONE).date() + timedelta(days=days)
    return datetime.combine(day, time(0), clock.ZONE)


def _rule(text: str) -> Rule | None:
    found = _RULE.fullmatch(text)
    if found is None:
        return None
    selected, times = _weekdays(found["days"]), _times(found["times"] or "24/7")
    return None if selected is None or times is None else Rule(*selected, times)


def _weekdays(text: str | None) -> tuple[frozenset[int] | None, bool] | None:
    if text is None:
        return None, False
    parts = [part.strip().split("-") for part in text.split(",")]
    if any(len(part) == 2 and not set(part) <= set(DAYS) for part in parts):
        return None  # a range from or to a holiday says nothing
    named: set[int] = set()
    for first, last in ((part[0], part[-1]) for part in parts):
        if first in DAYS:
            begin, length = DAYS.index(first), (DAYS.index(last) - DAYS.index(first)) % 7 + 1
            named |= {(begin + step) % 7 for step in range(length)}
    return frozenset(named), any(part == ["PH"] for part in parts)


def _times(text: str) -> tuple[tuple[int, int], ...] | None:
    if text == "24/7":
        return ((0, DAY),)
    if text in ("off", "closed"):
        return ()
    return _clock_times([_SPAN.fullmatch(part.strip()) for part in text.split(",")])


def _clock_times(found: list[re.Match | None]) -> tuple[tuple[int, int], ...] | None:
    spans = []
    for match in found:
        if match is None:
            return None
        hour, minute, to_hour, to_minute = (int(number) for number in match.groups())
        begin, end = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) > 59 or begin >= DAY or end > 2 * DAY:
            return None
        spans.append((begin, end if end > begin else end + DAY))
    return tuple(spans)
