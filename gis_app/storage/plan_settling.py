"""The grid of something that was placed under one plan and comes in under the next.

A report is placed by what was in force when it was looked at; where the next plan takes effect before it is
written, it goes to the grid that its place lies in now. Rare, so nothing is prepared for it.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import Connection, select

from gis_app.geo.lookup import AreaIndex
from gis_app.storage.plan_layers import read_grids
from gis_app.storage.plans import published_plan
from gis_app.storage.tables import grids, plan_lineage


def settled_grid(
    conn: Connection, plan_id: int | None, grid_code: str, lon: float | None, lat: float | None
) -> str:
    """Return the grid, under the plan in force, of what was placed in `grid_code` under plan `plan_id`."""
    now = published_plan(conn)
    if now is None or plan_id in (None, now) or not grid_code:
        return grid_code
    if lon is not None and lat is not None:
        before, after = (_at(conn, one, lon, lat) for one in (plan_id, now))
        if after and (before == grid_code or not _exists(conn, now, grid_code)):
            return after
    return grid_code if _exists(conn, now, grid_code) else _heir(conn, now, grid_code)


def _at(conn: Connection, plan_id: int, lon: float, lat: float) -> str | None:
    frame = read_grids(conn, plan_id)
    return AreaIndex(frame.geometry.values, frame["grid_code"]).at(np.array([[lon, lat]]))[0]


def _exists(conn: Connection, plan_id: int, grid_code: str) -> bool:
    the_grid = (grids.c.plan_id == plan_id) & (grids.c.grid_code == grid_code)
    return conn.execute(select(grids.c.grid_code).where(the_grid)).one_or_none() is not None


def _heir(conn: Connection, plan_id: int, grid_code: str) -> str:
    line = plan_lineage.c
    query = select(line.to_grid).where(line.plan_id == plan_id, line.from_grid == grid_code)
    ranked = query.order_by(line.households.desc(), line.share_from.desc(), line.to_grid).limit(1)
    return conn.execute(ranked).scalar_one_or_none() or ""
