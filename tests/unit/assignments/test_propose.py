"""A proposal is the best there is: checked against every possible assignment of small counties."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.assignments.propose import AIMS, KEEP, NEARER, Problem, propose

METRES = st.sampled_from([0.0, 10.4, 250.0, 400.0, 999.6, 1000.0, 1000.4, float("nan")])


def problem(today, metres, need, least=0, most=-1, **more) -> Problem:
    today = np.array(today, dtype=np.int64)
    grids = today.shape[1]
    least, most = (np.broadcast_to(np.array(one, dtype=np.int64), grids) for one in (least, most))
    return Problem(today, np.array(metres, dtype=float), np.array(need, dtype=np.int64), least, most, **more)


@st.composite
def problems(draw) -> Problem:
    organisations, grids = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    today = [draw(st.lists(st.integers(0, 2), min_size=grids, max_size=grids)) for _ in range(organisations)]
    metres = [draw(st.lists(METRES, min_size=grids, max_size=grids)) for _ in range(organisations)]
    need = draw(st.lists(st.integers(0, 5), min_size=grids, max_size=grids))
    least = draw(st.integers(0, 2))
    most = draw(st.lists(st.sampled_from([-1, 0, 1, 3]), min_size=grids, max_size=grids))
    aim, worth = draw(st.sampled_from(AIMS)), draw(st.sampled_from([0, 100, 700]))
    return problem(today, metres, need, least, most, reach_m=1000, aim=aim, worth_m=worth)


@cache
def spread(total: int, grids: int) -> tuple[tuple[int, ...], ...]:
    """Return every way to put at most `total` members into grids."""
    return tuple(way for way in itertools.product(range(total + 1), repeat=grids) if sum(way) <= total)


def worth(given: Problem, members: np.ndarray) -> tuple[int, ...] | None:
    """Return what counts of an assignment in its order, None where it may not be."""
    here = members.sum(axis=0)
    if ((given.most >= 0) & (here > given.most)).any():
        return None
    new = np.maximum(members - given.today, 0)
    far = ~(given.metres <= given.reach_m)
    if new[far].any():
        return None
    need = np.where(given.most >= 0, np.minimum(given.need, given.most), given.need)
    low = np.minimum(given.least, need)
    short = np.maximum(need - here, 0).sum() + np.maximum(low - here, 0).sum()
    unplaced = given.today.sum() - members.sum()
    way = np.rint(np.where(np.isnan(given.metres), given.reach_m, given.metres))
    metres = (new * way).sum()
    walked = 0
    if given.aim == NEARER:
        kept = np.minimum(members, given.today)
        walked = (kept * way).sum() + metres + given.worth_m * new.sum()
    return int(short), int(unplaced), int(walked), int(new.sum()), int(metres)


def best(given: Problem) -> tuple[int, ...]:
    """Return the least worth over every assignment."""
    grids = given.today.shape[1]
    rows = [spread(int(total), grids) for total in given.today.sum(axis=1)]
    every = (worth(given, np.array(members)) for members in itertools.product(*rows))
    return min(one for one in every if one is not None)


@settings(max_examples=250, deadline=None)
@given(given=problems())
def test_no_other_assignment_is_better(given):
    solution = propose(given)
    assert worth(given, solution.members) == best(given)


@settings(max_examples=150, deadline=None)
@given(given=problems())
def test_capacities_hold_and_nobody_is_invented(given):
    solution = propose(given)
    assert (solution.members >= 0).all()
    assert (solution.members.sum(axis=1) + solution.unplaced == given.today.sum(axis=1)).all()
    assert (solution.unplaced >= 0).all()
    here = solution.members.sum(axis=0)
    assert (here[given.most >= 0] <= given.most[given.most >= 0]).all()
    assert solution.changed == np.maximum(solution.members - given.today, 0).sum()


@settings(max_examples=60, deadline=None)
@given(
    today=st.lists(st.lists(st.integers(0, 30), min_size=6, max_size=6), min_size=1, max_size=8),
    metres=st.integers(0, 5000),
)
def test_where_nothing_is_wrong_nothing_changes(today, metres):
    here = np.array(today)
    far = np.full(here.shape, float(metres))
    given = problem(here, far, here.sum(axis=0), most=here.sum(axis=0))
    solution = propose(given)
    assert (solution.members == here).all() and solution.changed == 0


def test_the_nearest_spare_members_fill_a_shortage_and_no_more_than_that():
    far = [[0, 900], [0, 400], [0, 5000]]
    solution = propose(problem([[5, 0], [2, 0], [4, 0]], far, [0, 3], reach_m=3000))
    assert solution.members.tolist() == [[4, 1], [0, 2], [4, 0]]
    assert (solution.missing, solution.changed, solution.metres) == (0, 3, 1700)


def test_what_cannot_be_filled_is_told_and_the_least_comes_first():
    solution = propose(problem([[4, 0, 0]], [[0, 0, 0]], [4, 4, 4], least=2))
    assert sorted(solution.members[0].tolist()) == [0, 2, 2] and solution.missing == 8


def test_members_above_a_limit_without_room_are_unplaced():
    solution = propose(problem([[5, 0]], [[0, float("nan")]], [0, 0], most=[3, 3]))
    assert solution.members.tolist() == [[3, 0]] and solution.unplaced.tolist() == [2]


@pytest.mark.parametrize(("aim", "worth_m", "moved"), [(KEEP, 0, 0), (NEARER, 500, 0), (NEARER, 499, 3)])
def test_a_shorter_way_must_be_worth_the_change(aim, worth_m, moved):
    solution = propose(problem([[3, 0]], [[500, 0]], [0, 0], aim=aim, worth_m=worth_m))
    assert solution.changed == moved


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_a_county_without_organisations_or_grids(shape):
    empty = np.zeros(shape, dtype=np.int64)
    need = np.ones(shape[1], dtype=np.int64)
    solution = propose(problem(empty, np.zeros(shape), need))
    assert solution.members.shape == shape and solution.missing == shape[1]


def test_a_large_county_is_solved_to_whole_numbers():
    random = np.random.default_rng(5)
    today = random.integers(0, 4, (150, 200)) * (random.random((150, 200)) < 0.05)
    metres = random.uniform(0, 6000, today.shape)
    given = problem(today, metres, random.integers(0, 8, 200), least=2, most=12, reach_m=2500)
    solution = propose(given)
    here = solution.members.sum(axis=0)
    assert here.max() <= 12
    assert (solution.members.sum(axis=1) + solution.unplaced == today.sum(axis=1)).all()
    assert solution.missing == np.maximum(given.need - here, 0).sum()
