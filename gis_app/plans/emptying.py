"""Edits after which blocks need another grid: dissolve a grid, fill what has none, move a community's border.

Blocks go one by one to the neighbour that shares most of their border and has room; see `giving`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gis_app.plans import asked
from gis_app.plans.contiguity import components_of
from gis_app.plans.giving import given
from gis_app.plans.instructions import Dissolve, Fill, MoveCommunity
from gis_app.plans.refusals import refusal
from gis_app.plans.state import UNASSIGNED, State


def dissolve(state: State, told: Dissolve) -> State:
    """Return the state with a grid's blocks given to neighbours in its community."""
    number = asked.grid(state, told.grid)
    members = state.blocks_of(number)
    grid = state.grid.copy()
    grid[members] = UNASSIGNED
    result = given(state, grid, members, source=told.grid)
    left = members[result[members] < 0]
    if len(left):
        raise refusal(
            "no_neighbour",
            f"网格中有 {len(left)} 个地块在本社区内没有可并入的相邻网格",
            "grid",
            "先把这些地块划给别的网格，或解锁相邻的网格",
            state.canvas.place(int(left[0])),
        )
    return state.with_grid(result)


def fill(state: State, told: Fill) -> State:
    """Return the state with every block without a grid given to a neighbour, where it has one."""
    loose = np.flatnonzero(state.grid < 0)
    if not len(loose):
        raise refusal("nothing_to_fill", "没有未划入网格的地块", "verb", "无需补齐")
    result = given(state, state.grid.copy(), loose)
    if (result == state.grid).all():
        raise refusal(
            "no_neighbour",
            f"{len(loose)} 个地块都没有可并入的相邻网格",
            "verb",
            "为这些地块新建网格，或解锁相邻的网格",
            state.canvas.place(int(loose[0])),
        )
    return state.with_grid(result)


def move_community(state: State, told: MoveCommunity) -> State:
    """Return the state with blocks in another community; whole grids go along, others join its."""
    chosen = asked.blocks(state, told.blocks)
    to = asked.community(state, told.to, "to")
    chosen = chosen[state.canvas.community[chosen] != to]
    if not len(chosen):
        raise refusal("nothing_changes", "所选地块已在该社区中", "blocks", "选择其他社区的地块")
    _refuse_torn(state, chosen, to)
    whole = _whole_grids(state, chosen)
    communities = list(state.communities)
    for number in whole.tolist():
        communities[number] = told.to
    moved = replace(state, canvas=state.canvas.with_community(chosen, to), communities=tuple(communities))
    loose = chosen[~np.isin(state.grid[chosen], whole) & (state.grid[chosen] >= 0)]
    grid = state.grid.copy()
    grid[loose] = UNASSIGNED
    result = given(moved, grid, loose)
    left = loose[result[loose] < 0]
    if len(left):
        raise refusal(
            "no_neighbour",
            f"{len(left)} 个地块在目标社区没有可并入的相邻网格",
            "blocks",
            "连同整个网格一起移动，或解锁目标社区的网格",
            state.canvas.place(int(left[0])),
        )
    return moved.with_grid(result)


def _whole_grids(state: State, chosen: np.ndarray) -> np.ndarray:
    taken = np.zeros(len(state.canvas))
    taken[chosen] = 1
    return np.flatnonzero((state.sums(taken) == state.sums(np.ones(len(taken)))) & (state.sums(taken) > 0))


def _refuse_torn(state: State, chosen: np.ndarray, to: int) -> None:
    """Raise BadInput where a community would lose its last block or fall into more pieces than before."""
    community = state.canvas.community
    for source in np.unique(community[chosen]).tolist():
        before = np.flatnonzero(community == source)
        after = np.setdiff1d(before, chosen)
        if source < 0:
            continue
        if not len(after):
            raise _torn(state, chosen[0], "社区不能没有地块", "至少留下一个地块")
        _compare(state, before, after, "剩下的部分不再连成一片")
    target = np.flatnonzero(community == to)
    if len(target):
        _compare(state, target, np.union1d(target, chosen), "所选地块与目标社区不相邻")


def _compare(state: State, before: np.ndarray, after: np.ndarray, message: str) -> None:
    found = components_of(state.canvas, after)
    if found.max() > components_of(state.canvas, before).max():
        stray = after[found != np.bincount(found).argmax()]
        raise _torn(state, stray[0], message, "只选沿社区边界相连的地块")


def _torn(state: State, block: int, message: str, remedy: str):
    return refusal("community_torn", message, "blocks", remedy, state.canvas.place(int(block)))
