"""Repairs change what they name and nothing else, can be told apart by key, and can be done twice."""

from __future__ import annotations

import json
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis_app.desk import repairs
from gis_app.desk.repairs_ground import Ground
from gis_app.layers import schema
from tests.unit.desk.guessing_county import layer

GAP = 0.5


def changed(name: str, change, seed: int = 0) -> gpd.GeoDataFrame:
    """Return a layer of the county after `change(shapes in metres, random)`."""
    frame = layer(name)
    before = np.array(frame.geometry.values, dtype=object)
    ground = Ground.of(before)
    after = change(ground.metres(before), np.random.default_rng(seed))
    return with_shapes(frame, ground.degrees(after, before))


def with_shapes(frame: gpd.GeoDataFrame, shapes: np.ndarray) -> gpd.GeoDataFrame:
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=schema.CRS))


def moved(at: int, dx: float, dy: float):
    def change(shapes: np.ndarray, _) -> np.ndarray:
        shapes[at] = shapely.transform(shapes[at], lambda xy: xy + np.array([dx, dy]))
        return shapes

    return change


def jostled(count: int, most: float):
    def change(shapes: np.ndarray, random: np.random.Generator) -> np.ndarray:
        for at in random.choice(len(shapes), count, replace=False):
            away = random.uniform(-most, most, 2)
            shapes[at] = shapely.transform(shapes[at], lambda xy, away=away: xy + away)
        return shapes

    return change


def shrunk(at: int, by: float):
    def change(shapes: np.ndarray, _) -> np.ndarray:
        shapes[at] = shapely.buffer(shapes[at], -by, join_style="mitre")
        return shapes

    return change


def bytes_of(frame: gpd.GeoDataFrame) -> list[bytes]:
    return shapely.to_wkb(np.array(frame.geometry.values, dtype=object)).tolist()


def differing(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> set[int]:
    pairs = zip(bytes_of(one), bytes_of(other), strict=True)
    return {row for row, (a, b) in enumerate(pairs, 1) if a != b}


def keys(found: list[repairs.Repair], kind: str) -> list[str]:
    return [one.key for one in found if one.kind == kind]


def fits(frame: gpd.GeoDataFrame) -> bool:
    shapes = np.array(frame.geometry.values, dtype=object)
    return bool(shapely.coverage_is_valid(Ground.of(shapes).metres(shapes), gap_width=GAP))


@pytest.mark.parametrize("name", ["county", "subdistricts", "communities", "grids", "blocks"])
def test_a_layer_that_fits_is_offered_nothing(name: str):
    assert repairs.offers(name, layer(name)) == []


@pytest.mark.parametrize("kind", ["snap", "coverage"])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("grids", moved(3, 0.2, 0.1)),
        ("grids", moved(40, -0.3, 0.0)),
        ("grids", shrunk(40, 0.2)),
        ("communities", moved(2, 0.3, 0.0)),
        ("blocks", moved(700, 0.0, -0.25)),
    ],
)
def test_slivers_are_closed_and_nothing_else_is_touched(name: str, change, kind: str):
    before = changed(name, change)
    assert not fits(before)
    chosen = keys(repairs.offers(name, before), kind)
    done = repairs.repair(name, before, keys=chosen)
    named = {row for one in done.done for row in one.rows}
    assert chosen and fits(done.frame)
    assert differing(before, done.frame) == named
    assert done.frame.drop(columns="geometry").equals(before.drop(columns="geometry"))
    assert all(one.area_m2 > 0 for one in done.done)


@pytest.mark.parametrize("kind", ["snap", "coverage"])
def test_no_border_moves_farther_than_the_width_of_a_sliver_when_snapped(kind: str):
    before = changed("blocks", jostled(60, 0.15))
    offered = repairs.offers("blocks", before)
    done = repairs.repair("blocks", before, keys=keys(offered, kind))
    one, other = (np.array(frame.geometry.values, dtype=object) for frame in (before, done.frame))
    ground = Ground.of(one)
    areas = shapely.area(ground.metres(one))
    assert np.all(np.abs(shapely.area(ground.metres(other)) - areas) < 0.05 * areas)
    if kind == "snap":
        assert shapely.hausdorff_distance(ground.metres(one), ground.metres(other)).max() < 2 * GAP


@pytest.mark.parametrize("kind", ["snap", "coverage"])
def test_a_repair_done_twice_changes_nothing_more(kind: str):
    before = changed("blocks", jostled(60, 0.2))
    chosen = keys(repairs.offers("blocks", before), kind)
    once = repairs.apply("blocks", before, chosen)
    assert bytes_of(repairs.apply("blocks", once, chosen)) == bytes_of(once)
    assert bytes_of(repairs.apply("blocks", before, chosen)) == bytes_of(once)


def test_keys_are_the_same_each_time_and_mean_nothing_in_another_file():
    before, other = changed("grids", moved(3, 0.2, 0.1)), changed("grids", moved(3, 0.1, 0.2))
    chosen = keys(repairs.offers("grids", before), "snap")
    assert chosen == keys(repairs.offers("grids", before), "snap")
    assert bytes_of(repairs.apply("grids", other, chosen)) == bytes_of(other)


def test_one_of_two_snaps_is_done_alone():
    before = changed(
        "grids", lambda shapes, random: moved(80, 0.2, 0)(moved(3, 0.2, 0)(shapes, random), random)
    )
    first, second = (one for one in repairs.offers("grids", before) if one.kind == "snap")
    after = repairs.apply("grids", before, [second.key])
    assert differing(before, after) == set(second.rows)
    assert set(first.rows).isdisjoint(second.rows)


def test_an_overlap_wider_than_a_sliver_is_left_to_a_person():
    before = changed("grids", moved(3, 4.0, 3.0))
    assert keys(repairs.offers("grids", before), "snap") == []
    assert keys(repairs.offers("grids", before), "coverage") == []


def test_an_area_inside_another_does_not_vanish():
    inner, outer = shapely.box(114.46, 34.46, 114.4605, 34.4605), shapely.box(114.45, 34.45, 114.47, 34.47)
    frame = with_shapes(layer("grids").head(2), np.array([outer, inner], dtype=object))
    for one in repairs.offers("grids", frame):
        assert not shapely.is_empty(one.after).any()
    twice = with_shapes(layer("grids").head(2), np.array([outer, outer], dtype=object))
    assert repairs.offers("grids", twice) == []


def test_layers_that_may_overlap_are_not_cleaned():
    doubled = with_shapes(layer("buildings").head(2), np.array([layer("buildings").geometry.iloc[0]] * 2))
    assert repairs.offers("buildings", doubled) == []


def test_an_open_ring_is_closed_and_named_with_what_was_missing():
    frame = layer("grids")
    shapes = np.array(frame.geometry.values, dtype=object)
    shapes[10] = shapely.LineString(shapely.get_coordinates(shapes[10])[:-1])
    before = with_shapes(frame, shapes)
    (key,) = keys(repairs.offers("grids", before), "close_ring")
    done = repairs.repair("grids", before, keys=[key])
    assert done.done[0].rows == (11,) and "米" in done.done[0].title
    assert shapely.equals_exact(
        shapely.normalize(done.frame.geometry.iloc[10]), shapely.normalize(frame.geometry.iloc[10]), 0.0
    )
    assert differing(before, done.frame) == {11}


def test_a_hole_stays_a_hole_when_its_rings_are_closed():
    outer = [(114.46, 34.46), (114.47, 34.46), (114.47, 34.47), (114.46, 34.47)]
    inner = [(114.463, 34.463), (114.463, 34.466), (114.466, 34.466), (114.466, 34.463)]
    frame = with_shapes(layer("grids").head(1), np.array([shapely.MultiLineString([outer, inner])]))
    (key,) = keys(repairs.offers("grids", frame), "close_ring")
    made = repairs.apply("grids", frame, [key]).geometry.iloc[0]
    assert made.equals(shapely.Polygon(outer, [inner]))


def test_a_line_that_surrounds_nothing_is_no_ring():
    line = shapely.LineString([(114.46, 34.46), (114.47, 34.461), (114.48, 34.46)])
    frame = with_shapes(layer("grids").head(1), np.array([line]))
    assert repairs.offers("grids", frame) == []
    assert repairs.offers("streets", layer("streets").head(50)) == []


def test_an_invalid_area_is_mended_and_says_why():
    bow = shapely.Polygon([(114.46, 34.46), (114.47, 34.47), (114.47, 34.46), (114.46, 34.47)])
    frame = with_shapes(layer("blocks").head(2), np.array([bow, layer("blocks").geometry.iloc[1]]))
    (one,) = repairs.offers("blocks", frame)
    after = repairs.apply("blocks", frame, [one.key])
    assert one.kind == "valid" and "自相交" in one.title
    assert after.geometry.is_valid.all() and differing(frame, after) == {1}


def test_a_point_that_is_there_twice_goes_and_the_shape_stays():
    frame = layer("grids").head(3)
    shapes = np.array(frame.geometry.values, dtype=object)
    shapes[1] = shapely.Polygon(np.repeat(shapely.get_coordinates(shapes[1]), 2, axis=0))
    before = with_shapes(frame, shapes)
    (one,) = repairs.offers("grids", before)
    after = repairs.apply("grids", before, [one.key])
    assert (one.kind, one.rows, one.area_m2) == ("points", (2,), 0.0)
    assert bytes_of(after) == bytes_of(frame)


def test_repairs_of_one_row_follow_each_other():
    frame = changed("grids", moved(3, 0.2, 0.1))
    shapes = np.array(frame.geometry.values, dtype=object)
    shapes[3] = shapely.LineString(shapely.get_coordinates(shapes[3])[:-1])
    before = with_shapes(frame, shapes)
    (ring,) = keys(repairs.offers("grids", before), "close_ring")
    then = repairs.repair("grids", before, keys=[ring])
    chosen = [ring, *keys(then.repairs, "snap")]
    after = repairs.repair("grids", before, keys=chosen)
    assert [one.kind for one in after.done] == ["close_ring", "snap"]
    assert fits(after.frame)


def test_rows_carry_the_numbers_of_the_file():
    frame = changed("grids", moved(3, 0.2, 0.1))
    numbered = [row + 100 for row in range(len(frame))]
    (one,) = [one for one in repairs.offers("grids", frame, rows=numbered) if one.kind == "snap"]
    assert 103 in one.rows and min(one.rows) >= 100


def test_missing_empty_and_broken_shapes_are_passed_over():
    frame = layer("grids").head(4)
    with np.errstate(invalid="ignore"):
        broken = shapely.polygons([(114.0, 34.0), (np.nan, 35.0), (115.0, 34.0), (114.0, 34.0)])
    shapes = np.array([None, shapely.Polygon(), broken, frame.geometry.iloc[3]], dtype=object)
    assert repairs.offers("grids", with_shapes(frame, shapes)) == []
    assert repairs.offers("grids", with_shapes(frame.head(0), np.empty(0, dtype=object))) == []


def test_a_picture_shows_the_place_before_and_after_as_plain_json():
    frame = changed("grids", moved(3, 0.2, 0.1))
    for one in repairs.offers("grids", frame):
        for at in range(one.picture()["places"]):
            shown = json.loads(json.dumps(one.picture(at)))
            assert shown["at"] == at and shown["words"]
            roles = {feature["properties"]["role"] for feature in shown["after"]["features"]}
            assert roles == {"area", "place"}
            assert all(feature["geometry"]["coordinates"] for feature in shown["before"]["features"])


def test_a_hundred_thousand_areas_are_looked_through_in_seconds():
    cells = np.arange(316)
    x, y = np.meshgrid(114.0 + cells * 1e-3, 34.0 + cells * 1e-3)
    shapes = shapely.box(x.ravel(), y.ravel(), x.ravel() + 1e-3, y.ravel() + 1e-3)
    shapes = shapely.set_precision(shapes, 1e-6, mode="pointwise")
    for at in range(500, len(shapes), 2000):
        shapes[at] = shapely.transform(shapes[at], lambda xy: xy + np.array([2e-6, 1e-6]))
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=schema.CRS))
    start = time.process_time()
    found = repairs.offers("blocks", frame)
    assert time.process_time() - start < 15
    assert len(keys(found, "snap")) == 50 and len(keys(found, "coverage")) == 1


def test_corners_that_differ_by_rounding_are_no_slivers():
    cells = np.arange(30)
    x, y = np.meshgrid(114.0 + cells * 1e-3, 34.0 + cells * 1e-3)
    shapes = shapely.box(x.ravel(), y.ravel(), x.ravel() + 1e-3, y.ravel() + 1e-3)
    assert not shapely.coverage_is_valid(shapes)
    assert repairs.offers("blocks", gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=schema.CRS))) == []


def test_a_layer_that_fits_nowhere_is_made_to_fit_as_far_as_it_goes():
    before = changed("blocks", jostled(1400, 0.1))
    (chosen,) = keys(repairs.offers("blocks", before), "coverage")
    after = repairs.apply("blocks", before, [chosen])
    ill, left = (
        int((~shapely.is_empty(shapely.coverage_invalid_edges(np.array(frame.geometry.values)))).sum())
        for frame in (before, after)
    )
    assert left < 0.1 * ill
    assert after.geometry.is_valid.all() and not after.geometry.is_empty.any()
