"""The three overlays: numbers that add up, legends that say what they count, geometries never sent twice."""

from __future__ import annotations

import pytest

from gis_app.assignments.tables import ROLES
from gis_app.maps.styles import HOLDER_COLOURS
from gis_app.storage import layers
from gis_app.web.services import KEY
from tests.factory import COMMUNITIES, GRIDS, toy_incidents
from tests.web.conftest import sign_in

COVERAGE = "/overlays/coverage.geojson"
ASSIGNMENT = "/overlays/assignment.geojson"
COUNTS = "/overlays/incident-counts.geojson"
OVERLAYS = [
    COVERAGE,
    f"{COVERAGE}?level=block",
    f"{COVERAGE}?level=community&limit=10min",
    ASSIGNMENT,
    COUNTS,
]
LIMITS = ("300m", "500m", "1000m", "5min", "10min", "15min")


def get(client, address: str) -> dict:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/geo+json"
    return answer.json


def with_query(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"


@pytest.mark.parametrize("address", [*OVERLAYS, "/overlays/incidents.geojson"])
def test_every_overlay_carries_a_legend_that_can_be_read(as_role, address):
    legend = get(as_role("leader"), address)["legend"]
    assert set(legend) >= {"title", "unit", "classes", "date", "rule"}
    assert legend["title"] and legend["rule"] and len(legend["date"]) == 10
    for one in legend["classes"]:
        assert set(one) >= {"label", "lower", "upper", "colour", "count"}
        assert one["colour"].startswith("#") and one["label"] and one["count"] >= 0


@pytest.mark.parametrize("address", [COVERAGE, f"{COVERAGE}?level=block", COUNTS, f"{COUNTS}?measure=rate"])
def test_every_area_is_counted_in_exactly_one_class(as_role, address):
    found = get(as_role("leader"), address)
    assert sum(one["count"] for one in found["legend"]["classes"]) == len(found["features"])


@pytest.mark.parametrize("address", OVERLAYS)
def test_without_geometry_the_same_areas_come_with_null(as_role, address):
    client = as_role("leader")
    full, bare = get(client, address), get(client, with_query(address, "geometry=none"))
    assert [f["id"] for f in full["features"]] == [f["id"] for f in bare["features"]]
    assert [f["properties"] for f in full["features"]] == [f["properties"] for f in bare["features"]]
    assert all(f["geometry"]["type"].endswith("Polygon") for f in full["features"])
    assert all(f["geometry"] is None for f in bare["features"])
    assert full["legend"] == bare["legend"]


@pytest.mark.parametrize("limit", LIMITS)
def test_coverage_adds_up_on_every_level(as_role, limit):
    client = as_role("leader")
    sums = set()
    for level in ("block", "grid", "community"):
        found = get(client, f"{COVERAGE}?level={level}&limit={limit}")
        rows, summary = [f["properties"] for f in found["features"]], found["summary"]
        for key in ("households", "covered", "uncovered", "unreachable"):
            assert sum(row[key] for row in rows) == summary[key]
        assert summary["covered"] + summary["uncovered"] == summary["households"] == 280
        assert summary["share"] == pytest.approx(summary["covered"] / 280, abs=1e-4)
        sums.add((summary["covered"], summary["unreachable"], summary["basis"], summary["unit"]))
    assert len(sums) == 1 and sums.pop()[2:] == ("walk", "households")


def test_more_is_covered_within_a_longer_walk(as_role):
    client = as_role("leader")
    covered = [get(client, f"{COVERAGE}?limit={limit}")["summary"]["covered"] for limit in LIMITS]
    assert covered[0] <= covered[1] <= covered[2] and covered[3] <= covered[4] <= covered[5]


def test_every_area_of_the_level_is_told_even_where_nobody_lives(as_role):
    blocks = {f["id"]: f["properties"] for f in get(as_role("leader"), f"{COVERAGE}?level=block")["features"]}
    assert len(blocks) == 8 and blocks["B00008"]["households"] == 0 and blocks["B00008"]["share"] is None


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_territories_of_its_level(as_role, role):
    found = get(as_role("leader"), f"{ASSIGNMENT}?role={role}")
    codes = GRIDS if ROLES[role]["level"] == "grid" else COMMUNITIES
    assert [f["id"] for f in found["features"]] == list(codes)
    for feature in found["features"]:
        assert 0 <= feature["properties"]["colour"] < len(HOLDER_COLOURS)
        assert isinstance(feature["properties"]["vacant"], bool)
    counted = sum(one["count"] for one in found["legend"]["classes"])
    assert counted == len(codes)


def test_a_vacant_post_is_told_and_counted(as_role):
    found = get(as_role("leader"), f"{ASSIGNMENT}?role=grid_worker")
    assert [f["id"] for f in found["features"] if f["properties"]["vacant"]] == [GRIDS[1]]
    assert [one["count"] for one in found["legend"]["classes"] if one["kind"] == "vacant"] == [1]


def test_incident_counts_are_those_of_the_incidents(as_role):
    client, all_of_them = as_role("leader"), toy_incidents()
    for level in ("grid", "community"):
        assert get(client, f"{COUNTS}?level={level}")["total"] == len(all_of_them)
    hazards = all_of_them[all_of_them["category"] == "hazard"]
    found = get(client, f"{COUNTS}?category=hazard&state=closed")
    assert found["total"] == int((hazards["state"] == "closed").sum())
    march = all_of_them["reported_at"].str.startswith("2023-03")
    assert get(client, f"{COUNTS}?from=2023-03-01&to=2023-03-31")["total"] == int(march.sum())
    months = get(client, COUNTS)["months"]
    assert sum(month["count"] for month in months) == len(all_of_them) and months[0]["month"] == "2023-01"


def test_the_rate_is_per_thousand_households(as_role):
    for feature in get(as_role("leader"), f"{COUNTS}?measure=rate")["features"]:
        row = feature["properties"]
        assert row["rate"] == pytest.approx(row["count"] * 1000 / row["households"], abs=0.01)


def test_points_are_narrowed_by_category_state_and_period(as_role):
    client = as_role("dispatcher")
    found = get(client, "/overlays/incidents.geojson?category=hazard&from=2023-01-01&to=2023-06-30")
    rows = [feature["properties"] for feature in found["features"]]
    assert rows and found["total"] == len(rows)
    assert all(
        row["category"] == "hazard" and "2023-01" <= row["reported_at"][:7] <= "2023-06" for row in rows
    )
    assert all(feature["geometry"]["type"] == "Point" for feature in found["features"])
    assert {row["overdue"] for row in rows} <= {True, False}


def test_coordinates_have_seven_decimals_and_shared_borders_stay_shared(as_role):
    features = get(as_role("leader"), "/layers/grids.geojson")["features"]
    assert [f["id"] for f in features] == sorted(GRIDS)
    points = [tuple(point) for f in features for point in f["geometry"]["coordinates"][0]]
    assert all(round(value, 7) == value for point in points for value in point)
    assert len(set(points)) == 9  # four squares that meet: nine corners, none of them twice


def test_a_county_with_nothing_but_grids_and_stations_has_its_overlays(own_app):
    app = own_app()
    with app.extensions[KEY].store.write() as conn:
        from gis_app.layers import schema

        for name in ("county", "subdistricts", "communities", "blocks", "buildings", "streets", "water"):
            layers.replace_layer(conn, name, schema.empty(name))
    client = app.test_client()
    sign_in(client, "leader")
    summary = get(client, f"{COVERAGE}?level=grid")["summary"]
    assert summary["basis"] == "crow" and summary["unit"] == "places" and summary["households"] == 4
    assert len(get(client, f"{COVERAGE}?level=block")["features"]) == 4  # each grid is one block
    for address in (COVERAGE, ASSIGNMENT, COUNTS, f"{COUNTS}?level=community", "/overlays/incidents.geojson"):
        get(client, address)
    for address in ("/map", "/figures.json", "/search.json?q=1", f"/areas/{GRIDS[0]}.json", "/readyz"):
        assert client.get(address).status_code == 200


def test_an_empty_store_still_opens_its_pages(own_app):
    app = own_app()
    with app.extensions[KEY].store.write() as conn:
        from gis_app.layers import schema
        from gis_app.storage import incidents

        for name in schema.LAYERS:
            layers.replace_layer(conn, name, schema.empty(name))
        incidents.replace_incidents(conn, toy_incidents(0))
    client = app.test_client()
    sign_in(client, "leader")
    for address in (
        "/map",
        "/map/shell.js",
        "/figures.json",
        "/search.json?q=1",
        "/layers/grids/table",
        "/readyz",
    ):
        assert client.get(address).status_code == 200, address
    for address in (*OVERLAYS, "/overlays/incidents.geojson"):
        assert get(client, address)["features"] == []
