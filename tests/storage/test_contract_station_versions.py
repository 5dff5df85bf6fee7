"""A past day's stations are those of that day, whatever the layer is now."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gis_app import clock
from gis_app.errors import NotFound
from gis_app.storage import station_versions, what_if_scenarios
from gis_app.storage.layers import replace_layer
from tests.factory import toy_layers

FIRST = datetime(2024, 1, 10, 9, tzinfo=clock.ZONE)


def test_versions_begin_and_end_when_the_layer_changes(store):
    layer = toy_layers()["stations"]
    with store.write() as conn:
        replace_layer(conn, "stations", layer)
        assert station_versions.first_day(conn) is None
        bigger = layer.assign(capacity=layer["capacity"] + 5)[layer["station_code"] != "Z003"]
        assert station_versions.note_stations(conn, bigger, FIRST) == 2
        assert station_versions.note_stations(conn, bigger, FIRST + timedelta(days=1)) == 0
    with store.read() as conn:
        before = station_versions.stations_as_of(conn, FIRST - timedelta(seconds=1))
        after = station_versions.stations_as_of(conn, FIRST)
        assert station_versions.first_day(conn) == FIRST
    assert before["station_code"].tolist() == ["Z001", "Z002", "Z003"]
    assert before["capacity"].tolist() == layer["capacity"].tolist()
    assert before.geometry.geom_equals_exact(layer.geometry, 1e-9).all()
    assert after["capacity"].tolist() == bigger["capacity"].tolist()


def test_a_what_if_is_kept_and_deleted(store):
    with store.write() as conn:
        number = what_if_scenarios.keep_scenario(conn, "南片", "[]", "{}", "{}", 1, None, "planner", FIRST)
        assert [row.name for row in what_if_scenarios.read_scenarios(conn)] == ["南片"]
        what_if_scenarios.drop_scenario(conn, number, "planner")
        with pytest.raises(NotFound):
            what_if_scenarios.find_scenario(conn, number)
