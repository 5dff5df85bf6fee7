"""The grids and blocks of any plan, as they are, were, or will be.

`blocks` holds the present ones. A plan that changes blocks leaves the former ones in `past_blocks`, marked
with the last plan they were good for; one that waits for its day keeps its own in `plan_pieces`.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, select

from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.plans import find_plan
from gis_app.storage.tables import blocks, grids, past_blocks, plan_blocks, plan_pieces, plans

COLUMNS = ("block_code", "name", "community_code", "grid_code", "households", "land_use", "geometry")
_OWN = tuple(name for name in COLUMNS if name != "grid_code")


def read_grids(conn: Connection, plan_id: int) -> gpd.GeoDataFrame:
    """Return the grids of a plan ordered by code."""
    columns = [column for column in grids.columns if column.name != "plan_id"]
    query = select(*columns).where(grids.c.plan_id == plan_id).order_by(grids.c.grid_code)
    return read_frame(conn, query, columns)


def read_blocks(conn: Connection, plan_id: int) -> gpd.GeoDataFrame:
    """Return the blocks of a plan with their grid_code, ordered by code.

    Blocks without a grid are told for the plan in force alone: other plans know only those of their table.
    """
    plan = find_plan(conn, plan_id)
    table = read_table(conn, plan_id)
    present = _read(conn, blocks)
    if plan.state == "published":
        found = present
    else:
        found = _overlaid(present, _others(conn, plan)).pipe(
            lambda all_: all_[all_["block_code"].isin(table.index)]
        )
    found = found.sort_values("block_code", ignore_index=True)
    grid = found["block_code"].map(table).astype("str").replace("nan", None)
    return gpd.GeoDataFrame(found.assign(grid_code=grid)[list(COLUMNS)], geometry="geometry", crs=present.crs)


def read_table(conn: Connection, plan_id: int) -> pd.Series:
    """Return grid_code by block_code of a plan."""
    query = select(plan_blocks.c.block_code, plan_blocks.c.grid_code).where(plan_blocks.c.plan_id == plan_id)
    rows = conn.execute(query.order_by(plan_blocks.c.block_code)).all()
    codes = pd.Index([row.block_code for row in rows], dtype="str", name="block_code")
    return pd.Series([row.grid_code for row in rows], index=codes, dtype="str", name="grid_code")


def keep_blocks(conn: Connection, plan_id: int, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> int:
    """Keep the blocks of `before` that `after` no longer has as they were; return how many.

    `plan_id` is the last plan they were good for.
    """
    gone = before[~np.isin(_marks(before), _marks(after))]
    return write_frame(conn, past_blocks, gone[list(_OWN)], last_plan_id=plan_id)


def _others(conn: Connection, plan) -> gpd.GeoDataFrame:
    """Return the blocks that differ from the present ones under a plan, each once."""
    if plan.state == "superseded":
        later = past_blocks.c.last_plan_id >= plan.plan_id
        found = _read(conn, past_blocks, later, past_blocks.c.last_plan_id)
        return found.drop_duplicates("block_code", keep="first")
    waiting = (plan_pieces.c.plan_id <= plan.plan_id) & (
        (plan_pieces.c.plan_id == plan.plan_id)
        | plan_pieces.c.plan_id.in_(select(plans.c.plan_id).where(plans.c.state == "scheduled"))
    )
    return _read(conn, plan_pieces, waiting, plan_pieces.c.plan_id).drop_duplicates("block_code", keep="last")


def _overlaid(present: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kept = present[~present["block_code"].isin(others["block_code"])]
    return pd.concat([kept, others], ignore_index=True) if len(others) else kept


def _read(conn: Connection, table, where=None, order=None) -> gpd.GeoDataFrame:
    columns = [table.c[name] for name in _OWN]
    query = select(*columns) if where is None else select(*columns).where(where)
    return read_frame(conn, query if order is None else query.order_by(order), columns)


def _marks(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Return a number for each block that tells its content apart."""
    plain = {name: frame[name].fillna("").astype(str) for name in ("block_code", "name", "community_code")}
    plain |= {"households": frame["households"].fillna(0).astype("int64")}
    plain |= {"land_use": frame["land_use"].fillna("").astype(str)}
    plain |= {"shape": shapely.to_wkb(np.asarray(frame.geometry.values, dtype=object), output_dimension=2)}
    return pd.util.hash_pandas_object(pd.DataFrame(plain), index=False).to_numpy()
