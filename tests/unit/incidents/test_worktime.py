"""Time limits run while offices work: holidays, make-up workdays, lunch, and what is not known yet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.worktime import Limit, WorkCalendar, standard
from gis_app.reference_county.work_hours import is_workday as invented_workday

CALENDAR = standard()
MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2028, 12, 31), timezones=st.just(clock.ZONE))
SECONDS = st.integers(0, 60 * 7 * 3600)
LIMITS = st.builds(lambda number, unit: f"{number}{unit}", st.integers(1, 60), st.sampled_from("mhd"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2023-01-23", False),  # Spring Festival
        ("2023-01-28", True),  # a Saturday to make up for it
        ("2023-10-07", True),
        ("2024-02-04", True),  # a Sunday to make up
        ("2024-02-12", False),
        ("2024-09-14", True),
        ("2024-09-17", False),  # Mid-Autumn
        ("2025-01-26", True),
        ("2025-01-28", False),
        ("2025-10-11", True),
        ("2025-10-08", False),
        ("2026-02-14", True),
        ("2026-02-23", False),
        ("2026-05-09", True),
        ("2026-10-01", False),
        ("2026-07-27", True),
        ("2026-07-26", False),
    ],
)
def test_days_are_those_of_the_notices(day, works):
    assert CALENDAR.is_workday(date.fromisoformat(day)) is works


def test_the_invented_incidents_live_in_the_same_year():
    days = [date(2023, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [CALENDAR.is_workday(day) for day in days] == [invented_workday(day) for day in days]


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-07-27T09:00", "30m", "2026-07-27T09:30"),
        ("2026-07-27T09:00", "3h", "2026-07-27T12:00"),
        ("2026-07-27T09:00", "4h", "2026-07-27T15:30"),
        ("2026-07-27T11:45", "30m", "2026-07-27T14:45"),  # over lunch
        ("2026-07-27T12:30", "1h", "2026-07-27T15:30"),  # dispatched at lunch
        ("2026-07-27T20:00", "1h", "2026-07-28T09:30"),  # after work
        ("2026-07-24T17:30", "1h", "2026-07-27T09:00"),  # Friday to Monday
        ("2026-07-25T10:00", "2h", "2026-07-27T10:30"),  # on a Saturday
        ("2026-09-30T17:00", "2h", "2026-10-08T09:30"),  # over the National Day week
        ("2026-05-08T17:00", "2h", "2026-05-09T09:30"),  # into a Saturday that makes up
        ("2023-01-20T17:00", "1h", "2023-01-20T18:00"),
        ("2023-01-20T17:00", "90m", "2023-01-28T09:00"),  # over Spring Festival into a make-up day
        ("2026-07-27T09:00", "1d", "2026-07-28T18:00"),  # the day it starts on is not counted
        ("2026-07-27T20:00", "1d", "2026-07-28T18:00"),
        ("2026-07-24T09:00", "1d", "2026-07-27T18:00"),
        ("2026-07-25T09:00", "1d", "2026-07-27T18:00"),
        ("2026-07-27T09:00", "5d", "2026-08-03T18:00"),
        ("2026-09-30T09:00", "3d", "2026-10-10T18:00"),  # 8, 9 and the Saturday that makes up
        ("2024-12-31T09:00", "1d", "2025-01-02T18:00"),
        ("2026-12-31T09:00", "1d", "2027-01-01T18:00"),  # 2027 is not known: a Friday
    ],
)
def test_a_limit_ends_where_the_rule_says(start, limit, end):
    assert CALENDAR.add(at(start), limit) == at(end)


@pytest.mark.parametrize("text", ["", "0h", "h", "5", "5w", "-5d", "5.5h", "5 d", "99999h", "٣h", "5d;"])
def test_a_limit_that_cannot_be_read_is_refused(text):
    with pytest.raises(BadInput) as raised:
        Limit.of(text)
    assert raised.value.code == "bad_limit"


def test_limits_have_words():
    assert Limit.of("5d").label() == "5 工作日" and Limit.of("4h").label("en") == "4 working hours"
    assert str(Limit.of(" 30m ")) == "30m"


@settings(max_examples=300, deadline=None)
@given(MOMENTS, SECONDS)
def test_what_is_added_lies_between(start, seconds):
    end = CALENDAR.add_seconds(start, seconds)
    assert end >= start and CALENDAR.between(start, end) == seconds
    assert seconds == 0 or CALENDAR.is_open(end - timedelta(microseconds=1))
    if seconds:  # the first such moment: any earlier one has less work before it
        assert CALENDAR.between(start, end - timedelta(seconds=1)) < seconds


@settings(max_examples=200, deadline=None)
@given(MOMENTS, SECONDS, SECONDS)
def test_adding_twice_is_adding_once(start, one, two):
    twice = CALENDAR.add_seconds(CALENDAR.add_seconds(start, one), two)
    assert twice == CALENDAR.add_seconds(start, one + two) or one + two == 0 or two == 0 or one == 0
    assert CALENDAR.between(start, twice) == one + two


@settings(max_examples=200, deadline=None)
@given(MOMENTS, MOMENTS, LIMITS)
def test_who_starts_later_ends_no_earlier(one, two, limit):
    first, second = sorted([one, two])
    assert CALENDAR.add(first, limit) <= CALENDAR.add(second, limit)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, MOMENTS, MOMENTS)
def test_work_between_adds_up_and_turns_round(one, two, three):
    assert CALENDAR.between(one, two) + CALENDAR.between(two, three) == pytest.approx(
        CALENDAR.between(one, three), abs=1e-3
    )
    assert CALENDAR.between(one, two) == -CALENDAR.between(two, one)
    assert (CALENDAR.between(one, two) >= 0) or one > two


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.integers(1, 60))
def test_a_limit_in_days_ends_with_the_nth_workday_after(start, number):
    end = CALENDAR.add(start, f"{number}d")
    days = [start.date() + timedelta(days=n + 1) for n in range((end.date() - start.date()).days)]
    assert sum(CALENDAR.is_workday(day) for day in days) == number
    assert end.timetz().replace(tzinfo=None) == time(18) and CALENDAR.is_workday(end.date())
    assert CALENDAR.between(start, end) >= number * CALENDAR.seconds_a_day


@settings(max_examples=50, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=20))
def test_a_column_of_times_agrees_with_each_of_them(moments):
    column = pd.Series([*moments, pd.NaT]).astype("datetime64[us, Asia/Shanghai]")
    found = CALENDAR.positions(column)
    assert np.isnan(found[-1])
    for number, moment in enumerate(moments):
        assert found[number] - found[0] == pytest.approx(CALENDAR.between(moments[0], moment), abs=1e-3)


def test_work_done_by_the_minute_is_the_sum_of_open_minutes():
    start = at("2026-09-29T00:00")
    minutes = [start + timedelta(minutes=n) for n in range(14 * 24 * 60)]
    assert CALENDAR.between(start, minutes[-1] + timedelta(minutes=1)) == 60 * sum(
        CALENDAR.is_open(minute) for minute in minutes
    )


def test_years_without_a_notice_are_told():
    assert CALENDAR.note(at("2026-01-01T09:00"), at("2026-12-31T09:00")) == ""
    assert "2027" in CALENDAR.note(at("2026-12-31T09:00"), at("2027-01-01T09:00"))
    assert "2027" in CALENDAR.note(at("2027-01-01T09:00"), at("2026-12-31T09:00"), "en")


def test_other_hours_and_single_days_may_be_set():
    hours = ((time(9), time(12)), (time(13), time(17)))
    calendar = WorkCalendar(hours, {date(2026, 7, 26): True, date(2026, 7, 27): False})
    assert calendar.add(at("2026-07-25T09:00"), "8h") == at("2026-07-28T10:00")
    assert calendar.is_workday(date(2026, 7, 26)) and CALENDAR.is_workday(date(2026, 7, 27))
    with pytest.raises(BadInput):
        WorkCalendar(((time(9), time(12)), (time(11), time(17))))
    with pytest.raises(BadInput):
        WorkCalendar(())


def test_other_offsets_are_the_same_moment_and_none_is_a_mistake():
    assert CALENDAR.add(datetime.fromisoformat("2026-07-27T01:00:00+00:00"), "1h") == at("2026-07-27T10:00")
    with pytest.raises(ValueError, match="offset"):
        CALENDAR.add(datetime(2026, 7, 27), "1h")


def test_what_lies_beyond_the_century_is_refused():
    for moment, limit in (("2099-12-31T09:00", "5d"), ("1999-12-31T09:00", "5h"), ("2100-01-01T09:00", "1h")):
        with pytest.raises(BadInput) as raised:
            CALENDAR.add(at(moment), limit)
        assert raised.value.code == "time_out_of_range"
