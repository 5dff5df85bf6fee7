"""What is wrong with a file is told by row, field and remedy; the exit code is 2, the store as before."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from click.testing import CliRunner

from gis_app.cli import main
from gis_app.exchange.importing import import_layer
from tests.conftest import gis_app
from tests.exchange import samples

HEADER = "station_code,name,lon,lat\n"
INSIDE = "114.4551,34.4731"


def places(faults: list) -> set[tuple]:
    """Return (row, code) of faults."""
    return {(one.row, one.message_code) for one in faults}


def table(path: Path, *rows: str, header: str = HEADER) -> Path:
    """Write a CSV."""
    path.write_text(header + "".join(row + "\n" for row in rows), encoding="utf-8")
    return path


def grids_of(store) -> gpd.GeoDataFrame:
    """Return the grids of the store, to be spoiled."""
    return samples.layer_of(store, "grids")


def test_every_fault_of_a_table_is_listed_at_once(county_store, tmp_path: Path):
    path = table(
        tmp_path / "a.csv",
        f"N1,甲,{INSIDE}",
        f"N1,乙,{INSIDE}",
        f"N 2!,丙,{INSIDE}",
        f"N3,,{INSIDE}",
        "N4,丁,116.4,39.9",
        "N5,戊,nan,34.4",
        "N6,己,34.4731,114.4551",
        "N7,庚,abc,34.4",
    )
    before = samples.revision_of(county_store)
    report = import_layer(county_store, "stations", path, crs="EPSG:4490")
    assert places(report.faults) >= {
        (2, "duplicate_code"),
        (3, "duplicate_code"),
        (4, "code_token"),
        (5, "missing_value"),
        (6, "outside_county"),
        (7, "nan_coordinate"),
        (8, "swapped_axes"),
        (9, "bad_coordinate"),
    }
    assert all(one.field and one.message and one.remedy for one in report.faults)
    assert samples.revision_of(county_store) == before


def test_a_code_that_contradicts_its_parent_is_a_fault(county_store, tmp_path: Path):
    grids = grids_of(county_store)
    grids.loc[4, "community_code"] = grids["community_code"].iloc[-1]
    report = import_layer(county_store, "grids", samples.write(grids, tmp_path / "a.geojson"))
    assert (5, "code_contradicts_parent") in places(report.faults)


def test_a_code_of_an_unknown_parent_or_another_place_is_a_fault(county_store, tmp_path: Path):
    grids = grids_of(county_store).drop(columns="community_code")
    grids.loc[0, "grid_code"] = "999999001001001"
    grids.loc[1, "grid_code"] = grids["grid_code"].iloc[-1][:12] + "777"
    report = import_layer(county_store, "grids", samples.write(grids, tmp_path / "a.geojson"))
    assert places(report.faults) >= {(1, "unknown_parent"), (2, "place_contradicts_parent")}


def test_duplicate_codes_overlaps_and_bow_ties_are_faults(county_store, tmp_path: Path):
    grids = grids_of(county_store)
    grids.loc[1, "grid_code"] = grids.loc[0, "grid_code"]
    x, y = grids.geometry.iloc[5].centroid.coords[0]
    bow_tie = shapely.Polygon([(x, y), (x + 0.001, y + 0.001), (x + 0.001, y), (x, y + 0.001)])
    grids.loc[5, "geometry"] = bow_tie
    grids.loc[7, "geometry"] = grids.geometry.iloc[8].buffer(0.001)
    report = import_layer(county_store, "grids", samples.write(grids, tmp_path / "a.geojson"))
    found = places(report.faults)
    assert found >= {(1, "duplicate_code"), (2, "duplicate_code"), (6, "invalid_geometry")}
    assert "overlap" in {code for _, code in found}


def test_a_grid_outside_its_county_is_a_fault(county_store, tmp_path: Path):
    grids = grids_of(county_store)
    grids.loc[3, "geometry"] = shapely.box(116.0, 39.0, 116.01, 39.01)
    report = import_layer(county_store, "grids", samples.write(grids, tmp_path / "a.geojson"))
    assert (4, "outside_county") in places(report.faults)


def test_codes_that_a_spreadsheet_spoiled_are_named(county_store, tmp_path: Path):
    path = table(tmp_path / "a.csv", f"4.10222E+14,甲,{INSIDE}")
    assert (2, "scientific_code") in places(import_layer(county_store, "stations", path).faults)


def test_words_that_are_not_known_are_named_with_those_that_are(county_store, tmp_path: Path):
    path = table(tmp_path / "a.csv", f"N1,甲,{INSIDE},澡堂", header=HEADER.strip() + ",类别\n")
    report = import_layer(county_store, "stations", path)
    assert places(report.faults) == {(2, "unknown_word")} and "warm_station" in report.faults[0].remedy


@pytest.mark.parametrize("merged", ["A1:B1", "A3:A4"])
def test_merged_cells_of_a_sheet_are_a_fault_with_their_place(merged: str, county_store, tmp_path: Path):
    book = openpyxl.Workbook()
    for row in (["名称", "备注", "经度", "纬度"], *[[f"站{i}", "", 114.4551, 34.4731] for i in range(4)]):
        book.active.append(row)
    book.active.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    report = import_layer(county_store, "stations", tmp_path / "a.xlsx")
    assert any(one.field == merged and one.row == int(merged[1]) for one in report.faults)


@pytest.mark.parametrize(
    ("layer", "name", "content", "words"),
    [
        ("nonsense", "a.csv", HEADER, "没有名为"),
        ("stations", "a.csv", "", "空"),
        ("stations", "a.csv", HEADER, "没有任何要素"),
        ("stations", "a.xlsx", HEADER, "扩展名"),
        ("grids", "a.geojson", "<kml></kml>", "扩展名"),
        ("stations", "a.pdf", "%PDF", "不接受"),
        ("stations", "missing.csv", None, "不存在"),
        ("grids", "a.csv", HEADER + f"N1,甲,{INSIDE}\n", "坐标列"),
        ("stations", "a.csv", HEADER + "N1,甲,34.4731,114.4551\n", "颠倒"),
        ("stations", "a.csv", HEADER + "N1,甲,116.4,39.9\n", "县域范围之外"),
    ],
)
def test_the_command_lists_faults_exits_with_2_and_changes_nothing(
    layer: str, name: str, content: str | None, words: str, county_store, tmp_path: Path
):
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    before = samples.revision_of(county_store)
    environ = {
        "GIS_INSTANCE_DIR": str(tmp_path),
        "GIS_DATABASE_URL": f"sqlite:///{county_store.url.database}",
    }
    done = CliRunner().invoke(main, ["import", layer, str(path)], env=environ)
    assert done.exit_code == 2
    assert words in done.output and "处理：" in done.output and "未作任何改动" in done.output
    assert samples.revision_of(county_store) == before


def test_another_county_over_the_one_that_is_there_is_told_the_way_out(county_store, tmp_path: Path):
    frame = samples.grids("EPSG:4490")
    far = frame.set_geometry(shapely.transform(frame.geometry.values, lambda xy: xy + np.array([-5.0, 0.0])))
    report = import_layer(county_store, "grids", samples.write(far, tmp_path / "a.geojson"), crs="EPSG:4490")
    assert any("--empty" in one.remedy for one in report.faults)


def test_the_report_can_be_read_by_a_program(own_instance: Path, tmp_path: Path):
    path = table(tmp_path / "a.csv", "N1,甲,116.4,39.9")
    done = gis_app("import", "stations", path, "--json", instance_dir=own_instance, fails=2)
    report = json.loads(done.stdout)
    assert report["written"] is False
    assert {"row", "field", "message_code", "message", "remedy", "severity"} == report["faults"][0].keys()
    assert report["faults"][0]["row"] == 2
