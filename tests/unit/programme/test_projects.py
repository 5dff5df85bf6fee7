"""Demands, service projects and activities: what may be written, and what may follow what."""

from __future__ import annotations

from datetime import date

import pytest

from gis_app.errors import Conflict
from gis_app.incidents.messages import Refused
from gis_app.programme import projects as rules

KNOWN = rules.Known({"A1"}, {"O1"}, {"P1"}, lambda lon, lat: 114 < lon < 115, date(2024, 4, 29))
DEMAND = {"title": "希望增设座椅", "category": "facilities", "area_code": "A1"}
ACTIVITY = {"name": "义诊", "category": "health", "area_code": "A1", "held_on": "2024-04-01"}


def fields(check, data) -> set[str]:
    with pytest.raises(Refused) as refused:
        check(data, KNOWN)
    return {fault.field for fault in refused.value.faults}


def test_a_good_demand_has_a_day_and_no_place_by_itself():
    row = rules.check_demand(DEMAND, KNOWN)
    assert (row["proposed_on"], row["supporters"], row["lon"], row["lat"]) == ("2024-04-29", 0, None, None)
    assert "name" not in row and "by" not in row


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "找13812345678"}, "title"),
        ({"description": "联系人：张三"}, "description"),
        ({"category": "x"}, "category"),
        ({"area_code": "A2"}, "area_code"),
        ({"supporters": "-1"}, "supporters"),
        ({"supporters": "1.5"}, "supporters"),
        ({"proposed_on": "2024-04-30"}, "proposed_on"),
        ({"proposed_on": "1999-01-01"}, "proposed_on"),
        ({"proposed_on": "30.4.24"}, "proposed_on"),
        ({"lon": "114.5"}, "lon"),
        ({"lon": "x", "lat": "34"}, "lon"),
        ({"lon": "200", "lat": "34"}, "lon"),
        ({"lon": "116", "lat": "34"}, "lon"),
    ],
)
def test_a_bad_demand_is_refused_by_field(changes, field):
    assert fields(rules.check_demand, DEMAND | changes) == {field}


@pytest.mark.parametrize("state", rules.DEMAND_STATES)
@pytest.mark.parametrize("verb", [*rules.DEMAND_WAYS, "delete"])
def test_only_the_ways_of_the_table_are_open_to_a_demand(state, verb):
    if verb in rules.demand_verbs(state):
        assert rules.demand_step(state, verb, "P1", {"P1"})["state"] == rules.DEMAND_WAYS[verb][1]
    else:
        with pytest.raises(Conflict):
            rules.demand_step(state, verb, "P1", {"P1"})


def test_a_demand_is_taken_up_by_a_project_that_exists():
    assert rules.demand_step("listed", "adopt", "P1", {"P1"})["project_code"] == "P1"
    for code in ("", "P2"):
        with pytest.raises(Refused):
            rules.demand_step("listed", "adopt", code, {"P1"})


def test_a_project_ends_after_it_starts_and_follows_who_adopts_it():
    project = {"name": "助餐", "category": "elderly", "area_code": "A1"}
    assert rules.check_project(project, KNOWN)["state"] == "open"
    assert fields(rules.check_project, project | {"starts_on": "2024-05-02", "ends_on": "2024-05-01"}) == {
        "ends_on"
    }
    assert rules.state_after_adoption("open", 1) == "adopted"
    assert rules.state_after_adoption("adopted", 0) == "open"
    assert rules.state_after_adoption("running", 0) == "running"


def test_an_activity_has_happened_and_counts_people():
    assert rules.check_activity(ACTIVITY | {"participants": "40"}, KNOWN)["participants"] == 40
    assert fields(rules.check_activity, ACTIVITY | {"held_on": ""}) == {"held_on"}
    wrong = {"held_on": "2024-05-01", "project_code": "P9", "organisation_code": "O9", "participants": "1e9"}
    assert fields(rules.check_activity, ACTIVITY | wrong) == set(wrong)
