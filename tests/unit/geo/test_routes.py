"""Ways to the nearest of several places: from anywhere, whatever is open, with a line that can be walked."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.geo.network import StreetNetwork
from gis_app.geo.routes import RouteTable
from tests.unit.geo.peer import Peer, length

BOTH = pytest.mark.parametrize("table_mib", [256, 0], ids=["table", "search"])


def network(*lines, barriers=None) -> StreetNetwork:
    """Return the network of lines given as coordinate lists."""
    return StreetNetwork.build(gpd.GeoSeries([shapely.LineString(line) for line in lines]), barriers)


def tangle(random: np.random.Generator) -> np.ndarray:
    """Return streets between few junctions: bent, parallel, looping, crossing as bridges, in pieces."""
    junctions = random.uniform(0, 500, (random.integers(2, 12), 2)).round(3)
    lines = []
    for _ in range(random.integers(1, 25)):
        a, b = random.integers(0, len(junctions), 2)
        bends = random.uniform(0, 500, (random.integers(2 if a == b else 0, 4), 2))
        lines.append(shapely.LineString(np.vstack([junctions[a], bends, junctions[b]])))
    return np.array(lines, dtype=object)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_agrees_with_networkx_on_any_tangle_with_gates_and_closed_stations(seed):
    random = np.random.default_rng(seed)
    lines = tangle(random)
    on = lines[random.integers(0, len(lines), 6)]
    gates = shapely.get_coordinates(shapely.line_interpolate_point(on, random.random(6), normalized=True))
    gates = np.vstack(
        [gates[: random.integers(0, 6)], shapely.get_coordinates(lines)[: random.integers(0, 2)]]
    )
    sources = random.uniform(-100, 600, (random.integers(1, 7), 2))
    targets = random.uniform(-100, 600, (15, 2))
    mask = random.random(len(sources)) < 0.7
    metres = Peer(lines, sources, 120, gates).metres(targets)
    for table_mib in (256, 0):
        streets = StreetNetwork.build(gpd.GeoSeries(lines), gates)
        routes = RouteTable.build(streets, sources, np.inf, table_mib)
        walk = streets.distances(sources[mask], targets, 120)
        for target, expected, coverage in zip(targets, metres, walk.distance, strict=True):
            ways = routes.nearest(target, mask, 3, 120)
            assert len(ways) == min(3, mask.sum())
            reached = [way for way in ways if way.reason == "ok"]
            best = np.sort(expected[mask])
            best = best[np.isfinite(best)][:3]
            assert [way.distance_m for way in reached] == pytest.approx(best.tolist(), abs=1e-6)
            assert [expected[way.source] for way in reached] == pytest.approx(best.tolist(), abs=1e-6)
            assert all(length(way.path) == pytest.approx(way.distance_m, abs=1e-6) for way in reached)
            nearest = reached[0].distance_m if reached else np.nan
            assert coverage == pytest.approx(nearest, abs=1e-6, nan_ok=True)  # one kernel for both


@BOTH
def test_the_way_has_both_legs_and_every_bend(table_mib):
    streets = network([(0, 0), (50, 0), (50, 40), (100, 40)], [(100, 40), (100, 100)])
    (way,) = RouteTable.build(streets, [(110, 60)], table_mib=table_mib).nearest((20, 30))
    assert way.path.tolist() == [[20, 30], [20, 0], [50, 0], [50, 40], [100, 40], [100, 60], [110, 60]]
    assert (way.distance_m, way.leg_m) == (pytest.approx(30 + 30 + 40 + 50 + 20 + 10), 30)
    assert way.crow_m == pytest.approx(np.hypot(90, 30))


@BOTH
def test_on_one_street_the_way_is_straight_along_it_in_either_direction(table_mib):
    streets = network([(0, 0), (500, 0), (1000, 0)])
    routes = RouteTable.build(streets, [(600, 0)], table_mib=table_mib)
    assert routes.nearest((400, 5))[0].path.tolist() == [[400, 5], [400, 0], [500, 0], [600, 0]]
    assert routes.nearest((700, 5))[0].path.tolist() == [[700, 5], [700, 0], [600, 0]]


@BOTH
def test_at_the_very_place_there_is_nothing_to_walk(table_mib):
    streets = network([(0, 0), (100, 0)], [(100, 0), (200, 0)])
    routes = RouteTable.build(streets, [(100, 0), (30, 0)], table_mib=table_mib)
    assert [way.distance_m for way in routes.nearest((100, 0), count=2)] == pytest.approx([0, 70])
    assert routes.nearest((30, 0))[0].distance_m == 0
    assert length(routes.nearest((100, 0))[0].path) == 0


@BOTH
def test_of_parallel_streets_and_round_a_loop_the_shorter_way_is_drawn(table_mib):
    bow, straight = [(0, 0), (50, 80), (100, 0)], [(0, 0), (100, 0)]
    streets = network(bow, straight, [(-50, 0), (0, 0)], [(100, 0), (150, 0)])
    (way,) = RouteTable.build(streets, [(-50, 0)], table_mib=table_mib).nearest((150, 0))
    assert way.path.tolist() == [[150, 0], [100, 0], [0, 0], [-50, 0]]
    square = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    looped = RouteTable.build(network(square, [(0, 0), (-50, 0)]), [(-40, 0), (0, 80)], table_mib=table_mib)
    ways = looped.nearest((0, 20), count=2)
    assert [way.distance_m for way in ways] == pytest.approx([60, 60])
    assert looped.nearest((30, 0), [False, True])[0].distance_m == pytest.approx(110)


@BOTH
def test_goes_round_where_that_is_shorter_than_along_the_same_street(table_mib):
    crooked = [(0, 0), (0, 300), (100, 300), (100, 0)]
    routes = RouteTable.build(network(crooked, [(0, 0), (100, 0)]), [(-1, 10)], table_mib=table_mib)
    assert routes.nearest((101, 10))[0].path.round(6).tolist() == [
        [101, 10], [100, 10], [100, 0], [0, 0], [0, 10], [-1, 10],
    ]  # fmt: skip


@BOTH
def test_what_is_closed_is_passed_by_and_the_first_of_equals_counts(table_mib):
    routes = RouteTable.build(network([(0, 0), (100, 0)]), [(60, 0), (40, 0), (90, 0)], table_mib=table_mib)
    assert [way.source for way in routes.nearest((50, 0), count=3)] == [0, 1, 2]
    assert [way.source for way in routes.nearest((50, 0), [False, True, True], 3)] == [1, 2]
    assert routes.nearest((50, 0), [False, False, False], 3) == []
    assert routes.nearest((50, 0), count=0) == []


@BOTH
def test_what_cannot_be_reached_comes_last_with_its_reason(table_mib):
    streets = network([(0, 0), (100, 0)], [(0, 500), (100, 500)])
    places = [(50, 500), (90, 0), (50, 280), (np.nan, 0)]
    routes = RouteTable.build(streets, places, np.inf, table_mib)
    ways = routes.nearest((10, 0), count=4, snap_limit=150)
    assert [(way.source, way.reason) for way in ways[:3]] == [(1, "ok"), (2, "unsnapped"), (0, "unreachable")]
    assert ways[3].reason == "unsnapped"
    assert np.isnan([way.distance_m for way in ways[1:]]).all()
    assert ways[2].crow_m == pytest.approx(np.hypot(40, 500))
    off = routes.nearest((10, 240), count=2, snap_limit=150)
    assert [(way.source, way.reason) for way in off] == [(2, "unsnapped"), (1, "unsnapped")]


@BOTH
def test_the_limit_off_the_street_is_inclusive_and_asked_with_each_point(table_mib):
    routes = RouteTable.build(network([(0, 0), (100, 0)]), [(90, 40)], np.inf, table_mib)
    assert routes.nearest((10, 50), snap_limit=50)[0].distance_m == pytest.approx(50 + 80 + 40)
    assert routes.nearest((10, 50.001), snap_limit=50)[0].reason == "unsnapped"
    assert routes.nearest((10, 20), snap_limit=39)[0].reason == "unsnapped"


@BOTH
def test_without_streets_or_stations_there_is_no_way(table_mib):
    nothing = StreetNetwork.build(gpd.GeoSeries([]))
    ways = RouteTable.build(nothing, [(3, 4), (1, 0)], table_mib=table_mib).nearest((0, 0), count=5)
    assert [(way.source, way.reason, way.crow_m) for way in ways] == [
        (1, "unsnapped", 1),
        (0, "unsnapped", 5),
    ]
    empty = RouteTable.build(network([(0, 0), (9, 0)]), np.empty((0, 2)), table_mib=table_mib)
    assert empty.nearest((0, 0), count=3) == []


def test_a_search_goes_as_far_as_it_must():
    far = network(*([(x, 0), (x + 1000, 0)] for x in range(0, 40_000, 1000)))
    searched = RouteTable.build(far, [(39_500, 10)], table_mib=0)
    assert searched.nearest((0, 0))[0].distance_m == pytest.approx(39_510)


def test_one_point_is_snapped_as_many_are():
    random = np.random.default_rng(3)
    lines = tangle(random)
    streets = StreetNetwork.build(gpd.GeoSeries(lines))
    ends = shapely.get_coordinates(lines)
    points = np.concatenate([random.uniform(-200, 700, (300, 2)), ends, [(np.nan, 0)]])
    many = streets.snap(points, 90)
    for i, xy in enumerate(points):
        one = streets.snap_one(xy, 90)
        assert one == pytest.approx((many.edge[i], many.position[i], many.leg[i]), abs=0, nan_ok=True)
