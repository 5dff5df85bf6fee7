"""What a draft is at a moment, as the screen reads it: blocks by grid, figures, faults, locks, history."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from gis_app.plans.figures import Extras, base_keys, changed, figures, moved_blocks
from gis_app.plans.rules import Rule, check
from gis_app.plans.state import State
from gis_app.studio import editing
from gis_app.studio.draft_rules import merged as rules_of
from gis_app.studio.model import Draft, Edited
from gis_app.web import studio_words
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.incident_words import moment
from gis_app.web.services import services
from gis_app.web.studio_shapes import canvas_tag

SHOWN = ("households", "buildings", "blocks", "area_m2", "polsby_popper", "incidents", "stations")
MOST_FAULTS = 500
# Of more blocks the check takes longer than an edit may: the screen asks for it afterwards.
AT_ONCE = 20_000
MOST_STEPS = 40
GRID_WORKER = "grid_worker"
# A state never changes, so its figures are worked out once, as long as somebody holds it.
_FIGURES: WeakKeyDictionary[State, dict[tuple[int, int], pd.DataFrame]] = WeakKeyDictionary()


def told_whole(draft: Draft, version: int, state: State, base: State) -> dict[str, Any]:
    """Return everything of a draft at its head but shapes."""
    keys = _keys(state)
    order = np.argsort(state.grid, kind="stable")
    begin = np.searchsorted(state.grid[order], np.arange(-1, len(state.keys) + 1))
    blocks = {keys[n]: order[begin[n + 1] : begin[n + 2]].tolist() for n in range(-1, len(state.keys))}
    rows = told_rows(state, base, set(state.keys))
    return _frame(draft, version, state, base) | {"blocks": blocks, "grids": rows, "gone": []}


def told_edit(draft: Draft, edited: Edited, base: State) -> dict[str, Any]:
    """Return what an edit changed: blocks by grid, the rows whose figures may differ, faults."""
    before, after = edited.before, edited.state
    blocks: dict[str, list[int]] = defaultdict(list)
    if before.canvas.block_codes is after.canvas.block_codes or len(before.canvas) == len(after.canvas):
        was, now = _keys(before)[before.grid], _keys(after)[after.grid]
        for position in np.flatnonzero(was != now).tolist():
            blocks[now[position]].append(position)
    touched = set(changed(before, after))
    near = {
        state.communities[n]
        for state in (before, after)
        for n, key in enumerate(state.keys)
        if key in touched
    }
    wanted = {key for key, community in zip(after.keys, after.communities, strict=True) if community in near}
    gone = [key for key in before.keys if key not in after.key_index]
    return _frame(draft, edited.version, after, base) | {
        "blocks": blocks,
        "grids": told_rows(after, base, wanted | (touched & set(after.keys))),
        "gone": gone,
        "words": studio_words.operation_words(edited.operation, after),
    }


def told_rows(state: State, base: State, wanted: set[str]) -> list[dict[str, Any]]:
    """Return the rows of some grids: figures, those of the base under the same key, who is affected."""
    found, was = figures_now(state, base), figures_now(base, base)
    names, who = community_names(), affected(state, base)
    former = was.loc[was.index.isin(wanted), list(SHOWN)].to_dict("index")
    return [
        {name: row[name] for name in SHOWN}
        | {
            "key": key,
            "short": studio_words.short_of(key),
            "name": row["name"] or studio_words.grid_name(key, names.get(row["community_code"], "")),
            "community": row["community_code"],
            "community_name": names.get(row["community_code"], ""),
            "deviation": row["deviation"],
            "moved": row["moved_households"],
            "was": former.get(key),
            "who": who.get(key, []),
        }
        for key, row in found[found.index.isin(wanted)].to_dict("index").items()
    ]


def figures_now(state: State, base: State) -> pd.DataFrame:
    """Return the figures of a state, with the stations of the county as it is."""
    found = snapshot()
    extras = found.memo(("plan_extras", canvas_tag(base.canvas)), lambda: Extras.of(base.canvas, found.atlas))
    known = _FIGURES.setdefault(state, {})
    key = (id(base), found.revision)
    if key not in known:
        known[key] = figures(state, base, extras)
    return known[key]


def faults_of(draft: Draft, state: State, base: State) -> list[dict[str, Any]]:
    """Return what is wrong with a state under the rules of its draft, hard faults first."""
    told = check(state, base, rules_of(draft.rules))[:MOST_FAULTS]
    position = state.canvas.position
    rows = []
    for fault in told:
        message, remedy = studio_words.fault_words(fault, state)
        blocks = [position[code] for code in fault.blocks if code in position]
        rows.append(
            {
                "rule": fault.rule_id,
                "hard": fault.hard,
                "grid": fault.grid,
                "blocks": blocks,
                "place": fault.place,
                "message": message,
                "remedy": remedy,
            }
        )
    return rows


def band_of(draft: Draft) -> tuple[int, int]:
    """Return the households that a grid should have, least and most."""
    rule: Rule = next(one for one in rules_of(draft.rules) if one.rule_id == "households")
    return int(rule.params["least"]), int(rule.params["most"])


def community_names() -> dict[str, str]:
    """Return the names of the communities by code."""
    frame = snapshot().atlas.communities
    return dict(zip(frame["community_code"], frame["name"], strict=True))


def affected(state: State, base: State) -> dict[str, list[str]]:
    """Return the grid workers whose area changes, by the grid that gains or loses blocks."""
    moved = np.flatnonzero(moved_blocks(state, base))
    if not len(moved):
        return {}
    pairs = {
        *zip(base_keys(state, base)[moved].tolist(), _keys(state)[state.grid][moved].tolist(), strict=True)
    }
    holders = grid_workers(snapshot())
    who: dict[str, list[str]] = defaultdict(list)
    for pair in sorted(pairs):
        people = [holders[key] for key in pair if holders.get(key)]
        for key in filter(None, pair):
            who[key] += [name for name in people if name not in who[key]]
    return dict(who)


def grid_workers(found: Snapshot) -> dict[str, str]:
    """Return the grid worker of each grid by its code."""

    def read() -> dict[str, str]:
        frame = found.tables.assignments
        frame = frame[(frame["role"] == GRID_WORKER) & (frame["holder_name"].fillna("") != "")]
        return dict(zip(frame["area_code"], frame["holder_name"], strict=True))

    return found.memo("plan_grid_workers", read)


def summary_of(state: State, base: State) -> dict[str, Any]:
    """Return how many households moved, their share of all, and the mean of a grid."""
    moved = int(state.canvas.households[moved_blocks(state, base)].sum())
    total = int(state.canvas.households.sum())
    mean = float(state.households.mean()) if len(state.keys) else 0.0
    return {"moved": moved, "share": moved / total if total else 0.0, "mean": mean, "grids": len(state.keys)}


def _frame(draft: Draft, version: int, state: State, base: State) -> dict[str, Any]:
    summary = summary_of(state, base)
    return {
        "version": version,
        "state": draft.state,
        "may_edit": draft.may_edit,
        "canvas": canvas_tag(state.canvas),
        "mean": summary["mean"],
        "band": band_of(draft),
        "summary": summary,
        "faults": faults_of(draft, state, base) if len(state.canvas) <= AT_ONCE else None,
        "locks": sorted(list(lock) for lock in state.locks),
        "history": told_history(draft, state),
    }


def told_history(draft: Draft, state: State) -> dict[str, Any]:
    """Return the last steps in words, and whether there is something to undo or to do again."""
    steps = editing.history(services().store, draft.draft_id)
    return {
        "can_undo": any(step.done for step in steps),
        "can_redo": any(not step.done for step in steps),
        "list": [
            {
                "words": studio_words.operation_words({"verb": step.verb, **step.params}, state),
                "actor": step.actor,
                "at": moment(step.at)["said"],
                "done": step.done,
            }
            for step in reversed(steps[-MOST_STEPS:])
        ],
    }


def _keys(state: State) -> np.ndarray:
    """Return the keys by position, "" at the end for blocks without a grid."""
    return np.array([*state.keys, ""], dtype=object)
