"""Finding a grid for blocks that have none: the neighbour that shares most of their border and has room.

One block at a time, the most certain first, so that what is far from every grid follows what is near. Only
grids of the block's own community that are not locked are asked. Deterministic.
"""

from __future__ import annotations

import heapq
from collections import defaultdict

import numpy as np

from gis_app.plans.guard import border_key
from gis_app.plans.state import State

ROOM = 0.5  # what a whole mean of households too many weighs, as a share of the block's border


def given(state: State, grid: np.ndarray, loose: np.ndarray, source: str = "") -> np.ndarray:
    """Return the assignment with loose blocks given to neighbours where they have any.

    `grid` (B,) is changed and returned; `source` is the key the blocks come from, for locked borders.
    """
    ways = _ways(state, loose)
    closed = _closed(state, source)
    load = np.bincount(grid[grid >= 0], state.canvas.households[grid >= 0], minlength=len(state.keys))
    mean = max(float(load.mean()) if len(load) else 0.0, 1.0)
    where = state.community_of_blocks()
    homes = np.array([*state.communities, ""], dtype=str)
    waiting: list[tuple[float, int, int]] = []

    def offer(block: int) -> None:
        total = sum(metres for _, metres in ways[block]) or 1.0
        shared: dict[int, float] = defaultdict(float)
        for other, metres in ways[block]:
            target = int(grid[other])
            fits = target >= 0 and target not in closed
            if fits and ("" in (where[block], homes[target]) or where[block] == homes[target]):
                shared[target] += metres
        for target, metres in shared.items():
            over = ROOM * (load[target] + state.canvas.households[block]) / mean
            heapq.heappush(waiting, (over - metres / total, block, target))

    for block in loose.tolist():
        offer(block)
    pending = set(loose.tolist())
    while waiting:
        _, block, target = heapq.heappop(waiting)
        if block not in pending:
            continue
        grid[block] = target
        load[target] += state.canvas.households[block]
        pending.discard(block)
        for other, _ in ways[block]:
            if other in pending:
                offer(other)
    return grid


def _ways(state: State, loose: np.ndarray) -> dict[int, list[tuple[int, float]]]:
    """Return for each loose block its neighbours that it may join, with the metres of border shared."""
    canvas = state.canvas
    among = np.zeros(len(canvas), dtype=bool)
    among[loose] = True
    found: dict[int, list[tuple[int, float]]] = {block: [] for block in loose.tolist()}
    for one, other in ((0, 1), (1, 0)):
        block = canvas.pairs[:, one]
        usable = among[block] & (canvas.passable | (canvas.in_river[block] & canvas.joins))
        rows = canvas.pairs[usable]
        for own, beside, metres in zip(
            rows[:, one].tolist(), rows[:, other].tolist(), canvas.border_m[usable].tolist(), strict=True
        ):
            found[own].append((beside, metres))
    return found


def _closed(state: State, source: str) -> set[int]:
    """Return the positions of grids that may not take a block."""
    closed = {state.key_index[key] for what, key in state.locks if what == "grid" and key in state.key_index}
    if source:
        borders = {key for what, key in state.locks if what == "border"}
        closed |= {n for n, key in enumerate(state.keys) if border_key(source, key) in borders}
    return closed
