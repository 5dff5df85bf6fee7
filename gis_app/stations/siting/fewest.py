"""Covering a share of the households with the fewest stations, or the cheapest where they have prices (LSCP).

A greedy choice is the start: it is an answer within moments, and what a run that is cut short ends with.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack

from gis_app.stations.siting import explain
from gis_app.stations.siting.cover import aggregated
from gis_app.stations.siting.exact import Watch
from gis_app.stations.siting.median import opened_mask
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.results import SitingResult, result_of
from gis_app.stations.siting.rules import Rules
from gis_app.stations.siting.solver import Limits, Model, solve


def lscp(problem: SitingProblem, watch: Watch, share: float = 1.0) -> SitingResult:
    """Return the fewest (where priced, the cheapest) stations that cover a share of all households."""
    why = explain.contradiction(problem)
    why = why or (explain.unreachable(problem, problem.limit_m) if share >= 1 else _too_much(problem, share))
    if why:
        return result_of(problem, "lscp", "infeasible", None, np.inf, np.inf, watch.spent, why)
    return _Fewest(problem, watch, share).answer()


class _Fewest:
    """One question, with the best answer so far."""

    def __init__(self, problem: SitingProblem, watch: Watch, share: float) -> None:
        self.problem, self.watch = problem, watch
        self.model, self.spent = lscp_model(problem, share)
        self.free, self.bound = int(problem.is_free.sum()), -np.inf
        self.best = self.model.start = self._greedy()

    def answer(self) -> SitingResult:
        """Solve, and tell what was found."""
        if self.best is not None:
            self._take(self.best)
        solved = solve(self.model, self._limits())
        if solved.status == "infeasible" or (solved.values is None and self.best is None):
            why = explain.not_enough(self.problem) if solved.status == "infeasible" else ""
            return result_of(self.problem, "lscp", solved.status, None, np.inf, np.inf, self.watch.spent, why)
        if solved.values is not None:
            self.best = solved.values
        return self._result(solved.status, max(self.bound, solved.bound))

    def _result(self, status: str, bound: float) -> SitingResult:
        opened = opened_mask(self.problem, np.flatnonzero(self.best[: self.free] > 0.5))
        value = float(self.model.cost @ np.rint(self.best)) + self.spent
        return result_of(
            self.problem, "lscp", status, opened, value, min(bound + self.spent, value), self.watch.spent
        )

    def _limits(self) -> Limits:
        limits = self.watch.limits(self.spent)
        progress = limits.progress

        def look(seconds: float, objective: float, bound: float) -> None:
            self.bound = max(self.bound, bound)
            progress(seconds, objective, bound)

        limits.progress, limits.solution = look, self._take
        return limits

    def _take(self, values: np.ndarray) -> None:
        self.best = values
        self.watch.found(float(self.model.cost @ values), lambda: self._result("gap", self.bound))

    def _greedy(self) -> np.ndarray | None:
        """Return a solution found one station after the other, None where that way leads to none."""
        model, rules = self.model, Rules.of(self.problem)
        places = len(model.row_lower) - rules.rows()[0].shape[0] - (len(model.cost) > self.free)
        table = csr_array(model.rows)[:places, : self.free].toarray()
        weight, allowed = np.ones(places), 0.5
        if len(model.cost) > self.free:
            weight, allowed = csr_array(model.rows)[[-1], self.free :].toarray()[0], model.row_upper[-1]
        chosen, open_ = np.zeros(0, int), np.ones(places, bool)
        while weight[open_].sum() > allowed or not rules.kept_by(chosen):
            may = rules.may_add(chosen)
            gain = (weight * open_) @ table if places else np.zeros(self.free)
            worth = np.where(may, gain / np.maximum(rules.price, 1e-6), -1.0)
            if not may.any() or (worth.max() <= 0 and weight[open_].sum() > allowed):
                return None
            chosen = np.append(chosen, int(worth.argmax()))
            open_ &= table[:, chosen[-1]] == 0
        values = np.zeros(len(model.cost))
        values[chosen] = 1.0
        values[self.free :] = open_[: len(values) - self.free]
        return values


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
        rows = hstack([rows, csr_array(eye_array(places))]) if places else rows
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
