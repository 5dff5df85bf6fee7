"""The layers in the store: read as GeoDataFrames, replaced whole.

Replacing a layer bumps the revision and appends an audit row in the same transaction, so that a map never
shows half a change and no change goes unrecorded.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
from sqlalchemy import Connection, Select, and_, delete, select

from gis_app.errors import NotFound
from gis_app.storage import audit, plan_layers, plans, station_versions, tables
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.revision import bump_revision, revision

__all__ = [
    "LAYER_NAMES", "bump_revision", "put_layers", "read_layer", "read_layers", "replace_layer", "revision",
]  # fmt: skip

_PLAIN = {
    table.name: table
    for table in (
        tables.county,
        tables.subdistricts,
        tables.communities,
        tables.buildings,
        tables.streets,
        tables.water,
        tables.stations,
        tables.gates,
    )
}
LAYER_NAMES = (
    "county", "subdistricts", "communities", "grids", "blocks", "buildings", "streets", "water", "stations",
    "gates",
)  # fmt: skip


def _grids_query() -> Select:
    columns = [column for column in tables.grids.columns if column.name != "plan_id"]
    in_force = plans.PUBLISHED.scalar_subquery()
    return select(*columns).where(tables.grids.c.plan_id == in_force).order_by(tables.grids.c.grid_code)


def _blocks_query() -> Select:
    block, table = tables.blocks.c, tables.plan_blocks
    in_force = and_(
        table.c.block_code == block.block_code, table.c.plan_id == plans.PUBLISHED.scalar_subquery()
    )
    return (
        select(
            block.block_code,
            block.name,
            block.community_code,
            table.c.grid_code,
            block.households,
            block.land_use,
            block.geometry,
        )
        .select_from(tables.blocks.outerjoin(table, in_force))
        .order_by(block.block_code)
    )


def _plain_query(table) -> Select:
    return select(table).order_by(*table.primary_key.columns)


_QUERIES = {
    "grids": _grids_query(),
    "blocks": _blocks_query(),
    **{name: _plain_query(table) for name, table in _PLAIN.items()},
}


def read_layer(conn: Connection, name: str) -> gpd.GeoDataFrame:
    """Return a layer in EPSG:4490, ordered by code, with every column even when it has no rows.

    Grids are those of the plan in force, and blocks carry its grid_code. Raises NotFound for an unknown name.
    """
    query = _QUERIES[_known(name)]
    return read_frame(conn, query, list(query.selected_columns))


def read_layers(conn: Connection) -> dict[str, gpd.GeoDataFrame]:
    """Return every layer by name, parents before children."""
    return {name: read_layer(conn, name) for name in LAYER_NAMES}


def replace_layer(conn: Connection, name: str, gdf: gpd.GeoDataFrame, actor: str = "system") -> int:
    """Put the rows of `gdf`, validated and in EPSG:4490, in place of the layer; return the new revision.

    New grids or new blocks become a new plan that supersedes the one in force. Raises NotFound for an unknown
    name, Conflict for a duplicate code; a block of a grid that does not exist is a Conflict at the end of the
    transaction.
    """
    _REPLACERS.get(_known(name), _replace_plain)(conn, name, gdf)
    number = bump_revision(conn, layers=True)
    audit.append(conn, "layers:layer:replaced", actor, name, {"rows": len(gdf), "revision": number})
    return number


def put_layers(conn: Connection, frames: Mapping[str, gpd.GeoDataFrame]) -> int:
    """Put frames in place of their layers as one change, parents first, and return the new revision.

    The caller appends the audit row. Raises as `replace_layer`.
    """
    for name in frames:
        _known(name)
    for name in LAYER_NAMES:
        if name in frames:
            _REPLACERS.get(name, _replace_plain)(conn, name, frames[name])
    return bump_revision(conn, layers=True)


def _known(name: str) -> str:
    if name not in LAYER_NAMES:
        allowed = " ".join(LAYER_NAMES)
        raise NotFound("unknown_layer", f"没有名为“{name}”的图层，可用的有：{allowed}", {"layer": allowed})
    return name


def _replace_plain(conn: Connection, name: str, gdf: gpd.GeoDataFrame) -> None:
    conn.execute(delete(_PLAIN[name]))
    write_frame(conn, _PLAIN[name], gdf)


def _replace_grids(conn: Connection, _name: str, gdf: gpd.GeoDataFrame) -> None:
    before = plans.published_plan(conn)
    plan_id = plans.plan_to_fill(conn, tables.grids)
    write_frame(conn, tables.grids, gdf, plan_id=plan_id)
    plans.carry_blocks(conn, before, plan_id)


def _replace_blocks(conn: Connection, _name: str, gdf: gpd.GeoDataFrame) -> None:
    former = read_layer(conn, "blocks")
    conn.execute(delete(tables.blocks))
    write_frame(conn, tables.blocks, gdf)
    before = plans.published_plan(conn)
    placed = gdf[gdf["grid_code"].notna() & (gdf["grid_code"] != "")] if "grid_code" in gdf else gdf[:0]
    if before is None and placed.empty:
        return
    plan_id = plans.plan_to_fill(conn, tables.plan_blocks)
    plans.carry_grids(conn, before, plan_id)
    if before not in (None, plan_id):
        plan_layers.keep_blocks(conn, before, former, gdf)
    write_frame(conn, tables.plan_blocks, placed[["block_code", "grid_code"]], plan_id=plan_id)


def _replace_stations(conn: Connection, name: str, gdf: gpd.GeoDataFrame) -> None:
    _replace_plain(conn, name, gdf)
    station_versions.note_stations(conn, gdf)


_REPLACERS = {"grids": _replace_grids, "blocks": _replace_blocks, "stations": _replace_stations}
