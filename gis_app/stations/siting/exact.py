"""From a core to a proven answer: heuristics, bound, a small model, HiGHS; within one limit of time.

What comes back never claims more than was proved: the bound is the solver's own, lifted by the subgradient's
where that is better, and the status is the solver's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gis_app.stations.siting.core import Core
from gis_app.stations.siting.lagrange import bound as lagrangian_bound
from gis_app.stations.siting.radius import Radius, radius_model
from gis_app.stations.siting.solver import Limits, solve

OPTIONS = {"mip_allow_restart": False}
"""Measured on the hardest of the published instances: without restarts HiGHS needs a third of the time."""


@dataclass(frozen=True)
class Answer:
    """The candidates opened (positions), their cost, a bound on every other solution's, and the status."""

    opened: np.ndarray
    value: float
    bound: float
    status: str


@dataclass
class Watch:
    """The one limit of time and the one flag that all steps of a solve share."""

    seconds: float = float("inf")
    cancelled: Callable[[], bool] = lambda: False
    progress: Callable[[float, float], None] = lambda best, bound: None

    def __post_init__(self) -> None:
        self.begun = time.monotonic()

    @property
    def spent(self) -> float:
        """How many seconds have gone by."""
        return time.monotonic() - self.begun

    @property
    def left(self) -> float:
        """How many seconds are left."""
        return self.seconds - self.spent

    def over(self) -> bool:
        """Tell whether there is a reason to stop."""
        return self.left <= 0 or self.cancelled()

    def why(self) -> str:
        """Return the status of a solve that was stopped now."""
        return "cancelled" if self.cancelled() else "time_limit"

    def limits(self, constant: float = 0.0, best: float = np.inf, floor: float = -np.inf) -> Limits:
        """Return the solver's limits, its progress told with what the model leaves out."""

        def tell(_seconds: float, objective: float, bound: float) -> None:
            self.progress(min(best, objective + constant), max(floor, min(best, bound + constant)))

        return Limits(self.left, self.cancelled, tell)


def minimise(core: Core, watch: Watch, nearest: int | None = None) -> Answer:
    """Return the best set of candidates; `nearest` cuts the lists of distances at first, see `radius`."""
    found = lagrangian_bound(core, watch.over)
    watch.progress(found.value, found.bound)
    answer = Answer(found.opened, found.value, found.bound, "gap")
    useful, farthest = found.useful(core), found.farthest(core)
    while True:
        if watch.over():
            return replace(answer, status=watch.why())
        made = radius_model(core, useful, farthest, answer.opened, nearest)
        answer, certified = _solve(core, made, answer, watch)
        if answer.status != "proven" or certified:
            return answer
        nearest = 2 * nearest


def _solve(core: Core, made: Radius, before: Answer, watch: Watch) -> tuple[Answer, bool]:
    """Solve one model; also return whether nothing was hidden behind the end of a list."""
    limits = watch.limits(made.constant, before.value, before.bound)
    limits.options = OPTIONS
    known = before if np.isfinite(before.value) else None
    if known is None:
        made = replace(made, model=replace(made.model, start=None))
    solved = solve(made.model, limits)
    if solved.status == "infeasible" and known is None:
        return Answer(np.zeros(0, int), np.inf, np.inf, "infeasible"), True
    opened, value, certified = before.opened, before.value, True
    if solved.values is not None:
        certified = made.certified(solved.values)
        theirs = made.opened(solved.values)
        if core.value(theirs) < value:
            opened, value = theirs, core.value(theirs)
    bound = max(before.bound, min(solved.bound + made.constant, value))
    status = "proven" if solved.status == "infeasible" else solved.status
    certified = certified or bound >= value - core.step / 2
    return Answer(opened, value, bound, status), certified
