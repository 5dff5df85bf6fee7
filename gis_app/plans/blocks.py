"""The block → grid table that is a plan, as the layers carry it."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd


def block_table(blocks: gpd.GeoDataFrame) -> pd.Series:
    """Return each block's grid_code, indexed by block_code: the complete content of a plan."""
    return blocks.set_index("block_code")["grid_code"].sort_index()


def with_table(blocks: gpd.GeoDataFrame, table: pd.Series) -> gpd.GeoDataFrame:
    """Return the blocks under another plan; a block the table does not name keeps its grid."""
    grid = blocks["block_code"].map(table).fillna(blocks["grid_code"])
    return blocks.assign(grid_code=grid.astype("str"), community_code=grid.str[:12].astype("str"))
