"""Rows that several people may change at once: the version check is the write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update

from gis_app.errors import Conflict, NotFound


def insert_row(conn: Connection, table: Table, values: Mapping[str, Any]) -> Any:
    """Insert a row and return its key; raises ValueError for a column that the table does not have."""
    key = _key(table)
    return conn.execute(insert(table).values(_known(table, values)).returning(key)).scalar_one()


def update_row(conn: Connection, table: Table, key: Any, version: int, values: Mapping[str, Any]) -> int:
    """Change the row that is still at `version` and return its new version.

    Raises NotFound for an unknown key and Conflict("stale_version") when somebody was first.
    """
    the_row = (_key(table) == key) & (table.c.version == version)
    changed = {**_known(table, values), "version": version + 1}
    if conn.execute(update(table).where(the_row).values(changed)).rowcount != 1:
        find_row(conn, table, key)
        raise Conflict("stale_version", "内容已被他人修改，请刷新后重试")
    return version + 1


def find_row(conn: Connection, table: Table, key: Any) -> Row:
    """Return a row with all its columns; raises NotFound."""
    row = conn.execute(select(table).where(_key(table) == key)).one_or_none()
    if row is None:
        raise NotFound(f"unknown_{table.name.rstrip('s')}", "没有找到该记录", {_key(table).name: str(key)})
    return row


def _key(table: Table):
    return next(iter(table.primary_key.columns))


def _known(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    for name in values:
        if name not in table.c or name == "version":
            raise ValueError(f"{table.name} has no {name} to set")
    return dict(values)
