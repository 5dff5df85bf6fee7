"""The only door to HiGHS: hands over a model and reads status, bound and gap from the solver itself.

highspy is imported inside the call, because it must live in a process of its own: it and ortools break each
other. `jobs/` starts that process; a web process never calls this file. A solve that runs out of time says so
and keeps what it proved: nothing here turns an unfinished solve into an optimal one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array

Progress = Callable[[float, float, float], None]
"""Told (seconds, objective of the best solution or inf, bound) while a solve runs."""

FEASIBILITY = 1e-6


@dataclass
class Model:
    """One mixed-integer minimisation; columns are given with their costs, rows as one sparse matrix."""

    cost: np.ndarray
    rows: csc_array
    row_lower: np.ndarray
    row_upper: np.ndarray
    whole: np.ndarray
    """Which columns must be whole numbers."""
    lower: np.ndarray | None = None
    upper: np.ndarray | None = None
    start: np.ndarray | None = None
    """Values of every column of a known solution; the solver checks it."""
    whole_objective: bool = False
    """That every solution's objective is a whole number, so that a bound may be rounded up."""


@dataclass
class Limits:
    """When to stop: seconds left, a flag that is asked, and for yes-or-no questions a target."""

    seconds: float = float("inf")
    cancelled: Callable[[], bool] = lambda: False
    progress: Progress = lambda seconds, objective, bound: None
    solution: Callable[[np.ndarray], None] = lambda values: None
    """Told the values of every column each time the solver finds something better."""
    target: float | None = None
    """Stop as soon as a solution is at most this good, or the bound is beyond it."""
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Solved:
    """What the solver says: `status` is proven, gap, infeasible, cancelled or time_limit.

    `gap` is where a solve ended early by its target. `values` is None where no solution was found.
    """

    status: str
    values: np.ndarray | None
    objective: float
    bound: float
    seconds: float


def solve(model: Model, limits: Limits | None = None) -> Solved:
    """Minimise the model; raises RuntimeError where HiGHS itself fails."""
    import highspy

    if not len(model.cost):
        return _nothing_to_choose(model)
    limits = limits or Limits()
    highs = highspy.Highs()
    options = {
        "output_flag": False,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1 - 1e-4 if model.whole_objective else FEASIBILITY,
        "time_limit": max(limits.seconds, 0.01),
        **limits.options,
    }
    if limits.target is not None:
        options["objective_target"] = limits.target + 0.5 * model.whole_objective
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.passModel(_as_highs(highspy, model))
    if model.start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = list(model.start)
        highs.setSolution(solution)
    why = _watch(highs, model, limits)
    highs.run()
    return _read(highspy, highs, model, why)


def _nothing_to_choose(model: Model) -> Solved:
    """Answer a model without columns, which the solver does not take."""
    holds = bool(((model.row_lower <= FEASIBILITY) & (model.row_upper >= -FEASIBILITY)).all())
    if holds:
        return Solved("proven", np.zeros(0), 0.0, 0.0, 0.0)
    return Solved("infeasible", None, np.inf, np.inf, 0.0)


def _as_highs(highspy, model: Model):
    """Return the model in the solver's own form."""
    columns, rows = len(model.cost), csc_array(model.rows)
    made = highspy.HighsLp()
    made.num_col_, made.num_row_ = columns, rows.shape[0]
    made.col_cost_ = np.asarray(model.cost, float)
    made.col_lower_ = np.zeros(columns) if model.lower is None else model.lower
    made.col_upper_ = np.ones(columns) if model.upper is None else model.upper
    made.row_lower_, made.row_upper_ = model.row_lower, model.row_upper
    made.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    made.a_matrix_.start_, made.a_matrix_.index_ = rows.indptr, rows.indices
    made.a_matrix_.value_ = rows.data.astype(float)
    if model.whole.any():
        kinds = np.array([highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger], object)
        made.integrality_ = list(kinds[model.whole.astype(int)])
    return made


def _watch(highs, model: Model, limits: Limits) -> list[str]:
    """Let the solver ask us while it runs; the list returned tells why it was stopped, if it was."""
    why: list[str] = []

    def look(event) -> None:
        out = event.data_out
        bound = rounded_bound(out.mip_dual_bound, model.whole_objective)
        limits.progress(out.running_time, out.mip_primal_bound, bound)
        if limits.cancelled():
            why.append("cancelled")
        elif limits.target is not None and bound > limits.target + FEASIBILITY:
            why.append("gap")
        if why:
            event.interrupt()

    def look_inside(event) -> None:
        if why or limits.cancelled():
            why.append("cancelled")
            event.interrupt()
        elif time.monotonic() > end:
            why.append("time_limit")
            event.interrupt()

    end = time.monotonic() + limits.seconds
    highs.cbMipImprovingSolution += lambda event: limits.solution(np.array(event.data_out.mip_solution))
    highs.cbMipInterrupt += look
    highs.cbSimplexInterrupt += look_inside
    highs.cbIpmInterrupt += look_inside
    return why


def rounded_bound(bound: float, whole: bool) -> float:
    """Return a bound rounded up where the objective can only be whole."""
    return float(np.ceil(bound - 1e-4)) if whole and np.isfinite(bound) else float(bound)


def _read(highspy, highs, model: Model, why: list[str]) -> Solved:
    statuses = highspy.HighsModelStatus
    status, info = highs.getModelStatus(), highs.getInfo()
    words = {
        statuses.kOptimal: "proven",
        statuses.kInfeasible: "infeasible",
        statuses.kUnboundedOrInfeasible: "infeasible",
        statuses.kTimeLimit: "time_limit",
        statuses.kObjectiveTarget: "gap",
        statuses.kSolutionLimit: "gap",
        statuses.kInterrupt: why[0] if why else "cancelled",
    }
    if status not in words:
        raise RuntimeError(f"HiGHS ended with {highs.modelStatusToString(status)}")
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(highs.getSolution().col_value) if found else None
    objective = info.objective_function_value if found else np.inf
    bound = info.mip_dual_bound if model.whole.any() else objective
    if words[status] == "infeasible":
        bound = np.inf
    return Solved(
        status=words[status],
        values=values,
        objective=float(objective),
        bound=rounded_bound(bound, model.whole_objective),
        seconds=highs.getRunTime(),
    )
