"""What counties bring: GBK without a system, several layers at once, offsets, heights, formulas."""

from __future__ import annotations

import json
import shutil
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis_app.geo import crs as geo
from gis_app.storage.layers import read_layer
from tests.exchange import samples
from tests.unit.desk.hand import Desk


def layer(county_desk: Desk, name: str) -> gpd.GeoDataFrame:
    with county_desk.store.read() as conn:
        return read_layer(conn, name)


def shapefile(frame: gpd.GeoDataFrame, folder, stem: str, bare: bool = True) -> None:
    """Write a Shapefile in GBK; a bare one says neither its system nor its encoding."""
    folder.mkdir(exist_ok=True)
    frame.to_file(folder / f"{stem}.shp", encoding="gbk")
    for suffix in (".prj", ".cpg") if bare else ():
        (folder / f"{stem}{suffix}").unlink(missing_ok=True)


def zipped(folder, path):
    with zipfile.ZipFile(path, "w") as archive:
        for member in sorted(folder.iterdir()):
            archive.write(member, member.name)
    return path


def test_shapes_are_shown_of_another_sheet_and_of_a_column_that_is_none(county_desk, tmp_path):
    path = tmp_path / "两张表.xlsx"
    with pd.ExcelWriter(path) as book:
        for sheet, names in (("甲", ["名称", "经度", "纬度"]), ("乙", ["站名", "lon", "lat"])):
            pd.DataFrame([["东站", 114.45, 34.48]], columns=names).to_excel(
                book, sheet_name=sheet, index=False
            )
    number = county_desk.put(path)
    asked = [{"table": 0}, {"table": 1}, {"columns": {"lon": "nope", "lat": "纬度"}}]
    found = [json.loads(county_desk.call("shapes", number, crs="EPSG:4490", **one).body) for one in asked]
    assert [one["total"] for one in found[:2]] == [1, 1] and found[2]["total"] in (0, 1)


def test_a_gbk_shapefile_without_a_system_comes_in_where_it_belongs(county_desk, tmp_path):
    there = layer(county_desk, "grids")
    frame = there.to_crs("EPSG:4547")[["grid_code", "name", "geometry"]]
    frame = frame.rename(columns={"grid_code": "网格编码", "name": "网格名称"})
    shapefile(frame, tmp_path / "shp", "网格")
    number = county_desk.put(zipped(tmp_path / "shp", tmp_path / "通许网格.zip"))
    state = county_desk.state(number)
    assert (state["read"]["encoding"], state["guess"]["crs"]["code"]) == ("GB18030", "EPSG:4547")
    assert county_desk.check(number)["findings"]["errors"] == 0
    assert county_desk.take_in(number)["state"] == "taken_in"
    after = layer(county_desk, "grids")
    assert after["name"].tolist() == there["name"].tolist()
    assert shapely.hausdorff_distance(after.geometry.values, there.geometry.values).max() < 1e-8


def test_gcj_stations_in_a_gbk_table_are_brought_back_and_keep_what_the_table_leaves_out(
    county_desk, tmp_path
):
    there = layer(county_desk, "stations")
    xy = np.column_stack([there.geometry.x, there.geometry.y])
    moved = geo.wgs84_to_gcj02(xy)
    table = pd.DataFrame({"驿站名称": there["name"], "经度": moved[:, 0], "纬度": moved[:, 1]})
    table.to_csv(tmp_path / "驿站.csv", index=False, encoding="gbk")
    number = county_desk.put(tmp_path / "驿站.csv")
    assert county_desk.state(number)["guess"]["crs"]["code"] == "GCJ-02"
    state = county_desk.check(number)
    names = [one["name"] for one in state["preview"]["columns"]]
    first = dict(zip(names, state["preview"]["rows"][0]["values"], strict=True))
    assert first["hours"] == there["hours"].iloc[0] and first["hours"]
    county_desk.take_in(number)
    after = layer(county_desk, "stations")
    back = np.column_stack([after.geometry.x, after.geometry.y])
    assert np.abs(back - xy).max() < 1e-7
    assert after.drop(columns="geometry").equals(there.drop(columns="geometry"))


def test_the_layers_of_one_archive_are_shown_to_choose_from(new_desk, tmp_path):
    shapefile(samples.grids(), tmp_path / "shp", "网格", bare=False)
    points = samples.grids().set_geometry(samples.grids().centroid)
    shapefile(points, tmp_path / "shp", "站点", bare=False)
    (tmp_path / "shp" / "坏.geojson").write_text("{", encoding="utf-8")
    number = new_desk.put(zipped(tmp_path / "shp", tmp_path / "全县.zip"))
    read = new_desk.state(number)["read"]
    assert [(one["name"], one["geometry"]) for one in read["tables"]] == [
        ("站点", "point"),
        ("网格", "polygon"),
    ]
    assert [one["message_code"] for one in read["faults"]] == ["json_syntax"]
    grids = [one["name"] for one in read["tables"]].index("网格")
    assert new_desk.check(number, table=grids, layer="grids")["findings"]["inserted"] == 9


def test_a_file_that_mixes_points_and_areas_comes_apart(new_desk, tmp_path):
    frame = samples.grids("EPSG:4326")
    mixed = pd.concat([frame, frame.set_geometry(frame.representative_point())], ignore_index=True)
    gpd.GeoDataFrame(mixed).to_file(tmp_path / "mixed.geojson", driver="GeoJSON")
    tables = new_desk.state(new_desk.put(tmp_path / "mixed.geojson"))["read"]["tables"]
    assert [(one["name"], one["rows"]) for one in tables] == [("面", 9), ("点", 9)]


def test_heights_and_single_parts_of_many_are_no_fault(county_desk, tmp_path):
    there = layer(county_desk, "stations")
    high = np.column_stack([there.geometry.x, there.geometry.y, np.full(len(there), 5.0)])
    frame = there.set_geometry(shapely.multipoints(shapely.points(high), indices=np.arange(len(high))))
    frame.set_crs("EPSG:4490", allow_override=True).to_file(tmp_path / "stations.fgb", driver="FlatGeobuf")
    found = county_desk.check(county_desk.put(tmp_path / "stations.fgb"), layer="stations")["findings"]
    assert (found["errors"], found["unchanged"]) == (0, len(there))


def test_a_name_that_a_spreadsheet_would_run_is_an_error_of_its_row(county_desk):
    body = "名称,经度,纬度\n=cmd|' /C calc'!A0,114.46,34.47\n驿站甲,114.461,34.471\n".encode()
    number = county_desk.put_bytes("站点.csv", body)
    county_desk.check(number, layer="stations", mode="add")
    listed = county_desk.call("faults", number, severity="error")["items"]
    assert [(one["row"], one["field"], one["code"]) for one in listed] == [(2, "name", "formula_name")]
    assert listed[0]["value"].startswith("=cmd")


def test_a_chosen_repair_is_done_shown_and_nothing_else_is(county_desk, tmp_path):
    there = layer(county_desk, "grids").to_crs("EPSG:4547")
    there["geometry"] = [
        shapely.affinity.translate(shape, 0.2 * (at % 2), 0) for at, shape in enumerate(there.geometry)
    ]
    there.to_file(tmp_path / "网格.gpkg", driver="GPKG")
    number = county_desk.put(tmp_path / "网格.gpkg")
    state = county_desk.check(number, layer="grids")
    (key,) = [one["key"] for one in state["findings"]["repairs"]][:1]
    assert not state["findings"]["repairs"][0]["taken"]
    drawn = county_desk.call("repair_picture", number, key)
    assert drawn["before"]["features"] and drawn["after"]["features"] and drawn["places"] > 0
    state = county_desk.check(number, repairs=[key])
    assert [one["taken"] for one in state["findings"]["repairs"] if one["key"] == key] == [True]


def test_posts_come_in_and_go_back(county_desk):
    from sqlalchemy import text

    def rows():
        with county_desk.store.read() as conn:
            return [tuple(row) for row in conn.execute(text("SELECT * FROM assignments ORDER BY 1"))]

    before = rows()
    number = county_desk.put_bytes("岗位.csv", "岗位,区域编码,姓名\n网格员,410222001006001,张三\n".encode())
    assert county_desk.check(number, layer="posts", mode="add")["findings"]["inserted"] == 1
    assert county_desk.take_in(number)["state"] == "taken_in"
    assert len(rows()) == len(before) + 1
    assert county_desk.undo(number)["state"] == "undone"
    assert rows() == before


def test_an_import_whose_files_are_gone_asks_for_the_file_again(new_desk):
    number = new_desk.put_bytes("站点.csv", "名称,经度,纬度\n驿站甲,114.46,34.47\n".encode())
    shutil.rmtree(new_desk.instance / "imports" / number)
    state = new_desk.state(number)
    assert (state["state"], state["error"]["code"]) == ("failed", "import_expired")


@pytest.mark.parametrize("crs", ["GCJ-02", "EPSG:4490/yx"])
def test_a_system_can_be_tried_on_the_map_before_it_is_chosen(new_desk, crs):
    number = new_desk.put_bytes("站点.csv", "名称,经度,纬度\n驿站甲,114.46,34.47\n".encode())
    usual, tried = (json.loads(new_desk.call("shapes", number, crs=one).body) for one in ("EPSG:4490", crs))
    assert usual["total"] == 1 and tried["features"] != usual["features"]
