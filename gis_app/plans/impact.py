"""What a plan means for work and reach: households near a station by grid, work by whoever does it.

Takes states and plain series; who holds which post, and who will, is said by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gis_app.plans.figures import Extras, origins
from gis_app.plans.state import State

WORK = ("households", "incidents")


def reach(state: State, extras: Extras) -> pd.DataFrame:
    """Return by key: households, those `within` reach of a station in service, their share, `stations`.

    A block is within reach where its middle is; see `figures.Extras`. The share of a grid without
    households is NaN.
    """
    canvas = state.canvas
    home = origins(canvas, extras.block_codes)
    near = np.where(home >= 0, np.diff(extras.begin)[home], 0) > 0
    within = state.sums(np.where(near, canvas.households, 0)).astype(np.int64)
    total = state.households
    frame = {
        "households": total,
        "within": within,
        "share": np.where(total > 0, within / np.maximum(total, 1), np.nan),
    }
    return pd.DataFrame(frame, index=pd.Index(np.array(state.keys, dtype=object), name="grid"))


def work_of(state: State) -> pd.DataFrame:
    """Return households and last year's incidents of each grid, by key."""
    values = {
        "households": state.households,
        "incidents": state.sums(state.canvas.incidents).astype(np.int64),
    }
    return pd.DataFrame(values, index=pd.Index(np.array(state.keys, dtype=object), name="grid"))


def shared_out(work: pd.DataFrame, worker_of: Mapping[str, str]) -> pd.DataFrame:
    """Return by worker: `grids` (keys, sorted) and the sums of WORK; grids of nobody are left out."""
    rows = work.assign(worker=[worker_of.get(key) or "" for key in work.index], grids=work.index)
    rows = rows[rows["worker"] != ""].groupby("worker")
    return rows[list(WORK)].sum().assign(grids=rows["grids"].agg(lambda keys: tuple(sorted(keys))))
