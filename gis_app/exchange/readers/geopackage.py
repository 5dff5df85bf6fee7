"""Look at a GeoPackage as the SQLite file it is, before GDAL does: whole, and only tables.

A view or a virtual table can call functions that read other files; GDAL registers several.
"""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import check_longest, refuse

_HEADER = 100
VERTEX_BYTES = 40  # four numbers, and some room for the heads of rings


def check(path: Path, limits: Limits) -> None:
    """Raise Rejected for a file cut short, for views, for virtual tables other than spatial indexes, and for
    a shape of too many vertices, which SQLite can tell without reading it.
    """
    head = path.read_bytes()[:_HEADER]
    if len(head) < _HEADER:
        raise refuse("reader_failed", value="SQLite")
    page = struct.unpack(">H", head[16:18])[0]
    pages = struct.unpack(">I", head[28:32])[0]
    if pages * (65536 if page == 1 else page) > path.stat().st_size:
        raise refuse("reader_failed", value="SQLite")
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            connection.execute("PRAGMA trusted_schema=OFF")
            rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
            longest = _longest_shape(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise refuse("reader_failed", value=str(error)) from None
    unsafe = [name for kind, name, sql in rows if kind == "view" or _foreign_virtual(kind, sql)]
    if unsafe:
        raise refuse("gpkg_unsafe", value="、".join(map(str, unsafe)))
    check_longest(longest, VERTEX_BYTES, limits)


def _longest_shape(connection: sqlite3.Connection) -> int:
    """Return the bytes of the longest shape of all layers."""
    layers = connection.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
    longest = 0
    for layer in layers:
        table, column = (str(name).replace('"', '""') for name in layer)
        found = connection.execute(f'SELECT max(length("{column}")) FROM "{table}"').fetchone()
        longest = max(longest, int(found[0] or 0))
    return longest


def _foreign_virtual(kind: str, sql: str) -> bool:
    words = " ".join(sql.lower().split())
    return kind == "table" and words.startswith("create virtual table") and " using rtree" not in words
