"""Counts, rates and medians agree with a thousand incidents counted one by one, in every grouping."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from gis_app.incidents import rates
from gis_app.incidents.rates import BYS, Selection
from gis_app.incidents.statistics_columns import MOMENTS, Columns, compact, empty, joined, merged
from gis_app.incidents.statistics_measures import MEASURES
from gis_app.incidents.worktime import WorkCalendar
from tests.unit.incidents import hand_made

KEYS = {
    "grid": lambda one: one["grid_code"],
    "community": lambda one: one["grid_code"][:12],
    "category": lambda one: one["category"],
    "class": lambda one: one["class_code"],
    "organisation": lambda one: one["organisation_code"],
    "month": lambda one: one["reported_at"].strftime("%Y-%m"),
}


def frame_of(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for name in MOMENTS:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def table_of(rows: list[dict]) -> Columns:
    words = empty().words
    return joined([compact(frame_of(rows), words, WorkCalendar())], words)


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    return hand_made.incidents()


@pytest.fixture(scope="module")
def table(rows) -> Columns:
    return table_of(rows)


def same(found: rates.Tally, group: int, expected: dict) -> None:
    for name, (numerator, denominator, value) in expected.items():
        figure = found.figure(name, group)
        assert (figure.numerator, figure.denominator) == (numerator, denominator), name
        if value is None:
            assert figure.value is None, name
        else:
            assert math.isclose(figure.value, value, rel_tol=1e-9), (name, figure.value, value)
        assert figure.cut_off == hand_made.CUT_OFF and figure.rule["zh"] and figure.rule["en"]


def test_a_thousand_incidents_counted_by_hand(rows, table):
    every = rates.select(table, Selection())
    found, expected = rates.tally(table, every, hand_made.CUT_OFF), hand_made.figures(rows)
    assert set(expected) == set(MEASURES)
    same(found, 0, expected)
    assert 0 < expected["in_time_rate"][0] < expected["closing_rate"][0] < expected["closing_rate"][1] < 1000


@pytest.mark.parametrize("by", BYS)
def test_every_group_is_counted_like_the_whole(rows, table, by):
    found = rates.tally(table, rates.select(table, Selection()), hand_made.CUT_OFF, by)
    groups = {}
    for one in rows:
        groups.setdefault(KEYS[by](one), []).append(one)
    assert found.codes == sorted(groups)
    for group, code in enumerate(found.codes):
        same(found, group, hand_made.figures(groups[code]))
    assert sum(found.numerators["reported"]) == 1000


@pytest.mark.parametrize(
    ("wanted", "keep"),
    [
        (
            Selection(date(2024, 3, 5), date(2024, 3, 5)),
            lambda o: o["reported_at"].date() == date(2024, 3, 5),
        ),
        (Selection(start=date(2025, 1, 1)), lambda o: o["reported_at"].year == 2025),
        (Selection(end=date(2024, 12, 31)), lambda o: o["reported_at"].year == 2024),
        (Selection(category="hazard"), lambda o: o["category"] == "hazard"),
        (Selection(class_code="C2", organisation_code="ORG1"),
         lambda o: o["class_code"] == "C2" and o["organisation_code"] == "ORG1"),
        (Selection(area_code="410222001002"), lambda o: o["grid_code"].startswith("410222001002")),
        (Selection(area_code="410222"), lambda o: o["grid_code"] != ""),
        (Selection(class_code="nothing"), lambda o: False),
    ],
)  # fmt: skip
def test_a_selection_leaves_what_it_says(rows, table, wanted, keep):
    chosen = [one for one in rows if keep(one)]
    found = rates.select(table, wanted)
    assert table.codes(found) == sorted(one["incident_code"] for one in chosen)
    same(rates.tally(table, found, hand_made.CUT_OFF), 0, hand_made.figures(chosen))
    assert rates.tally(table, found, hand_made.CUT_OFF, "month").codes == (
        [] if not chosen else rates.tally(table, found, hand_made.CUT_OFF, "month").codes
    )


def test_the_period_before_is_as_long_and_ends_where_this_begins():
    asked = Selection(date(2025, 3, 1), date(2025, 3, 31), "hazard")
    assert asked.before("previous") == Selection(date(2025, 1, 29), date(2025, 2, 28), "hazard")
    assert asked.before("year") == Selection(date(2024, 3, 1), date(2024, 3, 31), "hazard")
    assert Selection(date(2024, 2, 29), date(2024, 2, 29)).before("year").start == date(2023, 2, 28)
    assert Selection(end=date(2024, 1, 1)).before("previous") is None


def test_a_rate_of_nothing_is_no_number(table):
    none = rates.tally(table, rates.select(table, Selection(class_code="nothing")), hand_made.CUT_OFF)
    assert none.figure("closing_rate").value is None
    assert none.figure("reported").value == 0 and none.figure("whole_work").value is None


def test_changes_in_any_order_and_cut_give_the_same_table(rows, table):
    changed = [dict(one) for one in rows]
    for one in changed[100:140]:
        one |= {"state": "rejected", "satisfaction": 0, "change_number": one["change_number"] + 5000}
    words = empty().words
    calendar = WorkCalendar()
    grown = joined([compact(frame_of(rows[:700]), words, calendar)], words)
    for part in (rows[850:], rows[700:850], changed[90:120], changed[120:140]):
        grown = merged(grown, compact(frame_of(part), words, calendar))
    whole = table_of(changed)
    assert grown.fingerprint == whole.fingerprint != table.fingerprint
    every = rates.select(grown, Selection())
    same(rates.tally(grown, every, hand_made.CUT_OFF), 0, hand_made.figures(changed))


def test_a_table_that_grows_leaves_the_old_one_as_it_was(rows):
    words = empty().words
    old = joined([compact(frame_of(rows[:500]), words, WorkCalendar())], words)
    before = rates.tally(old, rates.select(old, Selection()), hand_made.CUT_OFF).figures()
    changed = [one | {"state": "rejected"} for one in rows[:10]] + rows[500:]
    merged(old, compact(frame_of(changed), words, WorkCalendar()))
    assert rates.tally(old, rates.select(old, Selection()), hand_made.CUT_OFF).figures() == before


def test_codes_are_found_and_strangers_are_not(rows, table):
    known = rows[17]["incident_code"]
    found = table.find((known, "410222-2024-999999", "", "~"))
    assert table.codes(found[:1]) == [known] and list(found[1:]) == [-1, -1, -1]
