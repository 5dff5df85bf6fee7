"""One siting question: where may stations open, whom do they serve at what distance, and under which rules.

Nothing here chooses a model or solves anything; every model in this room takes a `SitingProblem`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gis_app.errors import BadInput

TOLERANCE = 1e-3
"""Metres: an exact 500.0 must not be lost in a projection's last digits."""


@dataclass(frozen=True)
class SitingProblem:
    """A question of where stations go.

    `existing` stay open, cost nothing and are not counted by `k`; `must_keep` have to be among those counted;
    `forbidden` stay closed. `k` is the most stations to open besides the existing ones, None for any number.
    """

    candidates: Sequence[str]
    demand: Sequence[str]
    weight: np.ndarray
    """Households of each demand place, (n,); places without any do not count."""
    cost_m: np.ndarray
    """Metres from each demand place to each candidate, (n, m); inf where there is no way."""
    k: int | None = None
    existing: Sequence[str] = ()
    must_keep: Sequence[str] = ()
    forbidden: Sequence[str] = ()
    limit_m: float = 500.0
    """Within which a place is covered, inclusive; asked by the covering models."""
    price: np.ndarray | None = None
    """What each candidate costs, (m,); 1 each where not given."""
    budget: float | None = None
    """The most that all new stations may cost together."""
    capacity: np.ndarray | None = None
    """Households that each candidate can serve, (m,); asked by the capacitated model."""
    community: Sequence[str] | None = None
    """The community of each candidate, for the quota."""
    quota: Mapping[str, int] = field(default_factory=dict)
    """The fewest stations of a community, existing ones counted."""

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        for name in ("weight", "cost_m", "price", "capacity"):
            value = getattr(self, name)
            set_(self, name, None if value is None else np.asarray(value, float))
        _check(self)

    @cached_property
    def is_fixed(self) -> np.ndarray:
        """Which candidates are open in any answer: the existing ones and those to keep."""
        return self.mask(self.existing) | self.mask(self.must_keep)

    @cached_property
    def is_free(self) -> np.ndarray:
        """Which candidates may be opened or not."""
        return ~(self.is_fixed | self.mask(self.forbidden))

    @cached_property
    def is_counted(self) -> np.ndarray:
        """Which demand places weigh anything."""
        return self.weight > 0

    @cached_property
    def prices(self) -> np.ndarray:
        """What each candidate costs; what exists costs nothing."""
        price = np.ones(len(self.candidates)) if self.price is None else self.price
        return np.where(self.mask(self.existing), 0.0, price)

    @property
    def left(self) -> int | None:
        """How many stations are left to choose after those to keep."""
        kept = self.mask(self.must_keep) & ~self.mask(self.existing)
        return None if self.k is None else self.k - int(kept.sum())

    def mask(self, codes: Sequence[str]) -> np.ndarray:
        """Return which candidates are among these codes."""
        found = np.zeros(len(self.candidates), bool)
        found[[self._position[code] for code in codes]] = True
        return found

    def covers(self, limit_m: float | None = None) -> np.ndarray:
        """Return which place is within the limit of which candidate, (n, m); a place at the limit is."""
        return self.cost_m <= (self.limit_m if limit_m is None else limit_m) + TOLERANCE

    @cached_property
    def _position(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self.candidates)}


def _check(problem: SitingProblem) -> None:
    """Raise BadInput where sizes disagree, a code is unknown or a number makes no sense."""
    n, m = len(problem.demand), len(problem.candidates)
    shapes = {"weight": (n,), "cost_m": (n, m), "price": (m,), "capacity": (m,)}
    faults = {}
    for name, shape in shapes.items():
        value = getattr(problem, name)
        if value is not None and value.shape != shape:
            faults[name] = f"{value.shape} ≠ {shape}"
        elif value is not None and (np.isnan(value).any() or (value < 0).any()):
            faults[name] = "≥ 0"
    known = set(problem.candidates)
    if len(known) != m:
        faults["candidates"] = "重复"
    for name in ("existing", "must_keep", "forbidden"):
        unknown = [code for code in getattr(problem, name) if code not in known]
        if unknown:
            faults[name] = "、".join(unknown[:5])
    both = (set(problem.existing) | set(problem.must_keep)) & set(problem.forbidden)
    if both:
        faults["forbidden"] = "、".join(sorted(both)[:5])
    if problem.k is not None and problem.k < 0:
        faults["k"] = "≥ 0"
    if problem.quota and (problem.community is None or len(problem.community) != m):
        faults["community"] = f"{m}"
    if faults:
        raise BadInput("bad_siting_problem", "选址条件有误", faults)
