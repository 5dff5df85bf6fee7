"""A plan becomes one problem per community, with its locks, rivers and selections, and its answers fit it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_app.errors import BadInput
from gis_app.plans.barriers import Barriers
from gis_app.plans.canvas import Canvas
from gis_app.plans.contiguity import pieces
from gis_app.plans.operations import apply
from gis_app.plans.proposals.asking import Asked
from gis_app.plans.proposals.county import Wish, tasks
from gis_app.plans.proposals.propose import propose_community
from gis_app.plans.state import State
from tests import factory
from tests.unit.plans.proposals import checker

WEST, EAST = "410222001001", "410222001002"
COLUMNS, ROWS = 12, 4
BAND = (120, 200)


def code(column: int, row: int) -> str:
    return f"B{column * ROWS + row:03d}"


def made(river: bool = False, wet_row: int | None = None, households: int = 20) -> State:
    """Return 12 × 4 blocks of 100 m; in both communities a small, a large and a usual grid."""
    at = [(column, row) for column in range(COLUMNS) for row in range(ROWS)]
    east, north = factory.ORIGIN
    shapes = [
        shapely.box(east + 100 * c, north + 100 * r, east + 100 * (c + 1), north + 100 * (r + 1))
        for c, r in at
    ]
    rivers, bridges = [], []
    if river:  # between the second and the third row, with one bridge in each community
        rivers = [shapely.box(east - 50, north + 196, east + 1250, north + 204)]
        bridges = [shapely.LineString([(east + x, north + 150), (east + x, north + 250)]) for x in (50, 1150)]
    if wet_row is not None:
        rivers = [shapely.box(east, north + 100 * wet_row, east + 1200, north + 100 * (wet_row + 1))]
        bridges = [shapely.LineString([(east + x, north + 50), (east + x, north + 350)]) for x in (50, 1150)]
    sizes = [0 if row == wet_row else households for _, row in at]
    none = np.empty(0, dtype=object)
    barriers = Barriers(none, np.array(rivers, dtype=object), np.array(bridges, dtype=object))
    canvas = Canvas.build(
        np.array(shapes, dtype=object),
        [code(c, r) for c, r in at],
        sizes,
        [int(c >= 6) for c, _ in at],
        (WEST, EAST),
        factory.METRIC,
        barriers=barriers,
    )
    grid_of = [0, 1, 1, 1, 2, 2]
    table = {code(c, r): f"{(WEST, EAST)[c >= 6]}{grid_of[c % 6] + 1:03d}" for c, r in at}
    return State.of(canvas, table)


def adopted(state: State, wish: Wish) -> tuple[State, list]:
    """Return the state after all first candidates are taken over, and the proposals."""
    table, found = {}, []
    for task in tasks(state, wish):
        proposal = propose_community(task.problem, wish.goal)
        found.append(proposal)
        assert proposal.candidates and proposal.candidates[0].valid
        checker.agrees(task.problem, proposal.candidates[0])
        table |= task.table(state, proposal.candidates[0])
    return apply(state, {"verb": "adopt", "table": table}), found


def test_every_community_is_a_problem_of_its_own():
    state = made()
    found = tasks(state, Wish(band=BAND))
    assert [task.community for task in found] == [WEST, EAST]
    assert [task.problem.n for task in found] == [3, 3]
    assert all({key[:12] for key in task.problem.keys} == {task.community} for task in found)
    assert all(len(task.problem.codes) == 24 and len(task.problem.edges) == 38 for task in found)


def test_borders_with_other_communities_count_as_outside():
    problem = tasks(made(), Wish(band=BAND))[0].problem
    assert problem.outside.sum() == pytest.approx(2 * 600 + 2 * 400)
    assert 2 * problem.lengths.sum() + problem.outside.sum() == pytest.approx(24 * 400)


@pytest.mark.parametrize("goal", ["least_change", "balance", "compact", "from_nothing"])
@pytest.mark.parametrize("river", [False, True])
def test_what_is_proposed_can_be_adopted_and_is_whole_by_the_plans_own_rules(goal, river):
    after, _ = adopted(made(river), Wish(goal, band=BAND))
    assert sorted(after.keys) == sorted(made().keys)
    assert after.households.min() >= BAND[0] and after.households.max() <= BAND[1]
    assert pieces(after.canvas, after.grid, len(after.keys)).tolist() == [1] * 6


def test_blocks_of_river_stay_with_a_grid_beside_them():
    state = made(wet_row=1, households=30)
    assert state.canvas.in_river.sum() == 12
    after, _ = adopted(state, Wish("least_change", band=BAND))
    assert (after.grid >= 0).all()
    assert pieces(after.canvas, after.grid, len(after.keys)).tolist() == [1] * 6


def test_a_locked_grid_is_no_part_of_the_problem():
    state = apply(made(), {"verb": "lock", "what": "grid", "key": f"{WEST}003"})
    task = tasks(state, Wish(band=BAND))[0]
    assert task.problem.keys == (f"{WEST}001", f"{WEST}002") and len(task.problem.codes) == 16
    assert f"{WEST}003" not in set(task.table(state, propose_community(task.problem).candidates[0]).values())


def test_a_locked_community_is_told_and_left_alone():
    state = apply(made(), {"verb": "lock", "what": "community", "key": WEST})
    task = tasks(state, Wish(band=BAND))[0]
    assert task.problem is None and task.reason.code == "community_locked" and "锁定" in task.reason.message


def test_a_locked_block_keeps_its_grid():
    state = apply(made(), {"verb": "lock", "what": "block", "key": code(1, 0)})
    after, _ = adopted(state, Wish("least_change", band=BAND))
    assert after.table()[code(1, 0)] == f"{WEST}002"


def test_along_a_locked_border_nothing_moves():
    state = apply(made(), {"verb": "lock", "what": "border", "key": f"{WEST}002|{WEST}003"})
    problem = tasks(state, Wish(band=BAND))[0].problem
    held = {problem.codes[block] for block in np.flatnonzero(problem.fixed)}
    assert held == {code(column, row) for column in (3, 4) for row in range(ROWS)}


def test_only_the_selection_moves():
    state = made()
    chosen = [code(column, row) for column in (0, 1) for row in range(ROWS)]
    after, found = adopted(state, Wish("least_change", band=BAND, blocks=chosen))
    changed = set(state.canvas.block_codes[after.grid != state.grid].tolist())
    assert len(found) == 1 and changed and changed <= set(chosen)


def test_n_grids_from_nothing_in_a_selection():
    state = made()
    chosen = [code(column, row) for column in (1, 2, 3, 4, 5) for row in range(ROWS)]
    task = tasks(state, Wish("from_nothing", band=(80, 120), blocks=chosen, n=4))[0]
    assert task.problem.keys == (f"{WEST}002", f"{WEST}003", "n1", "n2")
    table = task.table(state, propose_community(task.problem, "from_nothing").candidates[0])
    assert set(table) == set(chosen) and len(set(table.values())) == 4
    after = apply(state, {"verb": "adopt", "table": table})
    sizes = dict(zip(after.keys, after.households.tolist(), strict=True))
    assert {"n1", "n2"} <= sizes.keys() and all(80 <= sizes[key] <= 120 for key in task.problem.keys)


def test_half_a_grid_in_a_selection_counts_as_moved():
    state = made()
    chosen = [code(column, row) for column in (3, 4, 5) for row in range(ROWS)]
    problem = tasks(state, Wish("from_nothing", band=BAND, blocks=chosen, n=2))[0].problem
    assert problem.keys == (f"{WEST}003", "n1")
    assert propose_community(problem, "from_nothing").candidates[0].moved >= 4 * 20


def test_another_number_of_grids_is_proposed_where_todays_cannot_hold():
    state = made()
    task = tasks(state, Wish(band=(200, 300)))[0]
    assert task.reason.code == "count" and "可分 2 个网格" in task.reason.remedy
    assert task.problem.n == 2 and propose_community(task.problem).candidates[0].valid


def test_new_grids_of_two_communities_have_different_keys():
    found = tasks(made(), Wish(band=(60, 120)))
    new = [key for task in found for key in task.problem.keys if key.startswith("n")]
    assert len(new) == len(set(new)) > 1


def test_main_roads_are_cheaper_borders_only_in_the_search():
    state = made(river=True)
    problem = tasks(state, Wish(band=BAND))[0].problem
    assert sorted(set(problem.weight.round(2).tolist())) == [0.7, 1.0]
    assert problem.lengths[problem.weight < 1].min() == pytest.approx(100)


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        (Wish(communities=["1"]), "communities"),
        (Wish(blocks=["nowhere"]), "blocks"),
        (Wish(blocks=[]), "blocks"),
        (Wish(n=3), "n"),
    ],
)
def test_a_wish_for_what_is_not_there_is_refused(wish, named):
    with pytest.raises(BadInput) as refused:
        tasks(made(), wish)
    assert named in refused.value.fields


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"goal": "best"}, "goal"),
        ({"slider": 2}, "slider"),
        ({"slider": float("nan")}, "slider"),
        ({"band": [500, 300]}, "band"),
        ({"band": [300]}, "band"),
        ({"band": "300"}, "band"),
        ({"n": 0}, "n"),
        ({"n": 10**9}, "n"),
        ({"blocks": []}, "blocks"),
        ({"blocks": [1]}, "blocks"),
        ({"communities": "x"}, "communities"),
        ({"within": 0}, "within"),
        ({"seconds": 1e9}, "seconds"),
        ({"count": 99}, "count"),
        ({"seed": -1}, "seed"),
        ({"sql": "x"}, "sql"),
    ],
)
def test_a_malformed_question_is_refused_at_its_field(params, named):
    with pytest.raises(BadInput) as refused:
        Asked.of(params)
    assert named in refused.value.fields


def test_a_question_becomes_a_wish():
    asked = Asked.of({"goal": "from_nothing", "slider": 1, "band": [100, 200], "n": 3, "communities": [WEST]})
    wish = asked.wish({"k": ["甲"]})
    assert (wish.goal, wish.band, wish.n, wish.communities) == ("from_nothing", (100, 200), 3, [WEST])
    assert asked.price == pytest.approx(200) and wish.people == {"k": ["甲"]}
