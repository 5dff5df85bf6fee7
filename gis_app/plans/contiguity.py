"""Whether blocks hang together: by shared borders, across a river only where a bridge is.

A block that is itself river may belong to a grid on its bank, but nobody walks through it.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis_app.plans.canvas import Canvas


def labels(canvas: Canvas, group: np.ndarray) -> np.ndarray:
    """Return (B,) a number for the connected piece of its group that each block is in; -1 in no group."""
    one, other = canvas.pairs.T
    same = (group[one] == group[other]) & (group[one] >= 0)
    walked, joined = same & canvas.passable, same & canvas.joins
    found = _linked(len(canvas), canvas.in_river, canvas.pairs[walked], canvas.pairs[joined])
    return np.where(group >= 0, found, -1)


def touching(canvas: Canvas, group: np.ndarray) -> np.ndarray:
    """Return (B,) the piece of its group each block is in where any shared border joins; -1 in no group."""
    one, other = canvas.pairs.T
    same = (group[one] == group[other]) & (group[one] >= 0)
    return np.where(group >= 0, _connected(len(canvas), canvas.pairs[same]), -1)


def components_of(canvas: Canvas, members: np.ndarray) -> np.ndarray:
    """Return (m,) the connected piece, counted from 0, of each of the given blocks among themselves."""
    local = np.full(len(canvas), -1)
    local[members] = np.arange(len(members))
    among = local[canvas.pairs]
    inside = (among[:, 0] >= 0) & (among[:, 1] >= 0)
    walked, joined = among[inside & canvas.passable], among[inside & canvas.joins]
    found = _linked(len(members), canvas.in_river[members], walked, joined)
    return np.unique(found, return_inverse=True)[1]


def _linked(count: int, wet: np.ndarray, walked: np.ndarray, joined: np.ndarray) -> np.ndarray:
    """Return (count,) component numbers, river blocks joined to one bank each."""
    found = _connected(count, walked)
    return _with_rivers(wet, found, joined) if wet.any() else found


def _connected(count: int, edges: np.ndarray) -> np.ndarray:
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _with_rivers(wet: np.ndarray, found: np.ndarray, joined: np.ndarray) -> np.ndarray:
    """Let each river block join one bank of its group, or the river blocks next to it where it has none."""
    result, count = found.copy(), len(wet)
    streams = _connected(count, joined[wet[joined].all(axis=1)])
    ways = np.concatenate([joined, joined[:, ::-1]])
    ways = ways[wet[ways[:, 0]] & ~wet[ways[:, 1]]]
    landing = np.full(count, -1)
    order = np.argsort(-found[ways[:, 1]], kind="stable")
    landing[streams[ways[order, 0]]] = found[ways[order, 1]]
    landed = wet & (landing[streams] >= 0)
    result[landed] = landing[streams][landed]
    afloat = wet & ~landed & ~np.isin(found, found[~wet])
    result[afloat] = found.max(initial=0) + 1 + streams[afloat]
    return result


def pieces(canvas: Canvas, group: np.ndarray, count: int) -> np.ndarray:
    """Return (count,) in how many connected pieces each group is."""
    found = labels(canvas, group)
    has = found >= 0
    pairs = np.unique(np.column_stack([group[has], found[has]]), axis=0)
    return np.bincount(pairs[:, 0], minlength=count)
