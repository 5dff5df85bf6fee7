"""A lower bound without a solver, and what it proves: which candidates and which distances cannot matter.

The rule "each place is served once" is priced by multipliers, which a subgradient method improves; the rest
falls apart into one number for each candidate. With a known solution, a candidate that would lift the bound
above it can stay closed, and a way that would lift it can be forgotten; so HiGHS is given a small model and
still proves the whole. Method after Beasley (1985). Budget and quota are ignored: a bound it stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gis_app.stations.siting.core import Core
from gis_app.stations.siting.greedy import greedy, interchange

ROUNDS, PATIENCE, SMALLEST_STEP, LOOK_EVERY = 600, 15, 1e-3, 10
_EPS = 1e-6


@dataclass
class Bounded:
    """The best solution found and what is proved about all others."""

    opened: np.ndarray
    value: float
    bound: float
    multipliers: np.ndarray
    reduced: np.ndarray
    """What opening each candidate adds to the bound at most, (m,), ≤ 0."""

    def proven(self, core: Core) -> bool:
        """Tell whether nothing can be better."""
        return self.bound + core.step > self.value + _EPS

    def useful(self, core: Core) -> np.ndarray:
        """Return which candidates a better solution may open; those of the best one are always among them."""
        if not np.isfinite(self.value):
            return np.ones(len(self.reduced), bool)
        last = np.sort(self.reduced)[min(core.rules.most, len(self.reduced)) - 1] if core.rules.most else 0.0
        useful = self.bound + np.maximum(self.reduced - last, 0) <= self.value - core.step + _EPS * self.scale
        useful[self.opened] = True
        return useful

    def farthest(self, core: Core) -> np.ndarray:
        """Return the largest cost at which a better solution may serve each place, (n,)."""
        if not np.isfinite(self.value):
            return np.full(len(self.multipliers), np.inf)
        most = self.multipliers + max(self.value - core.step - self.bound, 0) + _EPS * self.scale
        return np.maximum(most, core.served(self.opened))

    @property
    def scale(self) -> float:
        return max(1.0, abs(self.value)) if np.isfinite(self.value) else 1.0


def bound(
    core: Core,
    stop: Callable[[], bool] = lambda: False,
    tell: Callable[[Bounded], None] = lambda best: None,
    rounds: int = ROUNDS,
) -> Bounded:
    """Return a solution by greedy and interchange, told as it comes, and the bound that multipliers prove."""
    opened = greedy(core)
    best = Bounded(opened, core.value(opened), -np.inf, np.zeros(core.places), np.zeros(core.candidates))
    tell(best)
    best.opened = opened = interchange(core, opened, stop=stop)
    best.value = core.value(opened)
    tell(best)
    if not len(opened) or not core.rules.most:
        served = core.served(opened)
        best.bound = float(served.sum()) if not core.rules.most else 0.0
        best.multipliers = served
        return best
    search = _Search(core, best)
    for turn in range(rounds):
        if not search.step(turn) or stop() or best.proven(core):
            break
        if turn % LOOK_EVERY == 0:
            tell(best)
    search.try_set(search.best_set)
    return best


class _Search:
    """One run of the subgradient method."""

    def __init__(self, core: Core, best: Bounded) -> None:
        self.core, self.best = core, best
        self.most = core.rules.most
        self.now = core.nearest_two(best.opened)[2]
        self.cut = np.full(core.places, -np.inf)
        self.alpha, self.since = 1.0, 0
        self.tried: set[bytes] = set()
        self.best_set = best.opened

    def step(self, turn: int) -> bool:
        """Take one step; return whether another one is worth it."""
        core, best = self.core, self.best
        if (self.now > self.cut).any():
            self._look_wider()
        below = np.minimum(self.cost - self.now[self.place], 0)
        reduced = np.bincount(self.candidate, below, core.candidates)
        chosen = np.argpartition(reduced, self.most - 1)[: self.most]
        value = float(self.now.sum() + reduced[chosen].sum())
        self._keep(value, reduced, chosen)
        if turn % LOOK_EVERY == 0:
            self.try_set(chosen)
        is_chosen = np.zeros(core.candidates, bool)
        is_chosen[chosen] = True
        slope = 1 - np.bincount(self.place[is_chosen[self.candidate] & (below < 0)], minlength=core.places)
        length = float((slope * slope).sum())
        if not length or self.alpha < SMALLEST_STEP:
            return False
        aim = best.value if np.isfinite(best.value) else abs(value) * 1.05 + 1
        move = self.alpha * max(1.01 * aim - value, core.step) / length
        self.now = np.minimum(self.now + move * slope, core.base)
        return True

    def _look_wider(self) -> None:
        """Take those pairs that a multiplier can reach before it has grown by half."""
        core = self.core
        self.cut = np.where(self.now > self.cut, 1.5 * self.now + core.step, self.cut)
        at = np.flatnonzero(core.cost < self.cut[core.place])
        self.place, self.candidate, self.cost = core.place[at], core.candidate[at], core.cost[at]

    def _keep(self, value: float, reduced: np.ndarray, chosen: np.ndarray) -> None:
        best = self.best
        self.since = 0 if value > best.bound + 1e-4 * abs(best.bound) else self.since + 1
        if value > best.bound:
            best.bound, best.multipliers, best.reduced = value, self.now, reduced
            self.best_set = chosen
        if self.since >= PATIENCE:
            self.alpha, self.since, self.now = self.alpha / 2, 0, best.multipliers

    def try_set(self, chosen: np.ndarray) -> None:
        """Improve the solution that the multipliers suggest, where it is new and the rules allow it."""
        chosen = np.sort(chosen)
        if chosen.tobytes() in self.tried or not self.core.rules.kept_by(chosen):
            return
        self.tried.add(chosen.tobytes())
        better = interchange(self.core, chosen, swaps=50)
        value = self.core.value(better)
        if value < self.best.value - 1e-12:
            self.best.opened, self.best.value = better, value
