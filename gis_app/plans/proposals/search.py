"""The flip search: one block after the other goes to a neighbouring grid, always the cheapest way, with tabu.

What is minimised is border (metres) + price · households moved + a penalty for grids out of the band. Every
step keeps every grid contiguous and inhabited. Blocks are bits of whole numbers, so that one step on a
community takes some 20 µs of plain Python; this needs no compiler and no compiled cache.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from gis_app.plans.proposals.problem import Problem, reached

NEVER = float("inf")
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""How hard a household out of the band weighs: less after steps within it, more after steps out of it."""
EPOCH = PATIENCE = 40
KICKS = (3, 6)


class Found(NamedTuple):
    """Households out of the band, the cost (endless where there are any), and the labels."""

    beyond: int
    cost: float
    labels: list[int]


class Costs:
    """What the search minimises on one problem: prices per block and label, and a penalty per load."""

    def __init__(
        self, problem: Problem, price: float = 0.0, balance: float = 0.0, excess: float | None = None
    ) -> None:
        low, high = problem.band
        mean = problem.total / problem.n
        excess = 25.0 + 3 * price if excess is None else excess
        load = np.arange(problem.total + 1)
        beyond = np.maximum(low - load, 0) + np.maximum(load - high, 0)
        uneven = balance * (load - mean) ** 2
        self.loads = [(excess * scale * beyond + uneven).tolist() for scale in SCALES]
        self.beyond = beyond.tolist()
        cost = price * (problem.households + 0.5)
        had = problem.today >= 0
        self.move = np.where(had, cost, 0.0).tolist()
        self.today = problem.today.tolist()
        self.band = problem.band


class FlipSearch:
    """The state of one search: labels, loads, and for every possible flip what it costs without the loads."""

    def __init__(self, problem: Problem, costs: Costs) -> None:
        self.problem, self.costs = problem, costs
        self.households = problem.households.tolist()
        self.fixed = problem.fixed.tolist()
        self._local: list[dict[int, bool]] = [{} for _ in self.households]
        self._whole: dict[tuple[int, int], bool] = {}

    def start(self, labels: Sequence[int]) -> None:
        """Stand on some labels."""
        n = self.problem.n
        self.labels = [int(label) for label in labels]
        self.loads, self.masks = [0] * n, [0] * n
        for block, label in enumerate(self.labels):
            self.loads[label] += self.households[block]
            self.masks[label] |= 1 << block
        self.flips: list[list[dict[int, float]]] = [[{} for _ in range(n)] for _ in range(n)]
        for block in range(len(self.labels)):
            self._list(block)
        self._weigh(SCALES.index(1.0))

    def run(self, steps: int, rng: random.Random, over: Callable[[], bool] = lambda: False) -> Found:
        """Take so many steps; return the best met: in the band if any was, then by cost, and its labels."""
        best = self._found()
        tabu = [0] * len(self.labels)
        low, high = self.costs.band
        inside = record = 0
        for step in range(1, steps + 1):
            if step % EPOCH == 0:
                self._weigh(self.scale + (inside == 0) - (inside > EPOCH // 2))
                inside = 0
                if over():
                    break
            if step - record > PATIENCE:
                record = step
                self._kick(best, tabu, step, rng)
            found = self._cheapest(step, tabu, best.cost - self.cost)
            if found is None:
                continue
            delta, block, target = found
            tabu[block] = step + 4 + int(rng.random() * 10)
            self._flip(block, target)
            self.cost += delta
            if min(self.loads) >= low and max(self.loads) <= high:
                inside += 1
                if self.cost < best.cost - 1e-6:
                    best, record = self._found(), step
            elif best.cost == NEVER and self._beyond() < best.beyond:
                best, record = self._found(), step
        return best

    def _found(self) -> Found:
        beyond = self._beyond()
        return Found(beyond, NEVER if beyond else self.cost, self.labels[:])

    def _kick(self, best: Found, tabu: list[int], step: int, rng: random.Random) -> None:
        """Go back to the best and flip a few blocks at random, which stay for a while."""
        scale = self.scale
        self.start(best.labels)
        for _ in range(rng.randint(*KICKS)):
            flips = [
                (block, target)
                for rows in self.flips
                for target, blocks in enumerate(rows)
                for block in blocks
            ]
            for block, target in rng.sample(flips, min(5, len(flips))):
                if self._may_leave(block, self.labels[block]):
                    self._flip(block, target)
                    tabu[block] = step + 10 + int(rng.random() * 20)
                    break
        self._weigh(scale)

    def _cheapest(self, step: int, tabu: list[int], wanted: float):
        """Return (delta, block, target) of the cheapest allowed flip; a tabu one only as a record."""
        loads, penalty, households = self.loads, self.penalty, self.households
        found, least = None, NEVER
        for source, rows in enumerate(self.flips):
            had = loads[source]
            for target, blocks in enumerate(rows):
                if not blocks:
                    continue
                gets = loads[target]
                now = penalty[had] + penalty[gets]
                limit = least + now
                for block, delta in blocks.items():
                    size = households[block]
                    value = delta + penalty[had - size] + penalty[gets + size]
                    if (
                        value < limit
                        and (tabu[block] < step or value - now < wanted - 1e-6)
                        and self._may_leave(block, source)
                    ):
                        limit, least = value, value - now
                        found = (least, block, target)
        return found

    def _may_leave(self, block: int, source: int) -> bool:
        """Tell whether a grid stays whole without a block."""
        mask = self.masks[source]
        beside = self.problem.neighbours[block] & mask
        known = self._local[block].get(beside)
        if known is None:
            known = beside != 0 and reached(self.problem.neighbours, beside & -beside, beside) == beside
            self._local[block][beside] = known
        if known or not beside:
            return known
        key = (block, mask)
        known = self._whole.get(key)
        if known is None:
            rest = mask & ~(1 << block)
            known = reached(self.problem.neighbours, beside & -beside, rest) & beside == beside
            self._whole[key] = known
        return known

    def _flip(self, block: int, target: int) -> None:
        source = self.labels[block]
        for rows in self.flips[source]:
            rows.pop(block, None)
        self.labels[block] = target
        self.loads[source] -= self.households[block]
        self.loads[target] += self.households[block]
        self.masks[source] ^= 1 << block
        self.masks[target] ^= 1 << block
        self._list(block)
        for other, _ in self.problem.borders[block]:
            self._list(other)

    def _list(self, block: int) -> None:
        """Write down what each flip of a block would cost."""
        if self.fixed[block]:
            return
        labels, own = self.labels, self.labels[block]
        rows = self.flips[own]
        metres = [0.0] * len(rows)
        for other, length in self.problem.borders[block]:
            metres[labels[other]] += length
        home, move = self.costs.today[block], self.costs.move[block]
        here = metres[own] - (move if own != home else 0.0)
        beside = self.problem.neighbours[block]
        for label, mask in enumerate(self.masks):
            if label == own:
                continue
            if beside & mask:
                rows[label][block] = here - metres[label] + (move if label != home else 0.0)
            else:
                rows[label].pop(block, None)

    def _weigh(self, scale: int) -> None:
        """Let a household out of the band weigh more or less from now on."""
        self.scale = min(max(scale, 0), len(SCALES) - 1)
        self.penalty = self.costs.loads[self.scale]
        self.cost = self._cost()

    def _beyond(self) -> int:
        return sum(self.costs.beyond[load] for load in self.loads)

    def _cost(self) -> float:
        problem = self.problem
        border = sum(
            length
            for block, pairs in enumerate(problem.borders)
            for other, length in pairs
            if other < block and self.labels[other] != self.labels[block]
        )
        moved = sum(
            move for move, label, home in zip(self.costs.move, self.labels, self.costs.today, strict=True)
            if label != home
        )  # fmt: skip
        return border + moved + sum(self.penalty[load] for load in self.loads)
