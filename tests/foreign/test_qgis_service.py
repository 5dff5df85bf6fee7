"""QGIS opens the data service with a key: pages through 10,000 features, filters, reprojects, draws tiles."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.factory import toy_layers
from tests.foreign.desktop import qgis
from tests.foreign.ogc_server import BUILDINGS, KEY, data_service, many_buildings

PAGE = 1000
ITEMS = re.compile(r'"route":"/ogc/collections/<name>/items"')


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("qgis")


@pytest.fixture(scope="module")
def service(folder: Path):
    with data_service(folder) as address:
        yield address


def source(service: str, collection: str, **more: str) -> str:
    """Return how QGIS names a collection, the key in the address."""
    parts = {"url": f"{service}?apikey={KEY}", "typename": collection} | more
    return " ".join(f"{name}='{value}'" for name, value in parts.items())


def pages_read(folder: Path) -> int:
    """Return how many pages of items the server has been asked for so far."""
    return len(ITEMS.findall((folder / "instance" / "serve.log").read_text(encoding="utf-8")))


def places(features: list[dict]) -> np.ndarray:
    """Return the bounds of features in the order of their codes."""
    ordered = sorted(features, key=lambda one: one["building_code"])
    return shapely.bounds(shapely.from_wkt([one["wkt"] for one in ordered]))


def read(folder: Path, *questions: dict) -> list[dict]:
    """Let one QGIS read collections, one after the other."""
    return qgis("read_services", folder, questions=questions)


def test_qgis_pages_through_ten_thousand_features(service, folder):
    before = pages_read(folder)
    uri = source(service, "buildings", pagingEnabled="true", pageSize=str(PAGE))
    (told,) = read(folder, {"uri": uri})
    assert told["valid"], told["error"]
    assert told["count"] == BUILDINGS and told["crs_valid"]
    assert pages_read(folder) - before >= BUILDINGS // PAGE
    whole = many_buildings()
    found = sorted(told["features"], key=lambda one: one["building_code"])
    assert [one["building_code"] for one in found] == list(whole["building_code"])
    assert [one["floors"] for one in found] == list(whole["floors"])
    assert np.abs(places(found) - whole.bounds.to_numpy()).max() < 1e-7


def test_qgis_needs_the_key_and_takes_it_as_a_password_too(service, folder):
    plain = f"url='{service}' typename='grids'"
    without, wrong, right = read(
        folder,
        {"uri": plain},
        {"uri": f"{plain} username='any' password='another'"},
        {"uri": f"{plain} username='any' password='{KEY}'"},
    )
    assert not without["valid"] and not wrong["valid"]
    assert {one["grid_code"] for one in right["features"]} == set(toy_layers()["grids"]["grid_code"])


def test_qgis_filters_by_property_and_by_place(service, folder):
    uri, bounds = source(service, "buildings"), many_buildings().geometry.iloc[:3].total_bounds.tolist()
    seven, near = read(folder, {"uri": uri, "subset": "floors = 7"}, {"uri": uri, "rectangle": bounds})
    assert seven["filtered"] and {one["floors"] for one in seven["features"]} == {7}
    assert len(seven["features"]) == sum(number % 7 == 6 for number in range(BUILDINGS))
    assert sorted(one["building_code"] for one in near["features"]) == ["H00000", "H00001", "H00002"]


def test_qgis_reprojects_what_it_reads_to_two_centimetres(service, folder):
    systems, uri = ["EPSG:4547", "EPSG:4549"], source(service, "buildings")
    found = read(folder, *({"uri": uri, "crs": crs, "subset": "floors = 7"} for crs in systems))
    whole = many_buildings().query("floors == 7")
    for crs, told in zip(systems, found, strict=True):
        assert np.abs(places(told["features"]) - whole.to_crs(crs).bounds.to_numpy()).max() < 0.02


def test_qgis_reads_every_collection_and_no_mediation(service, folder):
    names = [*toy_layers(), "incidents"]
    found = read(folder, *({"uri": source(service, name)} for name in names))
    for name, told in zip(names, found, strict=True):
        assert told["valid"], name
        assert len(told["features"]) == told["count"] > 0, name
    assert "mediation" not in {one["category"] for one in found[-1]["features"]}


def test_qgis_draws_the_tiles(service, folder):
    tiles = f"{service}/collections/grids/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?apikey={KEY}"
    uri = "type=xyz&zmin=10&zmax=16&url=" + tiles.replace("?", "%3F").replace("=", "%3D")
    extent = toy_layers()["grids"].to_crs(3857).total_bounds.tolist()
    told = qgis("draw_tiles", folder, uri=uri, extent=extent, picture=folder / "tiles.png")
    assert told["valid"] and told["errors"] == [] and told["colours"] > 1
