"""A draft that begins with the grids of another plan than its base: the operation that adopts them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gis_app.geo.lookup import AreaIndex
from gis_app.geo.validity import representative_points
from gis_app.storage.engine import Connection, Store
from gis_app.storage.plan_layers import read_blocks, read_grids
from gis_app.studio import states


def adopted(store: Store, conn: Connection, base_plan_id: int, plan_id: int) -> dict[str, Any] | None:
    """Return the operation that gives each block of a base the grid it had under a plan; None for the same.

    A block that was cut since then goes by its place. A grid that the base no longer has is a new one: its
    code was given once and is never given again.
    """
    start = states.base(store, conn, base_plan_id)
    codes = start.canvas.block_codes
    former = read_blocks(conn, plan_id).dropna(subset="grid_code").set_index("block_code")["grid_code"]
    wanted = pd.Series(codes, index=codes, dtype=object).map(former)
    lost = wanted.isna().to_numpy()
    if lost.any():
        grids = read_grids(conn, plan_id)
        index = AreaIndex(grids.geometry.values, grids["grid_code"])
        blocks = start.atlas.blocks.set_index("block_code").loc[codes[lost]]
        wanted[lost] = index.at(representative_points(blocks.geometry.values))
    wanted = wanted.where(wanted.notna(), None)
    now = start.state.table()
    if (wanted.fillna("").to_numpy(str) == now.fillna("").to_numpy(str)).all():
        return None
    return {"verb": "adopt", "table": _keyed(wanted, set(start.state.keys), start.state.next_number)}


def _keyed(wanted: pd.Series, known: set[str], number: int) -> dict[str, str | None]:
    unknown = [key for key in pd.unique(wanted.dropna()) if key not in known]
    new = {key: f"n{number + place}" for place, key in enumerate(sorted(unknown))}
    keys = [None if key is None else new.get(key, key) for key in wanted.to_numpy(object)]
    return dict(zip(np.asarray(wanted.index, dtype=object).tolist(), keys, strict=True))
