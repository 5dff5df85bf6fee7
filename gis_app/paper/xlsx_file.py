"""A report as a workbook: a cover, a sheet for each table with all of its rows, and the rules.

Numbers are numbers with a format, so that they can be reckoned with; a text that a spreadsheet could take for
a formula is kept as text.
"""

from __future__ import annotations

import io
import re

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gis_app.exchange.spreadsheet import FORMULA_STARTS, LONGEST
from gis_app.paper.document import (
    CHANGE,
    NUMBER,
    POINTS,
    RATE,
    WHOLE,
    Cell,
    Document,
    Paragraph,
    Table,
    Value,
    plain,
)
from gis_app.paper.document_zip import dated
from gis_app.paper.text import clean

FORMATS = {
    RATE: "0.0%",
    WHOLE: "#,##0",
    NUMBER: "#,##0.0",
    POINTS: "+0.0%;-0.0%;0.0%",
    CHANGE: "+#,##0;-#,##0;0",
}
FONT = "等线"
WIDEST, NARROWEST, LONGEST_TITLE = 60, 9, 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_HEAD = PatternFill("solid", fgColor="FFEEF2F1")
_UNDER = Border(bottom=Side("thin", color="FF1B2733"))


def xlsx(made: Document) -> bytes:
    """Return the report as a workbook."""
    book = Workbook()
    book.properties.creator, book.properties.title = made.county, f"{made.title} {made.period}"
    book.properties.language = {"zh": "zh-CN"}.get(made.language, made.language)
    _cover(book.active, made)
    for table in made.tables():
        _sheet(book, table)
    _notes(book, made)
    out = io.BytesIO()
    book.save(out)
    return dated(out.getvalue(), made.created)


def _cover(page: Worksheet, made: Document) -> None:
    page.title = _title(page.parent, made.words["cover_sheet"])
    rows = [(made.title, ""), (made.county, ""), (made.period, ""), ("", ""), *made.facts]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            _text(page.cell(number, column), text)
    page["A1"].font = Font(FONT, size=18, bold=True)
    page["A3"].font = Font(FONT, size=13, bold=True)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 18, 60
    start = len(rows) + 2
    for number, (title, count) in enumerate(((one.title, len(one.rows)) for one in made.tables()), start):
        _text(page.cell(number, 1), title)
        page.cell(number, 2, count).alignment = Alignment(horizontal="left")


def _sheet(book: Workbook, table: Table) -> None:
    page = book.create_sheet(_title(book, table.title))
    page.freeze_panes = "A2"
    for number, column in enumerate(table.columns, 1):
        head = _text(page.cell(1, number), column.title)
        head.font, head.fill, head.border = Font(FONT, bold=True), _HEAD, _UNDER
        head.alignment = Alignment(horizontal=column.aligned, vertical="center", wrap_text=True)
    for row, values in enumerate(table.rows, 2):
        for number, (value, column) in enumerate(zip(values, table.columns, strict=True), 1):
            _put(page.cell(row, number), value, column.kind, column.aligned)
    if table.rows:
        page.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    else:
        _text(page.cell(2, 1), table.empty)
    _widths(page, table)
    page.print_title_rows = "1:1"
    page.page_setup.paperSize, page.page_setup.fitToHeight = page.PAPERSIZE_A4, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _put(cell: SheetCell, value: Value, kind: str, aligned: str) -> None:
    value = plain(value)
    if isinstance(value, Cell):
        value, kind = plain(value.value), value.kind
    cell.font = Font(FONT)
    cell.alignment = Alignment(horizontal=aligned, vertical="center", wrap_text=isinstance(value, str))
    if isinstance(value, str):
        _text(cell, value)
    elif value is not None:
        cell.value = value
        cell.number_format = FORMATS.get(kind, "General")


def _text(cell: SheetCell, text: str) -> SheetCell:
    told = clean(text)[:LONGEST]
    cell.value = f"'{told}" if told.startswith(FORMULA_STARTS) else told
    cell.data_type = "s"
    cell.font = Font(FONT)
    return cell


def _widths(page: Worksheet, table: Table) -> None:
    for number, column in enumerate(table.columns):
        texts = [row[number] for row in table.rows[:500] if isinstance(row[number], str)]
        longest = max((_wide(text) for text in [column.title, *texts]), default=NARROWEST)
        width = min(max(longest + 3, NARROWEST), WIDEST)
        page.column_dimensions[get_column_letter(number + 1)].width = width


def _wide(text: str) -> int:
    return sum(1 if ord(character) < 0x2E80 else 2 for character in text)


def _notes(book: Workbook, made: Document) -> None:
    """Write what stands in words below the tables and in the appendix."""
    page = book.create_sheet(_title(book, made.words["rules_sheet"]))
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 24, 110
    texts = [(one.title, one.note) for one in made.tables() if one.note]
    texts += [("", block.text) for block in made.sections[-1].blocks if isinstance(block, Paragraph)]
    for row, pair in enumerate(texts, 1):
        for column, text in enumerate(pair, 1):
            cell = _text(page.cell(row, column), text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    page.freeze_panes = "B1"


def _title(book: Workbook, text: str) -> str:
    """Return a name for a sheet that no other has, without what names may not hold."""
    told = clean(_NOT_IN_TITLES.sub(" ", text)) or "-"
    name, number = told[:LONGEST_TITLE], 2
    while name.lower() in {other.lower() for other in book.sheetnames}:
        end = f" {number}"
        name, number = told[: LONGEST_TITLE - len(end)] + end, number + 1
    return name
