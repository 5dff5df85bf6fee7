"""Faults of shapes are told with their place; measures are in metres."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis_app.geo.measures import area_m2, compactness
from gis_app.geo.tessellation import excesses, gaps, overlaps
from gis_app.geo.validity import invalid_places, representative_points
from tests import factory


def test_a_self_intersection_is_told_with_its_place():
    place = invalid_places([shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])[0]
    assert (place.reason, place.x, place.y) == ("自相交", 1.0, 1.0)


def test_every_invalid_shape_gets_a_reason():
    shapes = [shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(5, 5), (6, 5), (6, 6)]])]
    assert invalid_places(shapes)[0].reason == "孔洞在外环之外"
    assert invalid_places([]) == []


def test_representative_points_lie_inside():
    horseshoe = shapely.Polygon([(0, 0), (9, 0), (9, 9), (8, 9), (8, 1), (1, 1), (1, 9), (0, 9)])
    x, y = representative_points([horseshoe])[0]
    assert horseshoe.contains(shapely.Point(x, y))
    assert np.isnan(representative_points([None])).all()


def test_areas_that_only_share_borders_fit():
    squares = [shapely.box(x, y, x + 100, y + 100) for x in (0, 100) for y in (0, 100)]
    assert overlaps(squares) == []
    assert gaps(shapely.box(0, 0, 200, 200), squares) == []


def test_an_overlap_names_both_areas_its_size_and_a_place_in_it():
    (found,) = overlaps(
        [shapely.box(0, 0, 100, 100), shapely.box(90, 0, 200, 100), shapely.box(200, 0, 300, 9)]
    )
    assert (found.first, found.second, found.area) == (0, 1, 1000)
    assert 90 <= found.x <= 100 and 0 <= found.y <= 100


def test_each_gap_is_told_on_its_own_and_slivers_are_forgiven():
    whole = shapely.box(0, 0, 300, 100)
    parts = [shapely.box(0, 0, 90, 100), shapely.box(100, 0, 200, 100), shapely.box(200.005, 0, 290, 100)]
    found = gaps(whole, parts)
    assert sorted(round(gap.area) for gap in found) == [1000, 1000]
    assert len(gaps(whole, [])) == 1


def test_an_excess_names_the_part():
    wholes = [shapely.box(0, 0, 10, 10)] * 2
    (found,) = excesses(wholes, [shapely.box(0, 0, 5, 5), shapely.box(5, 5, 15, 10)])
    assert (found.first, found.area) == (1, 25)


def test_invalid_areas_do_not_stop_the_search():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert [round(found.area) for found in overlaps([bow, shapely.box(0, 0, 100, 100)])] == [50]


def test_area_and_compactness_are_metric():
    grids = factory.toy_layers()["grids"].geometry
    assert area_m2(grids).tolist() == pytest.approx([160_000] * 4, rel=1e-6)
    assert compactness(grids).tolist() == pytest.approx([np.pi / 4] * 4, rel=1e-6)
    assert len(area_m2(gpd.GeoSeries([], crs=4490))) == len(compactness(gpd.GeoSeries([], crs=4490))) == 0
