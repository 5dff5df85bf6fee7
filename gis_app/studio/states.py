"""The states of drafts, kept in this process and made again from the store: a base, and operations on it.

A state is made from the nearest one that is known: in memory, else a snapshot in the store, else the base.
What is kept is good for one number of the layers; when a layer is replaced everything is made anew.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from gis_app.errors import Conflict, GisError
from gis_app.layers.atlas import Atlas
from gis_app.plans.canvas import Canvas
from gis_app.plans.operations import apply
from gis_app.plans.state import State
from gis_app.storage import plan_drafts as rows
from gis_app.storage.engine import Connection, Store
from gis_app.storage.layers import read_layers
from gis_app.storage.plan_incidents import points_of_last_year
from gis_app.storage.plan_layers import read_blocks, read_grids, read_table
from gis_app.storage.plans import published_plan
from gis_app.storage.revision import layers_number
from gis_app.studio import snapshots

BASES, STATES = 3, 96
SNAPSHOT_EVERY = 25


@dataclass(frozen=True, eq=False)
class Base:
    """A plan to draw on: its layers and its state, good for one number of the layers."""

    plan_id: int
    number: int
    atlas: Atlas
    state: State

    @property
    def canvas(self) -> Canvas:
        """Return the canvas before any cut."""
        return self.state.canvas


@dataclass(eq=False)
class _Memory:
    bases: OrderedDict = field(default_factory=OrderedDict)
    states: OrderedDict = field(default_factory=OrderedDict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def get(self, kept: OrderedDict, key: Hashable) -> Any:
        with self.lock:
            found = kept.get(key)
            if found is not None:
                kept.move_to_end(key)
            return found

    def put(self, kept: OrderedDict, key: Hashable, value: Any, most: int) -> Any:
        with self.lock:
            kept[key] = value
            kept.move_to_end(key)
            while len(kept) > most:
                kept.popitem(last=False)
            return value


_memories: weakref.WeakKeyDictionary[Store, _Memory] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def base(store: Store, conn: Connection, plan_id: int) -> Base:
    """Return a plan to draw on, as the layers are now."""
    number = layers_number(conn)
    memory = _memory(store)
    key = (plan_id, number)
    found = memory.get(memory.bases, key)
    if found is None:
        with _making:
            found = memory.get(memory.bases, key)
            if found is None:
                found = memory.put(memory.bases, key, _make_base(conn, plan_id, number), BASES)
    return found


def state_at(store: Store, conn: Connection, draft, operation_id: int | None) -> State:
    """Return the state of a draft (its row) at one of its operations; None is its base.

    Raises Conflict("layers_changed") where the layers have changed so that an operation cannot be done again.
    """
    start = base(store, conn, draft.base_plan_id)
    if operation_id is None:
        return start.state
    memory, number = _memory(store), start.number
    found = memory.get(memory.states, (number, operation_id))
    if found is not None:
        return found
    path = rows.path_to(conn, draft.draft_id, operation_id)
    known, state = _nearest(memory, conn, start, path)
    for row in rows.read_operations(conn, path[known:]):
        state = remember(store, number, row.operation_id, _again(state, row))
    return state


def remember(store: Store, number: int, operation_id: int, state: State) -> State:
    """Keep the state after an operation and return it."""
    memory = _memory(store)
    return memory.put(memory.states, (number, operation_id), state, STATES)


def keep_snapshot(store: Store, conn: Connection, draft, operation_id: int, state: State) -> None:
    """Write a snapshot of a state now and then, so that no other process has to begin at the base."""
    start = base(store, conn, draft.base_plan_id)
    if operation_id % SNAPSHOT_EVERY == 0:
        rows.write_snapshot(conn, operation_id, snapshots.dump(start.number, start.canvas, state))


def _nearest(memory: _Memory, conn: Connection, start: Base, path: list[int]) -> tuple[int, State]:
    """Return how many operations of a path the nearest known state has, and that state."""
    for place in range(len(path), 0, -1):
        found = memory.get(memory.states, (start.number, path[place - 1]))
        if found is not None:
            return place, found
    kept = rows.newest_snapshot(conn, path)
    if kept is not None:
        state = snapshots.load(start.number, start.canvas, kept[1])
        if state is not None:
            return path.index(kept[0]) + 1, state
    return 0, start.state


def _again(state: State, row) -> State:
    try:
        return apply(state, rows.as_told(row))
    except GisError as error:
        message = "图层已更新，草案中的一步编辑不能再做，请撤回草案后另建"
        fields = {"operation_id": str(row.operation_id), "reason": error.message}
        raise Conflict("layers_changed", message, fields) from error


def _make_base(conn: Connection, plan_id: int, number: int) -> Base:
    layers = read_layers(conn)
    if plan_id != published_plan(conn):
        layers |= {"grids": read_grids(conn, plan_id), "blocks": read_blocks(conn, plan_id)}
    atlas = Atlas.build(layers, number)
    canvas = Canvas.of(atlas, points_of_last_year(conn))
    table = read_table(conn, plan_id)
    if not len(table):  # a county without blocks: each grid is one
        table = atlas.blocks.set_index("block_code")["grid_code"].dropna()
    names = dict(zip(atlas.grids["grid_code"], atlas.grids["name"], strict=True))
    return Base(plan_id, number, atlas, State.of(canvas, table, names))


def _memory(store: Store) -> _Memory:
    with _making_memory:
        return _memories.setdefault(store, _Memory())


_making_memory = threading.Lock()
