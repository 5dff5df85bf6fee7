"""Plans in the store: which one is in force, and how new grids or blocks become the next one.

A published plan never changes. New grids, or new blocks, therefore come in as a new plan that supersedes the
one in force; only a plan that has none yet is completed. The grids of former plans stay, for the lineage.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, Table, exists, insert, literal, select, update

from gis_app import clock
from gis_app.storage.frames import read_frame
from gis_app.storage.tables import grids, plan_blocks, plans

PUBLISHED = select(plans.c.plan_id).where(plans.c.state == "published")


def published_plan(conn: Connection) -> int | None:
    """Return the id of the plan in force, or None."""
    return conn.execute(PUBLISHED).scalar_one_or_none()


def read_plans(conn: Connection) -> pd.DataFrame:
    """Return every plan, the oldest first."""
    return read_frame(conn, select(plans).order_by(plans.c.plan_id), list(plans.columns))


def plan_to_fill(conn: Connection, table: Table) -> int:
    """Return the plan in force if it has no rows in `table` (grids or plan_blocks) yet, else its successor.

    The successor holds nothing so far; the plan it supersedes keeps its rows.
    """
    current = published_plan(conn)
    if current is not None:
        if not conn.execute(select(exists().where(table.c.plan_id == current))).scalar_one():
            return current
        supersede = update(plans).where(plans.c.plan_id == current, plans.c.state == "published")
        conn.execute(supersede.values(state="superseded", version=plans.c.version + 1))
    now = clock.now()
    published = insert(plans).values(name="", state="published", version=1, created_at=now, published_at=now)
    return conn.execute(published.returning(plans.c.plan_id)).scalar_one()


def carry_grids(conn: Connection, before: int | None, after: int) -> None:
    """Copy the grids of plan `before` into plan `after`, when these are two."""
    if before in (None, after):
        return
    columns = [column for column in grids.columns if column.name != "plan_id"]
    rows = select(literal(after), *columns).where(grids.c.plan_id == before)
    conn.execute(insert(grids).from_select(["plan_id", *(column.name for column in columns)], rows))


def carry_blocks(conn: Connection, before: int | None, after: int) -> None:
    """Copy block → grid of plan `before` into plan `after` for every grid that both have."""
    if before in (None, after):
        return
    kept = select(grids.c.grid_code).where(grids.c.plan_id == after)
    rows = select(literal(after), plan_blocks.c.block_code, plan_blocks.c.grid_code).where(
        plan_blocks.c.plan_id == before, plan_blocks.c.grid_code.in_(kept)
    )
    conn.execute(insert(plan_blocks).from_select(["plan_id", "block_code", "grid_code"], rows))
