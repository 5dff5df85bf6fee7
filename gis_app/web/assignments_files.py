"""The load and the gaps as files, CSV and XLSX: the rows of the page, all of them, with plain numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pandas as pd
from flask import Blueprint, Response, g
from flask_babel import gettext as _

from gis_app.errors import BadInput
from gis_app.exchange.spreadsheet import Sheet, workbook
from gis_app.storage import audit
from gis_app.web import assignments_now as now
from gis_app.web import assignments_words as words
from gis_app.web.access import requires
from gis_app.web.assignments_desk import GAPS, LOAD, asked_load, asked_needs
from gis_app.web.current import today
from gis_app.web.incident_words import place_names
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.table_files import BOM, safe_cell

rooms = Blueprint("assignments_files", __name__)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXPORTED = "layers:table:exported"
DECIMALS = 2
WIDTHS = (28, 12, 12, 12, 12, 14, 14, 40)
Line = Sequence[object]


@rooms.get("/assignments/load.<kind>")
@requires("assignments:desk:export")
def load(kind: str) -> Response:
    """Say the load of every row that the page's question selects, as a file."""
    found = now.settled()
    by, rows, _filters = asked_load(found, Params(*LOAD))
    places = place_names(found)
    named = [words.who(by, row, places) for row in rows.to_dict("records")]
    table = pd.DataFrame({code: rows[code] for code in words.COLUMNS[by]}).astype("float64").round(DECIMALS)
    titles = [dict(words.kinds())[by], *map(str, words.COLUMNS[by].values()), _("范围")]
    lines = [
        [one["name"], *_plain(values), "、".join(grid["name"] for grid in one["grids"])]
        for one, values in zip(named, table.to_numpy().tolist(), strict=True)
    ]
    return _file(kind, "load", _("负荷均衡"), titles, lines)


@rooms.get("/assignments/gaps.<kind>")
@requires("assignments:desk:export")
def gaps(kind: str) -> Response:
    """Say the gaps of every area that the page's question selects, as a file."""
    found = now.settled()
    level, _area, _rule, _needs, rows = asked_needs(found, Params(*GAPS))
    last = ("organisations", _("单位")) if level == "grid" else ("short_grids", _("缺人网格"))
    columns = {
        "code": _("编码"),
        "name": _("网格") if level == "grid" else _("社区"),
        "households": _("户数"),
        "need": _("应有"),
        "members": _("现有"),
        "missing": _("缺"),
        "spare": _("富余"),
    } | dict([last])
    lines = [[_number(line[name]) for name in columns] for line in words.need_lines(found, rows)]
    return _file(kind, "gaps", _("缺口清单"), list(columns.values()), lines)


def _plain(values: Sequence[float]) -> list[object]:
    return [None if value != value else int(value) if value.is_integer() else value for value in values]


def _number(value: Any) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _file(kind: str, name: str, title: str, titles: Sequence[str], lines: list[Line]) -> Response:
    """Return the lines as a file, and note who took it; raises BadInput for another kind of file."""
    makers = {"csv": _csv, "xlsx": _xlsx}
    if kind not in makers:
        raise BadInput("bad_parameter", _("文件格式只有 csv 和 xlsx"), {"kind": "csv、xlsx"})
    body = makers[kind](title, titles, lines)
    with services().store.write() as conn:
        audit.append(
            conn, EXPORTED, g.account.username, f"assignments:{name}", {"rows": len(lines), "kind": kind}
        )
    headers = {"Content-Disposition": f'attachment; filename="{name}-{today()}.{kind}"'}
    return Response(body, headers=headers, content_type=TYPES[kind])


def _csv(_title: str, titles: Sequence[str], lines: list[Line]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(title) for title in titles])
    for line in lines:
        writer.writerow(
            ["" if one is None else safe_cell(one) if isinstance(one, str) else one for one in line]
        )
    return BOM + out.getvalue().encode("utf-8", "replace")


def _xlsx(title: str, titles: Sequence[str], lines: list[Line]) -> bytes:
    return workbook([Sheet(title, titles, lines, WIDTHS)])
