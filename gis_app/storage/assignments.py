"""Who answers for where, in the store: organisations, zones, assignments and member counts as frames."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, delete, select

from gis_app import clock
from gis_app.errors import NotFound
from gis_app.storage import audit, member_history, tables
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.revision import bump_revision

TABLES = {
    table.name: table
    for table in (
        tables.organisations,
        tables.zones,
        tables.zone_communities,
        tables.assignments,
        tables.members,
        tables.substitutes,
    )
}


def read_table(conn: Connection, name: str) -> pd.DataFrame:
    """Return a table ordered by its key, "" where a text is unknown; raises NotFound for an unknown name."""
    table = _known(name)
    return read_frame(conn, select(table).order_by(*table.primary_key.columns), list(table.columns))


def read_tables(conn: Connection) -> dict[str, pd.DataFrame]:
    """Return every table by name, those of `TABLES`."""
    return {name: read_table(conn, name) for name in TABLES}


def replace_table(conn: Connection, name: str, frame: pd.DataFrame, actor: str = "system") -> int:
    """Put the rows of `frame` in place of a table and return the new revision.

    Raises NotFound for an unknown name and Conflict for a duplicate key.
    """
    table = _known(name)
    before = member_history.counts(conn) if name == "members" else None
    conn.execute(delete(table))
    write_frame(conn, table, frame)
    if before is not None and len(before):
        day = clock.now().date().isoformat()
        member_history.record_change(conn, before, member_history.counts(conn), day)
    number = bump_revision(conn)
    audit.append(conn, "assignments:table:replaced", actor, name, {"rows": len(frame), "revision": number})
    return number


def _known(name: str):
    if name not in TABLES:
        allowed = " ".join(TABLES)
        raise NotFound("unknown_table", f"没有名为“{name}”的表，可用的有：{allowed}", {"table": allowed})
    return TABLES[name]
