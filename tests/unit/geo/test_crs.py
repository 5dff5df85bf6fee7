"""Coordinates keep their order, land in the right zone and survive the offset systems."""

import eviltransform
import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis_app.geo import crs

METRES = 111_320.0
XY = np.column_stack(
    [np.random.default_rng(5).uniform(75, 134, 300), np.random.default_rng(6).uniform(18, 53, 300)]
)


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [(114.467, 34.48, 4547), (75, 39, 4534), (135, 48, 4554), (112.49, 34, 4546), (112.51, 34, 4547),
     (16.37, 48.2, 32633), (-96.8, 32.8, 32614), (151.2, -33.9, 32756), (-179.9, 10, 32601),
     (179.9, -10, 32760)],
)  # fmt: skip
def test_the_zone_of_a_place(lon, lat, epsg):
    assert crs.metric_crs((lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)).to_epsg() == epsg


def test_a_wide_country_is_measured_in_equal_areas():
    wide = crs.metric_crs((-125, 25, -67, 49))
    assert wide.to_epsg() is None
    assert wide.axis_info[0].unit_name == "metre"


def test_metres_are_x_east_y_north():
    here = gpd.GeoSeries([shapely.Point(114.467, 34.48), shapely.Point(114.468, 34.48)], crs=4490)
    metric = crs.to_metres(here)
    assert metric.crs.to_epsg() == 4547
    assert metric.x[1] - metric.x[0] == pytest.approx(91.8, abs=0.2)
    assert 3_800_000 < metric.y[0] < 3_830_000


def test_projecting_there_and_back():
    xy = np.array([(114.467, 34.48), (114.6, 34.2)])
    there = crs.project(xy, "EPSG:4490", "EPSG:4547")
    np.testing.assert_allclose(crs.project(there, "EPSG:4547", "EPSG:4490"), xy, atol=1e-10)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(crs.wgs84_to_gcj02, eviltransform.wgs2gcj), (crs.wgs84_to_bd09, eviltransform.wgs2bd),
     (crs.gcj02_to_wgs84, eviltransform.gcj2wgs_exact), (crs.bd09_to_wgs84, eviltransform.bd2wgs)],
)  # fmt: skip
def test_agrees_with_an_independent_conversion(ours, theirs):
    expected = np.array([theirs(lat, lon)[::-1] for lon, lat in XY])
    # the peer stops its search at a millionth of a degree, and takes Baidu's offset back in one step only
    allowed = {eviltransform.gcj2wgs_exact: 0.2, eviltransform.bd2wgs: 10}.get(theirs, 0.05)
    assert np.abs(ours(XY) - expected).max() * METRES < allowed


@given(st.floats(74, 134), st.floats(3, 54))
def test_offsets_can_be_taken_back(lon, lat):
    xy = np.array([(lon, lat)])
    for there, back in ((crs.wgs84_to_gcj02, crs.gcj02_to_wgs84), (crs.wgs84_to_bd09, crs.bd09_to_wgs84)):
        assert np.abs(back(there(xy)) - xy).max() * METRES < 0.001


def test_the_offset_is_hundreds_of_metres_in_the_county():
    xy = np.array([(114.467, 34.48)])
    east, north = ((crs.wgs84_to_gcj02(xy) - xy) * METRES)[0]
    assert 200 < np.hypot(east, north) < 800


def test_places_outside_china_are_not_shifted():
    xy = np.array([(2.35, 48.85), (-74.0, 40.7)])
    np.testing.assert_array_equal(crs.wgs84_to_gcj02(xy), xy)


def test_nothing_in_nothing_out():
    assert crs.gcj02_to_wgs84(np.empty((0, 2))).shape == (0, 2)
    assert np.isnan(crs.wgs84_to_gcj02(np.array([(np.nan, 1.0)]))[0, 0])
