"""A real extract comes in as streets by the import command, and ways along them are the shortest."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from gis_app.errors import Rejected
from gis_app.exchange.limits import Limits
from gis_app.exchange.sandbox import read_file
from gis_app.layers.atlas import Atlas
from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layers
from tests.conftest import gis_app, settings_of, sign_in
from tests.foreign.extracts import extract, four_grids

HELSINKI = (24.93, 60.16, 24.96, 60.18)
STREETS_AT_LEAST = 3_500


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Path:
    """Return an instance filled by the import command alone: grids, a station, and the extract's streets."""
    folder = tmp_path_factory.mktemp("helsinki")
    stations = folder / "stations.csv"
    stations.write_text(
        "名称,经度,纬度,开放时间\n驿站,24.9447,60.1676,24/7\n北站,24.9510,60.1718,24/7\n", "utf-8"
    )
    gis_app("init", "--empty", instance_dir=folder)
    gis_app("import", "grids", four_grids(folder, HELSINKI), "--crs", "EPSG:4326", instance_dir=folder)
    gis_app("import", "streets", extract("Helsinki"), instance_dir=folder)
    gis_app("import", "stations", stations, "--crs", "EPSG:4326", instance_dir=folder)
    return folder


@pytest.fixture(scope="module")
def ways() -> gpd.GeoSeries:
    """Return the ways as they are in the file, before anything is cut."""
    table = read_file(extract("Helsinki"), Limits(), ["streets"], 2)
    return gpd.GeoSeries(table.geometry[shapely.get_type_id(table.geometry) == 1], crs="EPSG:4326")


@pytest.fixture(scope="module")
def atlas(instance: Path) -> Atlas:
    store = open_store(settings_of(instance).database_url)
    with store.read() as conn:
        return Atlas.build(read_layers(conn))


def test_the_extract_is_streets_with_names_classes_bridges_and_gates(atlas: Atlas):
    streets = atlas.streets
    assert len(streets) >= STREETS_AT_LEAST
    assert streets["street_code"].is_unique and shapely.is_valid(streets.geometry.values).all()
    assert {"Mannerheimintie", "Fredrikinkatu", "Esplanadi"} & set(streets["name"])
    assert set(streets["road_class"]) == {"arterial", "collector", "lane", "path"}
    assert 0 < streets["bridge"].sum() < len(streets) / 2
    assert (atlas.gates["passage"] == "closed").all() and len(atlas.gates) > 5


def test_the_streets_hang_together(atlas: Atlas):
    network = atlas.street_network
    length = np.bincount(network.components(), weights=network.length)
    assert length[0] / length.sum() > 0.95


def test_ways_agree_with_an_independent_search_on_the_file_itself(atlas: Atlas, ways: gpd.GeoSeries):
    """The file's own ways, node by node, in networkx: none of our noding and none of our kernel."""
    graph = independent(ways.to_crs(atlas.metric_crs), atlas.gates.to_crs(atlas.metric_crs))
    nodes = np.array(sorted(max(nx.connected_components(graph), key=len)))
    rng = np.random.default_rng(60)
    sources, targets = nodes[rng.choice(len(nodes), 5)], nodes[rng.choice(len(nodes), 400)]
    known = nx.multi_source_dijkstra_path_length(graph, {tuple(node) for node in sources})
    walk = atlas.street_network.distances(sources, targets)
    expected = np.array([known[tuple(node)] for node in targets])
    assert np.abs(walk.distance - expected).max() < 1.0


def independent(ways: gpd.GeoSeries, gates: gpd.GeoDataFrame) -> nx.Graph:
    """Return the graph of the ways' nodes in metres, closed gates left out."""
    graph = nx.Graph()
    for way in ways.values:
        for a, b in pairwise(tuple(point) for point in np.round(way.coords, 3)):
            length = float(np.hypot(a[0] - b[0], a[1] - b[1]))
            if length < graph.get_edge_data(a, b, {"weight": np.inf})["weight"]:
                graph.add_edge(a, b, weight=length)
    graph.remove_nodes_from([tuple(xy) for xy in np.round(shapely.get_coordinates(gates.geometry.values), 3)])
    return graph


def test_every_way_of_the_file_is_there_once(atlas: Atlas, ways: gpd.GeoSeries):
    before = shapely.union_all(ways.to_crs(atlas.metric_crs).values)
    ours = atlas.streets.to_crs(atlas.metric_crs).geometry
    assert abs(shapely.length(before) - ours.length.sum()) < 1.0
    assert shapely.hausdorff_distance(before, ours.union_all()) < 0.01


def test_the_county_walks_on_it(instance: Path):
    from gis_app import create_app

    client = create_app(settings_of(instance)).test_client()
    sign_in(client, "leader")
    overlay = client.get("/overlays/coverage.geojson?level=grid&limit=1000m").get_json()
    assert overlay["summary"]["basis"] == "walk"
    pieces = client.get("/layers/street_pieces.geojson").get_json()["features"]
    assert pieces and all(piece["properties"]["street_codes"] for piece in pieces)
    table = client.get("/layers/street_pieces/table").text
    assert pieces[0]["id"] in table and "street_pieces" in table


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _one_byte_less(data: bytes) -> bytes:
    return data[:-1]


def _header_alone(data: bytes) -> bytes:
    return data[: 4 + data[3] + data[4 + data[3] - 1]]


def _huge_count(data: bytes) -> bytes:
    return data + struct.pack(">I", 0xFFFFFFF0) + b"\x0a\x07OSMData"


def _spoiled(data: bytes) -> bytes:
    return data[:3000] + bytes(byte ^ 0x5A for byte in data[3000:6000]) + data[6000:]


@pytest.mark.parametrize("spoil", [_cut, _one_byte_less, _header_alone, _huge_count, _spoiled])
def test_a_damaged_extract_is_refused_with_a_remedy(spoil, tmp_path: Path):
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(spoil(extract("test").read_bytes()))
    with pytest.raises(Rejected) as refused:
        read_file(path, Limits(), ["streets"], 1)
    assert {found.message_code for found in refused.value.faults} <= {"osm_cut_short", "reader_failed"}
    assert all(found.remedy for found in refused.value.faults)
