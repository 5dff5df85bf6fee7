"""What is proposed holds the rules, costs what it says, and keeps what it must; re-counted independently."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gis_app.errors import BadInput
from gis_app.plans.proposals import seeds as seeding
from gis_app.plans.proposals.problem import GOALS
from gis_app.plans.proposals.propose import PRICES, price_of, propose_community
from tests.benchmarks.proposals_county import Town, town
from tests.unit.plans.proposals import checker
from tests.unit.plans.proposals.boards import board


@pytest.fixture(scope="session")
def made_up() -> Town:
    return town()


def shares(proposals) -> tuple[float, float]:
    """Return the share of households moved and the mean Polsby–Popper over all grids."""
    first = [proposal.candidates[0] for proposal in proposals]
    households = sum(proposal.problem.total for proposal in proposals)
    grids = [
        value for p, c in zip(proposals, first, strict=True) for value in checker.shapes(p.problem, c.labels)
    ]
    return sum(candidate.moved for candidate in first) / households, float(np.mean(grids))


def test_the_made_up_county_wants_repair(made_up):
    loads = [np.bincount(p.today, p.households, p.n) for p in made_up.problems()]
    out = sum(int(((load < 300) | (load > 500)).sum()) for load in loads)
    assert len(loads) == 24 and sum(map(len, loads)) == 89 and 20 <= out <= 30


def test_the_whole_county_is_repaired_with_few_moved_and_good_shapes(made_up):
    found = [propose_community(problem, "least_change", 5.0) for problem in made_up.problems()]
    assert [checker.faults(p.problem, p.candidates[0].labels) for p in found] == [[]] * 24
    moved, pp = shares(found)
    assert moved <= 0.046 and pp >= 0.58


def test_the_other_end_of_the_slider_moves_still_fewer(made_up):
    found = [propose_community(problem, "least_change", price_of(1.0)) for problem in made_up.problems()]
    assert [checker.faults(p.problem, p.candidates[0].labels) for p in found] == [[]] * 24
    assert shares(found)[0] <= 0.027


@pytest.mark.parametrize("goal", GOALS)
def test_every_candidate_holds_the_rules_and_costs_what_it_says(made_up, goal):
    for problem in made_up.problems(within=0.1 if goal == "from_nothing" else None)[::3]:
        proposal = propose_community(problem, goal)
        assert proposal.candidates and proposal.reason is None
        for candidate in proposal.candidates:
            assert candidate.valid
            checker.agrees(problem, candidate)


@pytest.mark.parametrize("goal", GOALS)
def test_candidates_are_distinct_by_households(made_up, goal):
    several = 0
    for problem in made_up.problems()[::2]:
        tables = [candidate.labels for candidate in propose_community(problem, goal).candidates]
        several += len(tables) > 1
        for number, labels in enumerate(tables):
            for other in tables[:number]:
                assert problem.households[labels != other].sum() >= 0.01 * problem.total
    assert several >= 3


def test_grids_are_named_so_that_no_other_naming_moves_fewer(made_up):
    for problem in made_up.problems()[::3]:
        labels = propose_community(problem, "compact", count=1).candidates[0].labels.tolist()
        assert checker.moved(problem, labels) == checker.fewest_by_renaming(problem, labels)


def test_balance_is_more_even_than_least_change(made_up):
    def worst(goal: str) -> float:
        found = [propose_community(p, goal, count=1) for p in made_up.problems()]
        return max(
            abs(load * p.problem.n / p.problem.total - 1) for p in found for load in p.candidates[0].loads
        )

    assert worst("balance") < 0.06 < worst("least_change")


def test_most_compact_is_better_shaped_than_least_change(made_up):
    compact, least = (
        [propose_community(p, goal, count=1) for p in made_up.problems()]
        for goal in ("compact", "least_change")
    )
    assert shares(compact)[1] > shares(least)[1] + 0.03


def test_the_slider_trades_households_for_shape(made_up):
    problems = made_up.problems()
    moved, pp = zip(
        *(
            shares([propose_community(p, "least_change", price_of(s), count=1) for p in problems])
            for s in (0, 0.4, 1)
        ),
        strict=True,
    )
    assert moved[0] > moved[1] > moved[2] and pp[0] > pp[1] > pp[2]
    assert price_of(0) == pytest.approx(PRICES[0]) and price_of(1) == pytest.approx(PRICES[-1])


def test_the_same_question_has_the_same_answer(made_up):
    problem = made_up.problems()[-1]
    first, second = (propose_community(dataclasses.replace(problem), "compact", seed=3) for _ in range(2))
    assert [c.labels.tolist() for c in first.candidates] == [c.labels.tolist() for c in second.candidates]


def test_locked_blocks_stay_where_they_are(made_up):
    rng = np.random.default_rng(1)
    for problem in made_up.problems()[6:18:3]:
        held = dataclasses.replace(problem, fixed=rng.random(len(problem.households)) < 0.3)
        for goal in ("least_change", "compact", "balance"):
            for candidate in propose_community(held, goal).candidates:
                assert (candidate.labels == held.today)[held.fixed].all()
                checker.agrees(held, candidate)


@pytest.mark.parametrize("goal", GOALS)
def test_a_river_is_crossed_only_by_its_bridge(goal):
    """Two banks of 2 × 4 blocks, 40 households each; grids of 4 blocks; a bridge at the west end."""
    river = [(4 + column, 8 + column) for column in range(1, 4)]
    today = [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]]
    problem = board([[40] * 4] * 4, today, 4, (120, 200), river)
    for candidate in propose_community(problem, goal).candidates:
        assert candidate.valid
        checker.agrees(problem, candidate)


def test_banks_without_a_bridge_are_parted_by_every_candidate():
    river = [(4 + column, 8 + column) for column in range(4)]
    problem = board([[40] * 4] * 4, [[0, 1, 2, 3]] * 4, 4, (120, 200), river)
    proposal = propose_community(problem, "least_change", 5.0)
    assert proposal.candidates
    for candidate in proposal.candidates:
        assert set(candidate.labels[:8]).isdisjoint(candidate.labels[8:])
        checker.agrees(problem, candidate)


@pytest.mark.parametrize("more", [-1, 1])
def test_another_number_of_grids_than_today_is_reached(made_up, more):
    for problem in made_up.problems()[10:14]:
        n = problem.n + more
        mean = problem.total / n
        band = int(mean * 0.85), int(mean * 1.15)
        asked = dataclasses.replace(problem, n=n, band=band, keys=tuple(f"k{label}" for label in range(n)))
        proposal = propose_community(asked, "least_change", 5.0)
        assert (
            [candidate.valid for candidate in proposal.candidates] == [True] * len(proposal.candidates) != []
        )
        for candidate in proposal.candidates:
            checker.agrees(asked, candidate)


def test_blocks_without_a_grid_are_given_one(made_up):
    problem = made_up.problems()[12]
    today = problem.today.copy()
    today[::5] = -1
    asked = dataclasses.replace(problem, today=today)
    for candidate in propose_community(asked).candidates:
        assert candidate.valid
        checker.agrees(asked, candidate)


def test_without_metis_grids_are_grown_by_hand_and_hold_as_well(made_up, monkeypatch):
    monkeypatch.setattr(seeding, "pymetis", None)
    for problem in made_up.problems()[::4]:
        for candidate in propose_community(problem, "from_nothing").candidates:
            assert candidate.valid
            checker.agrees(problem, candidate)


def test_a_search_that_nobody_wants_ends_with_what_it_has(made_up):
    problem = made_up.problems()[-1]
    proposal = propose_community(problem, "compact", over=lambda: True)
    assert len(proposal.candidates) == 1
    checker.agrees(problem, proposal.candidates[0])


def test_an_unknown_goal_is_refused():
    with pytest.raises(BadInput) as refused:
        propose_community(board([[1, 1]], [[0, 1]], 2, (1, 1)), "world_peace")
    assert "least_change" in refused.value.fields["goal"]


def test_people_answerable_are_counted_once_where_they_change():
    people = (("甲", "乙"), ("甲", "丙"), ("丁",))
    problem = board([[300, 50, 100, 200, 300]], [[0, 0, 0, 1, 2]], 3, (300, 400))
    asked = dataclasses.replace(problem, people=people)
    first = propose_community(asked, "least_change", 5.0).candidates[0]
    assert first.labels.tolist() == [0, 0, 1, 1, 2] and first.moved == 100
    assert first.people == 3  # 甲 answers for both grids, and 丁's does not change


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize(
    "problem",
    [
        board([[400]], [[0]], 1, (300, 500)),
        board([[100, 200, 100]], [[0, 0, 0]], 1, (300, 500)),
        board([[300, 300]], [[0, 1]], 2, (300, 500)),
        board([[100, 200, 100], [100, 100, 100]], [[-1] * 3] * 2, 2, (300, 500)),
        board([[100, 200, 100], [100, 100, 100]], [[5, 5, 6], [6, 6, 6]], 2, (300, 500)),
        board([[0, 0], [0, 0]], [[0, 0], [1, 1]], 2, (0, 500)),
    ],
    ids=["one block", "one grid", "as many blocks as grids", "no grid today", "other grids today", "nobody"],
)
def test_the_smallest_problems_have_answers(problem, goal):
    proposal = propose_community(problem, goal)
    assert proposal.reason is None and proposal.candidates
    for candidate in proposal.candidates:
        assert candidate.valid
        checker.agrees(problem, candidate)
