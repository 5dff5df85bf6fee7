"""Opening hours: against another reader of the same language, and under China's holidays."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from gis_app import clock
from gis_app.layers import rules as schema_rules
from gis_app.stations import opening
from gis_app.stations.status import StationStatus, amenities_at
from tests.factory import toy_layers

# A week of July without a holiday or a make-up workday, and the Sunday night before it.
QUIET = datetime(2026, 7, 5, 0, 0, tzinfo=clock.ZONE)
DAYS = st.sampled_from(opening.DAYS)
DAY_PART = st.lists(
    st.one_of(DAYS, st.tuples(DAYS, DAYS).map("-".join)), min_size=1, max_size=3, unique=True
).map(",".join)


def clock_time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@st.composite
def times(draw, longest: int = 24 * 60) -> str:
    """Return one to three spans of a day that do not touch each other."""
    count = draw(st.integers(1, 3))
    ends = sorted(draw(st.sets(st.integers(0, longest // 15), min_size=2 * count, max_size=2 * count)))
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return ",".join(f"{clock_time(15 * a)}-{clock_time(15 * b)}" for a, b in pairs)


RULE = st.one_of(
    times(),
    st.just("24/7"),
    DAY_PART,
    st.tuples(DAY_PART, st.one_of(times(), st.sampled_from(["off", "closed"]))).map(" ".join),
)
WITHIN_DAYS = st.lists(RULE, min_size=1, max_size=4).map("; ".join)
OVERNIGHT = st.tuples(DAY_PART, st.integers(48, 95), st.integers(0, 40)).map(
    lambda one: f"{one[0]} {clock_time(15 * one[1])}-{clock_time(15 * one[2])}"
)


def theirs(hours: str, days: int = 8) -> list[tuple[datetime, datetime]]:
    """Return the spans that the other reader finds, those that touch as one."""
    start, end = QUIET.replace(tzinfo=None), QUIET.replace(tzinfo=None) + timedelta(days=days)
    found: list[list[datetime]] = []
    for a, b, state, *_ in OpeningHours(hours).intervals(start, end):
        if str(state) != "open":
            continue
        if found and found[-1][1] == a:
            found[-1][1] = b
        else:
            found.append([a, b])
    return [(a.replace(tzinfo=clock.ZONE), b.replace(tzinfo=clock.ZONE)) for a, b in found]


@settings(max_examples=400, deadline=None)
@given(st.one_of(WITHIN_DAYS, OVERNIGHT))
def test_the_hours_mean_what_another_reader_of_them_says(hours):
    assert schema_rules._HOURS.fullmatch(hours)
    assert opening.spans(hours, QUIET, 8) == theirs(hours)


@settings(max_examples=200, deadline=None)
@given(st.one_of(WITHIN_DAYS, OVERNIGHT), st.integers(0, 8 * 24 * 60 - 1))
def test_a_moment_is_open_when_it_lies_in_a_span(hours, minutes):
    moment = QUIET + timedelta(minutes=minutes)
    spans = opening.spans(hours, QUIET, 9)
    inside = [end for start, end in spans if start <= moment < end]
    assert opening.open_at(hours, moment) == bool(inside)
    if inside and inside[0] < QUIET + timedelta(days=9):
        assert opening.closes_at(hours, moment) == inside[0]
    if not inside:
        later = [start for start, _ in opening.spans(hours, moment, opening.AHEAD) if start > moment]
        assert opening.opens_at(hours, moment) == (later[0] if later else None)


@settings(max_examples=300, deadline=None)
@given(st.from_regex(schema_rules._HOURS, fullmatch=True))
def test_whatever_the_schema_lets_in_is_read_or_said_to_be_unknown(hours):
    spans = opening.spans(hours, QUIET, 8)
    assert all(start < end for start, end in spans)
    assert all(one[1] < two[0] for one, two in pairwise(spans))
    assert opening.known(hours) or spans == [(QUIET, QUIET + timedelta(days=8))]


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        # the whole of the notice's days off is PH, 1 to 7 October, not the first alone
        ("Mo-Fr 08:00-18:00; PH off", "2026-09-30T10:00", True),
        ("Mo-Fr 08:00-18:00; PH off", "2026-10-01T10:00", False),
        ("Mo-Fr 08:00-18:00; PH off", "2026-10-06T10:00", False),
        ("Mo-Fr 08:00-18:00; PH off", "2026-10-08T10:00", True),
        ("Mo-Fr 08:00-18:00; PH 09:00-12:00", "2026-10-05T11:59", True),
        ("Mo-Fr 08:00-18:00; PH 09:00-12:00", "2026-10-05T12:00", False),
        ("24/7; PH off", "2026-02-17T12:00", False),
        # what says nothing of holidays holds on them
        ("Mo-Fr 08:00-18:00", "2026-10-01T10:00", True),
        ("Mo-Su 08:00-20:00", "2026-10-04T19:59", True),
        # a make-up workday is read as the working day beside it
        ("Mo-Fr 08:00-18:00", "2026-10-10T10:00", True),
        ("Mo-Fr 08:00-18:00; Sa 09:00-12:00", "2026-10-10T14:00", True),
        ("Mo-Fr 08:00-18:00", "2026-09-20T10:00", True),
        ("Mo-Sa 08:00-18:00; Su off", "2026-09-20T10:00", True),
        ("Mo-Fr 08:00-18:00", "2026-10-11T10:00", False),
        # the span belongs to the day on which it begins
        ("Mo-Fr 20:00-02:00; PH off", "2026-10-01T01:30", True),
        ("Mo-Fr 20:00-02:00; PH off", "2026-10-08T01:30", False),
        # a year without a notice has the days that the law fixes
        ("Mo-Fr 08:00-18:00; PH off", "2035-05-01T10:00", False),
        ("Mo-Fr 08:00-18:00; PH off", "2035-05-03T10:00", True),
        # nobody is kept away for want of a record
        ("", "2026-10-01T03:00", True),
        ("Mo-PH 08:00-18:00", "2026-10-01T03:00", True),
        ("25:00-99:99", "2026-10-01T03:00", True),
        # the same moment, told in another zone
        ("Mo-Fr 08:00-18:00", "2026-07-06T00:30+00:00", True),
        ("Mo-Fr 08:00-18:00", "2026-07-06T10:30+00:00", False),
    ],
)
def test_holidays_make_up_days_and_what_is_not_known(hours, at, expected):
    moment = datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)
    assert opening.open_at(hours, moment) is expected


def test_a_holiday_has_its_name_in_both_languages():
    assert [opening.holiday(date(2026, 10, 4), lang) for lang in ("zh", "en")] == ["国庆节", "National Day"]
    assert opening.holiday(date(2026, 10, 10)) is None and opening.make_up(date(2026, 10, 10))
    assert not re.search("[a-zA-Z]", opening.holiday(date(2035, 10, 1)))


def test_who_is_open_is_what_serves_by_its_hours_and_is_not_closed_for_the_moment():
    stations = pd.DataFrame(toy_layers()["stations"].drop(columns="geometry")).iloc[[0] * 6].copy()
    stations["station_code"] = list("ABCDEF")
    stations["status"] = ["open", "open", "open", "closed", "planned", "open"]
    stations["hours"] = ["24/7", "Mo-Fr 08:00-18:00", "24/7", "24/7", "24/7", "24/7"]
    noon = datetime(2026, 7, 5, 12, 0, tzinfo=clock.ZONE)  # a Sunday
    said = {
        "C": StationStatus("C", "closed", until=noon + timedelta(minutes=1)),
        "D": StationStatus("D", "open"),
        "F": StationStatus("F", "full"),
        "gone": StationStatus("gone", "closed"),
    }
    mask = opening.open_mask(stations, said, noon)
    assert mask.dtype == bool and mask.tolist() == [True, False, False, False, False, True]
    assert opening.open_mask(stations, said, noon + timedelta(minutes=1)).tolist()[2] is True
    assert opening.open_mask(stations.iloc[:0], said, noon).tolist() == []
    assert np.array_equal(opening.open_mask(stations, {}, noon), [True, False, True, False, False, True])


def test_without_water_there_is_everything_else():
    assert amenities_at("drinking_water;wifi", "open") == ["drinking_water", "wifi"]
    assert amenities_at("drinking_water;wifi", "out_of_water") == ["wifi"]
    assert amenities_at("", "full") == []
