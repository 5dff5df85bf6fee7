"""Writes workbooks (xlsx) whose text is text: a cell that begins like a formula is stored as a string.

Numbers stay numbers, dates are ISO 8601 texts, the first row of each sheet is bold and stays in sight.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST = 32_000


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, its header and its rows; `widths` in characters, by column."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]
    widths: Sequence[int] = field(default=())


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with these sheets."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title[:31])
        page.freeze_panes = "A2"
        for number, width in enumerate(sheet.widths):
            page.column_dimensions[chr(ord("A") + number)].width = width
        page.append([_bold(page, text) for text in sheet.header])
        for row in sheet.rows:
            page.append([_cell(page, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(page: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = _text(page, text)
    cell.font = Font(bold=True)
    return cell


def _cell(page: WriteOnlyWorksheet, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value if value == value else None
    return _text(page, str(value))


def _text(page: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]
    cell = WriteOnlyCell(page, value=f"'{clean}" if clean.lstrip(" ").startswith(FORMULA_STARTS) else clean)
    cell.data_type = "s"
    return cell
