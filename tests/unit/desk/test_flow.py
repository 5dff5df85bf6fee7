"""A file goes through the desk: read, guessed, chosen, checked, taken in, in this order and no other."""

from __future__ import annotations

import json

import pytest

from gis_app import desk
from gis_app.errors import BadInput, Conflict, Forbidden, NotFound, Stale, TooLarge
from gis_app.people.roles import Role
from gis_app.storage import audit, imports
from gis_app.storage.layers import read_layer, replace_layer
from tests.exchange import samples
from tests.unit.desk.hand import Desk, person


@pytest.fixture
def grids(new_desk: Desk, tmp_path) -> str:
    """Return an import of nine grids that has been read."""
    return new_desk.put(samples.write(samples.grids(), tmp_path / "通许网格.gpkg"))


def trail(new_desk: Desk, tag: str) -> list:
    with new_desk.store.read() as conn:
        return audit.read_rows(conn, tag)


def test_a_file_is_read_and_guessed_before_anything_is_chosen(new_desk, grids):
    state = new_desk.state(grids)
    assert state["state"] == "choosing"
    assert [(one["rows"], one["geometry"]) for one in state["read"]["tables"]] == [(9, "polygon")]
    assert (state["guess"]["layer"], state["guess"]["columns"]["name"]["column"]) == ("grids", "网格名称")
    assert state["choices"] is None and state["can"] == ["choose", "discard"]
    assert json.loads(new_desk.call("shapes", grids).body)["total"] == 9


def test_nothing_is_written_before_it_is_taken_in(new_desk, grids):
    state = new_desk.check(grids, layer="grids")
    assert (state["state"], state["findings"]["inserted"]) == ("checked", 9)
    assert [one["row"] for one in state["preview"]["rows"]] == list(range(1, 10))
    with new_desk.store.read() as conn:
        assert len(read_layer(conn, "grids")) == 0


def test_taking_in_is_one_change_with_one_row_in_the_trail(new_desk, grids):
    new_desk.check(grids, layer="grids")
    assert new_desk.take_in(grids)["state"] == "taken_in"
    with new_desk.store.read() as conn:
        assert sorted(read_layer(conn, "grids")["name"]) == sorted(samples.NAMES)
    (row,) = trail(new_desk, "layers:layer:imported")
    assert trail(new_desk, "layers:layer:replaced") == []
    assert (row.actor, row.subject) == ("planner7", "grids")
    assert "通许网格" not in json.dumps(row.detail, ensure_ascii=False)


def test_what_a_person_chooses_goes_before_the_guess(new_desk, grids):
    columns = {"name": None, "households": "户数"}
    state = new_desk.check(grids, layer="grids", columns=columns, crs="EPSG:4547")
    assert state["choices"]["columns"]["name"] is None
    assert "missing_name" in {one["code"] for one in state["findings"]["faults_by"]}


def test_a_tab_that_shows_an_older_version_changes_nothing(new_desk, grids):
    seen = new_desk.state(grids)["version"]
    new_desk.check(grids, layer="grids")
    checked = new_desk.state(grids)["version"]
    with pytest.raises(Stale):
        new_desk.call("choose", grids, {"layer": "blocks"}, seen)
    new_desk.check(grids, layer="grids", mode="add")
    with pytest.raises(Stale):
        new_desk.call("take_in", grids, checked)
    assert new_desk.state(grids)["choices"]["mode"] == "add"


def test_of_two_tabs_that_take_in_at_once_only_one_does(new_desk, grids):
    version = new_desk.check(grids, layer="grids")["version"]
    new_desk.call("take_in", grids, version)
    with pytest.raises(Conflict):
        new_desk.call("take_in", grids, version)
    new_desk.work()
    assert len(trail(new_desk, "layers:layer:imported")) == 1


def test_layers_that_changed_after_the_check_are_checked_anew_and_nothing_is_written(new_desk, grids):
    new_desk.check(grids, layer="grids")
    with new_desk.store.write() as conn:
        replace_layer(conn, "water", read_layer(conn, "water"))
    with pytest.raises(Conflict) as refused:
        new_desk.call("take_in", grids, new_desk.state(grids)["version"])
    assert refused.value.code == "store_moved"
    assert new_desk.state(grids)["state"] == "checking"
    new_desk.work()
    assert new_desk.take_in(grids)["state"] == "taken_in"


def test_layers_that_change_while_it_is_taken_in_send_it_back_with_the_reason(new_desk, grids):
    new_desk.check(grids, layer="grids")
    new_desk.call("take_in", grids, new_desk.state(grids)["version"])
    with new_desk.store.write() as conn:
        replace_layer(conn, "water", read_layer(conn, "water"))
    new_desk.work()
    state = new_desk.state(grids)
    assert (state["state"], state["error"]["code"]) == ("checked", "store_moved")
    with new_desk.store.read() as conn:
        assert len(read_layer(conn, "grids")) == 0


def test_a_file_with_errors_is_not_taken_in(new_desk, tmp_path):
    frame = samples.grids()
    frame.loc[1, "geometry"] = frame.geometry[0].buffer(-50)
    number = new_desk.put(samples.write(frame, tmp_path / "g.gpkg"))
    state = new_desk.check(number, layer="grids")
    assert state["findings"]["errors"] and "take_in" not in state["can"]
    with pytest.raises(Conflict) as refused:
        new_desk.call("take_in", number, state["version"])
    assert refused.value.code == "import_has_errors"
    listed = new_desk.call("faults", number, severity="error")
    assert listed["total"] == state["findings"]["errors"]
    assert {(one["row"], one["code"]) for one in listed["items"]} == {(2, "overlap")}
    assert all(114 < one["lon"] < 115 for one in listed["items"])
    marked = json.loads(new_desk.call("shapes", number).body)["features"]
    assert [one["properties"]["faults"] for one in marked][:3] == [0, 1, 0]
    rows, faults, columns = new_desk.call("fault_rows", number)
    assert (list(rows.index), columns["name"]) == (list(range(1, 10)), "网格名称")
    assert {one.row for one in faults if one.is_error} == {2}


MEANT_BY_NOBODY = (
    ({"layer": "roads"}, "layer"),
    ({"layer": ["grids"]}, "layer"),
    ({"layer": "grids", "mode": "merge"}, "mode"),
    ({"layer": "grids", "table": 4}, "table"),
    ({"layer": "grids", "table": "0"}, "table"),
    ({"layer": "grids", "columns": {"name": "没有"}}, "columns.name"),
    ({"layer": "grids", "columns": {"colour": "户数"}}, "columns.colour"),
    ({"layer": "grids", "columns": {"name": "户数", "households": "户数"}}, "columns.name"),
    ({"layer": "grids", "columns": [1]}, "columns"),
    ({"layer": "grids", "crs": "EPSG:99"}, "crs"),
    ({"layer": "grids", "crs": 4547}, "crs"),
    ({"layer": "grids", "repairs": [1]}, "repairs"),
)


def test_a_choice_that_cannot_be_meant_is_refused_by_its_name(new_desk, grids):
    for choices, field in MEANT_BY_NOBODY:
        with pytest.raises(BadInput) as refused:
            new_desk.call("choose", grids, choices)
        assert field in refused.value.fields, choices
    assert new_desk.state(grids)["state"] == "choosing"


def test_an_import_is_its_owners_and_the_administrators_only(new_desk, grids):
    for other in (person(8), person(7, Role.LEADER), person(7, Role.PLANNER, "410222001001")):
        with pytest.raises((NotFound, Forbidden)):
            desk.state(new_desk.store, new_desk.settings, other, grids)
    admin = person(9, Role.ADMINISTRATOR)
    assert desk.state(new_desk.store, new_desk.settings, admin, grids)["id"] == grids
    assert desk.latest(new_desk.store, new_desk.settings, person(8))["total"] == 0
    assert desk.latest(new_desk.store, new_desk.settings, admin)["total"] == 1


def test_a_number_that_is_no_import_is_not_found(new_desk):
    for number in ("", "../../gis.sqlite3", "0" * 16, "x" * 4000):
        with pytest.raises(NotFound):
            new_desk.state(number)


def test_a_file_that_is_too_large_leaves_nothing(new_desk, tmp_path):
    small = new_desk.settings.model_copy(update={"import_max_mib": 1})
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 600_000)
    for length in (path.stat().st_size, None):
        with path.open("rb") as stream, pytest.raises(TooLarge):
            desk.receive(new_desk.store, small, new_desk.person, "a.csv", stream, length)
    assert list((new_desk.instance / "imports").glob("*")) == []
    with new_desk.store.read() as conn:
        assert imports.known_imports(conn) == set()
