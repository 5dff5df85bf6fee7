"""Any layer of lines becomes a network: cut where lines meet, without doubles, its loose ends told."""

from __future__ import annotations

import geopandas as gpd
import pytest

from gis_app.exchange.importing import import_layer
from gis_app.layers.atlas import Atlas
from gis_app.storage.layers import read_layer, read_layers
from tests.exchange.streets import geojson

CROSS = (([(-1, 0), (1, 0)], {"编号": "A"}), ([(0, -1), (0, 1)], {"编号": "B"}))


@pytest.fixture
def brought(empty_store, tmp_path):
    """Import lines and return the report with the streets there are."""

    def bring(*lines, name="lines.geojson", **more):
        report = import_layer(empty_store, "streets", geojson(tmp_path / name, *lines), **more)
        assert report.ok, report.faults
        with empty_store.read() as conn:
            return {f.message_code: f for f in report.warnings}, read_layer(conn, "streets")

    return bring


def test_lines_that_cross_are_joined_and_it_is_told(brought):
    warnings, streets = brought(*CROSS)
    assert streets["street_code"].tolist() == ["A-1", "A-2", "B-1", "B-2"]
    assert "streets_joined" in warnings and "1 处" in warnings["streets_joined"].message


@pytest.mark.parametrize("column", [{"桥梁": "是"}, {"bridge": "yes"}, {"bridge": "viaduct"}, {"layer": 1}])
def test_a_bridge_is_not_joined_to_what_it_crosses(brought, column):
    over = (CROSS[0][0], CROSS[0][1] | column)
    warnings, streets = brought(over, CROSS[1])
    assert streets["street_code"].tolist() == ["A", "B"]
    assert "streets_joined" not in warnings and "streets_unconnected" in warnings
    assert bool(streets["bridge"].iloc[0]) is ("layer" not in column)


def test_doubles_and_points_are_dropped_and_told(brought):
    same = ([(1, 0), (-1, 0)], {"编号": "C"})
    nothing = ([(0.5, 0), (0.5, 0)], {"编号": "D"})
    warnings, streets = brought(CROSS[0], same, nothing)
    assert streets["street_code"].tolist() == ["A"]
    assert {"streets_doubled", "streets_stubs"} <= set(warnings)


def test_a_loose_end_close_to_a_street_is_told_and_left_loose(brought):
    warnings, streets = brought(CROSS[0], ([(0, 0.000003 / 0.001), (0, 1)], {"编号": "B"}))
    told = warnings["street_gap"]
    assert "B" in told.message and "A" in told.message and "0.33 米" in told.message
    assert "114.46" in told.message and told.remedy
    assert streets["street_code"].tolist() == ["A", "B"]


def test_a_piece_that_hangs_alone_is_told_with_length_place_and_codes(brought):
    warnings, _ = brought(*CROSS, ([(5, 5), (6, 5)], {"编号": "E"}))
    told = warnings["streets_unconnected"]
    assert "92 米" in told.message and "114.47" in told.message and told.message.endswith("E")


def test_a_street_that_comes_later_is_joined_to_those_there(brought, empty_store):
    brought(CROSS[0])
    _, streets = brought(CROSS[1], name="later.geojson", mode="add")
    assert sorted(streets["street_code"]) == ["A-1", "A-2", "B-1", "B-2"]
    with empty_store.read() as conn:
        network = Atlas.build(read_layers(conn)).street_network
    assert set(network.components()) == {0}


def test_a_street_drawn_anew_leaves_no_former_piece(brought):
    brought(*CROSS)
    _, streets = brought(([(-1, 0), (-0.5, 0.5)], {"编号": "A"}), name="anew.geojson", mode="update")
    assert sorted(streets["street_code"]) == ["A", "B-1", "B-2"]


def test_a_code_on_two_lines_stays_a_fault(empty_store, tmp_path):
    path = geojson(tmp_path / "a.geojson", CROSS[0], (CROSS[1][0], {"编号": "A"}))
    report = import_layer(empty_store, "streets", path)
    assert {found.message_code for found in report.faults} == {"duplicate_code"}


def test_metres_are_joined_as_degrees_are(empty_store, tmp_path):
    frame = gpd.read_file(geojson(tmp_path / "a.geojson", *CROSS)).to_crs("EPSG:4547")
    frame.to_file(tmp_path / "a.gpkg", layer="streets", driver="GPKG")
    report = import_layer(empty_store, "streets", tmp_path / "a.gpkg")
    assert report.ok and report.inserted == 4


def test_a_tangle_is_refused(empty_store, tmp_path):
    fan = [([(i / 50, 0), (60 - i / 50, 60)], {}) for i in range(2000)]
    report = import_layer(empty_store, "streets", geojson(tmp_path / "a.geojson", *fan))
    assert {found.message_code for found in report.faults} == {"streets_tangled"}


def test_gates_come_in_from_a_table_and_close_the_way(county_store, tmp_path):
    path = tmp_path / "gates.csv"
    path.write_text(
        "编号,名称,经度,纬度,通行\nN1,东门,114.467,34.480,常开\nN2,西门,114.468,34.480,封闭\n", "utf-8"
    )
    report = import_layer(county_store, "gates", path, crs="EPSG:4490")
    assert report.ok and report.inserted == 2 and report.removed == 120
    with county_store.read() as conn:
        gates = read_layer(conn, "gates").set_index("gate_code")
    assert gates["passage"].to_dict() == {"N1": "open", "N2": "closed"}
    assert gates["block_code"].str.fullmatch(r"B\d{5}").all()
