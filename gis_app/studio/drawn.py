"""A draft as layers, for files and prints: its grids and blocks in degrees, and which grid became which."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app.layers import schema
from gis_app.storage import plan_drafts as rows
from gis_app.storage import plan_rows
from gis_app.storage.engine import Store
from gis_app.studio import states
from gis_app.studio.making import make
from gis_app.studio.outlines import lonlat_shapes


def draft_layers(store: Store, draft_id: int) -> dict[str, gpd.GeoDataFrame | pd.DataFrame]:
    """Return "grids", "blocks" and "lineage" of a draft at its head, by the codes it would get today.

    Grids have households beside the columns of their layer; a block without a grid has None as its code.
    """
    with store.read() as conn:
        row = rows.find_draft(conn, draft_id)
        base = states.base(store, conn, row.base_plan_id)
        state = states.state_at(store, conn, row, row.head_operation_id)
        made = make(base, state, plan_rows.used_codes(conn))
    blocks = gpd.GeoDataFrame(
        {
            "block_code": state.canvas.block_codes,
            "community_code": state.community_of_blocks(),
            "grid_code": made.table.to_numpy(object),
            "households": state.canvas.households,
        },
        geometry=list(lonlat_shapes(base, state.canvas.shapes)),
        crs=schema.CRS,
    )
    return {"grids": with_households(made.grids, blocks), "blocks": blocks, "lineage": made.lineage}


def with_households(grids: gpd.GeoDataFrame, blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return grids with the households of their blocks."""
    sums = blocks.groupby("grid_code")["households"].sum()
    counts = np.array([int(sums.get(code, 0)) for code in grids["grid_code"]], dtype=np.int64)
    columns = [name for name in grids.columns if name != "geometry"]
    return grids.assign(households=counts)[[*columns, "households", "geometry"]]
