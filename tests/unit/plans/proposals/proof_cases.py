"""A bound is one on every plan: compared with all plans there are, counted one by one on small boards."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gis_app.plans.proposals.proof import cuts_of, fewest_moved
from gis_app.plans.proposals.propose import propose_community
from tests.benchmarks.proposals_county import town
from tests.unit.plans.proposals import checker
from tests.unit.plans.proposals.boards import board


def plans(problem):
    """Yield every labelling that holds the rules."""
    low, high = problem.band
    for labels in product(range(problem.n), repeat=len(problem.households)):
        loads = np.bincount(labels, problem.households, problem.n)
        if loads.min() >= low and loads.max() <= high and not checker.faults(problem, labels):
            yield labels


QUICK = (Phase.explicit, Phase.generate)
SIZES = st.lists(st.sampled_from([0, 0, 1, 2, 3, 5]), min_size=9, max_size=9)
GRIDS = st.lists(st.integers(0, 1), min_size=9, max_size=9)
RIVERS = st.lists(st.sampled_from([(0, 3), (1, 4), (2, 5), (3, 4), (4, 5), (4, 7)]), max_size=3)


def made(sizes, grids, river, slack, held):
    """Return a board of 3 × 3 in two grids."""
    half = sum(sizes) // 2
    rows = [sizes[0:3], sizes[3:6], sizes[6:9]]
    today = [grids[0:3], grids[3:6], grids[6:9]]
    return board(rows, today, 2, (max(0, half - slack), half + 1 + slack), river, held)


@settings(max_examples=60, deadline=None, phases=QUICK)
@given(SIZES, GRIDS, RIVERS, st.integers(0, 2), st.lists(st.integers(0, 8), max_size=2))
def test_the_bound_is_the_fewest_of_all_plans(sizes, grids, river, slack, held):
    problem = made(sizes, grids, river, slack, held)
    fewest = min((checker.moved(problem, labels) for labels in plans(problem)), default=None)
    proof = fewest_moved(problem, seconds=5)
    if fewest is None:
        assert proof.status == "infeasible" and proof.labels is None
    else:
        assert (proof.status, proof.bound, proof.moved) == ("optimal", fewest, fewest)
        assert checker.faults(problem, proof.labels) == []


@settings(max_examples=60, deadline=None)
@given(SIZES, GRIDS, RIVERS, st.integers(0, 2), st.lists(st.integers(0, 1), min_size=9, max_size=9))
def test_no_cut_forbids_a_plan(sizes, grids, river, slack, answer):
    problem = made(sizes, grids, river, slack, ())
    whole = [list(labels) for labels in plans(problem)]
    for grid, one, other, between in cuts_of(problem, np.array(answer)):
        for labels in whole:
            joined = any(labels[block] == grid for block in range(9) if between >> block & 1)
            assert joined or labels[one] != grid or labels[other] != grid


@settings(max_examples=40, deadline=None)
@given(SIZES, GRIDS, RIVERS, st.integers(0, 2), st.lists(st.integers(0, 8), max_size=2))
def test_a_proposal_never_moves_fewer_than_can_be(sizes, grids, river, slack, held):
    problem = made(sizes, grids, river, slack, held)
    fewest = min((checker.moved(problem, labels) for labels in plans(problem)), default=None)
    proposal = propose_community(problem, "least_change", 200.0)
    assert (proposal.reason is None) == any(candidate.valid for candidate in proposal.candidates)
    for candidate in proposal.candidates:
        checker.agrees(problem, candidate) if candidate.valid else None
        assert not candidate.valid or (fewest is not None and candidate.moved >= fewest)


def test_at_least_23_of_24_communities_are_proved_and_every_plan_is_whole():
    proven = 0
    for problem in town().problems():
        first = propose_community(problem, "least_change", 200.0, count=1).candidates[0]
        proof = fewest_moved(problem, first.labels, 20.0)
        proven += proof.proven
        assert proof.bound <= proof.moved <= first.moved
        assert checker.faults(problem, proof.labels) == []
        assert checker.moved(problem, proof.labels) == proof.moved
        assert first.with_bound(proof.bound).proven == (proof.proven and first.moved == proof.moved)
    assert proven >= 23


def test_a_proof_out_of_time_claims_no_more_than_the_solver_did():
    problem = town().problems(within=0.05)[20]
    proof = fewest_moved(problem, seconds=0.05)
    assert proof.status == "bounded" and not proof.proven and proof.as_json()["gap"] != 0.0
    assert proof.bound <= fewest_moved(problem, seconds=3).bound


def test_a_proof_that_nobody_wants_ends_at_once():
    problem = dataclasses.replace(town().problems()[22])
    proof = fewest_moved(problem, seconds=60, over=lambda: True)
    assert proof.status == "bounded" and proof.bound == 0


def test_no_candidate_claims_a_bound_by_itself():
    problem = board([[200, 100, 300]], [[0, 0, 1]], 2, (250, 350))
    candidate = propose_community(problem).candidates[0]
    assert candidate.bound is None and not candidate.proven and candidate.as_json()["gap"] is None
    assert candidate.with_bound(0).proven and candidate.with_bound(0).as_json()["gap"] == 0.0
    assert candidate.as_json()["moved"] == pytest.approx(0)
