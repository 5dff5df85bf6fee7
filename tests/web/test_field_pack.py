"""The pack holds what a phone needs without a network, for its own account, small, and true to the county."""

from __future__ import annotations

from datetime import datetime, timedelta

import brotli
import numpy as np
import orjson
import pytest

from gis_app import clock
from gis_app.geo.crs import LONLAT, project
from gis_app.storage import station_status
from gis_app.web.current import Snapshots
from gis_app.web.services import KEY
from tests.factory import COMMUNITIES, GRIDS
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.incidents import clients

BUDGET = 150_000


def pack_of(client) -> dict:
    """Return the pack of whoever is signed in."""
    answer = client.get("/field/pack.json")
    assert answer.status_code == 200, answer.text
    return answer.json


def line_of(deltas: list[int]) -> np.ndarray:
    """Return the vertices (n, 2) in degrees of a line or ring of the pack."""
    return np.cumsum(np.array(deltas).reshape(-1, 2), axis=0) / 1e6


def test_the_pack_of_a_worker_says_who_when_and_where(as_role):
    pack = pack_of(as_role("grid_worker"))
    assert (pack["format"], pack["whole"]) == (1, True)
    assert pack["account"]["role"] == "grid_worker" and pack["account"]["scope_code"] == COMMUNITIES[0]
    assert len(pack["account"]["key"]) == 32
    assert pack["county"]["name"] == "示例县" and len(pack["county"]["bounds"]) == 4
    assert pack["expires_at"] - pack["made_at"] == 7 * 24 * 3600
    assert abs(pack["server_time"] - clock.now().timestamp()) < 60
    own = {grid["code"] for grid in pack["grids"] if grid["own"]}
    assert own == set(GRIDS[:2]) and {grid["code"] for grid in pack["grids"]} == set(GRIDS)


def test_who_answers_stands_with_each_grid_and_only_whole_numbers_are_dialled(as_role):
    grids = {grid["code"]: grid for grid in pack_of(as_role("leader"))["grids"]}
    posts = grids[GRIDS[0]]["posts"]
    assert posts[0]["role"] == "grid_worker" and posts[0]["name"] == "孙一"
    assert posts[0]["phone"] == "138****3333" and posts[0]["tel"] == ""
    assert posts[-1]["role"] == "service_line" and posts[-1]["tel"] == "12345"
    assert grids[GRIDS[1]]["posts"][0]["vacant"]


def test_the_streets_are_the_network_itself(toy_app, as_role):
    streets = pack_of(as_role("grid_worker"))["streets"]
    edges, store = streets["edges"], toy_app.extensions[KEY].store
    atlas = Snapshots(store).newest().atlas
    network = atlas.street_network
    assert len({len(values) for values in edges.values()}) == 1 and len(edges["a"]) == len(network.length)
    assert set(edges["a"]) | set(edges["b"]) == set(range(streets["nodes"]))
    assert sum(edges["length"]) / 10 == pytest.approx(network.length.sum(), rel=1e-4)
    ends = {}
    for a, b, deltas, length in zip(edges["a"], edges["b"], edges["line"], edges["length"], strict=True):
        line = line_of(deltas)
        metres = np.hypot(*np.diff(project(line, LONLAT, atlas.metric_crs), axis=0).T).sum()
        assert length / 10 == pytest.approx(metres, abs=0.3)
        for node, place in ((a, line[0]), (b, line[-1])):
            assert np.allclose(ends.setdefault(node, place), place, atol=2e-6)


def test_stations_stand_on_the_streets_with_their_hours_and_links(as_role):
    pack = pack_of(as_role("grid_worker"))
    stations = {one["code"]: one for one in pack["stations"]}
    one, edges = stations["Z002"], pack["streets"]["edges"]
    assert one["amenities"] == ["charging"] and one["status"] == "open" and one["grid_code"] == GRIDS[2]
    assert 0 <= one["position"] <= edges["length"][one["edge"]] and one["leg"] == pytest.approx(100, abs=2)
    assert set(one["links"]) >= {"amap", "baidu", "tencent", "system"}
    midnight = datetime.combine(clock.now().date(), datetime.min.time(), clock.ZONE)
    assert one["spans"][0][0] == int((midnight + timedelta(hours=8)).timestamp()) and len(one["spans"]) == 8
    assert stations["Z001"]["spans"] == [
        [int(midnight.timestamp()), int((midnight + timedelta(days=8)).timestamp())]
    ]


def test_rings_classes_places_and_patrols(as_role):
    pack = pack_of(as_role("grid_worker"))
    ring = line_of(pack["grids"][0]["rings"][0])
    assert np.array_equal(ring[0], ring[-1]) and len(ring) >= 5
    codes = {one["class_code"] for one in pack["classes"]}
    assert (
        codes == {"C1", "C2"}
        and not {one["class_code"]: one for one in pack["classes"]}["C2"]["location_public"]
    )
    assert {place["kind"] for place in pack["places"]} == {"grid", "station", "block"}
    assert set(pack["patrol"]) == set(GRIDS[:2])
    assert [stop["code"] for stop in pack["patrol"][GRIDS[0]]] == ["Z001"]
    assert pack_of(as_role("dispatcher"))["patrol"] == {}


def test_the_same_pack_is_not_sent_twice_but_the_time_is(as_role):
    client = as_role("grid_worker")
    first = client.get("/field/pack.json", headers={"Accept-Encoding": "br"})
    again = client.get(
        "/field/pack.json", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert abs(float(again.headers["X-Server-Time"]) - clock.now().timestamp()) < 60
    assert first.headers["Cache-Control"] == "private, no-cache" and "Cookie" in first.headers["Vary"]
    other = as_role("leader").get("/field/pack.json", headers={"Accept-Encoding": "br"})
    assert other.headers["ETag"] != first.headers["ETag"]


def test_another_scope_or_role_has_another_key(as_role):
    keys = {pack_of(as_role(role))["account"]["key"] for role in ("grid_worker", "leader", "dispatcher")}
    assert len(keys) == 3
    assert pack_of(as_role("leader"))["account"]["key"] == pack_of(as_role("leader"))["account"]["key"]


def test_a_station_that_closes_is_in_the_next_pack(own_app):
    app = own_app()
    worker = clients(app)("grid_worker")
    before = worker.get("/field/pack.json")
    store, now = app.extensions[KEY].store, clock.now()
    with store.write() as conn:
        station_status.set_status(conn, "Z001", 0, "closed", "停电", None, "tests", "dispatcher", now)
    after = worker.get("/field/pack.json", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    told = {one["code"]: one for one in after.json["stations"]}["Z001"]
    assert (told["status"], told["status_note"]) == ("closed", "停电")


def test_the_reference_county_s_pack_keeps_to_its_budget(client_as):
    answer = client_as("grid_worker").get("/field/pack.json", headers={"Accept-Encoding": "br"})
    assert len(answer.data) <= BUDGET
    pack = orjson.loads(brotli.decompress(answer.data))
    assert len(pack["grids"]) == 89 and pack["whole"]
    assert 4 <= sum(one["frequent"] for one in pack["classes"]) <= 8
    assert {place["kind"] for place in pack["places"]} == {"grid", "station", "street", "block"}
    assert "138" not in {post["tel"][:3] for grid in pack["grids"] for post in grid["posts"]}


def test_a_stranger_gets_no_pack_but_the_program_itself(as_role):
    stranger = as_role(None)
    assert stranger.get("/field/pack.json").status_code == 401
    assert stranger.get("/field").location == "/sign-in?next=/field"
    assert stranger.get("/field/manifest.webmanifest").status_code == 200
    assert stranger.get("/field/service-worker.js").status_code == 200
    assert stranger.post("/field/here", json={}, headers=FROM_OUR_PAGE).status_code == 401
