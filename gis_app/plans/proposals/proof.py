"""The fewest households that any plan must move: CP-SAT, with contiguity added where it is missed.

One yes or no per block and grid; the band, and no contiguity at first. Every answer that the solver finds is
looked at: where a grid is torn, cuts are added that every contiguous plan holds (two blocks of one grid need
one of the blocks between them), and the solver begins again. So each bound is one on all plans, reported by
the solver on a relaxation, and a whole answer that reaches it is proved. Only worker processes import this.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from gis_app.plans.proposals.candidate import is_contiguous, measured
from gis_app.plans.proposals.problem import Problem, bits, parts_of, reached

Cut = tuple[int, int, int, int]
"""(grid, block, block, blocks between as bits): both blocks in the grid want one of those between."""
LOOK_EVERY = 0.2


@dataclass(frozen=True)
class Proof:
    """What the solver reported: `bound` households, its `status`, and the plan that moves least, if one is.

    `status` is "optimal" (a contiguous plan reaches the bound), "bounded" (time ran out), or "infeasible"
    (no plan holds the rules).
    """

    status: str
    bound: int
    moved: int | None
    labels: np.ndarray | None
    rounds: int
    cuts: int

    @property
    def proven(self) -> bool:
        """Tell whether `moved` is the fewest."""
        return self.status == "optimal"

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values, `gap` as a share of what is moved."""
        gap = (self.moved - self.bound) / self.moved if self.moved else None
        return {
            "status": self.status,
            "bound": self.bound,
            "moved": self.moved,
            "gap": 0.0 if self.proven else gap,
            "rounds": self.rounds,
            "cuts": self.cuts,
        }


def fewest_moved(
    problem: Problem,
    known: np.ndarray | None = None,
    seconds: float = 10.0,
    over: Callable[[], bool] = lambda: False,
) -> Proof:
    """Return the solver's bound on the households that must change their grid; `known` is a valid plan."""
    return _Proof(problem, known, over).run(seconds)


class _Proof:
    """A model that grows by cuts until its answer is a plan, or time is over."""

    def __init__(self, problem: Problem, known: np.ndarray | None, over: Callable[[], bool]) -> None:
        self.problem, self.over = problem, over
        self.best: np.ndarray | None = None
        self.moved: int | None = None
        self.cuts: set[Cut] = set()
        self._build()
        if known is not None:
            self.look(np.asarray(known))

    def run(self, seconds: float) -> Proof:
        """Solve, cut, and solve again."""
        end, bound, rounds, status = time.monotonic() + seconds, 0, 0, "bounded"
        while (left := end - time.monotonic()) > 0 and not self.over():
            rounds += 1
            solver, answer = self._solve(left)
            if answer == cp_model.INFEASIBLE:
                status = "infeasible"
                break
            if math.isfinite(solver.best_objective_bound):
                bound = max(bound, math.ceil(solver.best_objective_bound - 1e-6))
            if self.moved is not None and bound >= self.moved:
                status = "optimal"
                break
        return Proof(status, bound, self.moved, self.best, rounds, len(self.cuts))

    def look(self, labels: np.ndarray) -> None:
        """Keep a plan if it is the best so far, else cut off what is torn in it."""
        if is_contiguous(self.problem, labels):
            found = measured(self.problem, labels)
            if found.in_band and (self.moved is None or found.moved < self.moved):
                self.best, self.moved = labels, found.moved
            return
        for cut in cuts_of(self.problem, labels):
            if cut not in self.cuts:
                self.cuts.add(cut)
                grid, one, other, between = cut
                given = self.given
                ways = [given[block][grid] for block in bits(between)]
                self.model.add_bool_or([~given[one][grid], ~given[other][grid], *ways])

    def _build(self) -> None:
        problem, model = self.problem, cp_model.CpModel()
        households, today, n = problem.households.tolist(), problem.today.tolist(), problem.n
        low, high = problem.band
        given = [[model.new_bool_var("") for _ in range(n)] for _ in households]
        for block, row in enumerate(given):
            model.add_exactly_one(row)
            if problem.fixed[block] and problem.kept[block]:
                model.add(row[today[block]] == 1)
        for grid in range(n):
            column = [row[grid] for row in given]
            model.add_at_least_one(column)
            model.add_linear_constraint(cp_model.LinearExpr.weighted_sum(column, households), low, high)
        self.model, self.given = model, given
        for block, beside in enumerate(problem.neighbours):
            if households[block] < low:  # a grid of this block alone is out of the band
                for grid in range(n):
                    model.add_bool_or([~given[block][grid], *(given[other][grid] for other in bits(beside))])
        stays = [given[block][today[block]] for block in np.flatnonzero(problem.kept).tolist()]
        sizes = problem.households[problem.kept].tolist()
        had = int(problem.households[problem.today >= 0].sum())
        self.objective = had - cp_model.LinearExpr.weighted_sum(stays, sizes)
        model.minimize(self.objective)

    def _solve(self, seconds: float) -> tuple[cp_model.CpSolver, int]:
        if self.best is not None:
            self.model.clear_hints()
            for row, label in zip(self.given, self.best.tolist(), strict=True):
                for grid, variable in enumerate(row):
                    self.model.add_hint(variable, grid == label)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        answers, ended = _Answers(self), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(solver, ended), daemon=True)
        watcher.start()
        answer = solver.solve(self.model, answers)
        ended.set()
        watcher.join()
        for labels in answers.seen:
            self.look(labels)
        return solver, answer

    def _watch(self, solver: cp_model.CpSolver, ended: threading.Event) -> None:
        """Stop the solver when nobody wants more."""
        while not ended.wait(LOOK_EVERY):
            if self.over():
                solver.stop_search()


class _Answers(cp_model.CpSolverSolutionCallback):
    """Collects every answer on the way."""

    def __init__(self, proof: _Proof) -> None:
        super().__init__()
        self.proof, self.seen = proof, []

    def on_solution_callback(self) -> None:
        """Keep the answer."""
        self.seen.append(np.array([[self.value(x) for x in row] for row in self.proof.given]).argmax(axis=1))


def cuts_of(problem: Problem, labels: np.ndarray) -> Iterator[Cut]:
    """Yield cuts against the torn grids of an answer: each stray piece from the grid's main one."""
    size, everything = problem.households, (1 << len(labels)) - 1
    empty = sum(1 << block for block in np.flatnonzero(size == 0).tolist())
    for grid in range(problem.n):
        mask = sum(1 << block for block in np.flatnonzero(labels == grid).tolist())
        parts = parts_of(problem.neighbours, mask)
        if len(parts) < 2:
            continue
        main = max(parts, key=lambda part: (size[bits(part)].sum(), part.bit_count()))
        root = max(bits(main), key=lambda block: (problem.today[block] == grid, size[block]))
        for part in parts:
            if part == main:
                continue
            for side, other in ((part, main), (main, part)):
                for piece in (_grown(problem, side, empty & ~other), side):
                    between, beyond = _between(problem.neighbours, piece, other & -other, everything)
                    if beyond & other == other and not between & mask:
                        for block in bits(part):
                            yield grid, block, root, between


def _grown(problem: Problem, part: int, through: int) -> int:
    """Return a piece with all that is reached from it through some blocks."""
    return reached(problem.neighbours, part, part | through)


def _between(neighbours, piece: int, start: int, everything: int) -> tuple[int, int]:
    """Return the blocks that part a piece from the side of a block, and that side; none where they touch."""
    around = _beside(neighbours, piece)
    beyond = reached(neighbours, start, everything & ~around & ~piece)
    return around & _beside(neighbours, beyond), beyond


def _beside(neighbours, part: int) -> int:
    found = 0
    for block in bits(part):
        found |= neighbours[block]
    return found & ~part
