"""A plan while it is being drawn: which block belongs to which grid, names, locks.

Immutable: every edit makes another State, so undo, compare and preview come for free. It keeps no history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from gis_app.layers.codes import level_of
from gis_app.plans.canvas import COMMUNITY_DIGITS, Canvas

UNASSIGNED = -1


@dataclass(frozen=True, eq=False)
class State:
    """The block → grid table at one step: `grid` (B,) points into `keys`, -1 = no grid.

    A grid that has a code keeps it as its key; new ones are "n1", "n2", … until they are published. `names`
    and `communities` (community codes, "" where unknown) go by key. A lock is (what, key), see LOCKABLE.
    """

    canvas: Canvas
    grid: np.ndarray
    keys: tuple[str, ...]
    names: tuple[str, ...]
    communities: tuple[str, ...]
    locks: frozenset[tuple[str, str]] = frozenset()
    next_number: int = 1

    @classmethod
    def of(
        cls,
        canvas: Canvas,
        table: Mapping[str, str] | pd.Series,
        names: Mapping[str, str] | None = None,
    ) -> State:
        """Return the state of a table block_code → grid code; a block it does not name has no grid."""
        given = dict(table)
        codes = [given.get(code) for code in canvas.block_codes.tolist()]
        keys, grid = _factorised(codes)
        named = dict(names or {})
        state = cls(canvas, grid, keys, tuple(str(named.get(key, "")) for key in keys), ("",) * len(keys))
        numbers = [int(key[1:]) for key in keys if key[:1] == "n" and key[1:].isdecimal()]
        return replace(state, communities=_communities(state), next_number=max(numbers, default=0) + 1)

    def table(self) -> pd.Series:
        """Return block_code → key, None for a block without a grid."""
        keys = np.array([*self.keys, None], dtype=object)
        return pd.Series(keys[self.grid], index=self.canvas.block_codes, name="grid", dtype=object)

    @cached_property
    def key_index(self) -> dict[str, int]:
        """Return the position of each key."""
        return {key: number for number, key in enumerate(self.keys)}

    @cached_property
    def _order(self) -> tuple[np.ndarray, np.ndarray]:
        order = np.argsort(self.grid, kind="stable")
        return order, np.searchsorted(self.grid[order], np.arange(len(self.keys) + 1))

    def blocks_of(self, number: int) -> np.ndarray:
        """Return the positions of a grid's blocks, by the grid's position."""
        return np.flatnonzero(self.grid == number)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return a value of the blocks (B,) summed by grid (G,)."""
        has = self.grid >= 0
        return np.bincount(self.grid[has], values[has], minlength=len(self.keys))

    @cached_property
    def households(self) -> np.ndarray:
        """Return the households (G,) of each grid."""
        return self.sums(self.canvas.households).astype(np.int64)

    def with_grid(self, grid: np.ndarray) -> State:
        """Return the state with another assignment; a grid left without blocks is no more."""
        used = np.bincount(grid[grid >= 0], minlength=len(self.keys)) > 0
        if used.all():
            return replace(self, grid=grid)
        kept = np.flatnonzero(used)
        new = np.full(len(self.keys) + 1, UNASSIGNED)
        new[kept] = np.arange(len(kept))
        locks = frozenset(lock for lock in self.locks if not self._gone(lock, used))
        return replace(
            self,
            grid=new[grid],
            locks=locks,
            **{name: _chosen(getattr(self, name), kept) for name in ("keys", "names", "communities")},
        )

    def _gone(self, lock: tuple[str, str], used: np.ndarray) -> bool:
        what, key = lock
        if what not in ("grid", "border"):
            return False
        return any(part in self.key_index and not used[self.key_index[part]] for part in key.split("|"))

    def with_new(self, community: str, name: str = "") -> tuple[State, int]:
        """Return the state with one more grid, still without blocks, and the grid's position."""
        key, number = f"n{self.next_number}", len(self.keys)
        return replace(
            self,
            keys=(*self.keys, key),
            names=(*self.names, name),
            communities=(*self.communities, community),
            next_number=self.next_number + 1,
        ), number

    def community_of_blocks(self) -> np.ndarray:
        """Return the community code (B,) of each block, "" where unknown."""
        codes = np.array([*self.canvas.communities, ""], dtype=str)
        return codes[self.canvas.community]


def _factorised(codes: Iterable) -> tuple[tuple[str, ...], np.ndarray]:
    series = pd.Series(list(codes), dtype=object)
    series = series.where(series.notna() & (series != ""), None)
    grid, keys = pd.factorize(series, sort=True)
    return tuple(str(key) for key in keys), grid.astype(np.int64)


def _communities(state: State) -> tuple[str, ...]:
    """Return each grid's community: its code's own, else the one most of its blocks lie in."""
    known = set(state.canvas.communities)
    result = []
    for number, key in enumerate(state.keys):
        own = key[:COMMUNITY_DIGITS] if level_of(key) == "grid" else ""
        result.append(own if own and (own in known or not known) else _usual(state, number) or own)
    return tuple(result)


def _usual(state: State, number: int) -> str:
    where = state.canvas.community[state.blocks_of(number)]
    where = where[where >= 0]
    return state.canvas.communities[int(np.bincount(where).argmax())] if len(where) else ""


def _chosen(values: tuple[str, ...], kept: np.ndarray) -> tuple[str, ...]:
    return tuple(values[number] for number in kept.tolist())
