"""The plain edits on the toy county: each does what it says and nothing else."""

import pytest

from gis_app.plans.contiguity import pieces
from gis_app.plans.figures import changed, figures
from gis_app.plans.operations import apply
from gis_app.plans.state import State
from tests import factory
from tests.unit.plans.samples import COMMUNITIES, patchwork, star, toy_line, toy_state

NORTH, SOUTH, EAST, SOUTH_EAST = factory.GRIDS


@pytest.fixture(scope="module")
def state() -> State:
    return toy_state()


def test_a_transfer_moves_the_named_blocks_only(state):
    after = apply(state, {"verb": "transfer", "blocks": ["B00001"], "to": SOUTH})
    assert (after.table() != state.table()).sum() == 1 and after.table()["B00001"] == SOUTH
    assert changed(state, after) == [NORTH, SOUTH]
    told = figures(after, state)
    assert told.loc[[NORTH, SOUTH], "households"].tolist() == [40, 120]
    assert told.loc[[NORTH, SOUTH], "moved_households"].tolist() == [40, 40]
    assert told["perimeter_m"].to_dict()[NORTH] == pytest.approx(1200)


def test_an_operation_may_come_as_verb_and_params(state):
    flat = {"verb": "transfer", "blocks": ["B00001"], "to": SOUTH}
    nested = {"verb": "transfer", "params": {"blocks": ["B00001"], "to": SOUTH}}
    assert apply(state, flat).table().equals(apply(state, nested).table())


def test_a_grid_that_gives_its_last_block_is_no_more(state):
    after = apply(state, {"verb": "transfer", "blocks": ["B00001", "B00002"], "to": SOUTH})
    assert NORTH not in after.keys and changed(state, after) == [NORTH, SOUTH]


def test_new_grids_are_counted_on_and_keys_never_used_twice(state):
    one = apply(state, {"verb": "new_grid", "blocks": ["B00001"], "name": "新一"})
    two = apply(one, {"verb": "new_grid", "blocks": ["B00001"]})
    assert one.table()["B00001"] == "n1" and two.table()["B00001"] == "n2" and "n1" not in two.keys
    assert one.names[one.key_index["n1"]] == "新一"


def test_merging_keeps_the_key_of_the_larger(state):
    after = apply(state, {"verb": "merge", "grids": [EAST, SOUTH_EAST]})  # 80 and 40 households
    assert EAST in after.keys and SOUTH_EAST not in after.keys


def test_grids_beyond_a_river_are_not_merged_unless_a_bridge_is_there():
    from gis_app.errors import BadInput
    from tests.unit.plans.test_canvas import bridge, river

    water = river(-10, 390, 810, 410)
    with pytest.raises(BadInput) as refused:
        apply(toy_state(water=water), {"verb": "merge", "grids": [NORTH, SOUTH]})
    assert refused.value.code == "not_neighbours" and refused.value.place
    joined = toy_state(water=water, streets=bridge((100, 350), (100, 450)))
    assert len(apply(joined, {"verb": "merge", "grids": [NORTH, SOUTH]}).keys) == 3


def test_a_split_by_a_line_puts_each_block_where_most_of_its_households_live(state):
    whole = apply(state, {"verb": "merge", "grids": [NORTH, SOUTH]})
    after = apply(whole, {"verb": "split_line", "grid": NORTH, "line": toy_line((-9, 450), (409, 350))})
    table = after.table()
    assert table["B00001"] == table["B00002"] != table["B00005"] == table["B00006"]
    assert {table["B00001"], table["B00005"]} == {NORTH, "n1"}


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_a_split_into_parts_is_contiguous_and_balanced(parts):
    state = patchwork(0)
    whole = apply(state, {"verb": "merge", "grids": list(state.keys[:2])})
    after = apply(whole, {"verb": "split_parts", "grid": whole.keys[0], "parts": parts})
    share = after.households[[n for n, c in enumerate(after.communities) if c == whole.communities[0]]]
    assert len(share) == parts
    assert pieces(after.canvas, after.grid, len(after.keys)).max() == 1
    largest = state.canvas.households.max()  # no part can have less than its largest block
    assert share.max() <= max(largest, 1.3 * share.mean()) and share.min() > 0.4 * share.mean()


@pytest.mark.parametrize("parts", [2, 3, 4])
def test_a_star_of_blocks_is_split_leaf_by_leaf(parts):
    after = apply(star(), {"verb": "split_parts", "grid": f"{COMMUNITIES[0]}001", "parts": parts})
    assert len(after.keys) == parts
    assert pieces(after.canvas, after.grid, parts).max() == 1


def test_a_dissolved_grid_goes_to_neighbours_of_its_community(state):
    after = apply(state, {"verb": "dissolve", "grid": NORTH})
    assert after.table()[["B00001", "B00002"]].tolist() == [SOUTH, SOUTH]


def test_what_has_no_grid_is_filled_from_its_neighbours(state):
    loose = apply(state, {"verb": "transfer", "blocks": ["B00001", "B00003"], "to": None})
    assert loose.table()[["B00001", "B00003"]].tolist() == [None, None]
    full = apply(loose, {"verb": "fill"})
    assert full.table()["B00001"] in (NORTH, SOUTH) and full.table()["B00003"] in (EAST, SOUTH_EAST)


def test_a_border_pulled_flips_the_blocks_it_passes(state):
    line = toy_line((-9, 400), (0, 400), (10, 150), (190, 150), (200, 400), (200, 410))
    after = apply(state, {"verb": "move_border", "grid": NORTH, "other": SOUTH, "line": line})
    assert after.table()[["B00005", "B00006"]].tolist() == [NORTH, SOUTH]
    alone = apply(state, {"verb": "move_border", "grid": NORTH, "line": line})
    assert alone.table().equals(after.table())


def test_a_border_pulled_with_the_knife_cuts_the_blocks_along_the_line(state):
    line = toy_line((-20, 200), (420, 200))
    after = apply(state, {"verb": "move_border", "grid": NORTH, "other": SOUTH, "line": line, "cut": True})
    table = after.table()
    assert sorted(code for code in table.index if "-" in code) == [
        "B00005-1", "B00005-2", "B00006-1", "B00006-2"
    ]  # fmt: skip
    told = figures(after, state)
    assert told.loc[[NORTH, SOUTH], "area_m2"].round(-1).tolist() == [240_000, 80_000]
    assert told.loc[[NORTH, SOUTH], "households"].tolist() == [120, 40]
    assert changed(state, after) == [NORTH, SOUTH]


def test_a_community_border_moves_with_whole_grids_or_single_blocks(state):
    west, east = factory.COMMUNITIES
    whole = apply(state, {"verb": "move_community", "blocks": ["B00001", "B00002"], "to": east})
    assert whole.table().equals(state.table())
    assert whole.communities[whole.key_index[NORTH]] == east
    single = apply(state, {"verb": "move_community", "blocks": ["B00002"], "to": east})
    assert single.table()["B00002"] == EAST
    assert single.community_of_blocks()[1] == east and state.community_of_blocks()[1] == west


def test_a_proposal_is_taken_over_whole_or_for_one_community(state):
    table = {"B00001": "a", "B00002": "b", "B00005": "a", "B00006": "b", "B00003": "c", "B00004": "c"}
    whole = apply(state, {"verb": "adopt", "table": table})
    assert whole.table()["B00001"] == whole.table()["B00005"] != whole.table()["B00002"]
    assert len(whole.keys) == 4 and SOUTH_EAST in whole.keys
    part = apply(state, {"verb": "adopt", "table": table, "communities": [factory.COMMUNITIES[0]]})
    assert part.table()["B00003"] == EAST and part.table()["B00001"] == part.table()["B00005"]


def test_a_proposal_naming_a_block_cut_meanwhile_means_its_pieces(state):
    after = apply(state, {"verb": "cut_block", "block": "B00001", "line": toy_line((-5, 650), (205, 650))})
    moved = apply(after, {"verb": "adopt", "table": {"B00001": SOUTH}})
    assert moved.table()[["B00001-1", "B00001-2"]].tolist() == [SOUTH, SOUTH]


def test_a_name_is_kept_until_changed(state):
    after = apply(state, {"verb": "rename", "grid": NORTH, "name": " 北网格 "})
    assert after.names[after.key_index[NORTH]] == "北网格" and changed(state, after) == [NORTH]
