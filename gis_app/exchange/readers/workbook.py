"""Read the first sheet of an xlsx workbook; merged cells are refused, since their meaning is only visual."""

from __future__ import annotations

import datetime
import math
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import openpyxl

from gis_app.errors import Fault
from gis_app.exchange.limits import Limits
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable, refuse
from gis_app.exchange.readers.grid_of_cells import table_from_cells
from gis_app.exchange.words import ASIDE

_MORE_FAULTS = 50


def read(path: Path, request: dict, limits: Limits) -> RawTable:
    """Read the sheet named like the layer, else the first visible one that is not empty."""
    sheet, faults = _chosen_sheet(_opened(path), request["wanted"])
    return _table(sheet, limits, faults)


def read_every(path: Path, request: dict, limits: Limits) -> Iterator[tuple[str, Callable[[], RawTable]]]:
    """Yield the name of each visible sheet that is not empty, and what reads it or raises Rejected."""
    for sheet in _sheets(_opened(path)):
        yield sheet.title, partial(_table, sheet, limits, [])


def _opened(path: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that do not matter here
        return openpyxl.load_workbook(path, read_only=False, data_only=True, keep_links=False)


def _table(sheet, limits: Limits, faults: list[Fault]) -> RawTable:
    size = sheet.max_row * sheet.max_column
    if size > limits.cells or sheet.max_row > limits.features + 1:
        raise refuse("too_many_cells", value=f"{sheet.max_row} × {sheet.max_column}", detail=limits.cells)
    cells = [[_plain(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    faults += _merged(sheet)
    return table_from_cells(cells, limits, faults)


def _chosen_sheet(book, wanted: list[str]):
    sheets = _sheets(book)
    chosen = next((s for s in sheets if s.title.strip().lower() in wanted), sheets[0])
    faults: list[Fault] = []
    if len(sheets) > 1:
        faults.append(fault("other_sheets", "sheet", value=chosen.title))
    return chosen, faults


def _sheets(book) -> list:
    sheets = [s for s in book.worksheets if s.sheet_state == "visible" and not _blank(s)]
    if not sheets:
        raise refuse("empty_file")
    return [s for s in sheets if s.title not in ASIDE] or sheets


def _merged(sheet) -> list[Fault]:
    ranges = sorted(sheet.merged_cells.ranges, key=lambda area: (area.min_row, area.min_col))
    return [
        fault("merged_cells", area.coord, row=area.min_row, value=area.coord)
        for area in ranges[:_MORE_FAULTS]
    ]


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return str(value)
    return value


def _blank(sheet) -> bool:
    return sheet.max_row == 1 and sheet.max_column == 1 and sheet.cell(1, 1).value is None
