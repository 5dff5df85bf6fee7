"""p-median with capacities: the least walking when a full station turns people away.

A place's households may be split between stations, as they are in life. Only the `nearest` candidates of each
place are in the model at first; an overflow column stands for all others at the cost of the next one, so the
model is a relaxation whose bound is true, and a solution that leaves the overflow alone is certified.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, vstack

from gis_app.stations.siting import explain
from gis_app.stations.siting.core import Core
from gis_app.stations.siting.exact import Watch
from gis_app.stations.siting.greedy import greedy, interchange
from gis_app.stations.siting.median import median_core
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.results import SitingResult, result_of
from gis_app.stations.siting.rules import Rules
from gis_app.stations.siting.solver import Model, Solved, solve

NEAREST = 40


def capacitated_median(problem: SitingProblem, watch: Watch, nearest: int = NEAREST) -> SitingResult:
    """Return the stations with the least walking in total, none serving more households than it can."""
    name = "capacitated_median"
    why = explain.contradiction(problem) or explain.unreachable(problem) or _too_small(problem)
    if why:
        return result_of(problem, name, "infeasible", None, np.inf, np.inf, watch.spent, why)
    start = interchange(core := median_core(problem), greedy(core), stop=watch.over)
    bound = -np.inf
    first = _last_resort(problem, watch, core, start, "gap", bound)
    if first.objective is not None:
        watch.found(first.objective, lambda: first)
    while True:
        made = _Flow.of(problem, nearest)
        limits = watch.limits(0.0, np.inf, bound)
        limits.solution = _taker(problem, watch, made, bound)
        solved = solve(made.model, limits)
        bound = max(bound, solved.bound)
        if solved.status == "infeasible":
            why = explain.not_enough(problem)
            return result_of(problem, name, "infeasible", None, np.inf, np.inf, watch.spent, why)
        whole = solved.values is not None and made.certified(solved.values)
        if whole or solved.status != "proven":
            break
        nearest *= 2
    if not whole:
        return _last_resort(problem, watch, core, start, solved.status, bound)
    opened = made.opened(solved.values)
    return result_of(problem, name, solved.status, opened, solved.objective, bound, watch.spent)


def _taker(problem: SitingProblem, watch: Watch, made: _Flow, bound: float) -> Callable[[np.ndarray], None]:
    """Return what hands over a solution, where it leaves nobody to a candidate outside the lists."""

    def take(values: np.ndarray) -> None:
        value = float(made.model.cost @ values)
        if made.certified(values):
            opened = made.opened(values)
            watch.found(
                value,
                lambda: result_of(problem, "capacitated_median", "gap", opened, value, bound, watch.spent),
            )

    return take


def _too_small(problem: SitingProblem) -> str:
    """Return why no choice can serve everybody, "" where the largest stations could."""
    if problem.capacity is None:
        return "没有给出各候选点的容量"
    free = np.sort(problem.capacity[problem.is_free])[::-1]
    left = len(free) if problem.left is None else problem.left
    most = problem.capacity[problem.is_fixed].sum() + free[:left].sum()
    people = problem.weight.sum()
    return f"可设站点的容量合计最多 {most:g}，少于需要服务的 {people:g}" if most < people - 1e-9 else ""


def _last_resort(
    problem: SitingProblem, watch: Watch, core: Core, start: np.ndarray, status: str, bound: float
) -> SitingResult:
    """Return the greedy stations with people assigned at best, where the proof was cut short."""
    mask = problem.is_fixed.copy()
    mask[np.flatnonzero(problem.is_free)[start]] = True
    made = _Flow.of(problem, None, only=mask)
    solved: Solved = solve(made.model)
    found = solved.values is not None and core.rules.kept_by(start)
    value = solved.objective if found else np.inf
    return result_of(
        problem, "capacitated_median", status, mask if found else None, value, bound, watch.spent
    )


@dataclass(frozen=True)
class _Flow:
    """The model: y columns of all candidates, x columns of the pairs kept, then each place's overflow."""

    model: Model
    candidates: int
    overflow: np.ndarray

    @classmethod
    def of(cls, problem: SitingProblem, nearest: int | None, only: np.ndarray | None = None) -> _Flow:
        """Return the model with the nearest candidates of each place; `only` these are open, if given."""
        counted = problem.is_counted
        usable = (problem.is_fixed | problem.is_free) if only is None else only
        metres = np.where(usable, problem.cost_m[counted], np.inf)
        weight = problem.weight[counted]
        n, m = metres.shape
        ranked = np.argsort(np.argsort(metres, axis=1, kind="stable"), axis=1)
        kept = np.isfinite(metres) & (ranked < (nearest or m))
        place, candidate = np.nonzero(kept)
        beyond = np.where(kept | ~np.isfinite(metres), np.inf, metres).min(axis=1, initial=np.inf)
        spills = np.flatnonzero(np.isfinite(beyond))
        x, o = m + np.arange(len(place)), m + len(place) + np.arange(len(spills))
        columns = m + len(place) + len(spills)
        served = coo_array(
            (np.ones(len(x) + len(o)), (np.r_[place, spills], np.r_[x, o])), shape=(n, columns)
        )
        room = coo_array(
            (
                np.r_[weight[place], -problem.capacity],
                (np.r_[candidate, np.arange(m)], np.r_[x, np.arange(m)]),
            ),
            shape=(m, columns),
        )
        pairs = np.arange(len(x))
        open_ = coo_array(
            (np.r_[np.ones(len(x)), -np.ones(len(x))], (np.r_[pairs, pairs], np.r_[x, candidate])),
            shape=(len(x), columns),
        )
        rules, lower, upper = Rules.of(problem).rows()
        wide = csr_array((rules.shape[0], columns)).tolil()
        wide[:, np.flatnonzero(problem.is_free)] = rules.toarray()
        model = Model(
            cost=np.r_[
                np.zeros(m), weight[place] * metres[place, candidate], weight[spills] * beyond[spills]
            ],
            rows=csc_array(vstack([served, room, open_, csr_array(wide)])),
            row_lower=np.r_[np.ones(n), np.full(m + len(x), -np.inf), lower],
            row_upper=np.r_[np.full(n, np.inf), np.zeros(m + len(x)), upper],
            whole=np.arange(columns) < m,
            lower=np.r_[
                (problem.is_fixed if only is None else only).astype(float), np.zeros(len(x) + len(o))
            ],
            upper=np.r_[usable.astype(float), np.ones(len(x) + len(o))],
        )
        return cls(model, m, o)

    def opened(self, values: np.ndarray) -> np.ndarray:
        """Return which candidates are open."""
        return values[: self.candidates] > 0.5

    def certified(self, values: np.ndarray) -> bool:
        """Tell whether nobody was sent beyond the lists."""
        return bool((values[self.overflow] < 1e-6).all())
