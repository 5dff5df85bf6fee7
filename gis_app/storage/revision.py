"""The revision: one number that grows with every change of what a map is made from.

It is the ETag of every map and layer; whoever changes a layer bumps it in the same transaction.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from gis_app import clock
from gis_app.storage.tables import revision as table


def revision(conn: Connection) -> int:
    """Return the current revision; 0 for a store that was never filled."""
    return conn.execute(select(table.c.number)).scalar_one()


def layers_number(conn: Connection) -> int:
    """Return the revision at which a layer last changed: what is made of layers alone is good since then."""
    return conn.execute(select(table.c.layers_number)).scalar_one()


def bump_revision(conn: Connection, layers: bool = False) -> int:
    """Raise the revision by one within the transaction of `conn` and return the new number.

    `layers` says that a layer changed.
    """
    values = {"number": table.c.number + 1, "changed_at": clock.now()}
    if layers:
        values["layers_number"] = table.c.number + 1
    return conn.execute(update(table).values(values).returning(table.c.number)).scalar_one()
