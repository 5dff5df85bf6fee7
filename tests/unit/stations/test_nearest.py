"""The stations nearest on foot from where somebody stands: which, how far, which way, and why not."""

import numpy as np
import pytest
import shapely

from gis_app.geo.crs import LONLAT, project
from gis_app.geo.routes import RouteTable
from gis_app.layers.atlas import Atlas
from gis_app.stations.coverage import reach
from gis_app.stations.nearest import nearest
from tests import factory


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return the toy county."""
    return Atlas.build(factory.toy_layers())


def at(atlas: Atlas, x: float, y: float, **asked):
    """Return the answer for a place in metres from the toy county's origin."""
    ((lon, lat),) = factory.lonlat([(x, y)])
    return nearest(atlas, atlas.station_routes, lon, lat, **asked)


def everything(atlas: Atlas) -> np.ndarray:
    """Return a mask that every station passes."""
    return np.ones(len(atlas.stations), dtype=bool)


def test_gives_the_nearest_first_with_minutes_and_a_way(atlas):
    found = at(atlas, 300, 200, open_mask=everything(atlas), count=3)
    walks = [one.walk_m for one in found]
    assert walks == sorted(walks)
    for one in found:
        assert one.reason == "ok"
        assert one.walk_m >= one.crow_m - 1e-6
        assert one.walk_min == pytest.approx(one.walk_m / 75)
        metres = project(one.way, LONLAT, atlas.metric_crs)
        assert np.hypot(*np.diff(metres, axis=0).T).sum() == pytest.approx(one.walk_m, abs=0.01)
        place = atlas.stations.set_index("station_code").geometry[one.station_code]
        assert one.way[-1] == pytest.approx([place.x, place.y], abs=1e-9)
        assert one.way[0] == pytest.approx(factory.lonlat([(300, 200)])[0], abs=1e-9)


def test_says_the_same_as_coverage(atlas):
    reached = reach(atlas)
    points = shapely.get_coordinates(atlas.demand.geometry.values)
    kinds = ("warm_station",)
    for (lon, lat), (_, row) in zip(points, reached.iterrows(), strict=True):
        (found,) = nearest(atlas, atlas.station_routes, lon, lat, kinds=kinds, count=1)
        assert found.walk_m == pytest.approx(row["walk_m"], abs=1e-6)


def test_only_what_is_open_counts_and_by_default_what_the_layer_says(atlas):
    closed = everything(atlas)
    closed[0] = False
    names = {one.station_code for one in at(atlas, 300, 200, open_mask=closed, count=9)}
    assert names == set(atlas.stations["station_code"][1:])
    layers = factory.toy_layers()
    layers["stations"]["status"] = ["open", "closed", "planned"]
    changed = Atlas.build(layers)
    assert [one.station_code for one in at(changed, 300, 200, count=9)] == [
        changed.stations["station_code"][0]
    ]


def test_amenities_are_all_needed_and_kinds_any(atlas):
    layers = factory.toy_layers()
    layers["stations"]["amenities"] = ["toilet;first_aid", "toilet", ""]
    layers["stations"]["kind"] = ["party_service_centre", "warm_station", "warm_station"]
    county = Atlas.build(layers)
    codes = county.stations["station_code"].tolist()

    def found(**asked) -> set[str]:
        return {
            one.station_code for one in at(county, 300, 200, open_mask=everything(county), count=9, **asked)
        }

    assert found(amenities=["toilet"]) == set(codes[:2])
    assert found(amenities=["toilet", "first_aid"]) == {codes[0]}
    assert found(kinds=["warm_station"]) == set(codes[1:])
    assert found(kinds=["warm_station"], amenities=["toilet"]) == {codes[1]}
    assert found(kinds=["warm_station", "party_service_centre"]) == set(codes)
    assert found(amenities=["wifi"]) == set()


def test_far_from_any_street_the_straight_distance_is_given_and_said(atlas):
    (first, *_) = at(atlas, -2000, -2000, open_mask=everything(atlas), count=3)
    assert (first.reason, first.walk_m, first.walk_min, len(first.way)) == ("unsnapped", None, None, 0)
    assert first.crow_m > 2000
    assert first.leg_m is None
    assert at(atlas, -2000, -2000, open_mask=everything(atlas), snap_limit=9000)[0].reason == "ok"


def test_a_county_without_streets_has_straight_distances_labelled_so():
    layers = factory.toy_layers()
    del layers["streets"]
    county = Atlas.build(layers)
    found = at(county, 300, 200, open_mask=everything(county), count=3)
    assert {one.reason for one in found} == {"crow"}
    assert [one.crow_m for one in found] == sorted(one.crow_m for one in found)
    assert all(one.walk_m is None for one in found)


def test_a_county_without_stations_has_none_to_give():
    layers = factory.toy_layers()
    del layers["stations"]
    assert at(Atlas.build(layers), 300, 200) == []


def test_the_setting_bounds_the_table_and_not_the_answer(atlas):
    small = Atlas.build(factory.toy_layers(), route_table_mib=0)
    assert small.station_routes.metres is None
    assert isinstance(atlas.station_routes, RouteTable)
    assert atlas.station_routes.metres is not None
    for x in range(0, 800, 70):
        mine, theirs = at(small, x, x / 2, count=3), at(atlas, x, x / 2, count=3)
        assert [one.walk_m for one in mine] == pytest.approx([one.walk_m for one in theirs])
