"""Which organisation should send how many members to which grid: a min-cost flow, solved to the optimum.

What counts, in this order, the later never at the cost of the earlier:
1. members missing in grids (those below the least number count twice);
2. members for whom there is no room, where grids have a greatest number;
3. with the aim "nearer" the metres walked, where every change must save more than so many metres;
4. how many members change their grid;
5. the metres of those who change.
Each of these is a linear programme over a network, whose corners are whole numbers. What one stage has
decided is kept by holding its columns of non-zero reduced cost at their bound: the rest stays a network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from gis_app.errors import Unavailable

KEEP, NEARER = "keep", "nearer"
AIMS = (KEEP, NEARER)
REACH_M, WORTH_M = 3000, 500
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Problem:
    """Members today (o, g), metres (o, g) with NaN where there is no way, need, least and most (g,) of grids.

    `most` is -1 where a grid has no greatest number. Nobody new is sent further than `reach_m`.
    """

    today: np.ndarray
    metres: np.ndarray
    need: np.ndarray
    least: np.ndarray
    most: np.ndarray
    reach_m: float = REACH_M
    aim: str = KEEP
    worth_m: int = WORTH_M


@dataclass(frozen=True, eq=False)
class Solution:
    """Members then (o, g), those for whom there is no room (o,), and what it comes to.

    `missing` counts members short over all grids, `changed` those in another grid than today, `metres` their
    way, rounded to whole metres each.
    """

    members: np.ndarray
    unplaced: np.ndarray
    missing: int
    changed: int
    metres: int


def propose(problem: Problem) -> Solution:
    """Return the best assignment; today's itself where nothing is wrong with it and the aim is to keep."""
    flow = _Flow.of(problem)
    if not flow.size:
        return _solution(problem, flow, np.empty(0, dtype=np.int64))
    lower, upper = np.zeros(flow.size), flow.upper.astype(float)
    x = np.zeros(flow.size)
    for cost in flow.costs(problem):
        answer = linprog(
            cost,
            A_eq=flow.rows,
            b_eq=flow.right,
            bounds=np.column_stack([lower, upper]),
            method="highs-ds",
        )
        if answer.status != 0:
            raise Unavailable("no_proposal", "没有求出方案，请放宽条件后重试", {"solver": str(answer.status)})
        x = np.rint(answer.x)
        if np.abs(x - answer.x).max() > 1e-6:
            raise Unavailable("no_proposal", "求解结果不是整数，请重试", {"solver": "fraction"})
        upper = np.where(answer.lower.marginals > HALF, lower, upper)
        lower = np.where(answer.upper.marginals < -HALF, upper, lower)
    return _solution(problem, flow, x.astype(np.int64))


@dataclass(frozen=True, eq=False)
class _Flow:
    """The network as equalities: a row for each organisation, each grid's need, each greatest number.

    Columns: members kept, members new, short above and below the least, more than needed, unplaced, room.
    """

    kept: np.ndarray
    new: np.ndarray
    parts: dict[str, slice]
    rows: csr_array
    right: np.ndarray
    upper: np.ndarray

    @property
    def size(self) -> int:
        return len(self.upper)

    @classmethod
    def of(cls, problem: Problem) -> _Flow:
        today = problem.today
        organisations, grids = today.shape
        supply = today.sum(axis=1)
        kept = np.argwhere(today > 0)
        with np.errstate(invalid="ignore"):
            new = np.argwhere((problem.metres <= problem.reach_m) & (supply > 0)[:, None])
        capped = np.flatnonzero(problem.most >= 0)
        need = np.where(problem.most >= 0, np.minimum(problem.need, problem.most), problem.need)
        low = np.minimum(problem.least, need)
        total = int(supply.sum()) + int(need.sum())
        sizes = {
            "kept": len(kept), "new": len(new), "short": grids, "very_short": grids, "more": grids,
            "unplaced": organisations, "room": len(capped),
        }  # fmt: skip
        ends = np.cumsum(list(sizes.values()))
        parts = {
            name: slice(int(end - size), int(end))
            for (name, size), end in zip(sizes.items(), ends, strict=True)
        }
        arcs = np.concatenate([kept, new])
        place = np.arange(grids)
        top = np.full(grids, -1)
        top[capped] = organisations + grids + np.arange(len(capped))
        entries = [
            (arcs[:, 0], np.arange(len(arcs)), 1.0),
            (organisations + arcs[:, 1], np.arange(len(arcs)), 1.0),
            *((organisations + place, parts[name].start + place, 1.0) for name in ("short", "very_short")),
            (organisations + place, parts["more"].start + place, -1.0),
            (np.arange(organisations), parts["unplaced"].start + np.arange(organisations), 1.0),
            (top[capped], parts["room"].start + np.arange(len(capped)), 1.0),
        ]
        under = top[arcs[:, 1]] >= 0
        entries.append((top[arcs[under, 1]], np.flatnonzero(under), 1.0))
        row, column, value = (
            np.concatenate([np.broadcast_to(entry[i], np.shape(entry[0])) for entry in entries])
            for i in range(3)
        )
        shape = (organisations + grids + len(capped), int(ends[-1]))
        upper = np.concatenate(
            [today[kept[:, 0], kept[:, 1]], supply[new[:, 0]], need - low, low, np.full(grids, total),
             supply, problem.most[capped]]
        )  # fmt: skip
        right = np.concatenate([supply, need, problem.most[capped]]).astype(float)
        return cls(kept, new, parts, csr_array((value, (row, column)), shape=shape), right, upper)

    def costs(self, problem: Problem):
        """Yield what each stage makes as small as possible; all whole numbers."""
        missing = np.zeros(self.size)
        missing[self.parts["short"]], missing[self.parts["very_short"]] = 1, 2
        yield missing
        unplaced = np.zeros(self.size)
        unplaced[self.parts["unplaced"]] = 1
        yield unplaced
        way = np.rint(np.where(np.isnan(problem.metres), problem.reach_m, problem.metres))
        kept, new = way[tuple(self.kept.T)], way[tuple(self.new.T)]
        if problem.aim == NEARER:
            walked = np.zeros(self.size)
            walked[self.parts["kept"]] = kept
            walked[self.parts["new"]] = new + problem.worth_m
            yield walked
        change, metres = np.zeros(self.size), np.zeros(self.size)
        change[self.parts["new"]] = 1
        metres[self.parts["new"]] = new
        yield change
        yield metres


def _solution(problem: Problem, flow: _Flow, x: np.ndarray) -> Solution:
    members = np.zeros(problem.today.shape, dtype=np.int64)
    if len(x):
        np.add.at(members, tuple(flow.kept.T), x[flow.parts["kept"]])
        np.add.at(members, tuple(flow.new.T), x[flow.parts["new"]])
    unplaced = problem.today.sum(axis=1) - members.sum(axis=1)
    need = np.where(problem.most >= 0, np.minimum(problem.need, problem.most), problem.need)
    missing = np.maximum(need - members.sum(axis=0), 0).sum()
    more = np.maximum(members - problem.today, 0)
    way = np.where(np.isnan(problem.metres), 0, np.rint(problem.metres))
    return Solution(members, unplaced, int(missing), int(more.sum()), int((more * way).sum()))
