"""From a core to a proven answer: heuristics, bound, a small model, HiGHS; within one limit of time.

What comes back never claims more than was proved: the bound is the solver's own, lifted by the subgradient's
where that is better, and the status is the solver's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gis_app.stations.siting.core import Core
from gis_app.stations.siting.lagrange import Bounded
from gis_app.stations.siting.lagrange import bound as lagrangian_bound
from gis_app.stations.siting.radius import Radius, radius_model
from gis_app.stations.siting.solver import Limits, solve

OPTIONS = {"mip_allow_restart": False}
"""Measured on the hardest of the published instances: without restarts HiGHS needs a third of the time."""
KEEP_EVERY = 1.0


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
    keep: Callable[[Any], None] = lambda result: None
    """Handed the result so far whenever there is a better one, so that it outlives an end from outside."""

    def __post_init__(self) -> None:
        self.begun = time.monotonic()
        self._kept_value, self._kept_at = np.inf, -np.inf

    def found(self, value: float, make: Callable[[], Any]) -> None:
        """Hand over every better value (the smaller one), and each second what has been proved about it."""
        now = time.monotonic()
        if value < self._kept_value or (np.isfinite(value) and now > self._kept_at + KEEP_EVERY):
            self._kept_value, self._kept_at = value, now
            self.keep(make())

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


def minimise(
    core: Core,
    watch: Watch,
    nearest: int | None = None,
    tell: Callable[[Answer], None] = lambda answer: None,
    options: Mapping[str, Any] = OPTIONS,
) -> Answer:
    """Return the best set of candidates; `nearest` cuts the lists of distances at first, see `radius`.

    `tell` is given the best so far as it is found; `options` are the solver's.
    """

    def told(best: Bounded) -> None:
        watch.progress(best.value, best.bound)
        tell(Answer(best.opened, best.value, best.bound, "gap"))

    found = lagrangian_bound(core, watch.over, told)
    watch.progress(found.value, found.bound)
    answer = Answer(found.opened, found.value, found.bound, "gap")
    useful, farthest = found.useful(core), found.farthest(core)
    while True:
        if watch.over():
            return replace(answer, status=watch.why())
        made = radius_model(core, useful, farthest, answer.opened, nearest)
        answer, certified = _Solving(core, made, answer, tell).run(watch, options)
        if answer.status != "proven" or certified:
            return answer
        nearest = 2 * nearest


class _Solving:
    """One model in the solver's hands: keeps the best that is known while it runs."""

    def __init__(self, core: Core, made: Radius, before: Answer, tell: Callable[[Answer], None]) -> None:
        self.core, self.made, self.best, self.tell = core, made, before, tell

    def run(self, watch: Watch, options: Mapping[str, Any]) -> tuple[Answer, bool]:
        """Solve the model; also return whether nothing was hidden behind the end of a list."""
        known = np.isfinite(self.best.value)
        solved = solve(
            self.made.model if known else replace(self.made.model, start=None), self._limits(watch, options)
        )
        if solved.status == "infeasible" and not known:
            return Answer(np.zeros(0, int), np.inf, np.inf, "infeasible"), True
        certified = True
        if solved.values is not None:
            certified = self.made.certified(solved.values)
            self._take(solved.values)
        value = self.best.value
        bound = max(self.best.bound, min(solved.bound + self.made.constant, value))
        status = "proven" if solved.status == "infeasible" else solved.status
        certified = certified or bound >= value - self.core.step / 2
        return Answer(self.best.opened, value, bound, status), certified

    def _limits(self, watch: Watch, options: Mapping[str, Any]) -> Limits:
        limits = watch.limits(self.made.constant, self.best.value, self.best.bound)
        progress = limits.progress

        def look(seconds: float, objective: float, bound: float) -> None:
            progress(seconds, objective, bound)
            proved = min(bound + self.made.constant, self.best.value)
            self.best = replace(self.best, bound=max(self.best.bound, proved))
            self.tell(self.best)

        limits.progress, limits.solution, limits.options = look, self._take, dict(options)
        return limits

    def _take(self, values: np.ndarray) -> None:
        """Keep a solution of the model if it is the best."""
        opened = self.made.opened(values)
        value = self.core.value(opened)
        if value < self.best.value:
            self.best = replace(self.best, opened=opened, value=value)
            self.tell(self.best)
