"""Draws a fault list: the rows as they came, faulty cells coloured with a comment, and a sheet of all faults.

Who corrects the coloured cells can import the same workbook again: its first sheet has the file's own
headings and values, its second is passed over. Written as a stream, so that 100,000 rows need little memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from gis_app.desk import workbook_cells as cells
from gis_app.errors import Fault
from gis_app.exchange import columns as columns_of_files
from gis_app.exchange.spreadsheet import LONGEST
from gis_app.exchange.words import ASIDE

WKT, FAULTS = "WKT", ASIDE[1]
MOST_COMMENTS = 2_000  # more make a workbook slow to open; every fault is on the second sheet
MOST_BLANK_ROWS = 1_000
SEVERITIES = {"error": "错误", "warning": "提示"}
HEADER = ("原文件行号", "本表行号", "列", "值", "问题", "处理办法", "级别", "代码")
_PLACES = frozenset({"geometry", "lon", "lat", "shape"})


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows as they came: names, values by column, and where each row of the file stands on the sheet."""

    names: list[str]
    values: list[list]
    lines: dict[int, int]


def draw(
    frame: pd.DataFrame, faults: Sequence[Fault], columns: Mapping[str, str | None], title: str,
    labels: Mapping[str, str],
) -> bytes:  # fmt: skip
    """Return the workbook of a fault list; see `workbook.fault_list`."""
    table = _table(frame)
    at = [(found, table.lines.get(found.row), _position(found, table, columns)) for found in faults]
    book = Workbook(write_only=True)
    _rows_sheet(book, title, table, at)
    _faults_sheet(book, table, at, columns, labels)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table(frame: pd.DataFrame) -> _Table:
    shapes = frame.geometry if isinstance(frame, gpd.GeoDataFrame) else None
    plain = frame.drop(columns=shapes.name) if shapes is not None else frame
    names, values = [str(name) for name in plain.columns], [list(plain[name]) for name in plain.columns]
    if shapes is not None:
        names, values = [*names, WKT], [*values, _texts(shapes)]
    return _Table(names, values, _lines([int(row) for row in frame.index]))


def with_shapes(frame: pd.DataFrame, shapes: np.ndarray, crs: str | None) -> gpd.GeoDataFrame:
    """Return rows with their shapes as they came; a system without a code of EPSG's is left unsaid."""
    try:
        known = pyproj.CRS.from_user_input(crs) if crs else None
    except pyproj.exceptions.CRSError:
        known = None  # GCJ-02 and others that exist only at the door
    geometry = gpd.GeoSeries(shapes, index=frame.index, crs=known)
    return gpd.GeoDataFrame(frame.drop(columns="geometry", errors="ignore"), geometry=geometry)


def _texts(shapes: gpd.GeoSeries) -> list[str | None]:
    """Return shapes as text that says its system; None for those that no cell can hold."""
    code = shapes.crs.to_epsg() if shapes.crs else None
    start = f"SRID={code};" if code else ""
    given = np.asarray(shapes.array, dtype=object)
    known = ~shapely.is_missing(given)
    found = np.full(len(given), None, dtype=object)
    decimals = 6 if shapes.crs and shapes.crs.is_projected else 9
    found[known] = shapely.to_wkt(given[known], rounding_precision=decimals, trim=True, output_dimension=2)
    return [start + text if text and len(start + text) <= LONGEST else None for text in found]


def _lines(rows: list[int]) -> dict[int, int]:
    """Return where each row stands: where it stood in a spreadsheet, else one after the other."""
    grows = all(before < after for before, after in pairwise(rows))
    if rows and rows[0] >= 2 and grows and rows[-1] - len(rows) <= MOST_BLANK_ROWS:
        return {row: row for row in rows}
    return {row: line for line, row in enumerate(rows, 2)}


def _position(found: Fault, table: _Table, columns: Mapping[str, str | None]) -> int:
    """Return the column (from 0) to which a fault belongs."""
    wanted = [columns.get(found.field), found.field]
    if found.field in _PLACES:
        coordinates = columns_of_files.find_coordinates(table.names)
        wanted += [WKT, *(coordinates.get(name) for name in (found.field, "lon", "x", "pair"))]
    return next((table.names.index(name) for name in wanted if name in table.names), 0)


def _rows_sheet(book: Workbook, title: str, table: _Table, at: list) -> None:
    page = book.create_sheet(title[:31])
    page.freeze_panes = "A2"
    for number, name in enumerate(table.names, 1):
        width = 40 if name == WKT else min(max(len(name) * 2 + 2, 12), 30)
        page.column_dimensions[get_column_letter(number)].width = width
    marked = _marked(at)
    page.append([_head(page, name) for name in table.names])
    line, budget, pen = 1, [MOST_COMMENTS], cells.Pen(page)
    for values, place in zip(zip(*table.values, strict=True), table.lines.values(), strict=True):
        for _ in range(place - line - 1):
            page.append([])
        line = place
        special = {
            position: _mark(cells.value_cell(page, values[position]), found, budget)
            for position, found in marked.get(line, {}).items()
        }
        page.append(pen.row(values, special))


def _marked(at: Iterable[tuple[Fault, int | None, int]]) -> dict[int, dict[int, list[Fault]]]:
    marked: dict[int, dict[int, list[Fault]]] = {}
    for found, line, position in at:
        if line is not None:
            marked.setdefault(line, {}).setdefault(position, []).append(found)
    return marked


def _mark(cell: WriteOnlyCell, faults: list[Fault], budget: list[int]) -> WriteOnlyCell:
    cell.fill = cells.ERROR_FILL if any(one.is_error for one in faults) else cells.WARNING_FILL
    if budget[0] > 0:
        budget[0] -= 1
        words = [f"{SEVERITIES[one.severity]}：{one.message}\n处理：{one.remedy}" for one in faults[:5]]
        cell.comment = cells.note("\n".join(words))
    return cell


def _head(page, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page)
    cells.set_text(cell, text)
    cell.font, cell.fill = cells.BOLD, cells.HEAD_FILL
    return cell


def _faults_sheet(book, table: _Table, at: list, columns: Mapping, labels: Mapping[str, str]) -> None:
    page = book.create_sheet(FAULTS)
    page.freeze_panes = "A2"
    for number, width in enumerate((12, 12, 18, 24, 48, 48, 8, 24), 1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.append([_head(page, text) for text in HEADER])
    pen = cells.Pen(page)
    places = {row: number for number, row in enumerate(table.lines)}
    for found, line, position in at:
        name = columns.get(found.field) or labels.get(found.field, found.field)
        number = places.get(found.row)
        value = table.values[position][number] if number is not None and table.names else None
        shown = str(value)[:200] if isinstance(value, str) else value
        told = (found.row, line, name, shown, found.message, found.remedy, SEVERITIES[found.severity],
                found.message_code)  # fmt: skip
        page.append(pen.row(told, {}))
