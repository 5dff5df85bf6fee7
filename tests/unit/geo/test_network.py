"""Walking distance is exact: as if every door had been built into the street graph as a node of its own."""

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.geo.network import StreetNetwork

LIMIT = 120.0


def network(*lines) -> StreetNetwork:
    """Return the network of lines given as coordinate lists."""
    return StreetNetwork.build(gpd.GeoSeries([shapely.LineString(line) for line in lines]))


def oracle(lines, sources, targets, limit=LIMIT) -> np.ndarray:
    """Return the distances found by networkx with every point inserted into its street as a node."""
    doors: dict[int, list] = {}
    for name, points in (("source", sources), ("target", targets)):
        for i, xy in enumerate(points):
            gap = shapely.distance(lines, shapely.Point(xy))
            nearest = int(np.flatnonzero(gap <= gap.min() + 1e-12)[0])
            if gap[nearest] <= limit:
                along = lines[nearest].project(shapely.Point(xy))
                doors.setdefault(nearest, []).append((along, gap[nearest], (name, i)))
    graph = nx.MultiGraph()
    for edge, line in enumerate(lines):
        stops = [(0.0, tuple(np.round(line.coords[0], 3)))]
        for along, leg, door in sorted(doors.get(edge, [])):
            stops.append((along, (edge, door)))
            graph.add_edge((edge, door), door, weight=leg)
        stops.append((line.length, tuple(np.round(line.coords[-1], 3))))
        for (before, one), (after, other) in pairwise(stops):
            graph.add_edge(one, other, weight=after - before)
    starts = {("source", i) for i in range(len(sources))} & set(graph)
    reached = nx.multi_source_dijkstra_path_length(graph, starts) if starts else {}
    return np.array([reached.get(("target", i), np.nan) for i in range(len(targets))])


def random_streets(random: np.random.Generator) -> np.ndarray:
    """Return streets between few junctions: bent, parallel, looping, in pieces."""
    junctions = random.uniform(0, 500, (random.integers(2, 12), 2)).round(3)
    lines = []
    for _ in range(random.integers(1, 25)):
        a, b = random.integers(0, len(junctions), 2)
        bends = random.uniform(0, 500, (random.integers(2 if a == b else 0, 4), 2))
        lines.append(shapely.LineString(np.vstack([junctions[a], bends, junctions[b]])))
    return np.array(lines, dtype=object)


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_agrees_with_networkx_to_a_micrometre(seed):
    random = np.random.default_rng(seed)
    lines = random_streets(random)
    sources = random.uniform(-100, 600, (random.integers(1, 6), 2))
    targets = random.uniform(-100, 600, (25, 2))
    walk = StreetNetwork.build(gpd.GeoSeries(lines)).distances(sources, targets, LIMIT)
    np.testing.assert_allclose(walk.distance, oracle(lines, sources, targets), atol=1e-6, rtol=0)
    for i in np.flatnonzero(walk.source >= 0):
        alone = oracle(lines, sources[[walk.source[i]]], targets[[i]])
        assert alone[0] == pytest.approx(walk.distance[i], abs=1e-6)


def test_counts_the_leg_at_both_ends_and_the_way_along_the_street():
    streets = network([(0, 0), (100, 0)], [(100, 0), (100, 100)])
    walk = streets.distances([(20, 30)], [(110, 60)])
    assert walk.distance[0] == pytest.approx(30 + 80 + 60 + 10)


def test_takes_the_straight_way_on_one_street():
    walk = network([(0, 0), (1000, 0)]).distances([(500, 0)], [(400, 5), (700, 0)])
    assert walk.distance.tolist() == pytest.approx([105, 200])


def test_goes_round_where_that_is_shorter_than_along_the_same_street():
    crooked = [(0, 0), (0, 300), (100, 300), (100, 0)]
    walk = network(crooked, [(0, 0), (100, 0)]).distances([(-1, 10)], [(101, 10)])
    assert walk.distance[0] == pytest.approx(1 + 10 + 100 + 10 + 1)


def test_of_parallel_streets_the_shorter_counts_and_they_do_not_add_up():
    bow = [(0, 0), (50, 80), (100, 0)]
    ends = ([(-50, 0), (0, 0)], [(100, 0), (150, 0)])
    walk = network(bow, [(0, 0), (100, 0)], [(0, 0), (100, 0)], *ends).distances([(-50, 0)], [(150, 0)])
    assert walk.distance[0] == pytest.approx(200)


def test_a_station_on_a_junction_costs_nothing_to_leave():
    walk = network([(0, 0), (100, 0)], [(100, 0), (200, 0)]).distances(
        [(100, 0)], [(0, 0), (100, 0), (150, 0)]
    )
    assert walk.distance.tolist() == pytest.approx([100, 0, 50])


def test_a_loop_is_walked_the_shorter_way():
    square = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    walk = network(square).distances([(10, 0)], [(0, 10), (50, 0)])
    assert walk.distance.tolist() == pytest.approx([20, 40])


def test_a_street_that_touches_itself_may_be_cut_short_there():
    knot = [(0, 0), (100, 0), (100, 100), (50, 100), (100, 0), (200, 0)]
    walk = network(knot).distances([(0, 0)], [(200, 0)])
    assert walk.distance[0] == pytest.approx(200)


def test_streets_meet_at_shared_vertices_and_bridges_do_not():
    meeting = network([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 100)])
    assert meeting.distances([(0, 0)], [(50, 100)]).distance[0] == pytest.approx(150)
    bridge = network([(0, 0), (100, 0)], [(50, -50), (50, 50)])
    assert np.isnan(bridge.distances([(0, 0)], [(50, 50)]).distance[0])


def test_what_cannot_be_reached_has_no_distance_and_a_reason():
    streets = network([(0, 0), (100, 0)], [(0, 500), (100, 500)])
    walk = streets.distances([(10, 0)], [(20, 0), (50, 500), (50, 250), (np.nan, 0)], 150)
    assert walk.reason.tolist() == ["ok", "unreachable", "unsnapped", "unsnapped"]
    assert np.isnan(walk.distance[1:]).all()
    assert walk.source.tolist() == [0, -1, -1, -1]


def test_the_snapping_limit_is_inclusive():
    streets = network([(0, 0), (100, 0)])
    snap = streets.snap([(50, 150), (50, 150.001)], 150)
    assert snap.found.tolist() == [True, False]


def test_snapping_ties_go_to_the_first_street():
    lines = [[(0, 0), (100, 0)], [(0, 20), (100, 20)], [(50, 0), (50, -9)]]
    assert network(*lines).snap([(70, 10)]).edge[0] == 0
    assert network(*lines[::-1]).snap([(70, 10)]).edge[0] == 1


def test_nobody_to_walk_to_and_nothing_to_walk_on():
    nothing = StreetNetwork.build(gpd.GeoSeries([]))
    assert nothing.distances([(0, 0)], [(1, 1)]).reason.tolist() == ["unsnapped"]
    assert nothing.components().tolist() == []
    walk = network([(0, 0), (100, 0)]).distances(np.empty((0, 2)), [(1, 1)])
    assert walk.reason.tolist() == ["unreachable"]
    assert len(network([(0, 0), (100, 0)]).distances([(0, 0)], np.empty((0, 2))).distance) == 0


def test_streets_without_length_are_left_out():
    streets = network([(0, 0), (0, 0)], [(0, 0), (10, 0), (10, 0), (20, 0)])
    assert streets.length.tolist() == [20.0]


def test_pieces_are_numbered_by_length():
    streets = network([(0, 0), (10, 0)], [(0, 50), (100, 50)], [(100, 50), (100, 90)], [(10, 0), (20, 0)])
    assert streets.components().tolist() == [1, 0, 0, 1]
