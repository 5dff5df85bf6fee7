"""Proposals for one community: seeds, a search that trades border for households moved, distinct answers."""

from __future__ import annotations

from dataclasses import dataclass

from gis_app.plans.proposals.candidate import Candidate
from gis_app.plans.proposals.problem import Problem


@dataclass(frozen=True)
class Proposal:
    """What was found for one problem: distinct candidates, best first, or why there is none."""

    problem: Problem
    goal: str
    candidates: tuple[Candidate, ...]
    reason: object = None


def propose_community(
    problem: Problem, goal: str = "least_change", price: float = 5.0, seed: int = 0, count: int = 3
) -> Proposal:
    """Return up to `count` distinct candidates for one problem; `price` is metres of border per household."""
    return Proposal(problem, goal, ())
