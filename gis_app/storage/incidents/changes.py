"""The change number: one number that grows with every change of any incident.

Each incident keeps the number of its own latest change, so whoever keeps a copy asks for what came since. On
PostgreSQL the row of the number is locked to the end of the transaction, so numbers become visible in order
and none is ever missed; for the same reason every verb takes its number before it touches anything else.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from sqlalchemy import Connection, select, update

from gis_app.storage.incidents.columns import CHANGED, wide_frame
from gis_app.storage.tables import incident_changes, incidents

_NUMBER = select(incident_changes.c.number)
_REPLACED = select(incident_changes.c.replaced_at_number)
ROWS_AT_ONCE = 50_000


def change_number(conn: Connection) -> int:
    """Return the number of the latest change; 0 for a store without incidents."""
    return conn.execute(_NUMBER).scalar_one()


def replaced_at_number(conn: Connection) -> int:
    """Return the number at which incidents were last replaced wholesale.

    A copy that is older than this may hold incidents that are gone, and has to start from 0.
    """
    return conn.execute(_REPLACED).scalar_one()


def changed_since(
    conn: Connection, number: int, limit: int = ROWS_AT_ONCE, columns: Collection[str] | None = None
) -> pd.DataFrame:
    """Return the incidents changed after `number`, at most `limit`, in the order of their change.

    Ask again from the last row's change_number until fewer come. Texts are "str", counts "int64", places
    "float64", moments datetime64 at +08:00 with NaT where unknown; contacts and `extra` are left out. With
    `columns` only these, which is quicker; change_number is always one of them.
    """
    wanted = CHANGED
    if columns is not None:
        wanted = tuple(one for one in CHANGED if one.name in columns or one.name == "change_number")
    query = select(*wanted).where(incidents.c.change_number > number)
    return wide_frame(conn, query.order_by(incidents.c.change_number).limit(limit))


def take_numbers(conn: Connection, count: int = 1) -> int:
    """Raise the number by `count` within the transaction and return the last of them; other writers wait."""
    grown = update(incident_changes).values(number=incident_changes.c.number + count)
    return conn.execute(grown.returning(incident_changes.c.number)).scalar_one()


def hold_reports(conn: Connection) -> None:
    """Let other writers of incidents wait to the end of this transaction, before it locks anything else."""
    take_numbers(conn, 0)


def note_replacement(conn: Connection, number: int) -> None:
    """Note that incidents were replaced wholesale at change `number`."""
    conn.execute(update(incident_changes).values(replaced_at_number=number))
