"""Coordinates land where they are, in every system taken, and are refused where they cannot be right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis_app.exchange.importing import import_layer
from gis_app.geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from tests.exchange import samples

FORWARD = {"GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}


def codes_of(found: list) -> set[str]:
    """Return the codes of faults."""
    return {one.message_code for one in found}


def written(frame, path: Path) -> Path:
    """Write GeoJSON without a word about its CRS, whatever the coordinates are."""
    return samples.write(frame.set_crs("EPSG:4326", allow_override=True), path)


@pytest.mark.parametrize(
    "crs", ["EPSG:4490", "4326", "EPSG:4547", "EPSG:4526", "EPSG:4546", "EPSG:3857", "EPSG:32650", "cgcs2000"]
)
def test_a_declared_system_is_used(crs: str, empty_store, tmp_path: Path):
    own = {"4326": "EPSG:4326", "cgcs2000": "EPSG:4490"}.get(crs, crs)
    report = import_layer(empty_store, "grids", written(samples.grids(own), tmp_path / "a.geojson"), crs=crs)
    assert report.faults == []
    wanted = samples.grids("EPSG:4490").rename(columns={"网格名称": "name"})
    assert samples.farthest(samples.layer_of(empty_store, "grids"), wanted) < 0.01


@pytest.mark.parametrize("system", FORWARD)
def test_a_declared_offset_is_taken_away(system: str, empty_store, tmp_path: Path):
    frame = samples.grids("EPSG:4490")
    moved = frame.set_geometry(shapely.transform(frame.geometry.values, FORWARD[system]), crs=4326)
    report = import_layer(empty_store, "grids", written(moved, tmp_path / "a.geojson"), crs=system)
    assert report.faults == [] and report.crs == system
    wanted = frame.rename(columns={"网格名称": "name"})
    assert samples.farthest(samples.layer_of(empty_store, "grids"), wanted) < 0.01


@pytest.mark.parametrize("system", FORWARD)
def test_an_undeclared_offset_of_known_stations_is_warned_of(system: str, county_store, tmp_path: Path):
    """The layer as an offset map shows it, under its own codes, then under names nobody knows."""
    stations = samples.layer_of(county_store, "stations")
    moved = stations.set_geometry(shapely.transform(stations.geometry.values, FORWARD[system]))
    path = written(moved, tmp_path / "a.geojson")
    report = import_layer(county_store, "stations", path, crs="EPSG:4490", dry_run=True)
    found = [one for one in report.warnings if one.message_code == "suspected_offset"]
    assert len(found) == 1 and system in found[0].message
    strange = moved.drop(columns="station_code").assign(name=[f"新{i}" for i in range(len(moved))])
    report = import_layer(county_store, "stations", written(strange, tmp_path / "b.geojson"), dry_run=True)
    assert "suspected_offset" in codes_of(report.warnings)


def test_an_undeclared_offset_of_grids_is_warned_of(county_store, tmp_path: Path):
    grids = samples.layer_of(county_store, "grids")
    moved = grids.set_geometry(shapely.transform(grids.geometry.values, wgs84_to_gcj02))
    report = import_layer(county_store, "grids", written(moved, tmp_path / "a.geojson"), dry_run=True)
    assert "suspected_offset" in codes_of(report.faults + report.warnings)


def test_true_positions_are_not_suspected(county_store, tmp_path: Path):
    for layer in ("stations", "grids"):
        path = written(samples.layer_of(county_store, layer), tmp_path / f"{layer}.geojson")
        report = import_layer(county_store, layer, path, crs="EPSG:4490", dry_run=True)
        assert report.faults == [] and "suspected_offset" not in codes_of(report.warnings)


def test_an_offset_declared_for_true_positions_is_warned_of(county_store, tmp_path: Path):
    path = written(samples.layer_of(county_store, "stations"), tmp_path / "a.geojson")
    report = import_layer(county_store, "stations", path, crs="GCJ-02", dry_run=True)
    assert "suspected_no_offset" in codes_of(report.warnings)


@pytest.mark.parametrize(
    ("own", "declared", "code"),
    [
        ("EPSG:4490", "EPSG:4547", "crs_degrees"),
        ("EPSG:4490", "EPSG:3857", "crs_degrees"),
        ("EPSG:4547", "EPSG:4490", "crs_metres"),
        ("EPSG:4547", None, "crs_metres"),
        ("EPSG:4547", "GCJ-02", "crs_metres"),
        ("EPSG:3857", "EPSG:4547", "crs_area"),
        ("EPSG:4526", "EPSG:4547", "crs_area"),
        ("EPSG:4547", "EPSG:4526", "crs_area"),
        ("EPSG:4490", "EPSG:99999", "unknown_crs"),
        ("EPSG:4490", "+proj=longlat", "unknown_crs"),
        ("EPSG:4490", "/etc/passwd", "unknown_crs"),
    ],
)
def test_a_wrong_system_is_a_fault(own: str, declared: str | None, code: str, empty_store, tmp_path: Path):
    report = import_layer(
        empty_store, "grids", written(samples.grids(own), tmp_path / "a.geojson"), crs=declared
    )
    assert codes_of(report.faults) == {code} and not report.written


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547", "EPSG:4526"])
def test_swapped_axes_are_a_fault(crs: str, empty_store, tmp_path: Path):
    frame = samples.grids(crs)
    swapped = frame.set_geometry(shapely.transform(frame.geometry.values, lambda xy: xy[:, ::-1]))
    report = import_layer(empty_store, "grids", written(swapped, tmp_path / "a.geojson"), crs=crs)
    assert codes_of(report.faults) == {"swapped_axes"}


def test_swapped_axes_that_could_be_degrees_are_seen_beside_the_county(empty_store, tmp_path: Path):
    """At 80° E 44° N both orders are degrees; only the county's place tells them apart."""
    frame = samples.grids("EPSG:4490")
    west = frame.set_geometry(
        shapely.transform(frame.geometry.values, lambda xy: xy + np.array([-34.0, 9.0]))
    )
    assert import_layer(empty_store, "grids", written(west, tmp_path / "g.geojson"), crs="EPSG:4490").ok
    lon, lat = np.array(west.geometry.iloc[0].centroid.coords[0])
    (tmp_path / "s.csv").write_text(f"名称,经度,纬度\n甲,{lon},{lat}\n乙,{lat},{lon}\n", encoding="utf-8")
    report = import_layer(empty_store, "stations", tmp_path / "s.csv")
    assert [(one.row, one.message_code) for one in report.faults] == [(3, "outside_county_swapped")]


def test_a_file_that_contradicts_the_declared_system_is_a_fault(empty_store, tmp_path: Path):
    path = samples.write(samples.grids("EPSG:4547"), tmp_path / "a.gpkg")
    assert codes_of(import_layer(empty_store, "grids", path, crs="EPSG:4549").faults) == {"crs_conflict"}
    assert import_layer(empty_store, "grids", path, crs="EPSG:4547").ok


def test_a_file_without_any_system_is_a_fault_with_its_remedy(empty_store, tmp_path: Path):
    path = samples.zip_shapefile(samples.grids(), tmp_path / "a.zip", without=(".prj",))
    report = import_layer(empty_store, "grids", path)
    assert codes_of(report.faults) == {"no_crs"} and "--crs" in report.faults[0].remedy
    assert import_layer(empty_store, "grids", path, crs="EPSG:4547").ok
