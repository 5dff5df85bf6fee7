"""A report finds its grid by its place; near a border somebody is asked; outside the county it is refused."""

from __future__ import annotations

import gc
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.errors import BadInput
from gis_app.incidents.placing import Placing, place
from gis_app.layers.atlas import Atlas
from tests import factory

NORTH_WEST, SOUTH_WEST, NORTH_EAST, SOUTH_EAST = factory.GRIDS


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.build(factory.toy_layers())


def at(atlas: Atlas, x: float, y: float, accuracy: float | None = None, chosen: str = "") -> Placing:
    """Place a point given in metres from the county's origin."""
    lon, lat = factory.lonlat((x, y))[0]
    return place(atlas, float(lon), float(lat), accuracy, chosen)


def test_a_place_well_inside_a_grid_needs_no_question(atlas):
    assert at(atlas, 200, 600) == Placing(NORTH_WEST)
    found = at(atlas, 200, 600, 30)
    assert (found.grid_code, found.ask) == (NORTH_WEST, False)
    assert [candidate.grid_code for candidate in found.candidates] == [NORTH_WEST]


@pytest.mark.parametrize(("accuracy", "ask"), [(19.8, False), (20.2, True), (None, False), (0, False)])
def test_within_its_accuracy_of_a_border_somebody_is_asked(atlas, accuracy, ask):
    found = at(atlas, 380, 600, accuracy)
    assert (found.grid_code, found.ask) == (NORTH_WEST, ask)
    if ask:
        own, other = found.candidates
        assert (own.grid_code, own.distance_m, own.name) == (NORTH_WEST, 0, "第一网格")
        assert other.grid_code == NORTH_EAST and other.distance_m == pytest.approx(20, abs=0.2)


def test_at_a_corner_all_four_are_offered_the_own_first_then_by_distance(atlas):
    found = at(atlas, 395, 410, 50)
    assert [one.grid_code for one in found.candidates] == [NORTH_WEST, NORTH_EAST, SOUTH_WEST, SOUTH_EAST]
    assert [one.distance_m for one in found.candidates] == pytest.approx(
        [0, 5, 10, math.hypot(5, 10)], abs=0.2
    )


def test_the_answer_is_taken_within_the_accuracy_only(atlas):
    found = at(atlas, 395, 600, 30, NORTH_EAST)
    assert (found.grid_code, found.ask) == (NORTH_EAST, False)
    assert at(atlas, 395, 600, None, NORTH_WEST).grid_code == NORTH_WEST
    for accuracy, chosen in ((30, SOUTH_EAST), (3, NORTH_EAST), (None, NORTH_EAST), (30, "410222009009009")):
        with pytest.raises(BadInput) as raised:
            at(atlas, 395, 600, accuracy, chosen)
        assert raised.value.code == "grid_not_near" and "grid_code" in raised.value.fields


def test_in_the_county_but_in_no_grid_there_is_none_unless_one_is_near(atlas):
    assert at(atlas, -50, 400) == Placing("")
    near = at(atlas, -10, 600, 30)
    assert (near.grid_code, near.ask) == ("", True)
    assert at(atlas, -10, 600, 30, NORTH_WEST).grid_code == NORTH_WEST


@pytest.mark.parametrize("accuracy", [None, 10, 10_000])
@pytest.mark.parametrize(("x", "y"), [(-101, 0), (400, 901), (50_000, 0)])
def test_outside_the_county_is_refused_however_rough_the_position(atlas, x, y, accuracy):
    with pytest.raises(BadInput) as raised:
        at(atlas, x, y, accuracy)
    assert raised.value.code == "outside_county"


@pytest.mark.parametrize("point", [(math.nan, 34), (114, math.inf), (181, 34), (114, 91), (-1e300, 0)])
def test_what_is_no_place_on_earth_is_refused(atlas, point):
    with pytest.raises(BadInput) as raised:
        place(atlas, *point)
    assert raised.value.code == "location_out_of_range"


def test_a_county_with_grids_only_is_as_large_as_they_are():
    bare = Atlas.build({"grids": factory.toy_layers()["grids"]})
    assert at(bare, 200, 600, 30).grid_code == NORTH_WEST
    with pytest.raises(BadInput):
        at(bare, -50, 400)


def test_an_atlas_of_the_past_is_not_answered_from():
    for _ in range(6):
        fresh = Atlas.build(factory.toy_layers())
        assert at(fresh, 395, 600, 30).ask
        del fresh
        gc.collect()


@settings(max_examples=80, deadline=None)
@given(st.floats(-90, 890), st.floats(-90, 890), st.floats(0.1, 500))
def test_what_is_asked_is_what_lies_within_the_circle(atlas, x, y, accuracy):
    found = at(atlas, x, y, accuracy)
    boxes = {NORTH_WEST: (0, 400), SOUTH_WEST: (0, 0), NORTH_EAST: (400, 400), SOUTH_EAST: (400, 0)}
    distance = {
        code: math.hypot(max(x0 - x, 0, x - x0 - 400), max(y0 - y, 0, y - y0 - 400))
        for code, (x0, y0) in boxes.items()
    }
    offered = {one.grid_code for one in found.candidates}
    assert {code for code, metres in distance.items() if metres < accuracy - 0.5} <= offered
    assert offered <= {code for code, metres in distance.items() if metres < accuracy + 0.5}
    assert found.ask == (len(offered | {found.grid_code}) > 1)
