"""From a plan to its problems: one for each community, with its locks, barriers and selection; and back.

A block that is itself river is walked by nobody: it is left out of the search, and stays with its grid while
that lies beside it. Grid keys are those of the plan; new grids are "n1", "n2", … after its last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gis_app.errors import BadInput
from gis_app.plans.barriers import RIVER, ROAD
from gis_app.plans.proposals.candidate import Candidate
from gis_app.plans.proposals.problem import Problem, counts
from gis_app.plans.proposals.reasons import Reason, fitting, reason_against
from gis_app.plans.state import State

PREFERRED = {ROAD: 0.7, RIVER: 0.7}
"""What a metre of border costs where it runs along a main road or a river."""
GOALS_FROM_NOTHING = ("from_nothing",)


@dataclass(frozen=True)
class Wish:
    """What is asked of the whole plan.

    `communities` and `blocks` (codes) restrict it, None is everything; `n` grids are wanted where the wish is
    of one community or selection, None keeps today's number. `band` is households, narrowed to `within` (a
    share) of each community's mean where given. `people` names who answers for each grid key.
    """

    goal: str = "least_change"
    band: tuple[int, int] = (300, 500)
    within: float | None = None
    communities: Sequence[str] | None = None
    blocks: Sequence[str] | None = None
    n: int | None = None
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    preferred: Mapping[int, float] = field(default_factory=lambda: dict(PREFERRED))


@dataclass(frozen=True)
class Task:
    """The problem of one community; `members` are its blocks on the canvas.

    `reason` tells why there is no problem, or why it asks for another number of grids than today's.
    """

    community: str
    problem: Problem | None
    reason: Reason | None = None
    members: np.ndarray = field(default_factory=lambda: np.empty(0, int))
    wet: np.ndarray = field(default_factory=lambda: np.empty(0, int))

    def table(self, state: State, candidate: Candidate) -> dict[str, str]:
        """Return block code → grid key of a candidate, river blocks with it."""
        keys = [self.problem.keys[label] for label in candidate.labels.tolist()]
        codes = state.canvas.block_codes
        return dict(zip(codes[self.members].tolist(), keys, strict=True)) | self._rivers(state, keys)

    def _rivers(self, state: State, keys: list[str]) -> dict[str, str]:
        """Give each river block to its grid of today where that is beside, else to another that is."""
        canvas, given = state.canvas, dict(zip(self.members.tolist(), keys, strict=True))
        pairs = canvas.pairs[canvas.joins]
        left, table = set(self.wet.tolist()), {}
        while left:
            found = {}
            for block in sorted(left):
                beside = pairs[(pairs == block).any(axis=1)]
                near = [given[other] for other in beside.ravel().tolist() if other in given]
                own = state.keys[state.grid[block]] if state.grid[block] >= 0 else ""
                if near:
                    found[block] = own if own in near else max(sorted(set(near)), key=near.count)
            if not found:
                break
            given |= found
            left -= found.keys()
            table |= {str(canvas.block_codes[block]): key for block, key in found.items()}
        return table


def tasks(state: State, wish: Wish) -> list[Task]:
    """Return a task for each community that the wish touches; raises BadInput for what is not there."""
    canvas = state.canvas
    chosen = _chosen(state, wish)
    if wish.communities is not None:
        unknown = sorted(set(wish.communities) - set(canvas.communities))
        if unknown:
            raise BadInput("unknown_community", "没有这个社区", {"communities": " ".join(unknown)})
    found, number = [], state.next_number
    for position, code in enumerate(canvas.communities):
        members = np.flatnonzero(canvas.community == position)
        asked = wish.communities is None or code in wish.communities
        if not asked or (chosen is not None and not chosen[members].any()):
            continue
        task = _task(state, wish, code, members, chosen, number)
        number += 0 if task.problem is None else sum(key not in state.key_index for key in task.problem.keys)
        found.append(task)
    if wish.n is not None and len(found) > 1:
        raise BadInput("many_communities", "指定网格数时只能选一个社区", {"n": "只选一个社区，或不填"})
    if not found:
        raise BadInput("empty_selection", "所选范围内没有地块", {"blocks": "请选择至少一个地块或社区"})
    return found


def _chosen(state: State, wish: Wish) -> np.ndarray | None:
    """Return (B,) whether a block is selected, None where everything is."""
    if wish.blocks is None:
        return None
    position = state.canvas.position
    unknown = [code for code in wish.blocks if code not in position]
    if unknown:
        raise BadInput("unknown_block", "没有这个地块", {"blocks": " ".join(unknown[:5])})
    chosen = np.zeros(len(state.canvas), bool)
    chosen[[position[code] for code in wish.blocks]] = True
    return chosen


def _task(state: State, wish: Wish, code: str, members: np.ndarray, chosen, number: int) -> Task:
    """Return the task of one community: without its locked grids, river blocks, and what is not selected."""
    canvas, anew = state.canvas, wish.goal in GOALS_FROM_NOTHING
    if ("community", code) in state.locks:
        return Task(code, None, Reason("community_locked", {}))
    held = {key for what, key in state.locks if what == "grid"}
    mine = [key for key, home in zip(state.keys, state.communities, strict=True) if home == code]
    names = np.array([*state.keys, ""], dtype=object)[state.grid[members]]
    out = np.isin(names, sorted(held)) if held else np.zeros(len(members), bool)
    if anew and chosen is not None:
        out |= ~chosen[members]
    wet = canvas.in_river[members]
    inside, rivers = members[~out & ~wet], members[~out & wet]
    if not len(inside):
        return Task(code, None, Reason("empty", {}))
    left = set(names[out].tolist())
    mine = [key for key in mine if key not in left and (state.grid[inside] == state.key_index[key]).any()]
    fixed = _fixed(state, inside, chosen if not anew else None)
    n = wish.n or len(mine) or _usual(int(state.canvas.households[inside].sum()), wish.band)
    if anew and chosen is not None and wish.n is None:
        n = _usual(int(state.canvas.households[inside].sum()), wish.band)
    problem = _problem(state, wish, code, inside, _keys(state, n, mine, number), fixed)
    reason = reason_against(problem) if wish.n is None and chosen is None else None
    if reason is not None and (possible := fitting(problem)) and n not in possible:
        n = min(possible, key=lambda count: abs(count - n))
        problem = _problem(state, wish, code, inside, _keys(state, n, mine, number), fixed)
    return Task(code, problem, reason, inside, rivers)


def _keys(state: State, n: int, mine: list[str], number: int) -> tuple[str, ...]:
    """Return the keys of the grids wanted: the largest of today's, then new ones."""
    size = {key: int(state.households[state.key_index[key]]) for key in mine}
    kept = sorted(sorted(mine, key=lambda key: -size[key])[:n])
    return (*kept, *(f"n{number + more}" for more in range(n - len(kept))))


def _usual(households: int, band: tuple[int, int]) -> int:
    """Return into how many grids so many households are usually cut."""
    middle = max(1, round(households / (sum(band) / 2)))
    possible = counts(households, band)
    return min(max(middle, possible[0]), possible[-1]) if len(possible) else middle


def _fixed(state: State, inside: np.ndarray, chosen: np.ndarray | None) -> np.ndarray:
    """Return (b,) the blocks that keep their grid: locked ones, those along locked borders, not selected."""
    canvas, locks = state.canvas, state.locks
    fixed = np.zeros(len(canvas), bool)
    positions = [canvas.position[key] for what, key in locks if what == "block" and key in canvas.position]
    fixed[positions] = True
    for key in (key for what, key in locks if what == "border"):
        ends = [state.key_index.get(part, -2) for part in key.split("|")]
        along = np.isin(state.grid[canvas.pairs], ends).all(axis=1)
        along &= state.grid[canvas.pairs[:, 0]] != state.grid[canvas.pairs[:, 1]]
        fixed[canvas.pairs[along].ravel()] = True
    if chosen is not None:
        fixed |= ~chosen
    return fixed[inside]


def _problem(
    state: State, wish: Wish, code: str, inside: np.ndarray, keys: tuple[str, ...], fixed: np.ndarray
) -> Problem:
    canvas, n = state.canvas, len(keys)
    place = np.full(len(canvas), -1)
    place[inside] = np.arange(len(inside))
    within = (place[canvas.pairs] >= 0).all(axis=1)
    around = place[canvas.pairs[~within]].ravel()
    beyond = np.repeat(canvas.border_m[~within], 2)[around >= 0]
    outside = canvas.outside_m[inside] + np.bincount(around[around >= 0], beyond, len(inside))
    cost = np.ones(int(within.sum()))
    for kind, factor in wish.preferred.items():
        cost[canvas.barrier[within] == kind] = factor
    label = {key: number for number, key in enumerate(keys)}
    former = [key for key in state.keys if key not in label]
    label |= {key: n + number for number, key in enumerate(former)}
    today = np.array([*(label[key] for key in state.keys), -1])[state.grid[inside]]
    households = canvas.households[inside]
    people = tuple(_names(wish.people, key) for key in (*keys, *former))
    return Problem(
        codes=tuple(canvas.block_codes[inside].tolist()), households=households,
        edges=place[canvas.pairs[within]], lengths=canvas.border_m[within], outside=outside,
        area=canvas.area_m2[inside], centres=canvas.centroids[inside], today=today, n=n,
        band=_band(wish, int(households.sum()), n),
        passable=canvas.passable[within], fixed=fixed & (today >= 0) & (today < n), weight=cost, keys=keys,
        people=people if wish.people else (), community=code,
    )  # fmt: skip


def _band(wish: Wish, households: int, n: int) -> tuple[int, int]:
    """Return the band of a community: households, and around its own mean where that is asked."""
    low, high = wish.band
    if wish.within is None:
        return low, high
    mean = households / n
    return max(low, int(np.ceil(mean * (1 - wish.within)))), min(high, int(mean * (1 + wish.within)))


def _names(people: Mapping[str, Iterable[str]], key: str) -> tuple[str, ...]:
    return tuple(name for name in people.get(key, ()) if name)
