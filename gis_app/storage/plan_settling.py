"""The grid of something that was placed under one plan and matters under a later one.

A report is placed by what was in force when it was looked at, and an incident may be opened again long after
it was closed: both go to the grid that their place lies in now. Rare, so nothing is prepared for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select

from gis_app.geo.lookup import AreaIndex
from gis_app.storage.plan_layers import read_grids
from gis_app.storage.plans import published_plan
from gis_app.storage.tables import grids, incidents, plan_handovers, plan_lineage, plans


def settled_grid(
    conn: Connection, plan_id: int | None, grid_code: str, lon: float | None, lat: float | None
) -> str:
    """Return the grid, under the plan in force, of what was placed in `grid_code` under plan `plan_id`."""
    now = published_plan(conn)
    if now is None or plan_id in (None, now) or not grid_code:
        return grid_code
    heir = _heir(conn, plan_id, now, grid_code)
    if lon is not None and lat is not None:
        before, after = (_at(conn, one, lon, lat) for one in (plan_id, now))
        if after and (before == grid_code or heir != grid_code):
            return after
    return heir


def settled_incident(conn: Connection, code: str) -> dict[str, Any]:
    """Return the columns to change of an incident that is opened again under another plan, none if it stays.

    What it was before is kept among what was handed over.
    """
    wanted = (incidents.c[name] for name in ("plan_id", "grid_code", "lon", "lat"))
    row = conn.execute(select(*wanted).where(incidents.c.incident_code == code)).one_or_none()
    if row is None:
        return {}
    grid, now = settled_grid(conn, *row), published_plan(conn)
    if grid == row.grid_code:
        return {}
    told = {"from_code": row.grid_code, "to_code": grid, "subject": code, "amount": row.plan_id or 0}
    conn.execute(insert(plan_handovers).values(plan_id=now, kind="incident", **told))
    return {"grid_code": grid, "plan_id": now}


def _at(conn: Connection, plan_id: int, lon: float, lat: float) -> str | None:
    frame = read_grids(conn, plan_id)
    return AreaIndex(frame.geometry.values, frame["grid_code"]).at(np.array([[lon, lat]]))[0]


def _heir(conn: Connection, plan_id: int, now: int, grid_code: str) -> str:
    """Return where a grid's households mostly went, plan after plan up to `now`."""
    following = select(plans.c.plan_id, plans.c.base_plan_id).where(plans.c.state != "withdrawn")
    successor = {row.base_plan_id: row.plan_id for row in conn.execute(following)}
    while plan_id != now and grid_code:
        plan_id = successor.get(plan_id, now)
        if not _exists(conn, plan_id, grid_code):
            grid_code = _largest(conn, plan_id, grid_code)
    return grid_code


def _exists(conn: Connection, plan_id: int, grid_code: str) -> bool:
    the_grid = (grids.c.plan_id == plan_id) & (grids.c.grid_code == grid_code)
    return conn.execute(select(grids.c.grid_code).where(the_grid)).one_or_none() is not None


def _largest(conn: Connection, plan_id: int, grid_code: str) -> str:
    line = plan_lineage.c
    query = select(line.to_grid).where(line.plan_id == plan_id, line.from_grid == grid_code)
    ranked = query.order_by(line.households.desc(), line.share_from.desc(), line.to_grid).limit(1)
    return conn.execute(ranked).scalar_one_or_none() or ""
