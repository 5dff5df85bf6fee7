"""What a lock forbids, asked of every edit after it was tried: nothing locked may have changed. Pure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.plans.refusals import conflict
from gis_app.plans.state import State


def guard(before: State, after: State) -> None:
    """Raise Conflict, with the block as its place, where an edit changed something locked."""
    if not before.locks:
        return
    changed, old, new = _changes(before, after)
    codes = before.canvas.block_codes[changed]
    where = before.community_of_blocks()[changed]
    now = _communities_now(after)
    _forbid(before, changed, np.isin(codes, _locked(before, "block")), "地块", "block")
    grids = _locked(before, "grid")
    _forbid(before, changed, np.isin(old, grids) | np.isin(new, grids), "网格", "grid")
    communities = _locked(before, "community")
    moved_to = np.array([now.get(key, "") for key in new.tolist()], dtype=str)
    held = np.isin(where, communities) | np.isin(moved_to, communities)
    _forbid(before, changed, held, "社区", "community")
    borders = _locked(before, "border")
    crossed = [border_key(a, b) for a, b in zip(old.tolist(), new.tolist(), strict=True)]
    _forbid(before, changed, np.isin(np.array(crossed, dtype=str), borders), "边界", "border")
    _named(before, after, set(grids))
    _gone(before, after)


def _gone(before: State, after: State) -> None:
    """Raise Conflict where a border that is locked would be no more, because one of its grids is."""
    for what, key in sorted(before.locks - after.locks):
        number = before.key_index.get(key.split("|")[0], 0)
        place = before.canvas.place(int(before.blocks_of(number)[0]))
        raise conflict("locked", f"边界已锁定，不能取消（{key}）", what, "先解锁该边界", place)


def border_key(one: str, other: str) -> str:
    """Return the key of the border between two grids, the same whichever comes first."""
    return "|".join(sorted((one, other)))


def _changes(before: State, after: State) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the positions of the blocks that changed, and their keys before and after, "" for none."""
    old = np.array([*before.keys, ""], dtype=str)[before.grid]
    keys = np.array([*after.keys, ""], dtype=str)[after.grid]
    if before.canvas is after.canvas:
        changed = np.flatnonzero(old != keys)
        return changed, old[changed], keys[changed]
    now = pd.Series(keys, index=after.canvas.block_codes).reindex(before.canvas.block_codes)
    new = now.fillna("").to_numpy(str)
    moved = pd.Series(after.community_of_blocks(), index=after.canvas.block_codes)
    community = moved.reindex(before.canvas.block_codes).fillna("").to_numpy(str)
    gone = now.isna().to_numpy()  # cut in pieces
    changed = np.flatnonzero(gone | (old != new) | (community != before.community_of_blocks()))
    return changed, old[changed], np.where(gone, old, new)[changed]


def _communities_now(after: State) -> dict[str, str]:
    return dict(zip(after.keys, after.communities, strict=True))


def _locked(state: State, what: str) -> np.ndarray:
    return np.array([key for kind, key in state.locks if kind == what], dtype=str)


def _forbid(state: State, changed: np.ndarray, held: np.ndarray, word: str, field: str) -> None:
    if held.any():
        block = int(changed[np.flatnonzero(held)[0]])
        code = str(state.canvas.block_codes[block])
        raise conflict(
            "locked",
            f"{word}已锁定，不能改动（地块 {code}）",
            field,
            "先解锁，或避开锁定的部分",
            state.canvas.place(block),
        )


def _named(before: State, after: State, grids: set[str]) -> None:
    was = dict(zip(before.keys, before.names, strict=True))
    for key, name in zip(after.keys, after.names, strict=True):
        if key in grids and was.get(key) != name:
            raise conflict("locked", "网格已锁定，不能改动", "grid", "先解锁，或避开锁定的部分")
