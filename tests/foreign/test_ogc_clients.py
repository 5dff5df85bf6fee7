"""Programs that nobody here wrote open the data service with a key: GDAL's commands and library, OWSLib."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from owslib.ogcapi.features import Features

from tests.factory import ORIGIN, toy_layers
from tests.foreign.ogc_server import BUILDINGS, KEY, data_service, many_buildings

HEADERS = {"X-API-Key": KEY}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with data_service(tmp_path_factory.mktemp("ogc")) as address:
        yield address


@pytest.fixture
def with_key():
    """Let GDAL's library send the key as a bearer's."""
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": KEY})
    yield
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": None, "GDAL_HTTP_BEARER": None})


def gdal(*command: str | Path, fails: bool = False, **environ: str) -> str:
    """Run one of GDAL's commands and return what it says."""
    done = subprocess.run(
        [str(word) for word in command],
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done.stdout + done.stderr


def test_ogrinfo_lists_the_collections_with_a_key_in_a_header(service):
    told = gdal("ogrinfo", "-q", f"OAPIF:{service}", GDAL_HTTP_HEADERS=f"X-API-Key: {KEY}")
    for name in (*toy_layers(), "incidents"):
        assert f": {name} (title:" in told


@pytest.mark.parametrize(
    "way", [["-oo", f"USERPWD=any:{KEY}", "OAPIF:{service}"], ["OAPIF:{service}?apikey=" + KEY]]
)
def test_ogrinfo_counts_the_features_with_a_password_or_a_parameter(service, way):
    told = gdal("ogrinfo", "-so", *(word.format(service=service) for word in way), "buildings")
    assert f"Feature Count: {BUILDINGS}" in told


def test_ogrinfo_without_a_key_is_refused(service):
    assert "401" in gdal("ogrinfo", f"OAPIF:{service}", fails=True)


def test_ogr2ogr_pages_through_ten_thousand_features(service, tmp_path):
    copy = tmp_path / "copy.gpkg"
    gdal("ogr2ogr", copy, f"OAPIF:{service}?apikey={KEY}", "buildings", "-oo", "PAGE_SIZE=1000")
    read = pyogrio.read_dataframe(copy).sort_values("building_code", ignore_index=True)
    whole = many_buildings()
    assert list(read["building_code"]) == list(whole["building_code"])
    assert list(read["floors"]) == list(whole["floors"])
    there = np.abs(read.to_crs(4547).bounds.to_numpy() - whole.to_crs(4547).bounds.to_numpy())
    assert there.max() < 0.02


def test_gdal_filters_by_property_and_by_place(service, with_key):
    source = f"OAPIF:{service}"
    seven = pyogrio.read_dataframe(source, layer="buildings", where="floors = 7")
    assert len(seven) == sum(number % 7 == 6 for number in range(BUILDINGS)) and set(seven["floors"]) == {7}
    bounds = tuple(many_buildings().geometry.iloc[:3].total_bounds)
    assert len(pyogrio.read_dataframe(source, layer="buildings", bbox=bounds)) == 3
    incidents = pyogrio.read_dataframe(source, layer="incidents")
    assert len(incidents) == 34 and "mediation" not in set(incidents["category"])


def test_gdal_asks_for_another_coordinate_system(service, with_key):
    read = pyogrio.read_dataframe(f"OAPIF:{service}", layer="stations", CRS="EPSG:4547")
    places = dict(zip(read["station_code"], read.geometry, strict=True))
    assert read.crs.to_epsg() == 4547
    assert np.allclose([places["Z001"].x, places["Z001"].y], ORIGIN + np.array([100, 400]), atol=0.02)


def test_owslib_pages_filters_and_reads_what_can_be_asked(service):
    client = Features(f"{service}/", headers=HEADERS)
    assert client.feature_collections() == [*toy_layers(), "incidents"]
    assert "floors" in client.collection_queryables("buildings")["properties"]
    seen: set[str] = set()
    for offset in range(0, BUILDINGS, 2500):
        page = client.collection_items("buildings", limit=2500, offset=offset)
        assert page["numberMatched"] == BUILDINGS and page["numberReturned"] == 2500
        seen |= {feature["id"] for feature in page["features"]}
    assert len(seen) == BUILDINGS
    assert client.collection_items("stations", kind="party_service_centre")["numberMatched"] == 1
    west, south, east, north = toy_layers()["stations"].geometry.iloc[0].bounds
    assert client.collection_items("stations", bbox=[west, south, east, north])["numberMatched"] == 1
    assert client.api()["openapi"].startswith("3.0")
