"""Plans in the store: which one is in force when, and how new grids or blocks become the next one.

A published plan never changes. New grids, or new blocks, therefore come in as a new plan that supersedes the
one in force; only a plan that has none yet is completed. The grids of former plans stay, for the lineage.

Plans follow each other in a line: each has one base and one successor at most, which the database sees to.
The first is in force from ever, each next one from its moment on, up to that of its successor.
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, Row, Table, exists, func, insert, literal, or_, select, update

from gis_app import clock
from gis_app.errors import Conflict, NotFound
from gis_app.storage.frames import read_frame
from gis_app.storage.tables import grids, plan_blocks, plans

PUBLISHED = select(plans.c.plan_id).where(plans.c.state == "published")
IN_TIME = ("scheduled", "published", "superseded")
_LATEST = plans.c.effective_from.desc().nulls_last(), plans.c.plan_id.desc()


def published_plan(conn: Connection) -> int | None:
    """Return the id of the plan in force, or None."""
    return conn.execute(PUBLISHED).scalar_one_or_none()


def plan_in_force(conn: Connection, at: datetime) -> int | None:
    """Return the id of the plan in force at a moment (aware), or None where there is no plan at all."""
    begun = or_(plans.c.effective_from.is_(None), plans.c.effective_from <= at)
    query = select(plans.c.plan_id).where(plans.c.state.in_(IN_TIME), begun)
    return conn.execute(query.order_by(*_LATEST).limit(1)).scalar_one_or_none()


def last_plan(conn: Connection) -> int | None:
    """Return the plan that a new one would follow: the last that is scheduled, else the one in force."""
    query = select(plans.c.plan_id).where(plans.c.state.in_(("scheduled", "published")))
    return conn.execute(query.order_by(*_LATEST).limit(1)).scalar_one_or_none()


def find_plan(conn: Connection, plan_id: int) -> Row:
    """Return a plan; raises NotFound, also for one that was never to take effect."""
    row = conn.execute(select(plans).where(plans.c.plan_id == plan_id)).one_or_none()
    if row is None or row.state not in (*IN_TIME, "withdrawn"):
        raise NotFound("unknown_plan", "没有这个边界方案", {"plan_id": str(plan_id)})
    return row


def read_plans(conn: Connection) -> list[Row]:
    """Return every plan with its count of grids (`grids`), the latest first; drafts are none."""
    count = select(func.count()).where(grids.c.plan_id == plans.c.plan_id).scalar_subquery()
    shown = plans.c.state.in_((*IN_TIME, "withdrawn"))
    return list(conn.execute(select(plans, count.label("grids")).where(shown).order_by(*_LATEST)))


def plan_frame(conn: Connection) -> pd.DataFrame:
    """Return the columns of every plan that is, was or will be in force, the oldest first."""
    query = select(plans).where(plans.c.state.in_(IN_TIME)).order_by(plans.c.plan_id)
    return read_frame(conn, query, list(plans.columns))


def next_moment(conn: Connection) -> datetime | None:
    """Return the moment at which the next scheduled plan takes effect, None where none is."""
    due = select(plans.c.effective_from).where(plans.c.state == "scheduled")
    return conn.execute(due.order_by(plans.c.effective_from).limit(1)).scalar_one_or_none()


def due_plans(conn: Connection, now: datetime) -> list[int]:
    """Return the scheduled plans whose moment has come, in their order."""
    query = select(plans.c.plan_id).where(plans.c.state == "scheduled", plans.c.effective_from <= now)
    return list(conn.execute(query.order_by(plans.c.effective_from, plans.c.plan_id)).scalars())


def plan_to_fill(conn: Connection, table: Table) -> int:
    """Return the plan in force if it has no rows in `table` (grids or plan_blocks) yet, else its successor.

    The successor holds nothing so far; the plan it supersedes keeps its rows. Raises
    Conflict("plan_scheduled") where another plan already waits to follow the one in force.
    """
    current = published_plan(conn)
    now = clock.now()
    values = {"name": "", "state": "published", "version": 1, "created_at": now, "published_at": now}
    if current is not None:
        if not conn.execute(select(exists().where(table.c.plan_id == current))).scalar_one():
            return current
        if next_moment(conn) is not None:
            raise Conflict("plan_scheduled", "已有边界方案待生效，请先撤回该方案，或等它生效后再导入")
        supersede(conn, current, now)
        values |= {"base_plan_id": current, "effective_from": now}
    return conn.execute(insert(plans).values(values).returning(plans.c.plan_id)).scalar_one()


def supersede(conn: Connection, plan_id: int, at: datetime) -> None:
    """End the plan in force at a moment; raises Conflict where it is not in force any more."""
    the_plan = update(plans).where(plans.c.plan_id == plan_id, plans.c.state == "published")
    values = {"state": "superseded", "effective_to": at, "version": plans.c.version + 1}
    if conn.execute(the_plan.values(values)).rowcount != 1:
        raise Conflict("superseded_base", "原方案已被另一方案取代，请改到新方案上后重新提交")


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
