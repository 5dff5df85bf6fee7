"""Undoing brings back every row and every byte of what was there, or says why it does not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import text

from gis_app.errors import Conflict
from gis_app.storage import audit
from gis_app.storage.layers import LAYER_NAMES, read_layer, replace_layer
from tests.exchange import samples
from tests.unit.desk.hand import Desk

PLAIN = [name for name in LAYER_NAMES if name != "grids"]
IN_FORCE = "(SELECT plan_id FROM plans WHERE state = 'published')"
QUERIES = {name: f"SELECT * FROM {name} ORDER BY 1" for name in PLAIN} | {
    "grids": f"SELECT grid_code, name, community_code, geometry FROM grids WHERE plan_id = {IN_FORCE} "
    "ORDER BY grid_code",
    "plan_blocks": f"SELECT block_code, grid_code FROM plan_blocks WHERE plan_id = {IN_FORCE} ORDER BY 1",
}


def rows(county_desk: Desk) -> dict[str, list]:
    """Return every row of every layer as the database holds it, shapes as bytes."""
    with county_desk.store.read() as conn:
        return {name: [tuple(row) for row in conn.execute(text(query))] for name, query in QUERIES.items()}


def layer(county_desk: Desk, name: str) -> gpd.GeoDataFrame:
    with county_desk.store.read() as conn:
        return read_layer(conn, name)


def put(county_desk: Desk, tmp_path, frame: gpd.GeoDataFrame, name: str) -> str:
    path = tmp_path / f"{name}.gpkg"
    frame.to_file(path, driver="GPKG")
    return county_desk.put(path)


def stations(county_desk: Desk) -> gpd.GeoDataFrame:
    """Return the stations a little to the north, two of them gone and one new."""
    frame = layer(county_desk, "stations").iloc[2:].copy()
    frame["geometry"] = shapely.transform(frame.geometry.values, lambda xy: xy + np.array([0, 1e-4]))
    frame.loc[frame.index[0], ["station_code", "name"]] = ["S90001", "新站"]
    return frame


def test_stations_come_back_as_they_were(county_desk, tmp_path):
    before = rows(county_desk)
    number = put(county_desk, tmp_path, stations(county_desk), "stations")
    state = county_desk.check(number, layer="stations", mode="replace")
    found = state["findings"]
    count = len(before["stations"])
    assert (found["inserted"], found["updated"], found["removed"]) == (1, count - 3, 3), state
    assert county_desk.take_in(number)["undo"] == {"possible": True, "why": ""}
    assert rows(county_desk)["stations"] != before["stations"]
    state = county_desk.undo(number)
    assert (state["state"], state["undone_at"] is not None) == ("undone", True)
    assert rows(county_desk) == before
    with county_desk.store.read() as conn:
        assert len(audit.read_rows(conn, "layers:layer:undone")) == 1
        assert audit.verify(conn) is None


def test_grids_come_back_with_their_blocks(county_desk, tmp_path):
    before = rows(county_desk)
    grids = layer(county_desk, "grids").drop(columns="community_code")
    grids["grid_code"] = [f"{code[:12]}{900 - at:03d}" for at, code in enumerate(grids["grid_code"])]
    number = put(county_desk, tmp_path, grids, "grids")
    state = county_desk.check(number, layer="grids", mode="replace")
    assert state["findings"]["errors"] == 0, state["findings"]["faults_by"]
    county_desk.take_in(number)
    assert rows(county_desk)["plan_blocks"] != before["plan_blocks"]
    county_desk.undo(number)
    assert rows(county_desk) == before


def test_the_first_county_goes_away_again(new_desk, tmp_path):
    number = new_desk.put(samples.write(samples.grids(), tmp_path / "通许网格.gpkg"))
    new_desk.check(number, layer="grids")
    new_desk.take_in(number)
    new_desk.undo(number)
    with new_desk.store.read() as conn:
        assert {name: len(read_layer(conn, name)) for name in LAYER_NAMES} == dict.fromkeys(LAYER_NAMES, 0)


def test_it_is_refused_when_the_layers_moved_on_and_nothing_changes(county_desk, tmp_path):
    number = put(county_desk, tmp_path, stations(county_desk), "stations")
    county_desk.check(number, layer="stations", mode="replace")
    county_desk.take_in(number)
    with county_desk.store.write() as conn:
        replace_layer(conn, "water", read_layer(conn, "water"))
    now = rows(county_desk)
    state = county_desk.state(number)
    assert "undo" not in state["can"] and "之后" in state["undo"]["why"]
    with pytest.raises(Conflict) as refused:
        county_desk.undo(number)
    assert (refused.value.code, rows(county_desk) == now) == ("undo_refused", True)


def test_only_the_latest_is_undone_and_only_once(county_desk, tmp_path):
    first = put(county_desk, tmp_path, stations(county_desk), "stations")
    county_desk.check(first, layer="stations", mode="replace")
    county_desk.take_in(first)
    second = put(county_desk, tmp_path, layer(county_desk, "water"), "water")
    county_desk.check(second, layer="water")
    county_desk.take_in(second)
    with pytest.raises(Conflict):
        county_desk.undo(first)
    version = county_desk.state(second)["version"]
    county_desk.call("undo", second, version)
    with pytest.raises(Conflict):
        county_desk.call("undo", second, version)
    county_desk.work()
    assert county_desk.state(second)["state"] == "undone"


def test_a_cancelled_undoing_leaves_the_import_where_it_was(county_desk, tmp_path):
    number = put(county_desk, tmp_path, stations(county_desk), "stations")
    county_desk.check(number, layer="stations", mode="replace")
    county_desk.take_in(number)
    now = rows(county_desk)
    county_desk.call("undo", number, county_desk.state(number)["version"])
    county_desk.call("cancel", number)
    county_desk.work()
    state = county_desk.state(number)
    assert (state["state"], rows(county_desk) == now) == ("taken_in", True)
    assert county_desk.undo(number)["state"] == "undone"


def test_layers_that_change_while_it_waits_stop_the_undoing_with_the_reason(county_desk, tmp_path):
    number = put(county_desk, tmp_path, stations(county_desk), "stations")
    county_desk.check(number, layer="stations", mode="replace")
    county_desk.take_in(number)
    county_desk.call("undo", number, county_desk.state(number)["version"])
    with county_desk.store.write() as conn:
        replace_layer(conn, "water", read_layer(conn, "water"))
    now = rows(county_desk)
    county_desk.work()
    state = county_desk.state(number)
    assert (state["state"], state["error"]["code"]) == ("taken_in", "undo_refused")
    assert rows(county_desk) == now


def test_rows_that_stay_as_they_are_are_counted_as_unchanged(county_desk, tmp_path):
    number = put(county_desk, tmp_path, layer(county_desk, "stations"), "stations")
    found = county_desk.check(number, layer="stations", mode="update")["findings"]
    assert (found["inserted"], found["updated"], found["unchanged"]) == (0, 0, found["rows"])
