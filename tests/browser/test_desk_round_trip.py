"""Public files go in through the desk, as a planner brings them, and come out of the exports equal."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Page, expect

from tests.conftest import gis_app
from tests.foreign.public_files import AROUND, FILES, LONLAT, PublicFile, apart, streets, ways
from tests.serving import Server, serve

CENTIMETRE = 0.01
SUFFIXES = {"gpkg": "gpkg", "geojson": "geojson", "kml": "kml", "xlsx": "xlsx", "shp": "zip", "csv": "zip"}
GROUPS = [[one] for one in FILES if one.layer == "grids"]
GROUPS[-1] += [one for one in FILES if one.layer == "stations"]
"""Stations come after the grids they stand in."""


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an instance without any county."""
    folder = tmp_path_factory.mktemp("round") / "instance"
    gis_app("init", "--empty", instance_dir=folder)
    with serve(folder, GIS_GEODATA_DIR=str(folder / "none")) as server:
        yield server


@pytest.fixture
def planner(new_page) -> Page:
    page = new_page("planner")
    page.set_default_timeout(60_000)
    return page


def through_the_desk(
    page: Page, path: Path, layer: str, values: dict[str, str] | None = None, crs: str = ""
) -> None:
    """Bring a file, correct what was guessed where it is not so, have it checked and take it in."""
    page.goto("/desk")
    page.wait_for_selector("html[data-ready=desk]", state="attached")
    page.set_input_files("#desk-file", path)
    page.wait_for_selector("#desk-form")
    if page.locator("#new-layer").input_value() != layer:
        page.select_option("#new-layer", layer)
        page.wait_for_selector(f"#desk-form input[name=layer][value={layer}]", state="attached")
    for name, column in (values or {}).items():
        there = page.locator(f"select[name=column-{name}]")
        if not there.input_value() and there.locator(f"option[value='{column}']").count():
            there.select_option(column)
    stated = page.locator(f"input[name=crs][value='{crs}']")
    offered = page.locator("input[name=crs]")
    if stated.count():  # where a file lies outside the county that is there, the guess is left to the person
        stated.check()
    elif offered.count() and not page.locator("input[name=crs]:checked").count():
        page.check("input[name=crs][value=other]")
    page.check("input[name=mode][value=replace]")
    page.click("#desk-form button[type=submit]")
    expect(page.locator("#desk")).to_have_attribute("data-state", "checked", timeout=60_000)
    page.wait_for_selector("html[data-ready=desk]", state="attached")
    assert page.locator(".desk-verdict.good").count() == 1, page.locator("#faults").inner_text()
    page.click("a[href$='step=take_in']")
    page.check("input[name=confirmed]")
    page.click(".desk-confirm button")
    expect(page.locator("#desk")).to_have_attribute("data-state", "taken_in", timeout=60_000)


def out_of_the_exports(page: Page, one: PublicFile, folder: Path) -> gpd.GeoDataFrame:
    """Export a layer as codes in the format and the system that is asked for, and read the file."""
    page.goto(f"/exports?tables={one.layer}")
    page.check(f"input[name=format][value={one.format}]")
    page.select_option("#export-values", "codes")
    systems = page.locator("#export-crs option").evaluate_all("all => all.map(one => one.value)")
    system = systems[2] if one.system == "metric" else one.system
    page.select_option("#export-crs", system)
    with page.expect_download() as waiting:
        page.click("#export-form button[type=submit]")
    path = folder / f"out.{SUFFIXES[one.format]}"
    waiting.value.save_as(path)
    return read(path, one, system)


def read(path: Path, one: PublicFile, system: str) -> gpd.GeoDataFrame:
    """Read an exported file by other programs than ours; tables of WKT have no reader but this."""
    if one.format == "gpkg":
        return gpd.read_file(path, layer=gpd.list_layers(path)["name"][0])
    if one.format in ("geojson", "kml"):
        return gpd.read_file(path)
    if one.format == "shp":
        return gpd.read_file(f"zip://{path}!{one.layer}.shp")
    if one.format == "csv":
        with zipfile.ZipFile(path) as archive, archive.open(f"{one.layer}.csv") as file:
            table = pd.read_csv(file, dtype=str, keep_default_na=False)
    else:
        table = pd.read_excel(path, sheet_name=1, dtype=str, keep_default_na=False)
    return gpd.GeoDataFrame(table, geometry=shapely.from_wkt(table.pop("WKT")), crs=system)


def assert_equal(found: gpd.GeoDataFrame, one: PublicFile) -> None:
    """Assert that every row is there with its values, its shape within a centimetre."""
    wanted = one.rows()
    assert len(found) == len(wanted)
    if not one.values:
        assert set(nearest(found, wanted)) == set(range(len(wanted)))
        wanted = wanted.iloc[nearest(found, wanted)]
    else:
        key = "name"
        names = {name.lower(): name for name in found.columns}
        found = found.sort_values(names[key], ignore_index=True)
        wanted = wanted.sort_values(key, ignore_index=True)
        for name in one.values:
            short = names.get(name) or next(n for n in found.columns if name.startswith(n))
            assert list(found[short].map(said)) == list(wanted[name].map(said)), name
    assert apart(found.geometry, wanted.geometry) < CENTIMETRE


def said(value: object) -> str:
    """Return a value as text, a whole number without its decimals."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def nearest(found: gpd.GeoDataFrame, wanted: gpd.GeoDataFrame) -> list[int]:
    """Return which wanted shape each found one lies in the place of."""
    tree = shapely.STRtree(shapely.point_on_surface(wanted.geometry.to_numpy()))
    inside = shapely.point_on_surface(found.geometry.to_crs(LONLAT).to_numpy())
    return tree.nearest(inside).tolist()


@pytest.mark.parametrize("files", GROUPS, ids=lambda files: files[0].key)
def test_a_public_file_comes_out_as_it_went_in(files: list[PublicFile], planner: Page, tmp_path: Path):
    for one in files:
        through_the_desk(planner, one.take(one, tmp_path), one.layer, one.columns or one.values, one.crs)
        assert_equal(out_of_the_exports(planner, one, tmp_path), one)


def test_the_streets_of_a_town_come_out_where_they_were_drawn(planner: Page, tmp_path: Path):
    """Streets are cut where they meet, so that it is the lines themselves that have to be the same."""
    through_the_desk(planner, AROUND.take(AROUND, tmp_path), "grids", {"name": "name"})
    one = streets()
    through_the_desk(planner, one.source, "streets")
    found, drawn = out_of_the_exports(planner, one, tmp_path).to_crs(LONLAT), ways().to_crs(LONLAT)
    taken = drawn[drawn["osm_id"].isin(found["street_code"].str.extract(r"^(\d+)", expand=False))]
    assert len(taken) > 200
    metres = taken.estimate_utm_crs()
    lines = [one.geometry.to_crs(metres).union_all() for one in (found, taken)]
    assert shapely.hausdorff_distance(*lines) < CENTIMETRE
    assert abs(lines[0].length - lines[1].length) < 1
    names = found.assign(osm_id=found["street_code"].str.extract(r"^(\d+)", expand=False))
    told = taken.set_index("osm_id")["name"].fillna("")
    assert list(names["name"].fillna("")) == list(told[names["osm_id"]])
