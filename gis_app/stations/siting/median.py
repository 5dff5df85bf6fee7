"""p-median: the least walking in total. Every place is served by its nearest station, however far.

The uncapacitated model goes through `exact`: the distances a better solution can use are few once there is a
bound. `nearest` cuts the lists first, with a certificate, for the sizes where there is no good bound.
"""

from __future__ import annotations

import numpy as np

from gis_app.stations.siting import explain
from gis_app.stations.siting.core import Core
from gis_app.stations.siting.exact import Answer, Watch, minimise
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.results import SitingResult, result_of
from gis_app.stations.siting.rules import Rules

SHORTEST, LISTS = 20, 3


def median(problem: SitingProblem, watch: Watch, nearest: int | None = None) -> SitingResult:
    """Return the stations that make the sum of households × metres smallest."""
    why = explain.contradiction(problem) or explain.unreachable(problem)
    if why:
        return result_of(problem, "median", "infeasible", None, np.inf, np.inf, watch.spent, why)
    core = median_core(problem)

    def result(answer: Answer) -> SitingResult:
        opened = opened_mask(problem, answer.opened) if np.isfinite(answer.value) else None
        return result_of(problem, "median", answer.status, opened, answer.value, answer.bound, watch.spent)

    answer = minimise(
        core, watch, nearest or usual_lists(core), lambda best: watch.found(best.value, lambda: result(best))
    )
    if answer.status == "infeasible":
        why = explain.not_enough(problem)
        return result_of(problem, "median", "infeasible", None, np.inf, np.inf, watch.spent, why)
    return result(answer)


def usual_lists(core: Core) -> int:
    """Return how many distances of each place to begin with: a few times as many as lie between stations."""
    return max(SHORTEST, -(-LISTS * core.candidates // max(core.rules.most, 1)))


def median_core(problem: SitingProblem) -> Core:
    """Return the core of a p-median: weighted metres of the places that count."""
    counted = problem.is_counted
    cost = problem.cost_m[counted] * problem.weight[counted][:, None]
    base = cost[:, problem.is_fixed].min(axis=1, initial=np.inf)
    return Core.of(cost[:, problem.is_free], base, Rules.of(problem))


def opened_mask(problem: SitingProblem, opened: np.ndarray) -> np.ndarray:
    """Return everything that is open, as a mask of the problem's candidates."""
    mask = problem.is_fixed.copy()
    mask[np.flatnonzero(problem.is_free)[opened]] = True
    return mask
