"""A plan written as a whole, and the moment it takes effect: its rows, its lineage, the blocks it changes.

Rows come in while a plan waits; on its moment the one before is superseded, and what it changes of blocks,
buildings and communities becomes the present.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update

from gis_app.errors import Conflict
from gis_app.layers.derive import union
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.plan_layers import keep_blocks
from gis_app.storage.plans import supersede
from gis_app.storage.tables import (
    blocks,
    buildings,
    communities,
    grids,
    plan_blocks,
    plan_lineage,
    plan_piece_buildings,
    plan_pieces,
    plans,
    subdistricts,
)

AT_ONCE = 500
# Areas whose outline moves with the blocks of their communities: table -> digits of its code
OUTLINES = {communities: 12, subdistricts: 9}


def insert_plan(
    conn: Connection,
    values: Mapping[str, Any],
    layer: gpd.GeoDataFrame,
    table: pd.Series,
    lineage: pd.DataFrame,
    pieces: gpd.GeoDataFrame,
    piece_buildings: pd.DataFrame,
) -> int:
    """Write a plan that waits for its moment and return its number."""
    waiting = insert(plans).values({**values, "state": "scheduled"})
    plan_id = conn.execute(waiting.returning(plans.c.plan_id)).scalar_one()
    write_frame(conn, grids, layer, plan_id=plan_id)
    placed = table.rename_axis("block_code").rename("grid_code").dropna().reset_index()
    write_frame(conn, plan_blocks, placed, plan_id=plan_id)
    write_frame(conn, plan_lineage, lineage, plan_id=plan_id)
    write_frame(conn, plan_pieces, pieces, plan_id=plan_id)
    write_frame(conn, plan_piece_buildings, piece_buildings, plan_id=plan_id)
    return plan_id


def used_codes(conn: Connection, without: int | None = None) -> set[str]:
    """Return every grid code that any plan (but one) ever gave, those of withdrawn plans too."""
    query = select(grids.c.grid_code).distinct()
    query = query if without is None else query.where(grids.c.plan_id != without)
    return set(conn.execute(query).scalars())


def read_lineage(conn: Connection, plan_id: int) -> pd.DataFrame:
    """Return from_grid, to_grid, kind, households, share_from and share_to of a plan against its base."""
    columns = [column for column in plan_lineage.columns if column.name != "plan_id"]
    query = select(*columns).where(plan_lineage.c.plan_id == plan_id)
    return read_frame(conn, query.order_by(plan_lineage.c.from_grid, plan_lineage.c.to_grid), columns)


def make_effective(conn: Connection, plan: Row) -> None:
    """Let a scheduled plan take the place of its base; raises Conflict where either is not as it was."""
    supersede(conn, plan.base_plan_id, plan.effective_from)
    the_plan = (plans.c.plan_id == plan.plan_id) & (plans.c.state == "scheduled")
    taken = update(plans).where(the_plan).values(state="published", version=plans.c.version + 1)
    if conn.execute(taken).rowcount != 1:
        raise Conflict("plan_not_scheduled", "方案已生效或已撤回")
    _change_blocks(conn, plan)


def withdraw_plan(conn: Connection, plan_id: int) -> None:
    """Take a scheduled plan back; raises Conflict where it is in force already."""
    the_plan = (plans.c.plan_id == plan_id) & (plans.c.state == "scheduled")
    taken = update(plans).where(the_plan).values(state="withdrawn", version=plans.c.version + 1)
    if conn.execute(taken).rowcount != 1:
        raise Conflict("draft_is_published", "方案已生效，不能撤回；需要修改请发布新方案")


def _change_blocks(conn: Connection, plan: Row) -> None:
    columns = [column for column in plan_pieces.columns if column.name != "plan_id"]
    pieces = read_frame(conn, select(*columns).where(plan_pieces.c.plan_id == plan.plan_id), columns)
    if not len(pieces):
        return
    codes = sorted({*pieces["parent_code"], *pieces["block_code"]} - {""})
    own = list(blocks.columns)
    before = pd.concat(
        [read_frame(conn, select(*own).where(blocks.c.block_code.in_(part)), own) for part in _parts(codes)]
    )
    _move_outlines(conn, before, pieces)
    keep_blocks(conn, plan.base_plan_id, before, pieces)
    for part in _parts(codes):
        conn.execute(delete(blocks).where(blocks.c.block_code.in_(part)))
    write_frame(conn, blocks, pieces)
    _move_buildings(conn, plan.plan_id, sorted(set(before["block_code"]) - set(pieces["block_code"])))


def _move_buildings(conn: Connection, plan_id: int, gone: list[str]) -> None:
    """Let buildings belong to the piece they stand on; one that came since is placed by where it is."""
    columns = [plan_piece_buildings.c.building_code, plan_piece_buildings.c.block_code]
    query = select(*columns).where(plan_piece_buildings.c.plan_id == plan_id)
    moves = [{"the_code": row.building_code, "to": row.block_code} for row in conn.execute(query)]
    if moves:
        the_row = buildings.c.building_code == bindparam("the_code")
        conn.execute(update(buildings).where(the_row).values(block_code=bindparam("to")), moves)
    for part in _parts(gone):
        conn.execute(update(buildings).where(buildings.c.block_code.in_(part)).values(block_code=None))


def _move_outlines(conn: Connection, before: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame) -> None:
    """Give communities and subdistricts the blocks that come to them, and take those that go."""
    was = pieces["parent_code"].map(before.set_index("block_code")["community_code"]).fillna("")
    now = pieces["community_code"].fillna("").astype(str)
    for table, digits in OUTLINES.items():
        old, new = was.str[:digits], now.str[:digits]
        moved = (old != new).to_numpy() & (was != "").to_numpy()
        shapes = np.asarray(pieces.geometry.values, dtype=object)
        for code in sorted({*old[moved], *new[moved]} - {""}):
            lost, won = (shapes[moved & (side == code).to_numpy()] for side in (old, new))
            _move_outline(conn, table, code, lost, won)


def _move_outline(conn: Connection, table: Table, code: str, lost: np.ndarray, won: np.ndarray) -> None:
    key, *_ = table.primary_key.columns
    found = read_frame(conn, select(key, table.c.geometry).where(key == code), [key, table.c.geometry])
    for outline in found.geometry:
        if len(lost):
            outline = shapely.difference(outline, union(lost))
        if len(won):
            outline = union(np.array([outline, *won], dtype=object))
        wkb = shapely.to_wkb(outline, output_dimension=2)
        conn.execute(update(table).where(key == code).values(geometry=wkb))


def _parts(codes: list[str]) -> list[list[str]]:
    return [codes[start : start + AT_ONCE] for start in range(0, len(codes), AT_ONCE)]
