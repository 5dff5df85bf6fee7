"""A closed gate parts the street it stands on, on that street alone and nowhere else."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis_app.geo.network import StreetNetwork


def network(*lines, gates) -> StreetNetwork:
    """Return the network of lines given as coordinate lists, with closed gates."""
    lines = gpd.GeoSeries([shapely.LineString(line) for line in lines])
    return StreetNetwork.build(lines, np.array(gates, dtype=float))


def metres(streets: StreetNetwork, one, other) -> float:
    """Return the walk between two points, NaN if there is none."""
    return float(streets.distances([one], [other]).distance[0])


def test_nobody_walks_through_a_closed_gate():
    lane = [(0, 0), (100, 0)]
    assert np.isnan(metres(network(lane, gates=[(50, 0)]), (0, 0), (100, 0)))
    assert metres(network(lane, gates=[(50, 0)]), (0, 0), (49, 0)) == pytest.approx(49)
    assert metres(network(lane, gates=[(50, 0)]), (51, 0), (100, 0)) == pytest.approx(49)


def test_the_way_round_is_taken():
    streets = network([(0, 0), (100, 0)], [(0, 0), (0, 80), (100, 80), (100, 0)], gates=[(50, 0)])
    assert metres(streets, (40, 0), (60, 0)) == pytest.approx(40 + 80 + 100 + 80 + 40)


@pytest.mark.parametrize(("off", "open_way"), [(0.0, False), (0.9, False), (1.0, False), (1.1, True)])
def test_a_gate_stands_within_a_metre_of_its_street(off, open_way):
    streets = network([(0, 0), (100, 0)], gates=[(50, off)])
    assert np.isfinite(metres(streets, (0, 0), (100, 0))) == open_way


def test_a_gate_beside_the_road_closes_the_lane_alone():
    road, lane = [(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 90)]
    streets = network(road, lane, gates=[(50, 0.5)])
    assert metres(streets, (0, 0), (100, 0)) == pytest.approx(100)
    assert np.isnan(metres(streets, (0, 0), (50, 90)))


def test_a_gate_on_a_crossing_closes_all_that_meet_there():
    streets = network([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 90)], gates=[(50, 0)])
    assert np.isnan(metres(streets, (0, 0), (100, 0)))
    assert np.isnan(metres(streets, (0, 0), (50, 90)))


def test_a_gate_under_a_bridge_leaves_the_bridge_open():
    lane, bridge = [(0, 0), (100, 0)], [(50.8, -60), (50.8, 60)]
    streets = network(lane, bridge, gates=[(50, 0)])
    assert np.isnan(metres(streets, (0, 0), (100, 0)))
    assert metres(streets, (50.8, -60), (50.8, 60)) == pytest.approx(120)


def test_several_gates_on_one_lane_and_the_same_gate_twice():
    streets = network([(0, 0), (100, 0)], gates=[(70, 0), (30, 0), (30, 0), (30.0001, 0)])
    assert metres(streets, (31, 0), (69, 0)) == pytest.approx(38)
    assert np.isnan(metres(streets, (0, 0), (69, 0)))
    assert np.isnan(metres(streets, (31, 0), (100, 0)))


def test_a_gate_on_a_ring_opens_it():
    square = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    streets = network(square, gates=[(0, 50)])
    assert metres(streets, (0, 49), (0, 51)) == pytest.approx(49 + 300 + 49)
    at_its_end = network(square, gates=[(0, 0)])
    assert metres(at_its_end, (0, 1), (1, 0)) == pytest.approx(398)


def test_a_gate_on_no_street_or_nowhere_changes_nothing():
    lane = [(0, 0), (100, 0)]
    for gates in ([(50, 30)], [(np.nan, 0)], np.empty((0, 2))):
        assert network(lane, gates=gates).length.tolist() == [100.0]
    assert len(StreetNetwork.build(gpd.GeoSeries([]), np.array([(0.0, 0.0)])).lines) == 0


def test_every_edge_still_knows_its_street_and_the_order_stays():
    streets = network(
        [(0, 0), (100, 0)], [(100, 0), (100, 50)], [(100, 0), (200, 0)], gates=[(50, 0), (150, 0)]
    )
    assert streets.street.tolist() == [0, 0, 1, 2, 2]
    assert streets.length.sum() == pytest.approx(250)
    assert streets.components().tolist() == [1, 0, 0, 0, 2]
