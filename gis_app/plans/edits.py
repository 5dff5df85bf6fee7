"""The plain edits: transfer blocks, make a grid, merge neighbours, lock, rename. State in, state out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gis_app.plans import asked
from gis_app.plans.contiguity import components_of
from gis_app.plans.guard import border_key
from gis_app.plans.instructions import Lock, Merge, NewGrid, Rename, Transfer
from gis_app.plans.refusals import refusal
from gis_app.plans.state import UNASSIGNED, State


def transfer(state: State, told: Transfer) -> State:
    """Return the state with blocks in another grid, or in none."""
    chosen = asked.blocks(state, told.blocks)
    to = UNASSIGNED if told.to is None else asked.grid(state, told.to, "to")
    if to != UNASSIGNED:
        asked.same_community(state, chosen, state.communities[to], "blocks")
    if (state.grid[chosen] == to).all():
        raise refusal(
            "nothing_changes",
            "所选地块已在该网格中",
            "blocks",
            "选择其他地块或其他网格",
            state.canvas.place(int(chosen[0])),
        )
    return moved(state, chosen, to)


def moved(state: State, blocks: np.ndarray, to: int) -> State:
    """Return the state with blocks in the grid at position `to`."""
    grid = state.grid.copy()
    grid[blocks] = to
    return state.with_grid(grid)


def new_grid(state: State, told: NewGrid) -> State:
    """Return the state with a new grid of the blocks, all of one community."""
    chosen = asked.blocks(state, told.blocks)
    if told.community is not None:
        community = state.canvas.communities[asked.community(state, told.community)]
    else:
        community = str(state.community_of_blocks()[chosen[0]])
    asked.same_community(state, chosen, community, "blocks")
    grown, number = state.with_new(community, told.name)
    return moved(grown, chosen, number)


def merge(state: State, told: Merge) -> State:
    """Return the state with neighbouring grids of one community made one; the larger keeps its key."""
    numbers = sorted({asked.grid(state, key, "grids") for key in told.grids})
    if len(numbers) < 2:
        raise refusal("nothing_to_merge", "合并需要两个以上不同的网格", "grids", "再选一个相邻的网格")
    communities = {state.communities[number] for number in numbers}
    if len(communities) > 1:
        raise refusal(
            "across_communities",
            "不能合并不同社区的网格",
            "grids",
            "只选同一社区内相邻的网格",
            asked.place_of_grid(state, numbers[1]),
        )
    members = np.flatnonzero(np.isin(state.grid, numbers))
    _refuse_apart(state, numbers, members)
    area = state.sums(state.canvas.area_m2)
    kept = max(numbers, key=lambda number: (state.households[number], area[number], -number))
    return moved(state, members, kept)


def _refuse_apart(state: State, numbers: list[int], members: np.ndarray) -> None:
    """Raise BadInput where the grids do not hang together; what was apart before may stay apart."""
    whole = components_of(state.canvas, members)
    before = sum(components_of(state.canvas, state.blocks_of(n)).max() + 1 for n in numbers)
    reached = [set(whole[state.grid[members] == number].tolist()) for number in numbers]
    joined, left = set(reached[0]), list(range(1, len(numbers)))
    while touching := [number for number in left if reached[number] & joined]:
        joined.update(*(reached[number] for number in touching))
        left = [number for number in left if number not in touching]
    if left or whole.max() + 1 > before:
        raise refusal(
            "not_neighbours",
            f"网格 {state.keys[numbers[left[0]]]} 与其余网格不相邻，或中间隔着没有桥的河",
            "grids",
            "只合并有公共边界（或有桥相通）的网格",
            asked.place_of_grid(state, numbers[left[0]]),
        )


def lock(state: State, told: Lock) -> State:
    """Return the state with one more thing locked."""
    return replace(state, locks=state.locks | {_lockable(state, told)})


def unlock(state: State, told: Lock) -> State:
    """Return the state with one thing less locked."""
    held = _lockable(state, told)
    if held not in state.locks:
        raise refusal("not_locked", "该对象没有锁定", "key", "刷新后查看锁定清单")
    return replace(state, locks=state.locks - {held})


def _lockable(state: State, told: Lock) -> tuple[str, str]:
    if told.what == "border":
        sides = told.key.split("|")
        if len(sides) != 2 or sides[0] == sides[1]:
            raise refusal("bad_operation", "编辑指令有误", "key", "两个网格的编码，以 | 相连")
        for key in sides:
            asked.grid(state, key, "key")
        return told.what, border_key(*sides)
    {"grid": asked.grid, "community": asked.community, "block": _block}[told.what](state, told.key, "key")
    return told.what, told.key


def _block(state: State, code: str, field: str) -> None:
    asked.blocks(state, [code], field)


def rename(state: State, told: Rename) -> State:
    """Return the state with a grid called something else."""
    number = asked.grid(state, told.grid)
    names = list(state.names)
    names[number] = told.name
    return replace(state, names=tuple(names))
