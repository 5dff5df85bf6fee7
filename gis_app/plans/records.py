"""A state as plain data and back, for whoever keeps snapshots: the same to the last bit, cuts included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from gis_app.plans.borders import objects
from gis_app.plans.canvas import Canvas, settled
from gis_app.plans.state import State


def as_record(state: State, canvas: Canvas) -> dict:
    """Return a state as JSON data; `canvas` is the county's own, before any cut."""
    own = state.canvas
    at = _find(canvas.block_codes, own.block_codes)
    same = at >= 0
    same[same] = [a is b for a, b in zip(own.shapes[same], canvas.shapes[at[same]], strict=True)]
    reshaped = np.flatnonzero(~same)
    return {
        "table": {code: key for code, key in state.table().items() if key is not None},
        "grids": [list(row) for row in zip(state.keys, state.names, state.communities, strict=True)],
        "locks": sorted(map(list, state.locks)),
        "next_number": state.next_number,
        "communities": dict(_communities(own, canvas, at)),
        "blocks": [
            [str(own.block_codes[n]), str(own.origin[n]), int(own.households[n]), own.shapes[n].wkb_hex]
            for n in reshaped.tolist()
        ],
    }


def _communities(own: Canvas, canvas: Canvas, at: np.ndarray):
    names = np.array([*own.communities, ""], dtype=str)
    origin = _find(canvas.block_codes, own.origin)
    moved = np.flatnonzero(own.community != canvas.community[np.where(at >= 0, at, origin)])
    return zip(own.block_codes[moved].tolist(), names[own.community[moved]].tolist(), strict=True)


def from_record(record: Mapping, canvas: Canvas) -> State:
    """Return the state that `as_record` made the record of, on the same county's canvas."""
    own = _recut(canvas, record["blocks"]) if record["blocks"] else canvas
    if record["communities"]:
        where = own.community.copy()
        for code, name in record["communities"].items():
            where[own.position[code]] = own.communities.index(name) if name else -1
        own = replace(own, community=where)
    keys, names, communities = (tuple(row[column] for row in record["grids"]) for column in range(3))
    index = {key: number for number, key in enumerate(keys)}
    grid = np.array([index.get(record["table"].get(code), -1) for code in own.block_codes.tolist()])
    locks = frozenset((what, key) for what, key in record["locks"])
    return State(own, grid, keys, names, communities, locks, record["next_number"])


def _recut(canvas: Canvas, blocks: list) -> Canvas:
    codes, origins, households, shapes = zip(*blocks, strict=True)
    gone = np.isin(canvas.block_codes, sorted(set(codes) | set(origins)))
    kept = np.flatnonzero(~gone)
    source = np.concatenate([kept, _find(canvas.block_codes, np.array(origins))])
    every = np.concatenate([canvas.block_codes[kept], np.array(codes)])
    order = np.argsort(every, kind="stable")
    return settled(
        canvas,
        source[order],
        every[order],
        np.concatenate([canvas.shapes[kept], objects([shapely.from_wkb(wkb) for wkb in shapes])])[order],
        np.concatenate([canvas.households[kept], households])[order].astype(np.int64),
    )


def _find(known: np.ndarray, codes: np.ndarray) -> np.ndarray:
    return pd.Index(known).get_indexer(codes)
