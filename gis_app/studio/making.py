"""The plan that a draft comes to: codes by the standard, grids in degrees, lineage, the blocks it changes.

Computed outside of any transaction; `publish.py` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.layers import schema
from gis_app.plans import lineage as lineages
from gis_app.plans.shapes import united
from gis_app.plans.state import State
from gis_app.studio.outlines import lonlat_shapes
from gis_app.studio.states import Base


@dataclass(frozen=True, eq=False)
class Made:
    """A plan ready to be written; see the tables of the same names. `codes` maps grid keys to codes."""

    codes: dict[str, str]
    grids: gpd.GeoDataFrame
    table: pd.Series
    lineage: pd.DataFrame
    crosswalk: pd.DataFrame
    pieces: gpd.GeoDataFrame
    piece_buildings: pd.DataFrame


def make(base: Base, state: State, used: set[str]) -> Made:
    """Return the plan of a state; `used` are all codes that were ever given, which no new grid gets."""
    codes = lineages.final_codes(state, base.state, used)
    final = np.array([*(codes[key] for key in state.keys), None], dtype=object)
    table = pd.Series(final[state.grid], index=state.canvas.block_codes, dtype=object)
    shapes = lonlat_shapes(base, state.canvas.shapes)
    crosswalk = lineages.crosswalk_of(base.state, state)
    crosswalk["to_grid"] = crosswalk["to_grid"].map(lambda key: codes.get(key, key))
    return Made(
        codes, _grids(state, shapes, codes), table, lineages.lineage(crosswalk), crosswalk,
        _pieces(base, state, shapes), _piece_buildings(base, state),
    )  # fmt: skip


def _grids(state: State, shapes: np.ndarray, codes: dict[str, str]) -> gpd.GeoDataFrame:
    areas = united(shapes, state.grid, len(state.keys))
    frame = {
        "grid_code": [codes[key] for key in state.keys],
        "name": [name or codes[key][-3:] for key, name in zip(state.keys, state.names, strict=True)],
        "community_code": [codes[key][:12] for key in state.keys],
    }
    layer = gpd.GeoDataFrame(frame, geometry=list(areas), crs=schema.CRS)
    return layer.sort_values("grid_code", ignore_index=True)


def _pieces(base: Base, state: State, shapes: np.ndarray) -> gpd.GeoDataFrame:
    """Return the blocks that are not as they are in the base: cut, touched by a cut, in another community."""
    canvas, blocks = state.canvas, base.atlas.blocks.set_index("block_code")
    known = pd.Index(canvas.block_codes).isin(blocks.index)
    at = blocks.index.get_indexer(canvas.block_codes)
    before = np.where(known, np.asarray(blocks.geometry.values, dtype=object)[at], None)
    same = known & shapely.equals_exact(before, shapes, 0.0)
    communities = state.community_of_blocks()
    same &= blocks["community_code"].fillna("").to_numpy(str)[at] == communities
    if "blocks" in base.atlas.derived:
        same[:] = False
    changed = np.flatnonzero(~same)
    parents = np.where(known, canvas.block_codes, canvas.origin)[changed]
    of = blocks.reindex(canvas.origin[changed])
    return gpd.GeoDataFrame(
        {
            "block_code": canvas.block_codes[changed],
            "parent_code": parents,
            "name": of["name"].fillna("").to_numpy(object),
            "community_code": communities[changed],
            "households": canvas.households[changed],
            "land_use": of["land_use"].fillna("residential").to_numpy(object),
        },
        geometry=list(shapes[changed]),
        crs=schema.CRS,
    )


def _piece_buildings(base: Base, state: State) -> pd.DataFrame:
    """Return building_code and block_code of the buildings that belong to another block than in the base."""
    before, after = _homes(base.state), _homes(state)
    moved = after[after != before.reindex(after.index)]
    return moved[moved != ""].rename("block_code").rename_axis("building_code").reset_index()


def _homes(state: State) -> pd.Series:
    homes = state.canvas.homes
    codes = np.array([*state.canvas.block_codes, ""], dtype=object)
    return pd.Series(codes[homes.block], index=pd.Index(homes.codes, dtype=object))
