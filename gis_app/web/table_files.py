"""Writes a table's rows as CSV that a spreadsheet opens as it is: BOM, quoted, and never a formula.

A cell of text that begins with = + - @ TAB or CR would be run as a formula by the program that opens the
file; an apostrophe in front makes it text again. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import io

import pandas as pd

from gis_app.web import geojson, tables
from gis_app.web.table_columns import Table

BOM = b"\xef\xbb\xbf"
# The full-width forms are read like the plain ones by Chinese editions.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def as_csv(table: Table, rows: pd.DataFrame, lang: str) -> bytes:
    """Return the rows under the columns' titles as CSV bytes (UTF-8 with BOM, CRLF)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(str(column.label)) for column in table.columns])
    yes_no = {True: "是" if lang == "zh" else "yes", False: "否" if lang == "zh" else "no"}
    for row in geojson.records(tables.shown(table, rows, lang)):
        writer.writerow([_cell(value, yes_no) for value in row.values()])
    return BOM + out.getvalue().encode("utf-8", "replace")


def safe_cell(text: str) -> str:
    """Return the text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _cell(value: object, yes_no: dict[bool, str]) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_no[value]
    return value if isinstance(value, int | float) else safe_cell(str(value))
