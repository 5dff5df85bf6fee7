"""A point belongs to exactly one area, always the same: the lowest code among those it touches."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.geo.lookup import AreaIndex
from tests import factory


def brute_force(shapes, codes, xy):
    """Return the lowest code of all areas that the point touches, by testing every pair."""
    found = np.full(len(xy), None, dtype=object)
    finite = np.isfinite(xy).all(axis=1)
    points = shapely.points(np.where(finite[:, None], xy, 0))
    for code, shape in sorted(zip(codes, shapes, strict=True), reverse=True):
        if shape is not None:
            found[finite & shapely.intersects(shape, points)] = code
    return found


def voronoi(seed: int, count: int) -> np.ndarray:
    """Return a random coverage of the unit square."""
    sites = shapely.multipoints(np.random.default_rng(seed).random((count, 2)))
    square = shapely.box(0, 0, 1, 1)
    return shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=square)), square)


def points_of(shapes, seed: int) -> np.ndarray:
    """Return points inside, outside, on vertices, on the middles of edges and beside them."""
    random = np.random.default_rng(seed)
    vertices = shapely.get_coordinates(shapes)
    middles = (vertices[1:] + vertices[:-1]) / 2
    beside = vertices + random.normal(0, 1e-12, vertices.shape)
    return np.vstack([random.uniform(-0.2, 1.2, (300, 2)), vertices, middles, beside])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(2, 60), shift=st.sampled_from([0.0, 114.4, 4e6]))
def test_agrees_with_testing_every_pair(seed, count, shift):
    shapes = shapely.transform(voronoi(seed, count), lambda xy: xy * 0.05 + shift if shift else xy)
    codes = [f"{i:03d}" for i in np.random.default_rng(seed).permutation(count)]
    xy = points_of(shapes, seed)
    xy[:300] = xy[:300] * 0.05 + shift if shift else xy[:300]
    assert (AreaIndex(shapes, codes).at(xy) == brute_force(shapes, codes, xy)).all()


@settings(max_examples=40, deadline=None)
@given(
    boxes=st.lists(
        st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(1, 12), st.integers(1, 12)),
        min_size=1,
        max_size=12,
    )
)
def test_overlapping_boxes_give_the_lowest_code_at_every_lattice_point(boxes):
    shapes = [shapely.box(x, y, x + width, y + height) for x, y, width, height in boxes]
    codes = [f"{i:02d}" for i in range(len(boxes))][::-1]
    x, y = np.meshgrid(np.arange(-1, 25, 0.5), np.arange(-1, 25, 0.5))
    xy = np.column_stack([x.ravel(), y.ravel()])
    assert (AreaIndex(shapes, codes).at(xy) == brute_force(shapes, codes, xy)).all()


def test_a_shared_corner_belongs_to_one_grid_and_the_outer_border_to_its_own():
    shapes = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)]
    index = AreaIndex(shapes, ["d", "c", "b", "a"])
    xy = np.array([(1, 1), (0, 0), (2, 2), (1, 0.5), (0.5, 1), (2, 0), (0, 2)])
    assert index.at(xy).tolist() == ["a", "d", "a", "c", "b", "c", "b"]


def test_order_of_the_areas_does_not_matter():
    shapes = voronoi(3, 40)
    codes = np.array([f"{i:02d}" for i in range(40)], dtype=object)
    mixed = np.random.default_rng(1).permutation(40)
    xy = points_of(shapes, 3)
    assert (AreaIndex(shapes, codes).at(xy) == AreaIndex(shapes[mixed], codes[mixed]).at(xy)).all()


def test_holes_parts_and_an_island_in_a_hole():
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    parts = shapely.union(shapely.box(20, 0, 22, 2), shapely.box(24, 0, 26, 2))
    island = shapely.box(4.5, 4.5, 5.5, 5.5)
    index = AreaIndex([ring, parts, island], ["ring", "parts", "island"])
    xy = np.array([(1, 1), (4.2, 5), (4, 5), (5, 5), (21, 1), (23, 1), (25, 1), (26, 2)])
    assert index.at(xy).tolist() == ["ring", None, "ring", "island", "parts", None, "parts", "parts"]


@pytest.mark.parametrize("bad", [(np.nan, 0.5), (0.5, np.nan), (np.inf, 0.5), (-np.inf, np.inf), (1e300, 0)])
def test_a_point_that_is_nowhere_is_in_no_area(bad):
    index = AreaIndex([shapely.box(0, 0, 1, 1)], ["a"])
    assert index.at(np.array([bad, (0.5, 0.5)])).tolist() == [None, "a"]


def test_nothing_to_find_and_nothing_asked():
    assert AreaIndex([], []).at(np.array([(0, 0), (1, 1)])).tolist() == [None, None]
    assert AreaIndex([None, shapely.Polygon()], ["a", "b"]).at(np.array([(0, 0)])).tolist() == [None]
    assert AreaIndex([shapely.box(0, 0, 1, 1)], ["a"]).at(np.empty((0, 2))).tolist() == []


def test_missing_and_unfinished_shapes_do_not_hide_the_others():
    broken = factory.broken_polygon(0, 0)
    index = AreaIndex([None, broken, shapely.box(0, 0, 1, 1), shapely.Polygon()], ["a", "b", "c", "d"])
    assert index.at(np.array([(0.5, 0.5)])).tolist() == ["c"]


def test_many_areas_crowded_into_one_cell_beside_a_huge_one():
    tiny = [shapely.box(x / 1e4, y / 1e4, (x + 1) / 1e4, (y + 1) / 1e4) for x in range(10) for y in range(10)]
    huge = [shapely.box(-1000, -1000, 0, 1000), shapely.box(0.001, -1000, 1000, 1000)]
    codes = [f"{i:03d}" for i in range(102)]
    xy = np.random.default_rng(0).uniform(-0.0005, 0.0015, (2000, 2))
    xy = np.vstack([xy, shapely.get_coordinates(tiny)])
    assert (AreaIndex(tiny + huge, codes).at(xy) == brute_force(tiny + huge, codes, xy)).all()


def test_three_dimensional_areas_are_looked_up_in_the_plane():
    high = shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5), (0, 1, 5)])
    assert AreaIndex([high], ["a"]).at(np.array([(1, 1)])).tolist() == ["a"]


def test_the_given_shapes_are_left_unprepared():
    circle = shapely.Point(0, 0).buffer(1, quad_segs=32)
    AreaIndex([circle], ["a"])
    assert not shapely.is_prepared(circle)
