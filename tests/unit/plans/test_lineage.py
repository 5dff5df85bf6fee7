"""Which grid became which, closed both ways; codes by the standard; plans compared and kept."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

from gis_app.errors import Conflict
from gis_app.plans.compare import compare
from gis_app.plans.figures import Extras, border_length, figures, moved_households
from gis_app.plans.lineage import crosswalk, crosswalk_of, final_codes, lineage
from gis_app.plans.operations import apply
from gis_app.plans.records import as_record, from_record
from gis_app.plans.shapes import polygons
from gis_app.plans.state import State
from tests import factory
from tests.unit.plans.samples import line_through, patchwork, toy_atlas, toy_line, toy_state

NORTH, SOUTH, EAST, SOUTH_EAST = factory.GRIDS


@pytest.fixture(scope="module")
def state() -> State:
    return toy_state()


def kinds(base: State, after: State) -> dict[tuple[str, str], str]:
    """Return the kind of each step of the lineage."""
    steps = lineage(crosswalk_of(base, after))
    return dict(zip(zip(steps["from_grid"], steps["to_grid"], strict=True), steps["kind"], strict=True))


def test_the_crosswalk_tells_households_and_shares(state):
    after = apply(state, {"verb": "transfer", "blocks": ["B00001"], "to": SOUTH})
    walk = crosswalk_of(state, after).set_index(["from_grid", "to_grid"])
    assert walk.loc[(NORTH, SOUTH), ["households", "share_from"]].tolist() == [40, 0.5]
    assert walk.loc[(NORTH, SOUTH), "share_to"] == pytest.approx(1 / 3)
    assert walk["households"].sum() == 280
    weights = pd.Series(after.canvas.households, index=after.canvas.block_codes)
    pd.testing.assert_frame_equal(
        crosswalk(state.table(), after.table(), weights), crosswalk_of(state, after)
    )


def test_grids_are_kept_changed_split_merged_new_or_retired(state):
    assert set(kinds(state, state).values()) == {"kept"}
    split = apply(state, {"verb": "split_parts", "grid": NORTH, "parts": 2})
    assert {kinds(state, split)[NORTH, NORTH], kinds(state, split)[NORTH, "n1"]} == {"changed", "split"}
    merged = apply(state, {"verb": "merge", "grids": [NORTH, SOUTH]})
    assert kinds(state, merged) == {
        (NORTH, NORTH): "changed", (SOUTH, NORTH): "merged",
        (EAST, EAST): "kept", (SOUTH_EAST, SOUTH_EAST): "kept",
    }  # fmt: skip
    bare = State.of(state.canvas, {"B00001": NORTH})
    assert kinds(bare, state)["", SOUTH] == "new" and kinds(state, bare)[SOUTH, ""] == "retired"


def test_a_cut_leaves_a_grid_kept_when_nothing_moves(state):
    line = toy_line((-5, 650), (205, 650))
    assert set(
        kinds(state, apply(state, {"verb": "cut_block", "block": "B00001", "line": line})).values()
    ) == {"kept"}


def test_grids_without_households_have_shares_by_blocks(state):
    empty = State.of(state.canvas, {"B00007": "a", "B00008": "b"})
    joined = State.of(state.canvas, {"B00007": "c", "B00008": "c"})
    walk = crosswalk_of(empty, joined).set_index("from_grid")
    assert walk.loc["b", "share_from"] == 1.0 and walk.loc["b", "households"] == 0


def test_new_grids_are_numbered_on_in_reading_order_and_used_codes_are_left_out(state):
    after = apply(state, {"verb": "new_grid", "blocks": ["B00006"]})
    after = apply(after, {"verb": "new_grid", "blocks": ["B00001"]})
    west = factory.COMMUNITIES[0]
    codes = final_codes(after, state, [f"{west}003", f"{west}007", "410222001002009"])
    assert codes["n2"] == f"{west}008" and codes["n1"] == f"{west}009"  # B1 lies north-west of B6
    assert codes[EAST] == EAST
    assert final_codes(after, state.table(), [f"{west}007"])["n2"] == f"{west}008"


def test_a_grid_that_lost_most_of_its_households_gets_a_new_code(state):
    after = apply(state, {"verb": "new_grid", "blocks": ["B00003"]})
    after = apply(after, {"verb": "transfer", "blocks": ["B00007"], "to": EAST})
    line = toy_line((395, 700), (605, 700))
    less = apply(state, {"verb": "cut_block", "block": "B00003", "line": line})
    smaller = min(
        less.canvas.block_codes[2:4].tolist(), key=lambda c: less.canvas.households[less.canvas.position[c]]
    )
    whole = [code for code in ("B00003-1", "B00003-2", "B00004") if code != smaller]
    most = apply(less, {"verb": "new_grid", "blocks": whole})
    codes = final_codes(most, state)
    assert codes[EAST] not in (EAST, *factory.GRIDS) and codes["n1"] not in factory.GRIDS
    assert final_codes(after, state)[EAST] == EAST  # half and half: the code stays


def test_a_grid_moved_to_another_community_gets_a_code_of_that_one(state):
    east = factory.COMMUNITIES[1]
    after = apply(state, {"verb": "move_community", "blocks": ["B00001", "B00002"], "to": east})
    assert final_codes(after, state)[NORTH] == f"{east}003"


def test_a_community_whose_codes_are_used_up_is_refused(state):
    after = apply(state, {"verb": "new_grid", "blocks": ["B00001"]})
    used = [f"{factory.COMMUNITIES[0]}{n:03d}" for n in range(1, 1000)]
    with pytest.raises(Conflict):
        final_codes(after, state, used)
    assert final_codes(after, state, [*used[:500], used[-1]])["n1"] == used[500]  # gaps at the very end only


def test_a_comparison_has_both_sides_and_what_moved():
    before = patchwork(2)
    after = apply(before, {"verb": "split_parts", "grid": before.keys[0], "parts": 2})
    found = compare(before, after)
    assert found.affected == sorted([before.keys[0], "n1"])
    assert found.grids.loc["n1", "change"] == "new" and np.isnan(found.grids.loc["n1", "households_before"])
    assert (
        found.moved["households"].sum()
        == moved_households(after, before)
        == found.totals.loc["moved_households", "after"]
    )
    assert found.totals.loc["border_m", "after"] == border_length(after) > border_length(before)
    assert found.crosswalk["households"].sum() == before.canvas.households.sum()
    merged = apply(before, {"verb": "merge", "grids": list(before.keys[:2])})
    assert set(compare(before, merged).grids["change"]) == {"gone", "changed", "kept"}


def test_figures_agree_with_the_united_shapes_and_plain_sums():
    base = patchwork(3)
    line = line_through(base, base.canvas.shapes[9], 0.7)
    state = apply(base, {"verb": "cut_block", "block": str(base.canvas.block_codes[9]), "line": line})
    told, shapes = figures(state, base), polygons(state)
    assert np.allclose(told["area_m2"], shapely.area(shapes)) and np.allclose(
        told["perimeter_m"], shapely.length(shapes)
    )
    assert told["households"].sum() == base.canvas.homes.households.sum() and told["incidents"].sum() == 50
    assert told["buildings"].sum() == len(base.canvas.homes.shapes)
    assert (told["moved_households"] == 0).all()


def test_stations_are_counted_once_for_each_grid_they_serve():
    state = toy_state()
    extras = Extras.of(state.canvas, toy_atlas(streets=None), 300.0)
    told = figures(state, state, extras)["stations"]
    assert told.to_dict() == {NORTH: 1, SOUTH: 2, EAST: 1, SOUTH_EAST: 2}
    on_foot = figures(state, state, Extras.of(state.canvas, toy_atlas(), 300.0))["stations"]
    assert (on_foot <= told).all() and on_foot.sum() > 0
    nobody = Extras.of(state.canvas, toy_atlas(stations=None), 300.0)
    assert figures(state, state, nobody)["stations"].sum() == 0
    line = toy_line((-5, 650), (205, 650))
    cut = apply(state, {"verb": "cut_block", "block": "B00001", "line": line})
    assert figures(cut, state, extras)["stations"].tolist() == told.tolist()


def test_a_state_is_kept_and_read_back_to_the_bit():
    base = patchwork(4)
    state = base
    for block in (5, 12, 20):
        line = line_through(state, state.canvas.shapes[block], 0.3 * block)
        state = apply(
            state, {"verb": "cut_block", "block": str(state.canvas.block_codes[block]), "line": line}
        )
    state = apply(
        state, {"verb": "new_grid", "blocks": state.canvas.block_codes[6:9].tolist()[:1], "name": "甲"}
    )
    state = apply(state, {"verb": "lock", "what": "grid", "key": "n1"})
    again = from_record(json.loads(json.dumps(as_record(state, base.canvas))), base.canvas)
    assert again.table().equals(state.table()) and again.locks == state.locks
    assert (again.names, again.communities, again.next_number) == (
        state.names,
        state.communities,
        state.next_number,
    )
    assert shapely.to_wkb(again.canvas.shapes).tolist() == shapely.to_wkb(state.canvas.shapes).tolist()
    pd.testing.assert_frame_equal(figures(again, base), figures(state, base))
    line = line_through(state, state.canvas.shapes[2], 1.0)
    operation = {"verb": "cut_block", "block": str(state.canvas.block_codes[2]), "line": line}
    assert apply(again, operation).table().equals(apply(state, operation).table())
