"""Incidents are counted where and when they were reported, and mediation is never a point for the many."""

from datetime import date, datetime

import pandas as pd
import pytest

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.model import (
    CATEGORIES,
    COLUMNS,
    DONE_STATES,
    OPEN_STATES,
    STATES,
    empty_incidents,
    label,
)
from gis_app.incidents.privacy import MEDIATION_READ, visible_points
from gis_app.incidents.statistics import (
    LEVELS,
    by_category,
    by_state,
    counts,
    is_overdue,
    monthly,
    select,
)
from gis_app.layers.atlas import Atlas
from tests import factory


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return the toy county."""
    return Atlas.build(factory.toy_layers())


@pytest.fixture
def incidents() -> pd.DataFrame:
    """Return 40 incidents of every category and state."""
    return factory.toy_incidents()


def one(**columns) -> pd.DataFrame:
    """Return a single incident."""
    row = dict.fromkeys(COLUMNS, "") | {"category": "hazard", "state": "handling", "lon": 114.0, "lat": 34.0}
    return pd.DataFrame([row | {"grid_code": factory.GRIDS[0]} | columns])


@pytest.mark.parametrize("level", LEVELS)
def test_counts_add_up_on_every_level(atlas, incidents, level):
    table = counts(incidents, atlas, level)
    assert table["count"].sum() == 40
    assert table["open"].sum() == incidents["state"].isin(OPEN_STATES).sum()
    assert list(table.columns) == ["code", "count", "open", "overdue", "households", "rate"]


def test_rates_are_per_thousand_households(atlas, incidents):
    table = counts(incidents, atlas, "grid").set_index("code")
    row = table.loc[factory.GRIDS[0]]
    assert row["rate"] == pytest.approx(row["count"] / 80 * 1000)


def test_rates_need_households(incidents):
    layers = factory.toy_layers()
    bare = Atlas.build({"grids": layers["grids"]})
    assert counts(incidents, bare, "grid")["rate"].isna().all()


def test_filters_by_category_and_state(incidents):
    assert set(select(incidents, category="hazard")["category"]) == {"hazard"}
    assert set(select(incidents, state="closed")["state"]) == {"closed"}
    assert set(select(incidents, state="open")["state"]) == set(OPEN_STATES)
    assert set(select(incidents, state="done")["state"]) == set(DONE_STATES)
    assert set(select(incidents, state="overdue")["state"]) <= set(OPEN_STATES)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2023-05-04", "2023-05-04", True),
        ("2023-05-05", None, False),
        (None, "2023-05-03", False),
        (date(2023, 5, 4), date(2023, 5, 4), True),
        ("", "", True),
    ],
)
@pytest.mark.parametrize(
    "moment", ["2023-05-04T00:00:00+08:00", "2023-05-04T23:59:59+08:00", "2023-05-03T16:00:00Z"]
)
def test_a_period_includes_both_days_as_they_are_in_china(moment, start, end, found):
    assert (len(select(one(reported_at=moment), start=start, end=end)) == 1) is found


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"category": "crime"}, "category"),
        ({"state": "lost"}, "state"),
        ({"start": "yesterday-ish"}, "start"),
        ({"end": "2023-13-01"}, "end"),
        ({"start": "2023-05-02", "end": "2023-05-01"}, "end"),
    ],
)
def test_a_bad_filter_is_refused_by_name(incidents, arguments, field):
    with pytest.raises(BadInput) as raised:
        select(incidents, **arguments)
    assert field in raised.value.fields


def test_an_unknown_level_is_refused(atlas, incidents):
    with pytest.raises(BadInput):
        counts(incidents, atlas, "street")


@pytest.mark.parametrize(
    ("state", "due", "overdue"),
    [
        ("handling", "2023-05-04T11:59:59+08:00", True),
        ("handling", "2023-05-04T12:00:00+08:00", False),
        ("handling", "", False),
        ("resolved", "2023-01-01T00:00:00+08:00", False),
        ("closed", "2023-01-01T00:00:00+08:00", False),
    ],
)
def test_overdue_is_undone_past_its_limit(state, due, overdue):
    with clock.frozen(datetime(2023, 5, 4, 12, 0)):
        assert is_overdue(one(state=state, due_at=due)).tolist() == [overdue]


def test_months_without_reports_are_told_as_zero():
    reports = pd.concat(
        [one(reported_at="2023-01-31T23:59:00+08:00"), one(reported_at="2023-04-01T00:00:00+08:00")]
    )
    table = monthly(reports.reset_index(drop=True))
    assert table["month"].tolist() == ["2023-01", "2023-02", "2023-03", "2023-04"]
    assert table["count"].tolist() == [1, 0, 0, 1]


def test_times_of_a_store_are_read_as_well_as_texts(incidents):
    parsed = incidents.assign(reported_at=pd.to_datetime(incidents["reported_at"], utc=True))
    assert monthly(parsed).equals(monthly(incidents))


def test_states_and_categories_are_all_told(incidents):
    assert by_state(incidents).index.tolist() == list(STATES)
    assert by_category(incidents).index.tolist() == list(CATEGORIES)
    assert by_state(incidents).sum() == by_category(incidents).sum() == 40
    assert by_state(incidents.iloc[:1]).sum() == 1


def test_a_county_without_incidents(atlas):
    nothing = empty_incidents()
    assert counts(nothing, atlas, "grid")["count"].tolist() == [0, 0, 0, 0]
    assert monthly(nothing).empty
    assert by_state(nothing).sum() == 0
    assert visible_points(nothing, []).empty


def test_incidents_of_grids_that_are_gone_do_not_break_the_count(atlas):
    assert counts(one(grid_code="999999001001001"), atlas, "grid")["count"].sum() == 0
    assert counts(one(grid_code=None), atlas, "community")["count"].sum() == 0


def test_mediation_is_never_a_point_without_the_permission(incidents):
    shown = visible_points(incidents, ["incidents:overlay:read"], "")
    assert "mediation" not in set(shown["category"])
    assert len(shown) == (incidents["category"] != "mediation").sum()


def test_the_permission_holds_inside_the_scope_only(incidents):
    scope = factory.COMMUNITIES[0]
    shown = visible_points(incidents, [MEDIATION_READ], scope)
    mediation = shown[shown["category"] == "mediation"]
    assert len(mediation) > 0
    assert mediation["grid_code"].str.startswith(scope).all()
    assert len(visible_points(incidents, [MEDIATION_READ], "")) == 40


def test_classes_whose_location_is_not_public_stay_off_the_map(incidents):
    classes = pd.DataFrame({"class_code": ["C1"], "location_public": [0]})
    assert visible_points(incidents, [], "", classes).empty
    assert len(visible_points(incidents, [], "", classes.assign(location_public="1"))) < 40


def test_incidents_without_a_place_are_no_points():
    assert visible_points(one(lon=None), []).empty


def test_every_word_has_both_languages():
    for words in (CATEGORIES, STATES):
        assert all({"zh", "en"} <= set(labels) for labels in words.values())
    assert label("mediation") == "矛盾纠纷"
    assert label("closed", "en") == "Closed"
    assert label("unknown") == "unknown"
