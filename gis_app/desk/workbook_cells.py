"""How cells of the desk's workbooks look and hold their values: text stays text, whatever it begins with.

A text that a spreadsheet might take for a formula is stored as a string of text format that is marked as
quoted, so it is shown and read back exactly as it was and never reckoned, not even after it was edited.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from gis_app.exchange.spreadsheet import LONGEST

AUTHOR = "网格地图服务"
HEAD_FILL = PatternFill("solid", fgColor="FFDCE6F1")
WANTED_FILL = PatternFill("solid", fgColor="FFFCE4D6")
ERROR_FILL = PatternFill("solid", fgColor="FFFFC7CE")
WARNING_FILL = PatternFill("solid", fgColor="FFFFEB9C")
EXAMPLE_FONT = Font(italic=True, color="FF7F7F7F")
BOLD = Font(bold=True)
WRAP = Alignment(wrap_text=True, vertical="top")
THIN = Border(bottom=Side(style="thin", color="FF7F7F7F"))
TEXT_FORMAT, DAY_FORMAT, MOMENT_FORMAT = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
MOST_DIGITS = 15  # what a spreadsheet's number keeps


def clean(text: str) -> str:
    """Return text as a cell can hold it."""
    return _NOT_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST]


def set_text(cell, text: str) -> None:
    """Put text into a cell so that it is never a formula and comes back equal."""
    cell.value = clean(text)
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    cell.quotePrefix = True


class Pen:
    """Writes the values of a streamed sheet into cells, the same two over and over where nothing is marked.

    A streamed sheet writes each cell before it asks for the next, so a row must be given as an iterator.
    """

    def __init__(self, page) -> None:
        self._page = page
        self._text, self._number = text_cell(page, ""), WriteOnlyCell(page)

    def row(self, values: Iterable[object], marked: Mapping[int, WriteOnlyCell]) -> Iterator[object]:
        """Yield a cell for each value as it came, or the marked cell of its position."""
        for position, value in enumerate(values):
            yield marked[position] if position in marked else self._cell(value)

    def _cell(self, value: object) -> WriteOnlyCell | None:
        plain = plain_value(value)
        if plain is None:
            return None
        if isinstance(plain, str):
            self._text.value = plain
            self._text.data_type = "s"
            return self._text
        self._number.value = plain
        return self._number


def plain_value(value: object) -> object:
    """Return a value as a cell keeps it: numbers a spreadsheet can hold, text for everything else."""
    if isinstance(value, str):
        return clean(value)
    if value is None or value != value:
        return None
    if isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < 10**MOST_DIGITS):
        return value
    return clean(value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value))


def text_cell(page, text: str) -> WriteOnlyCell:
    """Return a cell of text for a streamed sheet."""
    cell = WriteOnlyCell(page)
    set_text(cell, text)
    return cell


def value_cell(page, value: object) -> WriteOnlyCell:
    """Return a cell of its own that holds a value as it came."""
    plain = plain_value(value)
    return text_cell(page, plain) if isinstance(plain, str) else WriteOnlyCell(page, value=plain)


def note(text: str, width: int = 320) -> Comment:
    """Return a comment that is large enough for its text."""
    lines = sum(1 + len(line) // 22 for line in text.split("\n"))
    return Comment(clean(text), AUTHOR, height=min(40 + 20 * lines, 600), width=width)
