"""A county that nobody here made comes up from its polygons and a station table, and every overlay works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import gis_app, settings_of, sign_in
from tests.foreign.counties import COUNTIES, ForeignCounty

ROLES = ("grid_worker", "community_secretary", "county_leader", "zone", "paired_organisation", "judge")
LEVELS, LIMITS, MEASURES = ("grid", "community", "block"), ("300m", "1000m", "10min"), ("count", "rate")
QUERIES = [
    *(f"/overlays/assignment.geojson?role={role}" for role in ROLES),
    *(f"/overlays/coverage.geojson?level={level}&limit={limit}" for level in LEVELS for limit in LIMITS),
    *(
        f"/overlays/incident-counts.geojson?level={level}&measure={measure}"
        for level in LEVELS[:2]
        for measure in MEASURES
    ),
    "/overlays/incidents.geojson",
]


@pytest.fixture(scope="module", params=COUNTIES, ids=lambda county: county.name)
def county(request) -> ForeignCounty:
    return request.param


@pytest.fixture(scope="module")
def foreign_instance(county: ForeignCounty, tmp_path_factory) -> Path:
    """Return an instance filled by the import command alone."""
    folder = tmp_path_factory.mktemp(county.name)
    instance = folder / "instance"
    gis_app("init", "--empty", instance_dir=instance)
    gis_app("import", "grids", county.zipped(folder), "--crs", county.crs, instance_dir=instance)
    gis_app("import", "stations", county.station_table(folder), "--crs", "EPSG:4326", instance_dir=instance)
    return instance


@pytest.fixture(scope="module")
def leader(foreign_instance: Path):
    from gis_app import create_app

    client = create_app(settings_of(foreign_instance)).test_client()
    sign_in(client, "leader")
    return client


def test_every_polygon_becomes_a_grid_with_a_valid_code(leader, county: ForeignCounty):
    features = leader.get("/layers/grids.geojson").get_json()["features"]
    codes = [feature["id"] for feature in features]
    assert len(set(codes)) == county.rows
    assert all(len(code) == 15 and code.isdigit() for code in codes)


@pytest.mark.parametrize("query", QUERIES)
def test_every_overlay_answers(leader, query: str):
    answer = leader.get(query)
    assert answer.status_code == 200
    overlay = answer.get_json()
    assert overlay["type"] == "FeatureCollection"
    assert overlay["legend"]["title"]


def test_coverage_says_that_it_is_measured_as_the_crow_flies(leader, county: ForeignCounty):
    overlay = leader.get("/overlays/coverage.geojson?level=grid&limit=1000m").get_json()
    assert overlay["summary"]["basis"] == "crow"
    assert len(overlay["features"]) == county.rows


def test_the_pages_and_the_drawer_come_up(leader):
    assert leader.get("/map").status_code == 200
    assert leader.get("/map/shell.js").status_code == 200
    code = leader.get("/layers/grids.geojson").get_json()["features"][0]["id"]
    assert leader.get(f"/areas/{code}.json").status_code == 200
    for layer in ("grids", "stations", "communities", "blocks", "streets"):
        assert leader.get(f"/layers/{layer}/table").status_code == 200


def test_stations_know_their_grid(leader):
    stations = leader.get("/layers/stations.geojson").get_json()["features"]
    assert stations
    assert all(station["properties"]["grid_code"] for station in stations)
