"""Each rule finds what breaks it, says where, and finds nothing where nothing is wrong."""

from dataclasses import replace

import pytest

from gis_app.errors import BadInput
from gis_app.plans.operations import apply
from gis_app.plans.rules import DEFAULT_RULES, LIMITS, WORDS, Rule, as_data, check, read_rules
from gis_app.plans.state import State
from tests import factory
from tests.unit.plans.samples import patchwork, toy_state
from tests.unit.plans.test_canvas import river

NORTH, SOUTH, EAST, SOUTH_EAST = factory.GRIDS


@pytest.fixture(scope="module")
def state() -> State:
    return toy_state()


def found(state: State, rule_id: str, base: State | None = None, **params) -> list:
    """Return the faults of one rule."""
    return check(state, base or state, [Rule(rule_id, True, params)])


def moved(state: State, to: str | None, *blocks: str) -> State:
    """Return the state with blocks in another grid."""
    return apply(state, {"verb": "transfer", "blocks": list(blocks), "to": to})


def test_a_sound_plan_has_no_hard_fault(state):
    assert [fault for fault in check(state) if fault.hard] == []


def test_a_block_without_a_grid_is_found(state):
    faults = found(moved(state, None, "B00001", "B00003"), "every_block_in_a_grid")
    assert faults[0].blocks == ("B00001", "B00003") and faults[0].text == "2 个地块（80 户）没有划入网格"


def test_too_few_and_too_many_households_are_found(state):
    faults = found(state, "households", least=50, most=79)
    assert [fault.grid for fault in faults] == [NORTH, SOUTH, EAST, SOUTH_EAST]
    assert found(state, "households", least=40, most=80) == []
    assert faults[0].text == f"网格 {NORTH} 有 80 户，应为 50 至 79 户"


def test_a_grid_across_a_community_border_is_found(state):
    canvas = state.canvas.with_community([0], 1)
    faults = found(replace(state, canvas=canvas), "one_community")
    assert [(fault.grid, fault.blocks) for fault in faults] == [(NORTH, ("B00001",))]


def test_a_grid_in_pieces_is_torn_and_its_lesser_part_an_exclave(state):
    torn = moved(state, SOUTH, "B00001")
    torn = moved(torn, NORTH, "B00006", "B00005")
    torn = moved(torn, SOUTH, "B00006")  # south: B1 and B6, which touch at a corner only
    for rule_id in ("contiguous", "no_exclave"):
        faults = found(torn, rule_id)
        assert {fault.grid for fault in faults} == {NORTH, SOUTH}
        assert all(len(fault.blocks) == 1 and fault.place for fault in faults)


def test_a_river_without_a_bridge_tears_a_grid_but_makes_no_exclave():
    wet = toy_state(water=river(-10, 390, 810, 410))
    grids = {"B00001": "a", "B00005": "a"}
    plan = State.of(wet.canvas, grids)
    assert [fault.grid for fault in found(plan, "contiguous")] == ["a"]
    assert found(plan, "no_exclave") == []


def test_a_hole_is_found_with_what_is_in_it():
    state = patchwork(1)
    ring = state.canvas.block_codes[0]
    plan = State.of(
        state.canvas, dict.fromkeys(state.canvas.block_codes.tolist(), "rest") | {str(ring): "ring"}
    )
    faults = found(plan, "no_hole")
    assert [fault.grid for fault in faults] == ["rest", "ring"]  # the rest lies around the ring, too
    assert len(faults[1].blocks) == 1
    everything = State.of(state.canvas, dict.fromkeys(state.canvas.block_codes.tolist(), "all"))
    assert found(everything, "no_hole") == []


def test_a_building_on_both_sides_of_a_border_is_found():
    over = factory.box(195, 595, 215, 605)
    homes = factory.layer(
        "buildings", {"building_code": ["X"], "block_code": ["B00002"], "households": [9]}, [over]
    )
    state = toy_state(buildings=homes)
    assert found(state, "no_building_cut") == []
    parted = moved(state, SOUTH, "B00001")
    assert [fault.grid for fault in found(parted, "no_building_cut")] == [NORTH, SOUTH]


def test_balance_is_told_from_the_mean_of_the_community(state):
    uneven = moved(state, SOUTH, "B00001")  # 40 and 120 of a mean of 80
    faults = found(uneven, "balance", share=0.4)
    assert [fault.grid for fault in faults] == [NORTH, SOUTH]
    assert faults[0].args["share"] == "-50 %"


def test_a_ragged_shape_is_found(state):
    assert found(state, "compactness", least=0.7) == []  # squares: π / 4
    assert len(found(state, "compactness", least=0.79)) == 4


def test_borders_off_the_main_roads_are_found(state):
    assert len(found(state, "preferred_borders", share=0.5)) == 4
    wet = toy_state(water=river(-10, 390, 810, 410))
    assert found(wet, "preferred_borders", share=0.5) == []


def test_a_change_across_a_locked_border_is_found(state):
    locked = apply(state, {"verb": "lock", "what": "border", "key": f"{NORTH}|{SOUTH}"})
    assert found(locked, "locked_borders") == []
    past = replace(moved(state, SOUTH, "B00001"), locks=locked.locks)
    faults = found(past, "locked_borders", state)
    assert [fault.blocks for fault in faults] == [("B00001",)]


def test_too_many_households_moved_are_found_where_most_are(state):
    after = moved(state, SOUTH, "B00001")
    assert found(after, "moved", state, most=40) == []
    faults = found(after, "moved", state, most=39)
    assert faults[0].args["households"] == 40 and faults[0].place


def test_every_fault_has_a_place_and_fills_its_sentence():
    state = patchwork(1)
    plan = moved(state, None, *state.canvas.block_codes[3:5].tolist())
    plan = moved(plan, plan.keys[1], *plan.canvas.block_codes[plan.grid == 0][:3].tolist())
    rules = [replace(rule, hard=True) for rule in read_rules([{"rule_id": "moved", "params": {"most": 0}}])]
    faults = check(plan, state, rules)
    assert {fault.rule_id for fault in faults} >= {"every_block_in_a_grid", "households", "moved"}
    for fault in faults:
        assert fault.place is not None and fault.text and fault.remedy and "%(" not in fault.text


def test_hard_faults_come_first(state):
    plan = moved(state, None, "B00001")
    hard = [fault.hard for fault in check(plan)]
    assert hard == sorted(hard, reverse=True) and True in hard and False in hard


def test_a_rule_that_is_off_is_not_checked(state):
    assert check(state, state, [Rule("households", True, {"least": 999, "most": 1000}, on=False)]) == []


def test_rules_survive_being_written_down():
    rules = read_rules([{"rule_id": "households", "hard": True, "params": {"least": 200}}])
    assert read_rules(as_data(rules)) == rules and read_rules(None) == DEFAULT_RULES
    told = next(rule for rule in rules if rule.rule_id == "households")
    assert told.hard and told.params == {"least": 200, "most": 500}


BAD_RULES = [
    7, "households", {"rule_id": "moved"}, [7], [{}], [{"rule_id": "x"}], [{"rule_id": ["moved"]}],
    [{"rule_id": "moved", "hard": 1}], [{"rule_id": "moved", "why": 1}], [{"rule_id": "moved", "params": []}],
    [{"rule_id": "moved", "params": {"least": 1}}], [{"rule_id": "moved", "params": {"most": "1"}}],
    [{"rule_id": "moved", "params": {"most": float("nan")}}], [{"rule_id": "moved", "params": {"most": -1}}],
    [{"rule_id": "moved", "params": {"most": True}}], [{"rule_id": "balance", "params": {"share": 1e9}}],
    [{"rule_id": "households", "params": {"least": 501}}], [{"rule_id": "moved"}] * 99,
]  # fmt: skip


@pytest.mark.parametrize("data", BAD_RULES, ids=lambda data: str(data)[:40])
def test_what_is_no_rule_is_refused(data):
    with pytest.raises(BadInput) as refused:
        read_rules(data)
    assert refused.value.code == "bad_rules" and refused.value.fields


def test_every_rule_has_words_and_limits():
    assert set(WORDS) == set(LIMITS) == {rule.rule_id for rule in DEFAULT_RULES}
    assert all(word for words in WORDS.values() for word in words)
