"""Dividing blocks that hang together into contiguous parts of about the same households.

Cuts spanning trees, each at the edge that leaves the best balance, and keeps the best of several trees.
Deterministic: the trees come from a fixed seed.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from gis_app.plans.canvas import Canvas
from gis_app.plans.contiguity import components_of

TREES = 48
TRIES = 3
EVEN = 1.002  # the mean square of loads over the square of their mean: good enough
TREE_STEPS = 50_000
SEED = 6
METRE_OF_BORDER = 1e-6  # of the households at stake: breaks ties between equal balances


def balanced_parts(canvas: Canvas, members: np.ndarray, parts: int) -> np.ndarray:
    """Return the part (m,) from 0 of each block; every connected piece of the blocks has parts of its own."""
    found, weight = components_of(canvas, members), _weights(canvas, members)
    best, least = np.zeros(len(members), dtype=np.int64), np.inf
    for seed in range(TRIES):
        result, first = np.zeros(len(members), dtype=np.int64), 0
        for piece, many in enumerate(_shares(found, weight, parts)):
            own = np.flatnonzero(found == piece)
            random = np.random.default_rng((SEED, seed, piece))
            result[own] = first + _halved(canvas, members[own], weight[own], many, random)
            first += many
        cost = float((np.bincount(result, weight, minlength=parts) ** 2).sum())
        if cost < least * (1 - 1e-9):
            best, least = result, cost
        if parts == 2 or least * parts < EVEN * weight.sum() ** 2:
            break
    return best


def _weights(canvas: Canvas, members: np.ndarray) -> np.ndarray:
    """Return households, with so little of the ground that it decides only where nobody lives."""
    area = canvas.area_m2[members]
    return canvas.households[members] + 1e-3 * area / max(area.sum(), 1e-9)


def _shares(found: np.ndarray, weight: np.ndarray, parts: int) -> list[int]:
    """Return how many parts each connected piece gets: at least 1, at most its blocks, the fullest more."""
    load, blocks = np.bincount(found, weight), np.bincount(found)
    shares = np.ones(len(load), dtype=np.int64)
    while shares.sum() < parts:
        shares[np.where(shares < blocks, load / shares, -1.0).argmax()] += 1
    return shares.tolist()


def _halved(canvas: Canvas, members: np.ndarray, weight: np.ndarray, parts: int, random) -> np.ndarray:
    if parts == 1:
        return np.zeros(len(members), dtype=np.int64)
    for small in range(parts // 2, 0, -1):  # a star of blocks lets go of one leaf at a time only
        inside = _cut(canvas, members, weight, small, parts, random)
        if inside is not None:
            break
    result = np.zeros(len(members), dtype=np.int64)
    result[inside] = _halved(canvas, members[inside], weight[inside], small, random)
    result[~inside] = small + _halved(canvas, members[~inside], weight[~inside], parts - small, random)
    return result


def _cut(canvas: Canvas, members: np.ndarray, weight: np.ndarray, small: int, parts: int, random):
    """Return (m,) bool: a connected side with about small / parts of the weight, the rest connected too.

    None where no tree leaves blocks enough on both sides; with one part on a side there always is one.
    """
    edges, metres = _edges(canvas, members)
    wanted = weight.sum() * small / parts
    best, best_cost = None, np.inf
    trees = int(np.clip(TREE_STEPS // len(members), 8, TREES if parts == 2 else TREES // 3))
    for _ in range(trees):
        inside = _tree_cut(len(members), edges, random.random(len(edges)), weight, wanted, small, parts)
        if inside is None:
            continue
        border = metres[inside[edges[:, 0]] != inside[edges[:, 1]]].sum()
        cost = abs(weight[inside].sum() - wanted) + border * METRE_OF_BORDER * max(wanted, 1.0)
        if cost < best_cost - 1e-12:
            best, best_cost = inside, cost
    return best


def _edges(canvas: Canvas, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return edges among the blocks that one may pass, or any where the blocks hang together by rivers."""
    local = np.full(len(canvas), -1)
    local[members] = np.arange(len(members))
    among = local[canvas.pairs]
    inside = (among[:, 0] >= 0) & (among[:, 1] >= 0)
    inside &= canvas.joins if canvas.in_river[members].any() else canvas.passable
    return among[inside], canvas.border_m[inside]


def _tree_cut(count, edges, price, weight, wanted, small, parts) -> np.ndarray | None:
    """Return the side of a random spanning tree's best edge, None where no edge leaves enough blocks."""
    graph = coo_array((price + 0.1, (edges[:, 0], edges[:, 1])), shape=(count, count)).tocsr()
    order, before = breadth_first_order(minimum_spanning_tree(graph), 0, directed=False)
    below, blocks = weight.astype(float).copy(), np.ones(count, dtype=np.int64)
    for node in order[:0:-1].tolist():
        below[before[node]] += below[node]
        blocks[before[node]] += blocks[node]
    total = weight.sum()
    fits_below = (blocks >= small) & (count - blocks >= parts - small)
    fits_above = (count - blocks >= small) & (blocks >= parts - small)
    miss = np.minimum(
        np.where(fits_below, abs(below - wanted), np.inf),
        np.where(fits_above, abs(total - below - wanted), np.inf),
    )
    miss[order[0]] = np.inf
    root = int(miss.argmin())
    if not np.isfinite(miss[root]):
        return None
    under = np.zeros(count, dtype=bool)
    under[root] = True
    for node in order[1:].tolist():
        under[node] |= under[before[node]]
    takes_below = fits_below[root] and abs(below[root] - wanted) <= miss[root]
    return under if takes_below else ~under
