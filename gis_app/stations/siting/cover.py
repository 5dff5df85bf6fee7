"""Covering: as many households as possible with k stations (MCLP); the fewest for a share are in `fewest`.

Places that the same candidates cover are one row, their households added: a town of 10,000 doors has far
fewer rows than doors.
"""

from __future__ import annotations

import numpy as np

from gis_app.stations.siting import explain
from gis_app.stations.siting.core import Core
from gis_app.stations.siting.exact import OPTIONS, Answer, Watch, minimise
from gis_app.stations.siting.median import opened_mask
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.results import SitingResult, result_of
from gis_app.stations.siting.rules import Rules

COVERING_OPTIONS = OPTIONS | {
    "mip_pscost_minreliable": 0,
    "mip_allow_cut_separation_at_nodes": False,
    "mip_detect_symmetry": False,
}
"""Measured on eight towns: cuts at the root alone, then many cheap nodes, take half the time."""


def aggregated(covers: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct rows of a table of who covers whom, with their weights added up."""
    if not len(covers):
        return covers, weight
    packed = np.packbits(covers, axis=1)
    _, first, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    return covers[first], np.bincount(group.ravel(), weight, len(first))


def mclp(problem: SitingProblem, watch: Watch) -> SitingResult:
    """Return the stations that cover the most households within the limit."""
    why = explain.contradiction(problem)
    if why:
        return result_of(problem, "mclp", "infeasible", None, np.inf, np.inf, watch.spent, why)
    core, total = mclp_core(problem)

    def result(answer: Answer) -> SitingResult:
        opened, value, bound = (
            opened_mask(problem, answer.opened),
            total - answer.value,
            total - max(answer.bound, 0.0),
        )
        return result_of(problem, "mclp", answer.status, opened, value, bound, watch.spent)

    answer = minimise(
        core, watch, None, lambda best: watch.found(best.value, lambda: result(best)), COVERING_OPTIONS
    )
    if answer.status == "infeasible" or not np.isfinite(answer.value):
        why = explain.not_enough(problem) if answer.status == "infeasible" else ""
        return result_of(problem, "mclp", answer.status, None, np.inf, np.inf, watch.spent, why)
    return result(answer)


def mclp_core(problem: SitingProblem) -> tuple[Core, float]:
    """Return the core whose cost is the households left out, and all households."""
    counted = problem.is_counted
    covers, weight = aggregated(problem.covers()[counted], problem.weight[counted])
    cost = np.where(covers, 0.0, weight[:, None])
    base = cost[:, problem.is_fixed].min(axis=1, initial=np.inf)
    base = np.minimum(base, weight)
    return Core.of(cost[:, problem.is_free], base, Rules.of(problem)), float(weight.sum())
