"""A template that somebody filled in goes in without a correction, and offers what the county has."""

from __future__ import annotations

import datetime
import io
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from gis_app.desk import tables, workbook
from gis_app.desk.tables_import import import_table
from gis_app.desk.workbook_headings import WKT
from gis_app.errors import NotFound
from gis_app.exchange.importing import import_layer
from gis_app.exchange.words import EXAMPLE
from gis_app.layers import schema
from gis_app.storage.engine import Store, open_store
from gis_app.storage.incidents import read_incidents
from gis_app.storage.layers import read_layer
from tests.conftest import gis_app

SQUARE = (
    "POLYGON ((114.4600 34.4700, 114.4601 34.4700, 114.4601 34.4701, 114.4600 34.4701, 114.4600 34.4700))"
)


@pytest.fixture
def store(reference_instance: Path, tmp_path: Path) -> Store:
    """Return a copy of the reference county's store."""
    return open_store(
        f"sqlite:///{shutil.copy(reference_instance / 'gis.sqlite3', tmp_path / 'own.sqlite3')}"
    )


@pytest.fixture(scope="module")
def known(reference_instance: Path) -> tables.Known:
    """Return what the reference county holds."""
    store = open_store(f"sqlite:///{reference_instance / 'gis.sqlite3'}")
    with store.read() as conn:
        found = tables.read_known(conn)
    store.dispose()
    return found


def opened(kind: str, known: tables.Known) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.template(kind, known)))


def filled(kind: str, known: tables.Known, folder: Path, *rows: dict) -> Path:
    """Return the template with these rows, by heading, below its example."""
    book = opened(kind, known)
    page = book.worksheets[0]
    names = [cell.value for cell in page[1]]
    for number, row in enumerate(rows, 3):
        for name, value in row.items():
            page.cell(number, names.index(name) + 1, value)
    path = folder / f"{kind}.xlsx"
    book.save(path)
    return path


def choices(book: openpyxl.Workbook, heading: str) -> list[str]:
    """Return what the drop-down of a column offers, following its list to the hidden sheet."""
    page = book.worksheets[0]
    letter = next(cell.column_letter for cell in page[1] if cell.value == heading)
    rule = next(r for r in page.data_validations.dataValidation if str(r.sqref).startswith(f"{letter}3:"))
    if rule.formula1.startswith('"'):
        return rule.formula1.strip('"').split(",")
    sheet, _, area = rule.formula1.partition("!")
    lists = book[sheet.strip("'")]
    assert lists.sheet_state == "hidden"
    return [cell.value for row in lists[area.replace("$", "")] for cell in row]


@pytest.mark.parametrize("kind", workbook.KINDS)
def test_every_heading_has_a_comment_the_example_is_grey_and_a_sheet_explains(kind, known):
    book = opened(kind, known)
    page = book.worksheets[0]
    assert page.title == workbook.title_of(kind) and page.sheet_state == "visible"
    assert all(cell.value and cell.comment.text.startswith(("必填", "可空白")) for cell in page[1])
    assert page["A2"].value == EXAMPLE and page["A2"].font.color.rgb == "FF7F7F7F"
    assert page.max_row == 2 and page.freeze_panes == "B2"
    explained = {row[0].value for row in book["填写说明"].iter_rows()}
    assert {cell.value for cell in page[1]} <= explained


def test_lists_offer_the_real_choices(known):
    incidents, posts = opened("incidents", known), opened("posts", known)
    grids = choices(incidents, "网格编码")
    assert len(grids) == 89 and grids[0] == "410222001006001 下洼社区第一网格"
    assert "ENV01 暴露垃圾" in choices(incidents, "小类") and "已结案" in choices(incidents, "状态")
    assert len(choices(posts, "区域编码")) == 24 + 89
    assert "县委办公室" in " ".join(choices(posts, "单位编码")) and "网格员" in choices(posts, "岗位")
    stations = opened("stations", known)
    assert choices(stations, "类型") == ["暖心驿站", "党群服务中心"]
    assert choices(stations, "状态") == ["开放", "关闭", "规划"]


@pytest.mark.parametrize("kind", workbook.KINDS)
def test_validations_are_of_the_kind_that_every_spreadsheet_reads(kind, known):
    with zipfile.ZipFile(io.BytesIO(workbook.template(kind, known))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.namelist()
    assert "x14:" not in sheet and "vbaProject" not in "".join(names)
    for rule in opened(kind, known).worksheets[0].data_validations.dataValidation:
        assert rule.type in ("list", "whole", "decimal", "date")
        assert len(rule.formula1) <= 255 and len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32


def test_filled_stations_go_in_as_they_are(store, known, tmp_path):
    rows = [
        {"名称": "测试驿站", "类型": "暖心驿站", "经度": 114.4640985, "纬度": 34.4755931, "地址": "-2 层",
         "开放时间": "周一至周五 8:00-18:00", "设施": "饮水；充电", "容纳人数": 20, "状态": "开放",
         "所在网格编码": "410222001017003 二村社区第三网格"},
        {"站点编码": "WSX02", "名称": "测试中心", "类型": "党群服务中心", "经度": 114.4641, "纬度": 34.4756},
    ]  # fmt: skip
    report = import_layer(store, "stations", filled("stations", known, tmp_path, *rows))
    assert (report.ok, report.inserted, report.written) == (True, 2, True), report.faults
    assert {one.message_code for one in report.warnings} <= {"some_codes_generated", "crs_assumed"}
    with store.read() as conn:
        frame = read_layer(conn, "stations").set_index("name")
    one = frame.loc["测试驿站"]
    assert (one["kind"], one["grid_code"], one["capacity"]) == ("warm_station", "410222001017003", 20)
    assert (one["address"], one["hours"]) == ("-2 层", "Mo-Fr 08:00-18:00")
    assert one["amenities"] == "drinking_water;charging" and frame.loc["测试中心", "station_code"] == "WSX02"


def test_filled_incidents_go_in_as_they_are(store, known, tmp_path):
    book = opened("incidents", known)
    row = {
        "小类": choices(book, "小类")[0], "状态": "已结案", "描述": "=垃圾桶满溢",
        "经度": 114.4640985, "纬度": 34.4755931,
        "网格编码": next(one for one in choices(book, "网格编码") if one.startswith("410222001017003")),
        "上报时间": datetime.datetime(2025, 3, 3, 9), "受理时间": "2025-03-03 09:10",
        "派遣时间": datetime.datetime(2025, 3, 3, 9, 30), "处置时间": datetime.datetime(2025, 3, 3, 11),
        "结案时间": datetime.datetime(2025, 3, 4, 9), "处置单位": choices(book, "处置单位")[60],
    }  # fmt: skip
    path = filled("incidents", known, tmp_path, row)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["D3"].data_type = "s"
    book.save(path)
    report = import_table(store, "incidents", path)
    assert (report.ok, report.inserted, report.written) == (True, 1, True), report.faults
    with store.read() as conn:
        found = read_incidents(conn).set_index("incident_code").loc["410222-2025-000001"]
    assert (found["description"], found["grid_code"]) == ("=垃圾桶满溢", "410222001017003")
    assert found["reported_at"] == "2025-03-03T09:00:00+08:00" and found["organisation_code"] == "ORG061"


def test_filled_posts_go_in_as_they_are(store, known, tmp_path):
    area = choices(opened("posts", known), "区域编码")[-1]
    row = {"岗位": "网格员", "区域编码": area, "姓名": "韩梅", "工作电话": "139****0000",
           "到任日": datetime.date(2026, 1, 1), "届满日": datetime.datetime(2027, 12, 31)}  # fmt: skip
    report = import_table(store, "posts", filled("posts", known, tmp_path, row))
    assert (report.ok, report.inserted) == (True, 1), report.faults
    with store.read() as conn:
        posts = tables.read_known(conn).posts
    kept = posts[posts["holder_name"] == "韩梅"].iloc[0]
    assert (kept["area_code"], kept["role"]) == (area.split()[0], "grid_worker")
    assert (kept["term_from"], kept["term_to"]) == ("2026-01-01", "2027-12-31")


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("gates", {"名称": "东门", "经度": 114.4641, "纬度": 34.4756, "通行": "关闭"}),
        ("water", {"名称": "小湖", "类型": "湖", WKT: SQUARE}),
        ("buildings", {"户数": 12, "层数": 6, WKT: SQUARE}),
        ("streets", {"名称": "小路", "是否桥梁": "否", WKT: "LINESTRING (114.46 34.47, 114.461 34.47)"}),
    ],
)
def test_filled_layers_go_in_as_they_are(store, known, tmp_path, kind, row):
    report = import_layer(store, kind, filled(kind, known, tmp_path, row), mode="update")
    assert (report.ok, report.inserted, report.written) == (True, 1, True), report.faults


def test_a_template_nobody_filled_in_is_refused_not_taken_as_empty(store, known, tmp_path):
    for kind in ("stations", "grids"):
        report = import_layer(store, kind, filled(kind, known, tmp_path), mode="replace")
        assert [one.message_code for one in report.faults] == ["empty_layer_file"]
    report = import_table(store, "posts", filled("posts", known, tmp_path), mode="replace")
    assert [one.message_code for one in report.faults] == ["empty_layer_file"] and not report.written


def test_only_layers_and_the_two_tables_have_a_template(known):
    assert set(workbook.KINDS) == {*schema.LAYERS, "posts", "incidents"}
    with pytest.raises(NotFound):
        workbook.template("residents", known)


def test_the_command_writes_a_template_and_the_import_takes_posts_and_incidents(own_instance, tmp_path):
    path = tmp_path / "岗位.xlsx"
    told = json.loads(gis_app("template", "posts", path, "--json", instance_dir=own_instance).stdout)
    assert told["kind"] == "posts" and openpyxl.load_workbook(path).worksheets[0].title == "岗位"
    assert "--force" in gis_app("template", "posts", path, instance_dir=own_instance, fails=2).stderr
    table = tmp_path / "台账.csv"
    table.write_text(
        "小类,状态,上报时间,网格编码\nENV01,已上报,2025-03-03 09:00,410222001017003\n", encoding="gb18030"
    )
    dry = gis_app("import", "incidents", table, "--dry-run", "--json", instance_dir=own_instance)
    report = json.loads(dry.stdout)
    assert (report["inserted"], report["written"], report["faults"]) == (1, False, [])
    done = gis_app("import", "incidents", table, "--json", instance_dir=own_instance)
    assert json.loads(done.stdout)["written"] is True
    table.write_text(
        "小类,状态,上报时间,网格编码\n村长,已上报,2025-03-03 09:00,410222001017003\n", encoding="utf-8"
    )
    assert "第 2 行" in gis_app("import", "incidents", table, instance_dir=own_instance, fails=2).stdout
