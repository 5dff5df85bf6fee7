"""Layers that are valid one by one may contradict each other; each contradiction is told with its place."""

import pandas as pd

from gis_app.layers.checks import check_layers
from tests import factory
from tests.factory import box, layer


def told(**changes) -> list[tuple]:
    """Return (severity, field, row, code) of the toy county's faults with layers replaced (None removes)."""
    layers = factory.toy_layers() | changes
    found = check_layers({name: frame for name, frame in layers.items() if frame is not None})
    return [(fault.severity, fault.field, fault.row, fault.message_code) for fault in found]


def reshaped(name: str, **shapes) -> object:
    """Return a toy layer with the shapes of some rows (keys "row1", "row2", …) replaced, in metres."""
    frame = factory.toy_layers()[name]
    metric = frame.to_crs(factory.METRIC).geometry.to_numpy().copy()
    for key, shape in shapes.items():
        metric[int(key.removeprefix("row")) - 1] = shape
    data = pd.DataFrame(frame.drop(columns="geometry")).to_dict("list")
    return layer(name, data, metric)


def test_the_toy_county_agrees_with_itself():
    assert told() == []
    assert check_layers({}) == []


def test_thin_counties_agree_with_themselves():
    layers = factory.toy_layers()
    assert check_layers({"grids": layers["grids"], "stations": layers["stations"]}) == []
    assert check_layers({"stations": layers["stations"]}) == []


def test_a_gap_between_grids():
    grids = reshaped("grids", row1=box(0, 450, 400, 800))
    found = told(grids=grids, blocks=None, buildings=None)
    assert found == [("error", "communities.geometry", 1, "gap")]
    (fault,) = check_layers({**factory.toy_layers(), "grids": grids, "blocks": None, "buildings": None})
    assert "20000.0 平方米" in fault.message and "113." in fault.message


def test_grids_that_overlap():
    found = told(grids=reshaped("grids", row1=box(0, 390, 400, 800)), blocks=None, buildings=None)
    assert found == [("error", "grids.geometry", 1, "overlap")]


def test_a_grid_that_leaves_its_community():
    found = told(grids=reshaped("grids", row1=box(-20, 400, 400, 800)), blocks=None, buildings=None)
    assert found == [("error", "grids.geometry", 1, "outside_parent")]


def test_communities_that_overlap():
    found = told(communities=reshaped("communities", row1=box(0, 0, 410, 800)))
    assert ("error", "communities.geometry", 1, "overlap") in found


def test_a_block_across_two_grids():
    blocks = reshaped("blocks", row1=box(0, 380, 200, 800), row5=box(0, 0, 200, 380))
    assert ("error", "blocks.geometry", 1, "outside_parent") in told(blocks=blocks)


def test_a_block_in_no_grid():
    blocks = factory.toy_layers()["blocks"]
    blocks.loc[2, ["grid_code", "community_code"]] = None
    assert ("error", "blocks.grid_code", 3, "unknown_parent") in told(blocks=blocks)


def test_codes_of_parents_that_are_not_there():
    grids = factory.toy_layers()["grids"]
    grids.loc[0, ["grid_code", "community_code"]] = ["410222001009001", "410222001009"]
    found = told(grids=grids, blocks=None, buildings=None)
    assert ("error", "grids.community_code", 1, "unknown_parent") in found
    assert ("error", "communities.geometry", 1, "gap") in found


def test_a_station_outside_the_county():
    data = {"station_code": ["Z1", "Z2"], "name": ["远站", "近站"]}
    stations = layer("stations", data, [box(5000, 0, 5001, 1).centroid, box(-50, 0, -49, 1).centroid])
    assert told(stations=stations) == [
        ("error", "stations.geometry", 1, "station_outside_county"),
        ("warning", "stations.geometry", 1, "station_outside_grids"),
        ("warning", "stations.geometry", 2, "station_outside_grids"),
    ]


def test_households_that_do_not_add_up_are_a_warning():
    blocks = factory.toy_layers()["blocks"].assign(households=[41, *[40] * 6, 0])
    assert told(blocks=blocks) == [("warning", "blocks.households", 1, "households_differ")]


def test_streets_in_two_pieces_are_a_warning():
    streets = factory.toy_layers()["streets"].to_crs(factory.METRIC)
    island = streets.geometry.to_list()[:1] + list(streets.translate(0, 2000)[:1])
    data = {"street_code": [f"S{i}" for i in range(2)]}
    assert told(streets=layer("streets", data, island)) == [
        ("warning", "streets.geometry", None, "streets_unconnected")
    ]
