"""Covering: as many households as possible with k stations (MCLP), or as few as reach a share (LSCP).

Places that the same candidates cover are one row, their households added: a town of 10,000 doors has far
fewer rows than doors.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from gis_app.stations.siting import explain
from gis_app.stations.siting.core import Core
from gis_app.stations.siting.exact import Watch, minimise
from gis_app.stations.siting.median import opened_mask
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.results import SitingResult, result_of
from gis_app.stations.siting.rules import Rules
from gis_app.stations.siting.solver import Model, solve

MOST = 10**9


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
    answer = minimise(core, watch)
    if answer.status == "infeasible" or not np.isfinite(answer.value):
        why = explain.not_enough(problem) if answer.status == "infeasible" else ""
        return result_of(problem, "mclp", answer.status, None, np.inf, np.inf, watch.spent, why)
    opened = opened_mask(problem, answer.opened)
    value, bound = total - answer.value, total - answer.bound
    return result_of(problem, "mclp", answer.status, opened, value, bound, watch.spent)


def mclp_core(problem: SitingProblem) -> tuple[Core, float]:
    """Return the core whose cost is the households left out, and all households."""
    counted = problem.is_counted
    covers, weight = aggregated(problem.covers()[counted], problem.weight[counted])
    cost = np.where(covers, 0.0, weight[:, None])
    base = cost[:, problem.is_fixed].min(axis=1, initial=np.inf)
    base = np.minimum(base, weight)
    return Core.of(cost[:, problem.is_free], base, Rules.of(problem)), float(weight.sum())


def lscp(problem: SitingProblem, watch: Watch, share: float = 1.0) -> SitingResult:
    """Return the fewest (where priced, the cheapest) stations that cover a share of all households."""
    why = explain.contradiction(problem)
    why = why or (explain.unreachable(problem, problem.limit_m) if share >= 1 else _too_much(problem, share))
    if why:
        return result_of(problem, "lscp", "infeasible", None, np.inf, np.inf, watch.spent, why)
    model, spent = lscp_model(problem, share)
    solved = solve(model, watch.limits(spent))
    if solved.values is None:
        why = explain.not_enough(problem) if solved.status == "infeasible" else ""
        return result_of(problem, "lscp", solved.status, None, np.inf, np.inf, watch.spent, why)
    opened = opened_mask(problem, np.flatnonzero(solved.values[: problem.is_free.sum()] > 0.5))
    value, bound = solved.objective + spent, solved.bound + spent
    return result_of(problem, "lscp", solved.status, opened, value, bound, watch.spent)


def _too_much(problem: SitingProblem, share: float) -> str:
    usable = problem.is_fixed | problem.is_free
    weight = problem.weight
    most = weight[problem.covers()[:, usable].any(axis=1)].sum() / max(weight.sum(), 1e-9)
    if most >= share - 1e-9:
        return ""
    return f"即使全部候选点都设站，也只能覆盖 {most:.1%}，达不到 {share:.1%}"


def lscp_model(problem: SitingProblem, share: float) -> tuple[Model, float]:
    """Return the model over the free candidates (and the places left out), and what is spent already."""
    counted, free = problem.is_counted, problem.is_free
    covers, weight = aggregated(problem.covers()[counted], problem.weight[counted])
    open_ = ~covers[:, problem.is_fixed].any(axis=1)
    rows, left = csr_array(covers[open_][:, free].astype(float)), weight[open_]
    price = problem.prices[free]
    limits, lower, upper = Rules.of(problem).rows()
    spent = float(problem.prices[problem.is_fixed].sum())
    whole = bool((problem.prices == np.rint(problem.prices)).all())
    places, cost = len(left), price
    if share < 1:
        rows = hstack([rows, csr_array(np.eye(places))]) if places else rows
        allowed = weight.sum() * (1 - share) + 1e-9
        limits = vstack(
            [_wide(limits, places), csr_array(np.concatenate([np.zeros(len(price)), left])[None])]
        )
        lower, upper = np.append(lower, -np.inf), np.append(upper, allowed)
        cost = np.concatenate([price, np.zeros(places)])
    model = Model(
        cost=cost,
        rows=csc_array(vstack([rows, limits])),
        row_lower=np.concatenate([np.ones(places), lower]),
        row_upper=np.concatenate([np.full(places, np.inf), upper]),
        whole=np.arange(len(cost)) < len(price),
        whole_objective=whole,
    )
    return model, spent


def _wide(rows, more: int) -> csr_array:
    wide = csr_array(rows)
    wide.resize((rows.shape[0], rows.shape[1] + more))
    return wide
