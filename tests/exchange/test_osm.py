"""An OpenStreetMap extract comes in as the streets that people walk, and as the gates that stop them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_app.exchange.importing import ImportReport, import_layer
from gis_app.layers.atlas import Atlas
from gis_app.storage.layers import read_layer, read_layers
from tests.exchange.streets import osm

ROAD = {"highway": "residential"}


def brought(store, path: Path, **more) -> ImportReport:
    report = import_layer(store, "streets", path, **more)
    assert report.ok, report.faults
    return report


def layer(store, name: str):
    with store.read() as conn:
        return read_layer(conn, name)


def codes(report: ImportReport) -> set[str]:
    return {found.message_code for found in [*report.faults, *report.warnings]}


def test_a_way_becomes_a_street_with_name_class_and_code(empty_store, tmp_path):
    tags = {"highway": "secondary", "name": "咸平大道", "oneway": "yes"}
    brought(empty_store, osm(tmp_path / "a.osm", {1: (0, 0), 2: (1, 0)}, [([1, 2], tags)]))
    street = layer(empty_store, "streets").iloc[0]
    assert (street["street_code"], street["name"], street["road_class"]) == ("101", "咸平大道", "collector")
    assert not street["bridge"]


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "motorway"}, False),
        ({"highway": "trunk", "motorroad": "yes"}, False),
        ({"highway": "footway"}, True),
        ({"highway": "footway", "area": "yes"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "no", "foot": "yes"}, True),
        ({"highway": "primary", "foot": "no"}, False),
        ({"highway": "cycleway"}, False),
        ({"highway": "cycleway", "foot": "designated"}, True),
        ({"highway": "construction"}, False),
        ({"highway": "steps"}, True),
        ({"highway": "residential", "oneway": "-1"}, True),
        ({"railway": "rail"}, False),
    ],
)
def test_only_what_people_may_walk_is_taken(empty_store, tmp_path, tags, walked):
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (2, 2)}
    brought(empty_store, osm(tmp_path / "a.osm", nodes, [([1, 2], ROAD), ([2, 3, 4], tags)]))
    assert ("102" in set(layer(empty_store, "streets")["street_code"])) is walked


def test_ways_are_cut_where_they_share_a_node_and_bridges_stay_above(empty_store, tmp_path):
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (1.5, -1), 6: (1.5, 1)}
    bridge = {"highway": "footway", "bridge": "yes", "layer": "1"}
    ways = [([1, 2, 3], ROAD), ([2, 4], ROAD), ([5, 6], bridge)]
    brought(empty_store, osm(tmp_path / "a.osm", nodes, ways))
    streets = layer(empty_store, "streets").set_index("street_code")
    assert set(streets.index) == {"101-1", "101-2", "102", "103"}
    assert streets["bridge"].to_dict() == {"101-1": False, "101-2": False, "102": False, "103": True}


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, False),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "bollard"}, False),
        ({"barrier": "lift_gate", "foot": "no"}, True),
        ({"barrier": "wall"}, True),
    ],
)
def test_a_barrier_that_stops_walkers_is_a_closed_gate_and_parts_the_network(
    empty_store, tmp_path, tags, closed
):
    nodes = {1: (0, 0), 2: (1, 0, tags), 3: (2, 0)}
    brought(empty_store, osm(tmp_path / "a.osm", nodes, [([1, 2, 3], ROAD)]))
    with empty_store.read() as conn:
        atlas = Atlas.build(read_layers(conn))
    assert atlas.gates["gate_code"].tolist() == (["OSM2"] if closed else [])
    assert len(set(atlas.street_network.components())) == (2 if closed else 1)


def test_a_second_extract_replaces_the_gates_of_the_first_and_keeps_the_countys_own(county_store, tmp_path):
    own = len(layer(county_store, "gates"))
    locked = {"barrier": "gate", "access": "no"}
    brought(
        county_store, osm(tmp_path / "a.osm", {1: (0, 0), 2: (1, 0, locked), 3: (2, 0)}, [([1, 2, 3], ROAD)])
    )
    gates = layer(county_store, "gates")
    assert len(gates) == own + 1 and gates.set_index("gate_code")["block_code"]["OSM2"]
    brought(
        county_store, osm(tmp_path / "b.osm", {4: (0, 0), 5: (1, 0, locked), 6: (2, 0)}, [([4, 5, 6], ROAD)])
    )
    assert [code for code in layer(county_store, "gates")["gate_code"] if code.startswith("OSM")] == ["OSM5"]
    assert len(layer(county_store, "gates")) == own + 1


def test_what_lies_outside_the_county_is_left_out_and_told(county_store, tmp_path):
    nodes = {1: (0, 0), 2: (1, 0), 3: (4000, 0), 4: (4001, 0)}
    report = brought(county_store, osm(tmp_path / "a.osm", nodes, [([1, 2], ROAD), ([3, 4], ROAD)]))
    assert layer(county_store, "streets")["street_code"].tolist() == ["101"]
    assert "streets_elsewhere" in codes(report)


def test_an_extract_of_another_place_is_refused(county_store, tmp_path):
    nodes = {1: (4000, 0), 2: (4001, 0)}
    report = import_layer(county_store, "streets", osm(tmp_path / "a.osm", nodes, [([1, 2], ROAD)]))
    assert codes(report) == {"another_county"} and not report.written


def test_an_extract_is_for_the_streets_only(empty_store, tmp_path):
    path = osm(tmp_path / "a.osm", {1: (0, 0), 2: (1, 0)}, [([1, 2], ROAD)])
    report = import_layer(empty_store, "blocks", path)
    assert codes(report) == {"osm_other_layer"}


def good(tmp_path: Path) -> str:
    path = osm(tmp_path / "good.osm", {1: (0, 0), 2: (1, 0)}, [([1, 2], ROAD)])
    return path.read_text(encoding="utf-8")


# name: what is replaced in a good document, by what, and the code that refuses it
BAD = {
    "entities": ("<osm ", '<!DOCTYPE osm [<!ENTITY a "b">]><osm ', "xml_entities"),
    "cut short": ("</way>\n</osm>", "", "osm_cut_short"),
    "cut inside and closed": ("</way>", "", "reader_failed"),
    "no walkable way": ("residential", "motorway", "osm_no_streets"),
    "no way": ("way", "wax", "osm_no_streets"),
    "nodes missing": ("node", "nodule", "osm_no_streets"),
    "a change file": ("osm", "osmChange", "not_what_its_name_says"),
    "beyond the poles": ("34.48", "999.48", "reader_failed"),
    "many nodes in a way": ('<nd ref="1"/>', '<nd ref="1"/><nd ref="2"/>' * 200_000, "reader_failed"),
    "very deep": ("<way", "<a>" * 100_000 + "<way", "reader_failed"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_hostile_or_broken_document_is_refused_with_code_and_remedy(empty_store, tmp_path, name):
    before, after, code = BAD[name]
    path = tmp_path / "bad.osm"
    path.write_text(good(tmp_path).replace(before, after), encoding="utf-8")
    report = import_layer(empty_store, "streets", path)
    assert [found.message_code for found in report.faults] == [code]
    assert all(found.message and found.remedy and "/" not in found.message for found in report.faults)
    assert report.revision == 0 and not report.written
