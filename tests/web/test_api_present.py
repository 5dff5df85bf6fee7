"""What /api/v1 says of this moment and of a part: a closed station, an area, a page between, a busy store."""

from __future__ import annotations

import time

from gis_app import clock
from gis_app.storage import station_status
from gis_app.web.services import KEY
from tests.factory import COMMUNITIES
from tests.web.test_api_reading import data_key

WITHOUT_WAITING_S = 4  # who waits does so for five


def test_a_page_that_begins_within_the_first_is_preceded_by_what_is_left(as_role):
    client = as_role("leader")
    whole, told = client.get("/api/v1/grids").json["items"], client.get("/api/v1/grids?limit=3&offset=2").json
    assert client.get(told["previous"]).json["items"] + told["items"] == whole[:5]


def test_coverage_of_an_area_has_the_sum_of_that_area_beside_it(as_role):
    client = as_role("leader")
    rows = {row["code"]: row for row in client.get("/api/v1/coverage?level=community").json["items"]}
    for code in COMMUNITIES:
        told = client.get(f"/api/v1/coverage?area={code}").json["summary"]
        assert told == {name: rows[code][name] for name in told}


def test_a_station_that_is_closed_just_now_says_so(own_app):
    app = own_app()
    with app.extensions[KEY].store.write() as conn:
        station_status.set_status(conn, "Z001", 0, "closed", "停电", None, "duty", "duty_staff", clock.now())
    client, header = app.test_client(), data_key(app)
    listed = {
        row["station_code"]: row for row in client.get("/api/v1/stations", headers=header).json["items"]
    }
    one = client.get("/api/v1/stations/Z001", headers=header).json
    assert (
        (one["status"], one["status_now"])
        == ("open", "closed_now")
        == (
            listed["Z001"]["status"],
            listed["Z001"]["status_now"],
        )
    )
    assert listed["Z002"]["status_now"] == listed["Z002"]["status"]


def test_who_reads_by_a_key_does_not_wait_for_who_writes_and_keeps_to_the_limit(own_app):
    app = own_app()
    header = data_key(app, limit=3)
    client = app.test_client()
    with clock.frozen(clock.now()):
        with app.extensions[KEY].store.write():
            begun = time.monotonic()
            assert [client.get("/api/v1/grids", headers=header).status_code for _ in range(4)] == [
                200
            ] * 3 + [429]
            assert time.monotonic() - begun < WITHOUT_WAITING_S
        assert client.get("/api/v1/grids", headers=header).status_code == 429, "they are counted afterwards"
