"""The one shape that p-median and maximal covering share: serve each place at the least cost that is open.

Covering is a p-median whose cost is 0 within the limit and the place's households beyond it. What is fixed
goes into `base`, the cost at which a place is served already, so that heuristics, bound and model look at the
free candidates alone, and only at pairs that would serve a place better than `base`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from gis_app.stations.siting.rules import Rules

FAR = 1e3
"""Times the largest cost: what the heuristics charge for a place that nobody reaches."""


@dataclass(frozen=True)
class Core:
    """Minimise the sum over places of the least of `base` and the costs of what is open.

    The pairs are sorted by place, then by cost.
    """

    place: np.ndarray
    candidate: np.ndarray
    cost: np.ndarray
    """Weighted cost of each pair, below the base of its place."""
    base: np.ndarray
    """Weighted cost at which each place is served anyway, (n,), finite."""
    far: float
    """A cost from this on means: not served."""
    rules: Rules
    whole: bool
    """Whether every sum of costs is a whole number."""

    @classmethod
    def of(cls, cost: np.ndarray, base: np.ndarray, rules: Rules) -> Core:
        """Return the core of a table of weighted costs, (n, m); inf stands for no way."""
        finite = np.concatenate([cost[np.isfinite(cost)], base[np.isfinite(base)], [1.0]])
        far = float(np.ceil(finite.max() * FAR))
        base = np.where(np.isfinite(base), base, far)
        order = np.argsort(cost, axis=1, kind="stable").astype(np.int32)
        values = np.take_along_axis(cost, order, axis=1)
        kept = values < base[:, None]
        place = np.repeat(np.arange(len(base)), np.count_nonzero(kept, axis=1))
        whole = bool((finite == np.rint(finite)).all())
        return cls(place, order[kept], values[kept], base, far, rules, whole)

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self.base)

    @property
    def candidates(self) -> int:
        """How many free candidates there are."""
        return len(self.rules.price)

    @property
    def step(self) -> float:
        """How much better a better solution is at least."""
        return 1.0 if self.whole else 1e-7 * max(1.0, float(self.base[self.base < self.far].sum()))

    def value(self, opened: np.ndarray) -> float:
        """Return the cost with these candidates open; inf where a place is not served or a rule is broken."""
        served = self.served(opened)
        if (served >= self.far).any() or not self.rules.kept_by(opened):
            return np.inf
        return float(served.sum())

    def served(self, opened: np.ndarray) -> np.ndarray:
        """Return what each place costs with these candidates open, (n,)."""
        return self.nearest_two(opened)[1]

    def saved(self, served: np.ndarray) -> np.ndarray:
        """Return what each candidate would save where places are served at these costs, (m,)."""
        gain = np.maximum(served[self.place] - self.cost, 0)
        return np.bincount(self.candidate, gain, self.candidates)

    def nearest_two(self, opened: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return each place's nearest station (position in `opened`, p for the base), its cost, the next."""
        p = len(opened)
        position = np.full(self.candidates, -1)
        position[opened] = np.arange(p)
        at = np.flatnonzero(position[self.candidate] >= 0)
        place = self.place[at]
        begins = np.concatenate([[True], place[1:] != place[:-1]]) if len(at) else np.zeros(0, bool)
        follows = np.concatenate([[False], begins[:-1] & ~begins[1:]]) if len(at) else begins
        who, first, second = np.full(self.places, p), self.base.copy(), self.base.copy()
        who[place[begins]] = position[self.candidate[at[begins]]]
        first[place[begins]] = self.cost[at[begins]]
        second[place[follows]] = self.cost[at[follows]]
        return who, first, second

    def table(self, values: np.ndarray, at: np.ndarray) -> csr_array:
        """Return values of some pairs as a sparse table of places by candidates."""
        pointers = np.searchsorted(self.place[at], np.arange(self.places + 1))
        return csr_array((values, self.candidate[at], pointers), shape=(self.places, self.candidates))
