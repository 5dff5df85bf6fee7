"""Writes layers as tables: CSV that a spreadsheet opens as it is, and workbooks with a sheet for each layer.

Shapes go along as WKT. What begins like a formula is made text again, in titles too; a shape longer than a
cell can hold is left out of a workbook, and that is said.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from gis_app.exchange.spreadsheet import FORMULA_STARTS, LONGEST, Sheet, workbook
from gis_app.exchange.writers.model import About, Layer, plain, present
from gis_app.exchange.writers.systems import System

BOM = b"\xef\xbb\xbf"
WKT = "WKT"
ABOUT = {"zh": ("说明", "项目", "内容"), "en": ("About", "Item", "Value")}
TOO_LONG = {
    "zh": "{title}：{n} 个图形的 WKT 超过单元格上限，未写入工作簿；需要图形请用 GeoPackage",
    "en": "{title}: the WKT of {n} shapes exceeds a cell and was left out; use GeoPackage for shapes",
}
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def csv_of(layer: Layer, system: System) -> bytes:
    """Return one layer as CSV bytes (UTF-8 with BOM, CRLF), its shapes as WKT."""
    columns = _columns(layer, system)
    return csv_text(columns, zip(*columns.values(), strict=True))


def csv_text(header: Iterable[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return CSV bytes in which no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(title) for title in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return BOM + out.getvalue().encode("utf-8", "replace")


def workbook_of(layers: Sequence[Layer], system: System, about: About) -> bytes:
    """Return one workbook: a sheet that says what it is, then a sheet for each layer."""
    sheets, notes = [], []
    for layer in layers:
        columns = _columns(layer, system)
        long = [at for at, text in enumerate(columns.get(WKT, ())) if text and len(text) > LONGEST]
        for at in long:
            columns[WKT][at] = None
        if long:
            notes.append(TOO_LONG[about.language].format(title=layer.title, n=f"{len(long):,}"))
        widths = [min(max(len(title) * 2 + 2, 10), 30) for title in columns][:26]
        rows = list(zip(*columns.values(), strict=True))
        sheets.append(Sheet(_NOT_IN_A_TITLE.sub(" ", layer.title), list(columns), rows, widths))
    title, item, value = ABOUT[about.language]
    said = Sheet(title, (item, value), about.with_notes(*notes).rows(), (20, 80))
    return workbook([said, *sheets])


def _columns(layer: Layer, system: System) -> dict[str, list]:
    columns = {name: plain(layer.frame[name]) for name in layer.frame.columns}
    return columns | ({} if layer.shapes is None else {WKT: _wkt(layer.shapes, system.decimals)})


def _wkt(shapes: np.ndarray, decimals: int) -> list[str | None]:
    if not len(shapes):
        return []
    texts = shapely.to_wkt(shapes, rounding_precision=decimals, trim=True)
    return [text if there else None for text, there in zip(texts, present(shapes), strict=True)]


def _cell(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return "" if value is None else value
    text = _CONTROL.sub("", str(value))
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
