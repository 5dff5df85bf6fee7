"""Small tables of posts and incidents as a file would bring them."""

from __future__ import annotations

from pathlib import Path

from gis_app.desk import tables
from gis_app.exchange import limits, sandbox
from gis_app.exchange.raw import RawTable

ROOT = Path(__file__).resolve().parents[3]
POST = {"岗位": "网格员", "区域编码": "410222001006001", "姓名": "韩梅", "到任日": "2026-01-01", "届满日": ""}
INCIDENT = {
    "事件编号": "", "小类": "ENV01", "状态": "已结案", "描述": "垃圾桶满溢",
    "经度": 114.4640985, "纬度": 34.4755931,
    "网格编码": "", "上报时间": "2025-03-01 09:00", "受理时间": "2025-03-01 09:10",
    "派遣时间": "2025-03-01 09:30", "时限": "", "处置时间": "2025-03-01 11:00",
    "结案时间": "2025-03-02 09:00", "处置单位": "ORG061",
}  # fmt: skip


def table(plain: dict, *changes: dict) -> RawTable:
    """Return a table whose rows, numbered from 2, are `plain` with the changes of each."""
    rows = [{**plain, **change} for change in changes or ({},)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = {name: [row.get(name) or None for row in rows] for name in names}
    return RawTable(cells, list(range(2, len(rows) + 2)))


def told(done: tables.Prepared, severity: str = "error") -> list[tuple]:
    """Return (row, field, code) of the faults of a severity."""
    return [(one.row, one.field, one.message_code) for one in done.faults if one.severity == severity]


def reference(name: str) -> RawTable:
    """Return a table of the reference county as the child reads it."""
    return sandbox.read_file(ROOT / "geodata" / f"{name}.csv", limits.Limits())
