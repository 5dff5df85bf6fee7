"""A cut block: borders still match, households follow their buildings, no building is cut."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis_app.errors import BadInput
from gis_app.plans.barriers import Barriers
from gis_app.plans.canvas import Canvas
from gis_app.plans.operations import apply
from gis_app.plans.state import State
from gis_app.plans.things import Things
from tests import factory
from tests.unit.plans.samples import line_through, patchwork, toy_line, toy_state


def cut(state: State, block: str, *points) -> State:
    """Cut a block of the toy county along points in metres from its origin."""
    return apply(state, {"verb": "cut_block", "block": block, "line": toy_line(*points)})


def check(before: State, after: State) -> None:
    """Check that nothing is lost, nothing overlaps and no building stands in two blocks."""
    canvas = after.canvas
    assert shapely.coverage_is_valid(canvas.shapes, gap_width=1.0)
    assert canvas.area_m2.sum() == pytest.approx(before.canvas.area_m2.sum(), abs=1e-3)
    assert canvas.households.sum() == before.canvas.households.sum()
    assert canvas.incidents.sum() == before.canvas.incidents.sum()
    at = canvas.homes.block
    own = shapely.area(shapely.intersection(canvas.shapes[at], canvas.homes.shapes))
    assert np.allclose(own, shapely.area(canvas.homes.shapes), atol=1e-3)
    fresh = Canvas.build(
        canvas.shapes, canvas.block_codes, canvas.households, crs=canvas.crs, barriers=canvas.barriers
    )
    assert sorted(map(tuple, canvas.pairs.tolist())) == sorted(map(tuple, fresh.pairs.tolist()))
    assert canvas.border_m.sum() == pytest.approx(fresh.border_m.sum(), abs=1e-3)
    assert np.allclose(canvas.outside_m, fresh.outside_m, atol=1e-3)


def test_the_households_of_the_pieces_are_those_of_their_buildings():
    before = toy_state()
    after = cut(before, "B00001", (-20, 600), (220, 600))
    check(before, after)
    codes = after.canvas.block_codes.tolist()
    assert codes == ["B00001-1", "B00001-2", *(f"B{n:05d}" for n in range(2, 9))]
    assert after.canvas.households[:2].tolist() == [20, 20]
    assert after.canvas.buildings[:2].tolist() == [2, 2]
    assert after.table()["B00001-1"] == after.table()["B00001-2"] == factory.GRIDS[0]
    assert after.canvas.origin[:2].tolist() == ["B00001", "B00001"]


def test_a_line_through_a_building_goes_round_it():
    before = toy_state()
    after = cut(before, "B00001", (-20, 500), (220, 500))  # through both buildings in the middle
    check(before, after)
    assert sorted(after.canvas.households[:2].tolist()) in ([0, 40], [10, 30], [20, 20])


def test_a_piece_can_be_cut_again_and_codes_are_never_given_twice():
    state = cut(toy_state(), "B00001", (-20, 600), (220, 600))
    state = cut(state, "B00001-1", (100, 300), (100, 900))
    codes = state.canvas.block_codes.tolist()
    assert codes[:3] == ["B00001-1-1", "B00001-1-2", "B00001-2"] and len(set(codes)) == len(codes)
    assert set(state.canvas.origin[:3]) == {"B00001"}
    check(toy_state(), state)


def test_a_block_without_buildings_is_shared_out_by_ground():
    layers = factory.toy_layers()
    blocks = layers["blocks"].assign(households=[41] * 8)
    state = toy_state(blocks=blocks, buildings=None)
    after = cut(state, "B00001", (-20, 700), (220, 700))
    order = after.canvas.area_m2[:2].argsort()
    assert after.canvas.households[:2][order].tolist() == [10, 31]


def test_households_that_the_buildings_do_not_account_for_are_shared_out_like_them():
    state = toy_state(blocks=factory.toy_layers()["blocks"].assign(households=[50] * 8))
    after = cut(state, "B00001", (-20, 600), (220, 600))
    assert after.canvas.households[:2].tolist() == [25, 25]


def test_a_block_full_of_building_cannot_be_cut():
    hall = factory.layer(
        "buildings",
        {"building_code": ["W"], "block_code": ["B00001"]},
        [factory.box(0.3, 400.3, 199.7, 799.7)],
    )
    with pytest.raises(BadInput) as refused:
        cut(toy_state(buildings=hall), "B00001", (100, 390), (100, 810))
    assert refused.value.code == "cannot_cut" and refused.value.place


def test_a_wall_of_buildings_is_never_broken_through():
    row = [factory.box(x, 590, x + 20, 610) for x in range(0, 200, 20)]
    homes = factory.layer(
        "buildings", {"building_code": [f"W{n}" for n in range(10)], "block_code": ["B00001"] * 10}, row
    )
    state = toy_state(buildings=homes)
    check(state, cut(state, "B00001", (100, 390), (100, 810)))
    check(state, cut(state, "B00001", (-9, 600), (209, 600)))  # along the wall: all of it on one side


def test_a_cut_through_the_corners_uses_the_corners():
    before = toy_state(buildings=None)
    after = cut(before, "B00001", (-100, 200), (300, 1000))  # the diagonal of the block
    check(before, after)
    assert shapely.get_num_coordinates(after.canvas.shapes[:2]).tolist() == [4, 4]


def test_a_line_crossing_a_bay_leaves_three_pieces():
    bay = shapely.Polygon([(0, 0), (90, 0), (90, 40), (60, 40), (60, 20), (30, 20), (30, 40), (0, 40)])
    rest = shapely.difference(shapely.box(0, 0, 90, 60), bay)
    state = of_shapes([bay, rest])
    after = apply(state, {"verb": "cut_block", "block": "A0", "line": lonlat(state, (-5, 30), (95, 30))})
    check(state, after)
    assert after.canvas.block_codes.tolist() == ["A0-1", "A0-2", "A0-3", "A1"]


def test_a_block_around_another_is_cut_through_the_middle_of_both():
    hole = shapely.box(40, 40, 60, 60)
    state = of_shapes([shapely.difference(shapely.box(0, 0, 100, 100), hole), hole])
    after = apply(state, {"verb": "cut_block", "block": "A0", "line": lonlat(state, (-5, 50), (105, 50))})
    check(state, after)
    assert after.canvas.area_m2.round().tolist() == [4800.0, 4800.0, 400.0]
    with pytest.raises(BadInput):  # one side of the hole only: that opens the ring, it does not divide it
        apply(state, {"verb": "cut_block", "block": "A0", "line": lonlat(state, (-5, 50), (50, 50))})


def test_a_block_in_two_parts_is_cut_where_the_line_crosses_and_the_other_part_follows():
    parts = shapely.MultiPolygon([shapely.box(0, 0, 50, 50), shapely.box(80, 0, 130, 50)])
    state = of_shapes([parts, shapely.box(50, 0, 80, 50)])
    after = apply(state, {"verb": "cut_block", "block": "A0", "line": lonlat(state, (25, -5), (25, 55))})
    check(state, after)
    assert sorted(after.canvas.area_m2[:2].round().tolist()) == [1250.0, 3750.0]


def of_shapes(shapes: list) -> State:
    """Return a state of bare blocks A0, A1, … in one grid, metres from the factory's origin."""
    moved = [shapely.transform(shape, lambda xy: xy + factory.ORIGIN) for shape in shapes]
    codes = [f"A{n}" for n in range(len(moved))]
    canvas = Canvas.build(np.array(moved, dtype=object), codes, [10] * len(moved), crs=factory.METRIC)
    return State.of(canvas, dict.fromkeys(codes, "n1"))


def lonlat(state: State, *points) -> list:
    """Return points in metres from the factory's origin as an instruction's line."""
    return state.canvas.lonlat(np.array(points, dtype=float) + factory.ORIGIN).tolist()


@pytest.mark.parametrize("seed", range(6))
def test_any_line_through_any_block_of_a_patchwork_keeps_everything(seed):
    random, state = np.random.default_rng(seed), patchwork(seed)
    before, done = state, 0
    for _ in range(25):
        block = int(random.integers(len(state.canvas)))
        angle, offset, bend = random.uniform((0, -0.3, -0.3), (np.pi, 0.3, 0.3))
        line = line_through(state, state.canvas.shapes[block], angle, offset, bend)
        try:
            state = apply(
                state, {"verb": "cut_block", "block": str(state.canvas.block_codes[block]), "line": line}
            )
        except BadInput as refused:
            assert refused.place and refused.fields
            continue
        done += 1
    assert done > 10
    check(before, state)


def test_the_same_cut_gives_the_same_pieces_to_the_bit():
    line = line_through(patchwork(3), patchwork(3).canvas.shapes[7], 0.4)
    one, two = (apply(patchwork(3), {"verb": "cut_block", "block": "P007", "line": line}) for _ in range(2))
    assert shapely.to_wkb(one.canvas.shapes).tolist() == shapely.to_wkb(two.canvas.shapes).tolist()


def test_a_line_of_thousands_of_points_is_cut_along():
    x = np.linspace(-20, 220, 4900)
    state = toy_state()
    after = cut(state, "B00001", *np.column_stack([x, 600 + 40 * np.sin(x / 20)]).tolist())
    check(state, after)


def test_neighbours_whose_corners_do_not_match_are_cut_and_stay_without_gap():
    big, low, high = factory.box(0, 0, 100, 200), factory.box(100, 0, 200, 70), factory.box(100, 70, 200, 200)
    canvas = Canvas.build(np.array([big, low, high]), ["A", "B", "C"], [9, 9, 9], crs=factory.METRIC)
    assert sorted(map(tuple, canvas.pairs.tolist())) == [(0, 1), (0, 2), (1, 2)]
    state = State.of(canvas, {"A": "n1", "B": "n1", "C": "n1"})
    after = apply(state, {"verb": "cut_block", "block": "B", "line": lonlat(state, (90, 35), (210, 45))})
    check(state, after)


def test_no_building_of_a_neighbour_reaching_over_the_border_is_cut():
    over = factory.box(195, 595, 215, 605)  # stands on B00002, reaches 5 m into B00001
    homes = factory.layer(
        "buildings", {"building_code": ["X"], "block_code": ["B00002"], "households": [9]}, [over]
    )
    state = toy_state(buildings=homes)
    after = cut(state, "B00001", (-5, 600), (205, 600))
    border = shapely.intersection(*after.canvas.shapes[:2])
    footprint = homes.to_crs(factory.METRIC).geometry.iloc[0]
    assert shapely.length(shapely.intersection(border, footprint)) < 0.01
    assert gpd.GeoSeries(after.canvas.shapes).is_valid.all()


def test_a_canvas_of_bare_arrays_has_no_homes_and_no_barriers():
    state = of_shapes([shapely.box(0, 0, 50, 50), shapely.box(50, 0, 100, 50)])
    assert len(state.canvas.homes.shapes) == len(Things.none().shapes) == 0
    assert state.canvas.barrier.tolist() == [0] and len(Barriers.nothing().roads) == 0
