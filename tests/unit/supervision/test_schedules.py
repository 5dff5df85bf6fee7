"""Monthly and quarterly days: ends of months, leap years, holidays, and what a form may say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.incidents.messages import Refused
from gis_app.incidents.supervision_schedules import (
    KINDS,
    check_schedule,
    is_due,
    later,
    next_after,
    workday_from,
)
from gis_app.incidents.worktime import standard

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_the_last_of_a_month_stays_the_last():
    assert later("monthly", date(2024, 1, 31)) == date(2024, 2, 29)
    assert later("monthly", date(2024, 1, 31), 2) == date(2024, 3, 31)
    assert later("quarterly", date(2023, 11, 30)) == date(2024, 2, 29)
    assert later("quarterly", date(2023, 12, 15)) == date(2024, 3, 15)


@given(st.sampled_from(list(KINDS)), DAYS, DAYS)
def test_the_next_day_is_the_first_after_today(kind, first, today):
    day = next_after(kind, first, today)
    assert day > today or day == first
    assert day == first or any(later(kind, first, n) <= today for n in range(200))
    assert day.day <= first.day


def test_a_holiday_moves_to_the_next_day_that_is_worked():
    assert workday_from(date(2024, 5, 1), standard()) == date(2024, 5, 6)
    assert workday_from(date(2024, 4, 28), standard()) == date(2024, 4, 28)  # a Sunday that is worked


def test_due_is_what_is_active_and_not_ahead():
    assert is_due(True, "2024-01-12", date(2024, 1, 12))
    assert not is_due(True, "2024-01-13", date(2024, 1, 12))
    assert not is_due(False, "2023-01-12", date(2024, 1, 12))


def test_a_form_is_refused_for_everything_wrong_at_once():
    with pytest.raises(Refused) as refused:
        check_schedule({"kind": "daily", "area_code": "1", "next_on": "1999-01-01"}, {"2"}, date(2024, 1, 1))
    assert {fault.field for fault in refused.value.faults} == {"name", "kind", "area_code", "next_on"}
    good = {"name": "月检", "kind": "monthly", "area_code": "2", "next_on": "2024-01-12", "active": "1"}
    assert check_schedule(good, {"2"}, date(2024, 1, 1))["active"] is True
