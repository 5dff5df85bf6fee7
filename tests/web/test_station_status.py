"""How a station is just now: said by whoever may, heard by everybody, forgotten when it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gis_app import clock
from gis_app.stations.opening import open_mask
from gis_app.storage import audit, station_status
from gis_app.storage.layers import read_layer, replace_layer
from gis_app.web.services import KEY
from tests.web.conftest import FROM_OUR_PAGE, sign_in

NOON = datetime(2026, 7, 6, 12, 0, tzinfo=clock.ZONE)  # a Monday


@pytest.fixture
def people(own_app):
    """Return a function that gives a client of the test's own application, signed in with a role."""
    application = own_app()

    def client(role: str):
        found = application.test_client()
        sign_in(found, role)
        return found

    client.store = application.extensions[KEY].store
    return client


def put(client, said: dict, version: str | None = "0", code: str = "Z001"):
    headers = FROM_OUR_PAGE | ({} if version is None else {"If-Match": f'"{version}"'})
    return client.put(f"/stations/{code}/status", json=said, headers=headers)


def told(client, code: str = "Z001") -> str:
    return client.get("/stations/status.json").json["stations"].get(code, {"status": "open"})["status"]


def test_a_closure_is_heard_everywhere_at_the_next_asking(people):
    duty, leader = people("duty_staff"), people("leader")
    pages = {
        name: leader.get(name) for name in ("/stations/status.json", "/stations/Z001.json", "/figures.json")
    }
    before = {name: answer.headers["ETag"] for name, answer in pages.items()}
    layer = leader.get("/layers/stations.geojson")
    answer = put(duty, {"status": "closed", "note": "停电"})
    assert answer.status_code == 200 and answer.json["version"] == 1 and answer.headers["ETag"] == '"1"'
    for name, tag in before.items():
        again = leader.get(name, headers={"If-None-Match": tag})
        assert again.status_code == 200, name
    assert told(leader) == "closed"
    assert leader.get("/stations/Z001.json").json["now"] | {"updated_at": ""} == {
        "status": "closed", "label": "临时关闭", "note": "停电", "until": None, "until_text": "",
        "version": 1, "updated_at": "", "updated_role": "duty_staff",
    }  # fmt: skip
    figure = next(one for one in leader.get("/figures.json").json if one["code"] == "warm_stations")
    assert figure["note"] == "1 个临时关闭" and figure["note"] in leader.get("/map").text
    assert "临时关闭" in leader.get("/stations/Z001").text
    for address in (
        "/layers/stations/table?status_now=closed_now",
        "/layers/stations.csv?status_now=临时关闭",
    ):
        assert "Z001" in leader.get(address).text and "Z001" not in leader.get(f"{address}&q=没有").text
    # the county itself has not moved
    same = leader.get("/layers/stations.geojson", headers={"If-None-Match": layer.headers["ETag"]})
    assert same.status_code == 304


def test_a_closed_station_is_no_answer_to_who_is_nearest(people):
    duty, worker = people("duty_staff"), people("grid_worker")
    with people.store.read() as conn:
        assert station_status.change_number(conn) == 0
    place = worker.get("/stations/Z001.json").json
    asked = {"lon": place["lon"], "lat": place["lat"], "accuracy_m": 5, "crs": "wgs84", "count": 10}

    def nearest() -> set[str]:
        found = worker.post("/field/nearest", json=asked, headers=FROM_OUR_PAGE)
        return {one["station_code"] for one in found.json["stations"]}

    with clock.frozen(NOON):
        duty, worker = people("duty_staff"), people("grid_worker")
        assert "Z001" in nearest()
        assert put(duty, {"status": "closed"}).status_code == 200
        assert "Z001" not in nearest()
        assert put(duty, {"status": "full"}, "1").status_code == 200
        assert "Z001" in nearest()


def test_a_status_ends_by_itself(people):
    with clock.frozen(NOON):
        duty, leader = people("duty_staff"), people("leader")
        until = NOON + timedelta(minutes=20)
        assert put(duty, {"status": "out_of_water", "until": until.isoformat()}).status_code == 200
        page = leader.get("/stations/Z001").text
        assert "暂停供水" in page and "预计到 12:20" in page
        tag = leader.get("/stations/status.json").headers["ETag"]
        assert leader.get("/stations/status.json", headers={"If-None-Match": tag}).status_code == 304
    with clock.frozen(until):
        assert leader.get("/stations/status.json", headers={"If-None-Match": tag}).status_code == 200
        assert told(leader) == "open"
        assert "预计到" not in leader.get("/stations/Z001").text


@pytest.mark.parametrize(
    ("role", "code", "status"),
    [
        ("duty_staff", "Z001", 200),
        ("duty_staff", "Z002", 403),
        ("grid_worker", "Z001", 200),
        ("grid_worker", "Z003", 403),
        ("dispatcher", "Z002", 200),
        ("administrator", "Z002", 200),
        ("leader", "Z001", 403),
        ("handler", "Z001", 403),
        ("dispatcher", "Z999", 404),
    ],
)
def test_who_may_say_how_a_station_is(people, role, code, status):
    client = people(role)
    answer = put(client, {"status": "full"}, code=code)
    assert answer.status_code == status, answer.text
    if status != 404:
        page = client.get(f"/stations/{code}").text
        assert ('id="status-form"' in page) == (status == 200)
        assert client.get(f"/stations/{code}.json").json["may_change"] == (status == 200)


@pytest.mark.parametrize(("version", "status"), [(None, 428), ("0", 412), ("7", 412), ("x", 412), ("1", 200)])
def test_who_comes_second_is_told(people, version, status):
    duty = people("duty_staff")
    put(duty, {"status": "full"})
    answer = put(duty, {"status": "closed"}, version)
    assert answer.status_code == status
    assert told(duty) == ("closed" if status == 200 else "full")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"status": "shut"}, "status"),
        ({}, "status"),
        ({"status": ["closed"]}, "status"),
        ({"status": "closed", "note": "字" * 201}, "note"),
        ({"status": "closed", "note": "a\x00b"}, "note"),
        ({"status": "closed", "note": 5}, "note"),
        ({"status": "closed", "until": "2020-01-01T00:00:00+08:00"}, "until"),
        ({"status": "closed", "until": "soon"}, "until"),
        ({"status": "closed", "until": -5}, "until"),
        ({"status": "closed", "colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(people, said, field):
    duty = people("duty_staff")
    answer = put(duty, said)
    assert answer.status_code == 400 and field in answer.json["error"]["fields"], answer.text
    assert told(duty) == "open"


def test_the_form_works_without_scripts_and_keeps_what_was_typed(people):
    duty = people("duty_staff")
    form = {"version": "0", "status": "closed", "note": "停水检修", "until": "2020-01-01T00:00"}
    refused = duty.post("/stations/Z001/status", data=form, headers=FROM_OUR_PAGE)
    assert refused.status_code == 400 and "停水检修" in refused.text and "应晚于现在" in refused.text
    soon = (clock.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    done = duty.post("/stations/Z001/status", data=form | {"until": soon}, headers=FROM_OUR_PAGE)
    assert done.status_code == 303
    page = duty.get(done.location).text
    assert "停水检修" in page and "状态已更新" in page and "值守人员" in page
    late = duty.post("/stations/Z001/status", data=form | {"until": ""}, headers=FROM_OUR_PAGE)
    assert late.status_code == 412


def test_a_station_that_the_layer_closes_stays_closed(people):
    with people.store.write() as conn:
        stations = read_layer(conn, "stations")
        replace_layer(conn, "stations", stations.assign(status=["planned", "closed", "open"]))
    dispatcher = people("dispatcher")
    for code in ("Z001", "Z002"):
        answer = put(dispatcher, {"status": "open"}, code=code)
        assert answer.status_code == 400 and answer.json["error"]["code"] == "station_not_serving"
        assert dispatcher.get(f"/stations/{code}.json").json["now"] is None
        assert 'id="status-form"' not in dispatcher.get(f"/stations/{code}").text


def test_every_change_is_in_the_trail_with_its_maker(people):
    put(people("duty_staff"), {"status": "full"})
    with people.store.read() as conn:
        (row,) = audit.read_rows(conn, "stations:status:changed")
        assert (row.actor, row.subject) == ("duty_staff", "Z001") and audit.verify(conn) is None


def test_the_mask_of_the_whole_county_is_quick(people):
    import time

    from gis_app.web.current import Snapshots

    stations = Snapshots(people.store).newest().atlas.stations
    began = time.perf_counter()
    for _ in range(20):
        open_mask(stations, {}, NOON)
    assert (time.perf_counter() - began) / 20 < 0.01
