"""p-center: the shortest worst way. A search over the distances that occur, each a question of covering.

Greedy covering gives a first radius, the linear relaxation raises the lower end, and only the few radii in
between are put to HiGHS: "do k stations cover every place within r?"
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gis_app.stations.siting import explain
from gis_app.stations.siting.exact import Watch
from gis_app.stations.siting.fewest import lscp_model
from gis_app.stations.siting.median import opened_mask
from gis_app.stations.siting.problem import TOLERANCE, SitingProblem
from gis_app.stations.siting.results import SitingResult, result_of
from gis_app.stations.siting.rules import Rules
from gis_app.stations.siting.solver import Limits, solve


def center(problem: SitingProblem, watch: Watch) -> SitingResult:
    """Return the stations that make the longest way to the nearest one shortest; households do not weigh."""
    why = explain.contradiction(problem) or explain.unreachable(problem)
    if why:
        return result_of(problem, "center", "infeasible", None, np.inf, np.inf, watch.spent, why)
    search = _Search(problem, watch)
    search.by_greedy()
    search.by_relaxation()
    status = search.by_solver()
    if search.opened is None:
        why = explain.not_enough(problem) if status == "infeasible" else ""
        return result_of(problem, "center", status, None, np.inf, search.bound, watch.spent, why)
    return search.result(status)


class _Search:
    """Radii between `low` (the first not excluded) and `high` (the smallest that is known to do)."""

    def __init__(self, problem: SitingProblem, watch: Watch) -> None:
        self.watch, self.rules = watch, Rules.of(problem)
        problem = self.problem = replace(problem, cost_m=np.round(problem.cost_m, 6))
        counted = problem.is_counted
        self.metres = problem.cost_m[counted][:, problem.is_free]
        self.base = problem.cost_m[counted][:, problem.is_fixed].min(axis=1, initial=np.inf)
        best = np.minimum(self.metres.min(axis=1, initial=np.inf), self.base)
        least = best.max(initial=0.0)
        values = np.unique(
            np.concatenate([self.metres[np.isfinite(self.metres)], self.base[np.isfinite(self.base)]])
        )
        self.radii = values[values >= least]
        self.low, self.high = 0, len(self.radii)
        self.opened: np.ndarray | None = None
        if not counted.any():
            self.radii, self.opened, self.high = np.zeros(1), np.zeros(0, int), 0

    @property
    def value(self) -> float:
        """The radius of the best solution."""
        return float(self.radii[self.high])

    @property
    def bound(self) -> float:
        """The smallest radius not excluded."""
        return float(self.radii[self.low]) if self.low < len(self.radii) else np.inf

    def result(self, status: str) -> SitingResult:
        """Return the best so far as a result."""
        opened = opened_mask(self.problem, self.opened)
        return result_of(self.problem, "center", status, opened, self.value, self.bound, self.watch.spent)

    def by_greedy(self) -> None:
        """Find a first solution: halve the radii, covering greedily."""
        low, high = self.low, self.high
        while low < high and not self.watch.over():
            middle = (low + high) // 2
            opened = self._greedy_cover(self.radii[middle])
            if opened is None:
                low = middle + 1
            else:
                self._found(opened)
                high = min(middle, self.high)

    def by_relaxation(self) -> None:
        """Exclude the radii at which not even fractions of stations suffice."""
        low, high = self.low, self.high
        while low < high and not self.watch.over():
            middle = (low + high) // 2
            model, _ = self._model(self.radii[middle])
            solved = solve(replace(model, whole=np.zeros(len(model.cost), bool)), self.watch.limits())
            if solved.status == "infeasible" or (
                solved.status == "proven" and solved.objective > self._most + 1e-6
            ):
                low = middle + 1
            elif solved.status == "proven":
                high = middle
            else:
                break
        self.low = low
        self._tell()

    def by_solver(self) -> str:
        """Close the rest, from below: radii just above the relaxation are the likely ones."""
        width = 1
        while self.low < self.high:
            if self.watch.over():
                return self.watch.why()
            middle = min(self.low + width - 1, (self.low + self.high) // 2)
            model, _ = self._model(self.radii[middle])
            limits = Limits(seconds=self.watch.left, cancelled=self.watch.cancelled, target=self._most)
            solved = solve(model, limits)
            if solved.values is not None and solved.objective <= self._most + 1e-6:
                self._found(np.flatnonzero(solved.values > 0.5))
            elif solved.status == "infeasible" or solved.bound > self._most + 1e-6:
                self.low, width = middle + 1, 2 * width
            else:
                return solved.status
            self._tell()
        return "proven" if self.opened is not None else "infeasible"

    @property
    def _most(self) -> float:
        return float(self.rules.most)

    def _model(self, radius: float):
        """Return the covering model that counts stations, whatever they cost."""
        model, spent = lscp_model(replace(self.problem, limit_m=float(radius) - TOLERANCE + 1e-7), 1.0)
        free = int(self.problem.is_free.sum())
        upper = model.row_upper.copy()
        upper[len(upper) - self.rules.rows()[0].shape[0]] = np.inf  # the number is what is minimised
        return replace(model, cost=np.ones(free), row_upper=upper, whole_objective=True), spent

    def _found(self, opened: np.ndarray) -> None:
        """Keep a solution, at the radius that it really has."""
        worst = np.minimum(self.base, self.metres[:, opened].min(axis=1, initial=np.inf)).max()
        self.opened, self.high = opened, int(np.searchsorted(self.radii, worst))
        self.watch.found(self.value, lambda: self.result("gap"))

    def _tell(self) -> None:
        found = self.opened is not None
        self.watch.progress(self.value if found else np.inf, self.bound)
        if found:
            self.watch.found(self.value, lambda: self.result("gap"))

    def _greedy_cover(self, radius: float) -> np.ndarray | None:
        """Return stations that cover all within the radius, one after the other; None where that fails."""
        open_ = self.base > radius
        table = self.metres[open_] <= radius
        chosen = np.zeros(0, int)
        while len(table):
            may = self.rules.may_add(chosen)
            gain = np.where(may, np.count_nonzero(table, axis=0), -1)
            best = int(gain.argmax()) if len(gain) else 0
            if not len(gain) or gain[best] <= 0:
                return None
            chosen = np.append(chosen, best)
            table = table[~table[:, best]]
        while not self.rules.kept_by(chosen):
            may = np.flatnonzero(self.rules.may_add(chosen))
            if not len(may):
                return None
            chosen = np.append(chosen, may[0])
        return chosen
