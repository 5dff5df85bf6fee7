"""Which free candidates may be open together: number, budget and the quota of communities.

The heuristics ask for masks, the solver for rows. Fixed stations are already taken off every number here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from gis_app.stations.siting.problem import SitingProblem

_MONEY = 1e-9


@dataclass(frozen=True)
class Rules:
    """The rules of the free candidates of a problem."""

    most: int
    """The most to open."""
    price: np.ndarray
    money: float
    """What is left of the budget, inf without one."""
    group: np.ndarray
    """Number of each candidate's community among those with a quota, -1 for others."""
    wanted: np.ndarray
    """How many more each of those communities needs."""

    @classmethod
    def of(cls, problem: SitingProblem) -> Rules:
        """Return what the fixed stations leave of a problem's rules."""
        free, fixed = problem.is_free, problem.is_fixed
        names = list(problem.quota)
        community = np.asarray(problem.community if names else [""] * len(free), object)
        have = np.array([np.count_nonzero(fixed & (community == name)) for name in names], int)
        wanted = np.maximum(np.array([problem.quota[name] for name in names], int) - have, 0)
        group = np.full(len(free), -1)
        for number, name in enumerate(names):
            group[community == name] = number
        spent = float(problem.prices[fixed].sum())
        return cls(
            most=int(free.sum()) if problem.left is None else min(problem.left, int(free.sum())),
            price=problem.prices[free],
            money=np.inf if problem.budget is None else problem.budget - spent,
            group=group[free],
            wanted=wanted,
        )

    @property
    def plain(self) -> bool:
        """Tell whether the number of stations is the only rule."""
        return not np.isfinite(self.money) and not self.wanted.any()

    def kept_by(self, opened: np.ndarray) -> bool:
        """Tell whether these candidates (positions) may be open together."""
        return (
            len(opened) <= self.most
            and self.price[opened].sum() <= self.money + _MONEY
            and not (self._missing(opened) > 0).any()
        )

    def may_add(self, opened: np.ndarray) -> np.ndarray:
        """Return which candidates may be opened next, (m,)."""
        mask = self.price <= self.money - self.price[opened].sum() + _MONEY
        mask[opened] = False
        missing, left = np.maximum(self._missing(opened), 0), self.most - len(opened)
        if left <= 0:
            mask[:] = False
        elif missing.sum() >= left and missing.any():
            mask &= (self.group >= 0) & (missing[self.group] > 0)
        return mask

    def may_swap(self, opened: np.ndarray) -> np.ndarray:
        """Return which candidate (column) may take the place of which opened one (row), (p, m)."""
        spare = self.money - self.price[opened].sum()
        mask = self.price[None, :] - self.price[opened][:, None] <= spare + _MONEY
        mask[:, opened] = False
        if len(self.wanted):
            group = self.group[opened]
            tight = (group >= 0) & (self._missing(opened)[group] >= 0)
            mask &= ~tight[:, None] | (group[:, None] == self.group[None, :])
        return mask

    def rows(self) -> tuple[csr_array, np.ndarray, np.ndarray]:
        """Return the rules as rows over the candidates, with lower and upper ends."""
        rows, lower, upper = [np.ones(len(self.price))], [-np.inf], [float(self.most)]
        if np.isfinite(self.money):
            rows, lower, upper = [*rows, self.price], [*lower, -np.inf], [*upper, self.money]
        for number in np.flatnonzero(self.wanted):
            rows.append((self.group == number).astype(float))
            lower.append(float(self.wanted[number]))
            upper.append(np.inf)
        return csr_array(np.array(rows)), np.array(lower), np.array(upper)

    def _missing(self, opened: np.ndarray) -> np.ndarray:
        """Return how many each community with a quota still needs; negative where it has more."""
        group = self.group[opened]
        return self.wanted - np.bincount(group[group >= 0], minlength=len(self.wanted))
