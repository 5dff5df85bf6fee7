"""Coverage over HTTP: three numbers for every place, lists by name, what-ifs, and what was kept."""

from __future__ import annotations

import pytest

from tests.web.conftest import FROM_OUR_PAGE

MOVED = {"verb": "move", "station_code": "WS001", "lon": 114.47, "lat": 34.48}


def rows(told: dict) -> list[dict]:
    """Return columns and rows as mappings."""
    return [dict(zip(told["columns"], row, strict=True)) for row in told["rows"]]


@pytest.mark.parametrize("level", ["grid", "community", "subdistrict", "county", "block"])
def test_three_numbers_side_by_side_add_up_on_every_level(client_as, level):
    told = client_as("leader").get(f"/coverage.json?level={level}").json
    for name in ("households", "crow_covered", "covered", "seated"):
        assert sum(row[name] for row in rows(told["areas"])) == told["summary"][name]
    assert told["summary"]["crow_covered"] > told["summary"]["covered"] > told["summary"]["seated"] > 0


def test_every_figure_opens_to_rule_base_and_a_list_of_just_what_it_counts(client_as):
    client = client_as("leader")
    for figure in client.get("/coverage.json").json["figures"]:
        assert figure["rule"]
        listed = client.get(figure["list"].replace("/uncovered?", "/uncovered.json?")).json
        if figure["code"] != "mean_m":
            assert listed["households"] == figure["numerator"], figure["code"]
        assert client.get(figure["list"]).status_code == 200


def test_the_list_names_places_with_a_reason(client_as):
    told = client_as("leader").get("/coverage/uncovered.json?why=far&sort=distance").json
    assert told["count"] == len(told["places"]) > 0
    first = told["places"][0]
    assert {"code", "block_name", "grid_name", "lon", "lat", "why_label"} <= first.keys()
    assert all(place["walk_m"] is None or place["walk_m"] > 500 for place in told["places"])


def test_a_sunday_evening_is_another_map(client_as):
    client = client_as("leader")
    noon = client.get("/coverage.json?when=open&at=2024-04-22T12:00").json["summary"]
    night = client.get("/coverage.json?when=open&at=2024-04-21T22:30").json["summary"]
    always = client.get("/coverage.json?when=always").json["summary"]
    assert noon["covered"] > night["covered"] >= always["covered"] > 0


def test_a_what_if_tells_what_it_changes_and_writes_nothing(client_as):
    client = client_as("planner")
    before = client.get("/coverage.json").json["summary"]
    told = client.post("/coverage/what-if", json={"changes": [MOVED]}, headers=FROM_OUR_PAGE).json
    assert told["before"]["covered"] == before["covered"]
    assert told["after"]["covered"] - told["before"]["covered"] == told["gained"] - told["lost"] != 0
    assert sum(row["covered_delta"] for row in rows(told["areas"])) == told["delta"]["covered"]
    assert client.get("/coverage.json").json["summary"] == before


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "fly", "station_code": "WS001"},
        {"verb": "close"},
        {"verb": "close", "station_code": "WS001", "name": "x"},
        {"verb": "move", "station_code": "WS001", "lon": 1e9, "lat": 34},
        {"verb": "move", "station_code": "WS001"},
        {"verb": "resize", "station_code": "WS001", "capacity": -1},
        {"verb": "resize", "station_code": "WS001", "capacity": 1.5},
        {"verb": "add", "lon": 114.47, "lat": 34.48},
        "close",
    ],
)
def test_a_bad_change_is_refused_by_name(client_as, change):
    headers = FROM_OUR_PAGE | {"Accept": "application/json"}
    answer = client_as("planner").post("/coverage/what-if", json={"changes": [change]}, headers=headers)
    assert answer.status_code == 400
    assert answer.json["error"]["fields"]


def test_an_unknown_station_is_not_found_and_a_worker_may_not_try(client_as):
    gone = {"changes": [{"verb": "close", "station_code": "WS999"}]}
    assert client_as("planner").post("/coverage/what-if", json=gone, headers=FROM_OUR_PAGE).status_code == 404
    assert (
        client_as("grid_worker").post("/coverage/what-if", json={}, headers=FROM_OUR_PAGE).status_code == 403
    )


def test_a_scenario_is_kept_listed_and_deleted(client_as):
    client = client_as("planner")
    body = {"changes": [MOVED], "name": "南片"}
    made = client.post("/coverage/scenarios", json=body, headers=FROM_OUR_PAGE)
    assert made.status_code == 201
    number = made.json["scenario_id"]
    listed = client_as("leader").get("/coverage/scenarios.json").json["scenarios"]
    assert [one["changes"] for one in listed if one["scenario_id"] == number] == [[MOVED]]
    assert client.delete(f"/coverage/scenarios/{number}", headers=FROM_OUR_PAGE).status_code == 204
    assert client.delete(f"/coverage/scenarios/{number}", headers=FROM_OUR_PAGE).status_code == 404


def test_isochrones_catchments_and_change(client_as):
    client = client_as("leader")
    assert len(client.get("/coverage/isochrones.geojson?station=WS001").json["features"]) == 3
    assert client.get("/coverage/isochrones.geojson?station=NO").status_code == 404
    near, shared = (client.get(f"/coverage/catchments.json?by={by}").json for by in ("nearest", "capacity"))
    assert sum(near["households"].values()) == client.get("/coverage.json").json["summary"]["households"]
    assert sum(shared["households"].values()) == client.get("/coverage.json").json["summary"]["seated"]
    change = client.get("/coverage/change.json?from=2024-01-01").json
    assert change["before"]["covered"] == change["after"]["covered"]


@pytest.mark.parametrize(
    "query", ["limit=3", "when=open&at=x", "amenities=tea", "level=street", "kind=x", "x=1"]
)
def test_bad_questions_are_refused(client_as, query):
    assert client_as("leader").get(f"/coverage.json?{query}").status_code == 400
