"""Taking over a table block → grid: a proposal's, an import's, whole or community by community."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.plans import asked
from gis_app.plans.instructions import Adopt
from gis_app.plans.refusals import refusal
from gis_app.plans.state import UNASSIGNED, State


def adopt(state: State, told: Adopt) -> State:
    """Return the state with the table's blocks in the table's grids; other blocks keep theirs.

    A label that is no key of the state becomes a new grid. A code that was cut meanwhile stands for all its
    pieces. With `communities`, only blocks of those are touched.
    """
    block, label = _rows(state, told.table)
    if told.communities is not None:
        wanted = [asked.community(state, code, "communities") for code in told.communities]
        inside = np.isin(state.canvas.community[block], wanted)
        block, label = block[inside], label[inside]
    if not len(block):
        raise refusal("empty_selection", "所选社区中没有该方案的地块", "communities", "选择方案所涉及的社区")
    number, labels = pd.factorize(label, sort=False)
    state, targets = _targets(state, block, number, labels)
    grid = state.grid.copy()
    grid[block] = np.where(number >= 0, targets[number], UNASSIGNED)
    if (grid == state.grid).all():
        raise refusal("nothing_changes", "该方案与草案相同", "table", "无需采用")
    return state.with_grid(grid)


def _rows(state: State, table: dict[str, str | None]) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the table's blocks and the label (n,) of each."""
    position = state.canvas.position
    if all(code in position for code in table):
        return np.array([position[code] for code in table]), np.array(list(table.values()), dtype=object)
    pieces = pd.Series(np.arange(len(state.canvas))).groupby(state.canvas.origin).indices
    unknown = [code for code in table if code not in position and code not in pieces]
    if unknown:
        asked.blocks(state, unknown, "table")
    found = [np.array([position[code]]) if code in position else pieces[code] for code in table]
    label = np.repeat(np.array(list(table.values()), dtype=object), [len(one) for one in found])
    block, first = np.unique(np.concatenate(found), return_index=True)
    return block, label[first]


def _targets(state: State, block: np.ndarray, number: np.ndarray, labels: np.ndarray):
    """Return the state with the grids that are new, and the position of each label's grid."""
    where = state.community_of_blocks()[block]
    has = number >= 0
    first = pd.Series(where[has]).groupby(number[has]).first().reindex(range(len(labels)))
    homes = first.fillna("").to_numpy(str)
    known = {label: state.communities[state.key_index[label]] for label in labels if label in state.key_index}
    homes = np.array([known.get(label, home) for label, home in zip(labels, homes, strict=True)], dtype=str)
    expected = np.append(homes, "")[number]
    wrong = np.flatnonzero(has & (expected != "") & (where != "") & (expected != where))
    if len(wrong):
        _refuse(state, block[wrong[0]], labels[number[wrong[0]]], expected[wrong[0]])
    positions = np.empty(len(labels), dtype=np.int64)
    for index, label in enumerate(labels):
        if label in state.key_index:
            positions[index] = state.key_index[label]
        else:
            state, positions[index] = state.with_new(str(homes[index]))
    return state, positions


def _refuse(state: State, block: int, label: str, expected: str) -> None:
    raise refusal(
        "across_communities",
        f"网格 {label[:40]} 跨了社区：地块 {state.canvas.block_codes[block]} 不在社区 {expected}",
        "table",
        "改正该地块所属的网格",
        state.canvas.place(int(block)),
    )
