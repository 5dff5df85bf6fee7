"""One answer to a problem, with what it costs: measured by plain sums, never taken from the search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from gis_app.plans.proposals.problem import Problem, parts_of


@dataclass(frozen=True)
class Candidate:
    """A grid label per block (B,), and its costs.

    `moved` counts households whose grid changes, `people` the answerable people whose area changes;
    `border_m` is the border between grids of the community, `pp` and `worst_pp` the mean and least
    Polsby–Popper, `in_band`, `contiguous` and `locks_kept` tell whether the rules hold. `bound` is the
    fewest movable households as a solver reported it, None where none is claimed.
    """

    labels: np.ndarray
    loads: tuple[int, ...]
    moved: int
    moved_blocks: int
    people: int
    border_m: float
    pp: float
    worst_pp: float
    in_band: bool
    contiguous: bool
    locks_kept: bool
    price: float = 0.0
    bound: int | None = None

    @property
    def proven(self) -> bool:
        """Tell whether no plan within the rules moves fewer households."""
        return self.bound is not None and self.valid and self.moved <= self.bound

    @property
    def valid(self) -> bool:
        """Tell whether every hard rule holds."""
        return self.in_band and self.contiguous and self.locks_kept

    def with_bound(self, bound: int | None) -> Candidate:
        """Return the candidate with what a solver reported."""
        return replace(self, bound=bound)

    def as_json(self) -> dict[str, Any]:
        """Return the costs as plain values; labels are told as a table by the caller."""
        gap = None if self.bound is None or not self.moved else max(0, self.moved - self.bound) / self.moved
        return {
            "loads": list(self.loads),
            "moved": self.moved,
            "moved_blocks": self.moved_blocks,
            "people": self.people,
            "border_m": round(self.border_m, 1),
            "pp": round(self.pp, 4),
            "worst_pp": round(self.worst_pp, 4),
            "in_band": self.in_band,
            "contiguous": self.contiguous,
            "locks_kept": self.locks_kept,
            "price": self.price,
            "bound": self.bound,
            "gap": 0.0 if self.proven else gap,
            "proven": self.proven,
        }


def matched(problem: Problem, labels: np.ndarray) -> np.ndarray:
    """Return the labels renamed so that the most households keep today's grid, fixed blocks above all."""
    kept = np.zeros((problem.n, problem.n))
    had = problem.kept
    worth = problem.households + 0.001 + problem.fixed * 1e9
    np.add.at(kept, (labels[had], problem.today[had]), worth[had])
    rows, columns = linear_sum_assignment(-kept)
    names = np.empty(problem.n, int)
    names[rows] = columns
    return names[labels]


def measured(problem: Problem, labels: np.ndarray, price: float = 0.0) -> Candidate:
    """Return the candidate of some labels with every cost counted afresh."""
    labels = np.asarray(labels, int)
    present, at = np.unique(labels, return_inverse=True)
    n = len(present)
    loads = np.bincount(at, problem.households, n).astype(int)
    first, second = problem.edges.T
    cut = labels[first] != labels[second]
    perimeter = np.bincount(at, problem.outside, n)
    for side in (first, second):
        perimeter += np.bincount(at[side[cut]], problem.lengths[cut], n)
    area = np.bincount(at, problem.area, n)
    pp = 4 * np.pi * area / np.maximum(perimeter, 1e-9) ** 2
    changed = (problem.today >= 0) & (labels != problem.today)
    low, high = problem.band
    return Candidate(
        labels=labels,
        loads=tuple(loads.tolist()),
        moved=int(problem.households[changed].sum()),
        moved_blocks=int(changed.sum()),
        people=_people(problem, labels, changed),
        border_m=float(problem.lengths[cut].sum()),
        pp=float(pp.mean()),
        worst_pp=float(pp.min()),
        in_band=n == problem.n and bool(((loads >= low) & (loads <= high)).all()),
        contiguous=is_contiguous(problem, labels),
        locks_kept=keeps_locks(problem, labels),
        price=price,
    )


def is_contiguous(problem: Problem, labels: np.ndarray) -> bool:
    """Tell whether n grids have blocks, and those of each are reached from each other."""
    masks: dict[int, int] = {}
    for block, label in enumerate(labels.tolist()):
        masks[label] = masks.get(label, 0) | 1 << block
    whole = all(len(parts_of(problem.neighbours, mask)) == 1 for mask in masks.values())
    return whole and len(masks) == problem.n and -1 not in masks


def keeps_locks(problem: Problem, labels: np.ndarray) -> bool:
    """Tell whether every fixed block is in its grid of today."""
    held = problem.fixed & problem.kept
    return bool((labels[held] == problem.today[held]).all())


def _people(problem: Problem, labels: np.ndarray, changed: np.ndarray) -> int:
    """Count the people whose area changes: those who lose a block and those who gain one."""
    if not changed.any():
        return 0
    touched = {*problem.today[changed].tolist(), *labels[changed].tolist()}
    people = problem.people or tuple((key,) for key in problem.keys)
    return len({name for label in touched if label < len(people) for name in people[label]})
