"""Who is whose neighbour: by borders shared, across a river only by a bridge, with whatever a county has."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis_app.layers.atlas import Atlas
from gis_app.plans import contiguity
from gis_app.plans.barriers import KINDS
from gis_app.plans.canvas import Canvas
from gis_app.plans.operations import apply
from gis_app.plans.rules import check
from gis_app.plans.shapes import arcs, as_layer, is_valid, polygons
from gis_app.plans.state import State
from tests import factory
from tests.unit.plans.samples import patchwork, toy_atlas, toy_line, toy_state

RIVER = {"water_code": ["R"], "name": ["河"], "kind": ["river"]}


def river(*bounds) -> gpd.GeoDataFrame:
    """Return the toy county's water: one river."""
    return factory.layer("water", RIVER, [factory.box(*bounds)])


def bridge(*points) -> gpd.GeoDataFrame:
    """Return the toy county's streets: one bridge."""
    data = {"street_code": ["S1"], "name": ["桥"], "road_class": ["lane"], "bridge": [True]}
    return factory.layer("streets", data, [factory.line(*points)])


def kinds(state: State) -> dict[tuple[str, str], str]:
    """Return the barrier of each pair of neighbours by their codes."""
    canvas = state.canvas
    codes = canvas.block_codes[canvas.pairs].tolist()
    return {tuple(pair): KINDS[kind] for pair, kind in zip(codes, canvas.barrier.tolist(), strict=True)}


def test_neighbours_share_a_border_not_a_corner():
    canvas = toy_state().canvas
    shared = dict(zip(map(tuple, canvas.block_codes[canvas.pairs].tolist()), canvas.border_m, strict=True))
    assert len(shared) == 10
    assert shared["B00001", "B00002"] == pytest.approx(400) and shared["B00001", "B00005"] == pytest.approx(
        200
    )
    assert ("B00001", "B00006") not in shared
    assert canvas.outside_m.sum() == pytest.approx(3200)


def test_a_river_parts_neighbours_and_a_bridge_joins_them_again():
    wet = toy_state(water=river(-10, 390, 810, 410))
    assert {pair for pair, kind in kinds(wet).items() if kind == "river"} == {
        ("B00001", "B00005"), ("B00002", "B00006"), ("B00003", "B00007"), ("B00004", "B00008")
    }  # fmt: skip
    joined = toy_state(water=river(-10, 390, 810, 410), streets=bridge((100, 350), (100, 450)))
    assert kinds(joined)["B00001", "B00005"] == "bridge"
    assert kinds(joined)["B00002", "B00006"] == "river"
    for state, pieces in ((wet, 2), (joined, 1)):
        group = np.where(np.isin(state.canvas.block_codes, ["B00001", "B00005"]), 0, -1)
        assert contiguity.pieces(state.canvas, group, 1).tolist() == [pieces]


def test_a_bridge_joins_blocks_that_end_at_the_banks():
    layers = factory.toy_layers()
    low = [factory.box(x, 0, x + 200, 380) for x in (0, 200, 400, 600)]
    layers["blocks"] = layers["blocks"].set_geometry(
        gpd.GeoSeries(
            [*layers["blocks"].to_crs(factory.METRIC).geometry[:4], *low], crs=factory.METRIC
        ).to_crs(4490)
    )
    layers |= {"water": river(-10, 380, 810, 400), "streets": bridge((100, 370), (100, 410))}
    atlas = Atlas.build(layers)
    canvas = Canvas.of(atlas)
    found = dict(zip(map(tuple, canvas.block_codes[canvas.pairs].tolist()), canvas.border_m, strict=True))
    assert found["B00001", "B00005"] == 0.0 and ("B00002", "B00006") not in found


def test_a_river_that_is_a_block_belongs_to_a_bank_but_is_no_way_across():
    layers = factory.toy_layers()
    shapes = layers["blocks"].to_crs(factory.METRIC).geometry.tolist()
    shapes[0], shapes[4] = factory.box(0, 420, 200, 800), factory.box(0, 0, 200, 380)
    shapes[1] = factory.box(0, 380, 200, 420)
    layers["blocks"] = layers["blocks"].set_geometry(gpd.GeoSeries(shapes, crs=factory.METRIC).to_crs(4490))
    canvas = Canvas.of(Atlas.build(layers | {"water": river(-5, 380, 205, 420)}))
    assert canvas.in_river.tolist() == [False, True] + [False] * 6
    for blocks, pieces in ((["B00001", "B00002"], 1), (["B00001", "B00002", "B00005"], 2)):
        group = np.where(np.isin(canvas.block_codes, blocks), 0, -1)
        assert contiguity.pieces(canvas, group, 1).tolist() == [pieces]


def test_a_border_along_a_main_road_is_known_as_one():
    road = {"street_code": ["S1"], "name": ["大道"], "road_class": ["arterial"], "bridge": [False]}
    state = toy_state(
        streets=factory.layer("streets", road, [factory.line((205, 0), (205, 800))]), water=None
    )
    assert {pair for pair, kind in kinds(state).items() if kind == "road"} == {
        ("B00001", "B00002"), ("B00005", "B00006")
    }  # fmt: skip


@pytest.mark.parametrize(
    "missing", [("streets",), ("water",), ("buildings",), ("streets", "water", "buildings")]
)
def test_a_county_lacking_layers_can_be_planned(missing):
    state = toy_state(**dict.fromkeys(missing))
    grid = state.keys[0]
    for operation in (
        {"verb": "split_parts", "grid": grid, "parts": 2},
        {"verb": "cut_block", "block": "B00001", "line": toy_line((-5, 650), (205, 650))},
        {"verb": "dissolve", "grid": grid},
        {"verb": "move_border", "grid": grid, "line": toy_line((-5, 150), (405, 150)), "cut": True},
    ):
        after = apply(state, operation)
        assert is_valid(after.canvas) and after.households.sum() == 280
        assert not [fault for fault in check(after, state) if fault.hard]


def test_a_county_without_blocks_is_planned_by_its_grids():
    atlas = toy_atlas(blocks=None, buildings=None)
    state = State.of(Canvas.of(atlas), atlas.blocks.set_index("block_code")["grid_code"])
    assert state.canvas.block_codes.tolist() == list(state.keys) == list(factory.GRIDS)
    merged = apply(state, {"verb": "merge", "grids": list(factory.GRIDS[:2])})
    assert len(merged.keys) == 3


def test_a_county_without_anything_is_an_empty_plan():
    atlas = Atlas.build({})
    state = State.of(Canvas.of(atlas), {})
    assert len(state.canvas) == 0 and state.keys == () and len(polygons(state)) == 0
    assert len(arcs(state.canvas).lines) == 0 and check(state) == [] and len(as_layer(state)) == 0


def test_arcs_are_each_border_once_with_the_blocks_on_both_sides():
    state = patchwork(2)
    canvas, found = state.canvas, arcs(state.canvas)
    assert shapely.length(found.lines).sum() == pytest.approx(canvas.border_m.sum() + canvas.outside_m.sum())
    ends = np.array([line.coords[:2] for line in found.lines])
    along = ends[:, 1] - ends[:, 0]
    aside = 0.01 * np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    for side, blocks in ((aside, found.left), (-aside, found.right)):
        inside = blocks >= 0
        beside = shapely.points(ends.mean(axis=1) + side)
        assert shapely.covers(canvas.shapes[blocks[inside]], beside[inside]).all()
    pair = np.sort(np.column_stack([found.left, found.right])[(found.left >= 0) & (found.right >= 0)], axis=1)
    assert {tuple(one) for one in pair.tolist()} == {tuple(one) for one in canvas.pairs.tolist()}


def test_the_grids_unite_their_blocks_without_gap():
    state = patchwork(4)
    shapes = polygons(state)
    assert shapely.coverage_is_valid(shapes, gap_width=1.0)
    assert shapely.area(shapes).sum() == pytest.approx(state.canvas.area_m2.sum())
    layer = as_layer(state)
    assert layer["grid_code"].tolist() == list(state.keys) and layer.crs.to_epsg() == 4490


def test_a_block_the_table_does_not_name_has_no_grid():
    canvas = toy_state().canvas
    state = State.of(canvas, pd.Series({"B00001": "n3", "B00002": None}))
    assert state.table().to_dict() == {"B00001": "n3"} | dict.fromkeys(canvas.block_codes.tolist()[1:])
    assert state.keys == ("n3",) and state.next_number == 4 and state.communities == (factory.COMMUNITIES[0],)
