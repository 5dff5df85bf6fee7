"""Rows of a table as plain JSON and back, so that what an import replaced can be put back as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, insert, select

from gis_app.storage.geometry import Geometry, Moment

AT_ONCE = 500  # keys in one statement
ROWS_AT_ONCE = 5_000


def kept_rows(conn: Connection, table: Table, key: Column, keys: Sequence[str] | None = None) -> list[dict]:
    """Return rows as JSON, ordered by key: moments ISO 8601, shapes hexadecimal WKB.

    Without `keys` all rows of the table.
    """
    query = select(table).order_by(key)
    if keys is None:
        found = conn.execute(query).mappings().all()
    else:
        parts = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
        found = [row for part in parts for row in conn.execute(query.where(key.in_(part))).mappings()]
        found.sort(key=lambda row: row[key.name])
    told = {column.name: _TELL.get(type(column.type), _as_it_is) for column in table.columns}
    return [{name: tell(row[name]) for name, tell in told.items()} for row in found]


def restore_rows(conn: Connection, table: Table, rows: Sequence[dict]) -> None:
    """Insert rows that `kept_rows` returned."""
    taken = {column.name: _TAKE.get(type(column.type), _as_it_is) for column in table.columns}
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        conn.execute(insert(table), [{name: taken[name](row[name]) for name in row} for row in part])


def delete_rows(conn: Connection, key: Column, keys: Sequence[str]) -> int:
    """Delete the rows with these keys and return how many there were."""
    parts = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
    return sum(conn.execute(delete(key.table).where(key.in_(part))).rowcount for part in parts)


def digest(rows: Sequence[dict]) -> str:
    """Return a checksum of rows that `kept_rows` returned, in their order."""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _as_it_is(value: object) -> object:
    return value


def _moment_told(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _moment_taken(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _shape_told(value: bytes | None) -> str | None:
    return bytes(value).hex() if value else None


def _shape_taken(text: str | None) -> bytes | None:
    return bytes.fromhex(text) if text else None


_TELL = {Moment: _moment_told, Geometry: _shape_told}
_TAKE = {Moment: _moment_taken, Geometry: _shape_taken}
