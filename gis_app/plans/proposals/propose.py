"""Proposals for one community: starts, a search that trades border for households moved, distinct answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from gis_app.errors import BadInput
from gis_app.plans.proposals.candidate import Candidate, matched, measured
from gis_app.plans.proposals.problem import GOALS, Problem
from gis_app.plans.proposals.reasons import Reason, reason_against
from gis_app.plans.proposals.search import Costs, FlipSearch
from gis_app.plans.proposals.seeds import from_today, seeds

PRICES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 200.0)
"""Metres of border that one moved household is worth, from "best shape" to "fewest moved"."""
DISTINCT = 0.01
"""Two candidates are distinct where at least this share of the households is in another grid."""
RESCUES, CHEAP = 4, 2.0


class Way(NamedTuple):
    """How a goal is pursued: prices of a moved household as factors, weight of balance, starts."""

    factors: tuple[float, ...]
    balance: float
    drawn: int
    kept: int
    steps: int


WAYS = {
    "least_change": Way((1.0, 3.0, 0.3), 0.0, 0, 0, 700),
    "balance": Way((0.2,), 1.0, 6, 2, 700),
    "compact": Way((0.0,), 0.0, 10, 3, 600),
    "from_nothing": Way((0.0,), 0.0, 10, 3, 600),
}


@dataclass(frozen=True)
class Proposal:
    """What was found for one problem: distinct candidates, best first, and why there is none that holds."""

    problem: Problem
    goal: str
    candidates: tuple[Candidate, ...]
    reason: Reason | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the costs of every candidate and its table of block → grid key."""
        keys = self.problem.keys
        tables = [
            dict(zip(self.problem.codes, (keys[label] for label in found.labels.tolist()), strict=True))
            for found in self.candidates
        ]
        return {
            "community": self.problem.community,
            "goal": self.goal,
            "grids": self.problem.n,
            "households": self.problem.total,
            "candidates": [
                found.as_json() | {"table": table}
                for found, table in zip(self.candidates, tables, strict=True)
            ],
            "reason": self.reason and self.reason.as_json(),
        }


def price_of(slider: float) -> float:
    """Return the price of a moved household for a slider from 0 (best shape) to 1 (fewest moved)."""
    place = min(max(float(slider), 0.0), 1.0) * (len(PRICES) - 1)
    return float(np.exp(np.interp(place, range(len(PRICES)), np.log(PRICES))))


def propose_community(
    problem: Problem,
    goal: str = "least_change",
    price: float = 5.0,
    seed: int = 0,
    count: int = 3,
    effort: float = 1.0,
    over: Callable[[], bool] = lambda: False,
) -> Proposal:
    """Return up to `count` distinct candidates for one problem, the one asked for first.

    `price` is metres of border per moved household; `effort` multiplies the steps of the search, which `over`
    may end early. Where nothing holds the rules, the reason is told and the nearest candidate with it.
    """
    if goal not in WAYS:
        raise BadInput("bad_goal", "没有这种方案目标", {"goal": " ".join(GOALS)})
    if (reason := reason_against(problem)) is not None:
        return Proposal(problem, goal, (), reason)
    found: list[tuple[float, Candidate]] = []
    for candidate in _candidates(problem, WAYS[goal], goal, price, seed, count, effort, over):
        found.append(candidate)
        if over():
            break
    if not any(candidate.valid for _, candidate in found):
        return _without(problem, goal, [candidate for _, candidate in found])
    ranked = [c for _, c in sorted(found, key=lambda pair: pair[0]) if c.valid]
    return Proposal(problem, goal, tuple(_distinct(problem, ranked, count)))


def _candidates(
    problem: Problem, way: Way, goal: str, price: float, seed: int, count: int, effort: float, over
) -> Iterator[tuple[float, Candidate]]:
    """Yield (rank, candidate) of every search; the least rank is what was asked for."""
    starts = list(_starts(problem, way, goal, seed))
    steps = int(way.steps * effort)
    for turn, factor in enumerate(way.factors[:count] if goal == "least_change" else way.factors):
        asked = price * factor
        search = FlipSearch(problem, Costs(problem, asked, way.balance))
        for start in starts:
            cost, candidate = _searched(search, start, steps, seed, over)
            if not candidate.valid:
                cost, candidate = _rescued(search, start, 2 * steps, seed, over)
            candidate = replace(candidate, price=asked)
            yield (turn if goal == "least_change" else cost), candidate


def _searched(search: FlipSearch, start: np.ndarray, steps: int, seed: int, over) -> tuple[float, Candidate]:
    """Return the cost and the measured candidate of one search."""
    problem = search.problem
    search.start(start)
    found = search.run(steps, random.Random(seed), over)
    return found.cost, measured(problem, matched(problem, np.array(found.labels)))


def _rescued(search: FlipSearch, start: np.ndarray, steps: int, seed: int, over) -> tuple[float, Candidate]:
    """Search on from a plan that moves more households, then from drawn ones, until one holds."""
    problem = search.problem
    cheap = FlipSearch(problem, Costs(problem, CHEAP))
    drawn = seeds(problem, seed + 1000)
    for turn in range(RESCUES):
        _, found = _searched(cheap, start, steps, seed + turn, over)
        cost, candidate = _searched(search, found.labels, steps, seed + turn, over)
        if candidate.valid or over():
            break
        start = matched(problem, next(drawn))
    return cost, candidate


def _starts(problem: Problem, way: Way, goal: str, seed: int) -> Iterator[np.ndarray]:
    """Yield where searches begin: today's plan, and the best of some drawn ones."""
    today = from_today(problem, seed) if goal != "from_nothing" else None
    if today is not None:
        yield today
    drawn, kept = (way.drawn, way.kept) if today is not None or way.drawn else (RESCUES, 1)
    found = sorted(islice(seeds(problem, seed), drawn), key=lambda labels: _rough(problem, labels))
    for labels in found[:kept]:
        yield matched(problem, labels)


def _rough(problem: Problem, labels: np.ndarray) -> float:
    """Return a start's border plus a price for households out of the band."""
    loads = np.bincount(labels, problem.households, problem.n)
    low, high = problem.band
    first, second = problem.edges.T
    border = problem.lengths[labels[first] != labels[second]].sum()
    return border + 5 * (np.maximum(low - loads, 0) + np.maximum(loads - high, 0)).sum()


def _distinct(problem: Problem, ranked: list[Candidate], count: int) -> Iterator[Candidate]:
    """Yield the first, then those that differ enough from all before."""
    chosen: list[Candidate] = []
    for candidate in ranked:
        apart = [problem.households[candidate.labels != other.labels].sum() for other in chosen]
        if all(size >= DISTINCT * problem.total and size > 0 for size in apart):
            chosen.append(candidate)
            yield candidate
        if len(chosen) == count:
            return


def _without(problem: Problem, goal: str, found: list[Candidate]) -> Proposal:
    """Return the proposal that holds no rule: the nearest candidate, and how far it is off."""
    low, high = problem.band

    def beyond(candidate: Candidate) -> int:
        return sum(max(low - load, 0) + max(load - high, 0) for load in candidate.loads)

    whole = sorted((c for c in found if c.contiguous and c.locks_kept), key=beyond)[:1]
    reason = Reason("not_found", {"beyond": beyond(whole[0]) if whole else problem.total})
    return Proposal(problem, goal, tuple(whole), reason)
