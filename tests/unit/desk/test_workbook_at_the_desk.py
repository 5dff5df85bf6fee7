"""Templates and fault lists go through the desk and back: filled in, refused, corrected, taken in, undone."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest

from gis_app.desk import tables, workbook
from gis_app.storage.incidents import read_incidents
from tests.unit.desk.hand import Desk

ROWS = {
    "stations": {"名称": "测试驿站", "经度": 114.4640985, "纬度": 34.4755931, "状态": "开放"},
    "posts": {"岗位": "网格员", "区域编码": "410222001006001 下洼社区第一网格", "姓名": "韩梅",
              "到任日": datetime.date(2026, 1, 1)},
    "incidents": {"小类": "ENV01 暴露垃圾", "状态": "已上报", "描述": "-2 层 电话亭积灰", "经度": 114.4640985,
                  "纬度": 34.4755931, "上报时间": datetime.datetime(2025, 3, 3, 9)},
}  # fmt: skip


def filled(desk: Desk, kind: str, *rows: dict) -> bytes:
    """Return the desk's template with these rows below its example."""
    with desk.store.read() as conn:
        book = openpyxl.load_workbook(io.BytesIO(workbook.template(kind, tables.read_known(conn))))
    page = book.worksheets[0]
    names = [cell.value for cell in page[1]]
    for number, row in enumerate(rows, 3):
        for name, value in row.items():
            page.cell(number, names.index(name) + 1, value)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ROWS)
def test_a_filled_template_is_known_for_what_it_is_and_goes_in_and_out(county_desk: Desk, kind: str):
    number = county_desk.put_bytes("表格.xlsx", filled(county_desk, kind, ROWS[kind]))
    state = county_desk.state(number)
    guess = state["guess"]
    assert (len(state["read"]["tables"]), guess["layer"], guess["mode"]) == (1, kind, "update"), state[
        "error"
    ]
    columns = {name: one["column"] for name, one in guess["columns"].items()}
    checked = county_desk.check(number, table=0, layer=kind, mode="update", columns=columns, crs="EPSG:4490")
    findings = checked["findings"]
    assert (findings["errors"], findings["inserted"], findings["rows"]) == (0, 1, 1), findings
    assert county_desk.take_in(number)["state"] == "taken_in"
    assert county_desk.undo(number)["state"] == "undone"


def test_a_fault_list_from_the_desk_is_corrected_and_brought_again(county_desk: Desk):
    bad = ROWS["incidents"] | {"描述": "联系 13812345678", "状态": "已结案"}
    number = county_desk.put_bytes("台账.xlsx", filled(county_desk, "incidents", ROWS["incidents"], bad))
    findings = county_desk.check(number, table=0, layer="incidents", mode="add")["findings"]
    assert findings["errors"] == 2
    data = workbook.fault_list(*county_desk.call("fault_rows", number), kind="incidents")
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    names = [cell.value for cell in page[1]]
    text, state = (page.cell(4, names.index(name) + 1) for name in ("描述", "状态"))
    assert "电话号码" in text.comment.text and text.value == "联系 13812345678"
    text.value, state.value = "电话亭玻璃破损", "已上报"
    again = county_desk.put_bytes("台账 问题清单.xlsx", saved(book))
    assert county_desk.check(again, table=0, layer="incidents", mode="add")["findings"]["errors"] == 0
    assert county_desk.take_in(again)["state"] == "taken_in"
    with county_desk.store.read() as conn:
        found = read_incidents(conn)
    assert {"-2 层 电话亭积灰", "电话亭玻璃破损"} <= set(found["description"])
