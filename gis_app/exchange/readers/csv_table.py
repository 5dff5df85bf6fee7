"""Read a CSV table: its encoding and delimiter found out, its rows counted as a spreadsheet shows them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import RawTable, refuse
from gis_app.exchange.readers.grid_of_cells import table_from_cells

DELIMITERS = ",\t;|，"


def read(path: Path, request: dict, limits: Limits) -> RawTable:
    """Read all rows of a CSV, TSV or semicolon table."""
    text, encoding = _decoded(path.read_bytes())
    csv.field_size_limit(limits.text_bytes * 4)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    cells = []
    try:
        for line in lines:
            cells.append([value.strip() or None for value in line])
            if len(cells) > limits.features + 1:
                raise refuse("too_many_features", value=len(cells), detail=limits.features)
    except csv.Error as error:
        raise refuse("reader_failed", value=str(error)) from None
    table = table_from_cells(cells, limits)
    table.encoding = encoding
    return table


def decode(data: bytes) -> str:
    """Return the text of a table in UTF-8, UTF-16 (with mark) or GB 18030; raise Rejected otherwise."""
    return _decoded(data)[0]


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), "UTF-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding.upper().removesuffix("-SIG")
    raise refuse("table_encoding")


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {mark: first.count(mark) for mark in DELIMITERS}
    best = max(counts, key=counts.get)
    return best if counts[best] else ","
