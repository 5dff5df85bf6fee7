"""From rows of cells to named columns: find the header, name every fault by its row."""

from __future__ import annotations

import re

import numpy as np
import shapely

from gis_app.errors import Fault, Rejected
from gis_app.exchange.columns import WKT, key
from gis_app.exchange.limits import Limits
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable, refuse
from gis_app.exchange.readers import open_rings
from gis_app.exchange.words import EXAMPLE

SHAPES_LONGER = 4  # times the text that a cell of words may have
_NAMED = re.compile(r"[(（]\s*EPSG:(\d{4,6})\s*[)）]", re.IGNORECASE)
_SRID = re.compile(r"\s*SRID=(\d{4,6});", re.IGNORECASE)
_WKT = re.compile(r"\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\b", re.IGNORECASE)


def table_from_cells(cells: list[list], limits: Limits, faults: list[Fault] | None = None) -> RawTable:
    """Make a table of rows of cells; None is an empty cell, row numbers count from 1 as in a spreadsheet.

    The first row that is not blank is the header. `faults` found before are kept.
    """
    faults = list(faults or [])
    start = next((i for i, row in enumerate(cells) if any(v is not None for v in row)), None)
    if start is None:
        raise refuse("empty_file")
    header = [str(v).strip() if v is not None else "" for v in cells[start]]
    while header and not header[-1]:
        header.pop()
    if len(header) > limits.columns:
        raise refuse("too_many_columns", value=len(header), detail=limits.columns)
    body = [(i + 1, row) for i, row in enumerate(cells[start + 1 :], start + 1) if _counts(row)]
    faults += _header_faults(header, body, start + 1) + _row_faults(header, body, limits)
    if not body:
        faults.append(fault("empty_layer_file", "file"))
    if any(found.is_error for found in faults) or not body:
        raise Rejected(faults)
    columns = {
        name: [row[at] if at < len(row) else None for _, row in body]
        for at, name in enumerate(header)
        if name
    }
    rows = [number for number, _ in body]
    crs = _stated_crs(columns)
    shapes, more = _shapes(columns, rows)
    return RawTable(columns, rows, shapes, crs if shapes is not None else None, faults + more)


def _counts(row: list) -> bool:
    """Tell whether a row is one of the data: neither blank nor the example of a template."""
    return any(value is not None for value in row) and row[0] != EXAMPLE


def _stated_crs(columns: dict[str, list]) -> str | None:
    """Return the system that the heading of the WKT names, or that every shape states in front of its own."""
    name = next((name for name in columns if key(name) in WKT), "")
    if named := _NAMED.search(name):
        return f"EPSG:{named[1]}"
    texts = columns.get(name, [])
    found = {_SRID.match(text)[1] if _SRID.match(text) else None for text in texts if isinstance(text, str)}
    return f"EPSG:{found.pop()}" if len(found) == 1 and None not in found else None


def _shapes(columns: dict[str, list], rows: list[int]) -> tuple[np.ndarray | None, list[Fault]]:
    """Read a column of WKT where there is one; the columns of points are another room's matter."""
    name = next((name for name in columns if key(name) in WKT), None)
    texts = columns.pop(name) if name is not None else []
    if not any(isinstance(text, str) and _WKT.match(text) for text in texts):
        return None, []
    shapes = shapely.from_wkt(np.array([_wkt(text) for text in texts], dtype=object), on_invalid="ignore")
    lost = shapely.is_missing(shapes) & np.array([text is not None for text in texts])
    faults = []
    for at in np.flatnonzero(lost):
        shapes[at] = open_rings.from_wkt(_wkt(texts[at]))
        broken = fault("broken_geometry", name, row=rows[at], value=str(texts[at])[:30])
        faults.append(broken if shapes[at] is None else open_rings.note(rows[at]))
    return shapely.force_2d(shapes), faults


def _wkt(text: object) -> str | None:
    return re.sub(r"^SRID=\d+;", "", text.strip(), flags=re.IGNORECASE) if isinstance(text, str) else None


def _header_faults(header: list[str], body: list, row: int) -> list[Fault]:
    faults = []
    for at, name in enumerate(header):
        if name and name in header[:at]:
            faults.append(fault("duplicate_column", name, row=row, value=name))
        if not name and any(at < len(cells) and cells[at] is not None for _, cells in body):
            faults.append(fault("blank_column", "header", row=row, value=at + 1))
    return faults


def _row_faults(header: list[str], body: list, limits: Limits) -> list[Fault]:
    faults = []
    longest = [limits.text_bytes * (SHAPES_LONGER if key(name) in WKT else 1) for name in header]
    for number, row in body:
        extra = [v for v in row[len(header) :] if v is not None]
        if extra:
            faults.append(fault("ragged_row", "row", row=number, value=len(extra)))
        for at, value in enumerate(row[: len(header)]):
            # a collection may hold collections as deep as it is long, so it has no longer text than words
            most = limits.text_bytes if "COLLECTION" in str(value)[:40].upper() else longest[at]
            if isinstance(value, str) and len(value) > most:
                found = fault("text_too_long", header[at], row=number, value=len(value), detail=most)
                faults.append(found)
    return faults
