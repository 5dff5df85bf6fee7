"""How much of a grid was looked at on a day, in the store: two numbers, and nothing of who looked.

No row of the audit trail either: one with a name and a time for every tick would be the track of a worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from gis_app.storage.tables import patrol_counts


def set_count(conn: Connection, grid_code: str, day: date, done: int, total: int) -> None:
    """Set how many of the places of a grid were looked at on a day; what was said last counts."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    told = {"done": done, "total": total}
    row = dialect.insert(patrol_counts).values(grid_code=grid_code, day=day.isoformat(), **told)
    conn.execute(row.on_conflict_do_update(index_elements=["grid_code", "day"], set_=told))


def read_counts(conn: Connection, first: date, last: date) -> Sequence[Row]:
    """Return (grid_code, day, done, total) of the days from first to last, by day and grid."""
    table = patrol_counts.c
    query = select(table.grid_code, table.day, table.done, table.total)
    days = query.where(table.day.between(first.isoformat(), last.isoformat()))
    return conn.execute(days.order_by(table.day, table.grid_code)).all()
