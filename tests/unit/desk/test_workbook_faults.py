"""A fault list shows each fault in its cell, keeps every value, and goes in again once corrected."""

from __future__ import annotations

import io
import shutil
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from gis_app.desk import tables, workbook
from gis_app.desk.tables_import import import_table
from gis_app.errors import Fault
from gis_app.exchange import limits, sandbox
from gis_app.exchange.importing import import_layer
from gis_app.storage.engine import Store, open_store
from gis_app.storage.layers import read_layer
from tests.conftest import gis_app
from tests.unit.desk.tables_of_files import INCIDENT, POST, table

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
FORMULAS = [
    "=1+1",
    "+86 1",
    "-2 层",
    "@SUM(A1)",
    '=HYPERLINK("http://a","b")',
    "=cmd|'/c calc'!A0",
    "'=1",
    "＝1",
]


@pytest.fixture
def store(reference_instance: Path, tmp_path: Path) -> Store:
    """Return a copy of the reference county's store."""
    return open_store(
        f"sqlite:///{shutil.copy(reference_instance / 'gis.sqlite3', tmp_path / 'own.sqlite3')}"
    )


def frame_of(raw) -> pd.DataFrame:
    return pd.DataFrame(raw.columns, index=raw.rows, dtype=object)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_faulty_cells_are_coloured_with_fault_and_remedy_and_listed(store):
    raw = table(
        POST, {}, {"姓名": "", "区域编码": "410222001006002"}, {"区域编码": "999", "届满日": "2025-01-01"}
    )
    with store.read() as conn:
        done = tables.prepare("posts", raw, tables.read_known(conn))
    data = workbook.fault_list(frame_of(raw), done.faults, done.columns, "posts")
    page, faults = opened(data).worksheets
    assert (page.title, faults.title) == ("岗位", "问题清单")
    marked = {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in page.iter_rows(min_row=2)
        for cell in row
        if cell.comment
    }
    assert {("B4", RED), ("E4", RED), ("C3", YELLOW)} <= set(marked.items())
    assert "没有这个区域：999" in page["B4"].comment.text and "处理：" in page["B4"].comment.text
    assert page["A2"].fill.fgColor.rgb not in (RED, YELLOW)
    listed = list(faults.iter_rows(min_row=2, values_only=True))
    assert len(listed) == len(done.faults)
    assert (4, 4, "区域编码", "999", "没有这个区域：999") in {row[:5] for row in listed}


def test_no_value_is_a_formula_and_every_value_comes_back_equal(tmp_path):
    codes = ["0012", "410222001006001", "1e5", "TRUE", "2026-01-01", "x", "y", "z"]
    values = {"名称": FORMULAS, "编码": codes, "数": [1, 2.5, -3, 10**14, 0, 1e-7, 3, 4]}
    frame = pd.DataFrame(values, index=range(2, 10), dtype=object)
    data = workbook.fault_list(frame, [Fault(2, "名称", "x", "=错", "+改")])
    for page in opened(data).worksheets:
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    page = opened(data).worksheets[0]
    assert all(
        page.cell(row, 1).quotePrefix and page.cell(row, 1).number_format == "@" for row in range(2, 10)
    )
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    again = sandbox.read_file(path, limits.Limits())
    assert again.columns == values and again.rows == list(range(2, 10)) and again.faults == []


def test_a_corrected_fault_list_of_incidents_goes_in_as_it_is(store, tmp_path):
    raw = table(INCIDENT, {}, {"描述": "联系 13812345678"}, {"描述": "=路灯不亮"})
    raw.rows = [2, 5, 6]  # blank rows stood between
    with store.read() as conn:
        done = tables.prepare("incidents", raw, tables.read_known(conn))
    assert [one.row for one in done.faults if one.is_error] == [5]
    book = opened(workbook.fault_list(frame_of(raw), done.faults, done.columns, "incidents"))
    page = book.worksheets[0]
    names = [cell.value for cell in page[1]]
    page.cell(5, names.index("描述") + 1).value = "路灯不亮"
    path = tmp_path / "问题清单.xlsx"
    book.save(path)
    report = import_table(store, "incidents", path)
    assert (report.ok, report.inserted) == (True, 3), report.faults
    assert not {"other_sheets", "unused_columns"} & {one.message_code for one in report.warnings}


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547"])
def test_a_corrected_fault_list_of_a_layer_keeps_its_shapes_and_their_system(store, tmp_path, crs):
    shapes = gpd.GeoSeries(
        shapely.box([114.46, 114.461], [34.47, 34.47], [114.4605, 114.4615], [34.4705, 34.4705])
    )
    frame = gpd.GeoDataFrame(
        {"水系编码": ["WX1", "W X2"], "名称": ["甲", "乙"]}, geometry=shapes, crs="EPSG:4490"
    )
    source = tmp_path / "water.gpkg"
    frame.to_crs(crs).to_file(source)
    report = import_layer(store, "water", source, mode="update")
    assert [(one.row, one.field) for one in report.faults] == [(2, "water_code")]
    raw = sandbox.read_file(source, limits.Limits())
    rows = workbook.with_shapes(frame_of(raw), raw.geometry, raw.crs)
    data = workbook.fault_list(rows, report.faults, {"water_code": "水系编码"}, "water")
    book = opened(data)
    page = book.worksheets[0]
    assert page["A3"].fill.fgColor.rgb == RED and page["C2"].value.startswith(f"SRID={crs[5:]};POLYGON")
    page["A3"].value = "WX2"
    path = tmp_path / "fixed.xlsx"
    book.save(path)
    again = import_layer(store, "water", path, mode="update")
    assert (again.ok, again.inserted) == (True, 2), again.faults
    with store.read() as conn:
        kept = read_layer(conn, "water").set_index("water_code")
    assert shapely.equals_exact(kept.loc[["WX1", "WX2"]].geometry.values, shapes.values, 1e-9).all()


def test_faults_without_a_row_or_a_column_are_listed_all_the_same():
    frame = pd.DataFrame({"名称": ["甲"]}, index=[1])
    faults = [
        Fault(None, "file", "a", "整个文件", "改"),
        Fault(1, "nothing", "b", "某处", "改"),
        Fault(9, "名称", "c", "别处", "改"),
    ]
    page, listed = opened(workbook.fault_list(frame, faults)).worksheets
    assert [row[4] for row in listed.iter_rows(min_row=2, values_only=True)] == ["整个文件", "某处", "别处"]
    assert page["A2"].comment.text.count("错误") == 1
    empty = opened(workbook.fault_list(pd.DataFrame(), faults[:1])).worksheets
    assert empty[1]["E2"].value == "整个文件"


def test_a_large_fault_list_is_made_quickly_and_opens_with_few_comments():
    rows = range(2, 20_002)
    frame = pd.DataFrame({"编码": [str(row) for row in rows], "名称": "甲"}, index=rows, dtype=object)
    faults = [Fault(row, "名称", "x", "错", "改") for row in rows if row % 5 == 0]
    begun = time.process_time()
    data = workbook.fault_list(frame, faults)
    assert time.process_time() - begun < 20 and len(data) < 5 * 2**20
    page, listed = opened(data).worksheets
    assert sum(cell.comment is not None for cell in page["B"]) == 2_000
    assert sum(cell.fill.fgColor.rgb == RED for cell in page["B"]) == len(faults) == listed.max_row - 1


def test_shapes_whose_system_has_no_code_are_written_without_one():
    frame = pd.DataFrame({"名称": ["甲", "乙"]}, index=[1, 2], dtype=object)
    shapes = np.array([shapely.Point(114.46, 34.47), None], dtype=object)
    for crs in ("GCJ-02", "EPSG:4547/yx", None):
        page = opened(workbook.fault_list(workbook.with_shapes(frame, shapes, crs), [])).worksheets[0]
        assert (page["B1"].value, page["B2"].value, page["B3"].value) == ("WKT", "POINT (114.46 34.47)", None)


def test_an_import_by_command_leaves_a_fault_list_that_goes_in_once_corrected(own_instance, tmp_path):
    table, path = tmp_path / "驿站.csv", tmp_path / "问题.xlsx"
    table.write_text("名称,类型,经度,纬度\n甲驿站,酒店,114.4640985,34.4755931\n", encoding="gb18030")
    gis_app("import", "stations", table, "--faults", path, instance_dir=own_instance, fails=2)
    book = openpyxl.load_workbook(path)
    cell = book.worksheets[0]["B2"]
    assert (cell.value, cell.fill.fgColor.rgb) == ("酒店", RED) and "酒店" in cell.comment.text
    cell.value = "暖心驿站"
    book.save(path)
    gis_app("import", "stations", path, instance_dir=own_instance)
