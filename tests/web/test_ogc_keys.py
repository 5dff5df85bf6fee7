"""Keys for data: they open the data service as the role they stand for, and nothing else."""

from __future__ import annotations

import base64
import logging
import re

import pytest

from gis_app import clock
from gis_app.storage import api_keys
from gis_app.web.services import KEY
from tests.factory import COMMUNITIES, GRIDS
from tests.web.conftest import FROM_OUR_PAGE, sign_in
from tests.web.ogc_county import codes, data_key

BASIC = base64.b64encode(b"any:a-key-for-data").decode()
WAYS = [
    {"headers": {"Authorization": "Bearer a-key-for-data"}},
    {"headers": {"X-API-Key": "a-key-for-data"}},
    {"headers": {"Authorization": f"Basic {BASIC}"}},
    {"query_string": {"apikey": "a-key-for-data"}},
]


@pytest.fixture
def app(own_app):
    return own_app()


@pytest.mark.parametrize("way", WAYS)
def test_a_key_opens_the_service_in_every_way_that_clients_know(app, way):
    data_key(app)
    assert app.test_client().get("/ogc/collections/grids/items", **way).json["numberMatched"] == 4


def test_without_a_key_or_a_session_nothing_is_told(app):
    answer = app.test_client().get("/ogc/collections/grids/items")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")
    page = app.test_client().get("/ogc", headers={"Accept": "text/html"})
    assert page.status_code == 303 and page.location.startswith("/sign-in")


@pytest.mark.parametrize("wrong", ["", "no", "A-KEY-FOR-DATA", "x" * 5000, "键"])
def test_a_wrong_key_is_refused_also_beside_a_session(app, wrong):
    data_key(app)
    client = app.test_client()
    sign_in(client, "planner")
    answer = client.get("/ogc", headers={"X-API-Key": wrong.encode().decode("latin-1")})
    assert answer.status_code in (401, 431)


def test_a_revoked_key_opens_nothing_any_more(app):
    key = data_key(app)
    client = app.test_client()
    sign_in(client, "administrator")
    place = f"/api-keys/{api_keys.hashed(key)}/revoke"
    assert client.post(place, headers=FROM_OUR_PAGE).status_code == 303
    assert app.test_client().get("/ogc", headers={"X-API-Key": key}).status_code == 401


def test_a_key_opens_no_other_room(app):
    key = data_key(app, role="administrator")
    headers = {"X-API-Key": key, "Authorization": f"Bearer {key}"}
    for path in (
        "/layers/grids.geojson",
        "/incidents",
        "/figures.json",
        "/api-keys",
        "/layers/grids.csv",
    ):
        assert app.test_client().get(path, headers=headers).status_code in (303, 401), path


def test_a_key_of_one_kind_is_none_of_the_other(app):
    with app.extensions[KEY].store.write() as conn:
        api_keys.insert_api_key(conn, "reports-only", "某单位", "", 60, clock.now(), "administrator")
    assert app.test_client().get("/ogc", headers={"X-API-Key": "reports-only"}).status_code == 401
    key = data_key(app)
    form = {"api_key": key, "service_code": "C1", "lat": "34.48", "long": "113.46"}
    assert app.test_client().post("/open311/v2/requests.json", data=form).status_code == 403


def test_a_key_reads_the_incidents_of_its_area_only(app):
    data_key(app, "all")
    data_key(app, "west", scope=COMMUNITIES[0])
    client = app.test_client()
    everything = codes(client, "incidents", apikey="all", limit=100)
    west = client.get("/ogc/collections/incidents/items?apikey=west&limit=100").json["features"]
    assert 0 < len(west) < len(everything)
    assert {one["properties"]["grid_code"] for one in west} <= set(GRIDS[:2])
    hidden = next(code for code in everything if code not in {one["id"] for one in west})
    assert client.get(f"/ogc/collections/incidents/items/{hidden}?apikey=west").status_code == 404


def test_a_key_is_used_no_faster_than_its_limit(app):
    data_key(app, limit=3)
    client = app.test_client()
    answers = [client.get("/ogc?apikey=a-key-for-data") for _ in range(3)]
    # where the minute turned meanwhile the count began anew
    assert [one.status_code for one in answers[:3]] == [200] * 3
    assert 429 in {client.get("/ogc?apikey=a-key-for-data").status_code for _ in range(4)}
    assert client.get("/ogc?apikey=a-key-for-data").headers["Retry-After"]


def test_no_answer_and_no_log_repeats_a_key(app, caplog):
    data_key(app)
    log = logging.getLogger("gis_app")
    log.addHandler(caplog.handler)
    client = app.test_client()
    try:
        for path in ("?", "/collections?", "/collections/grids/items?limit=1&", "/api?", "/nothing?"):
            for shape in ("json", "html"):
                answer = client.get(f"/ogc{path}f={shape}&apikey=a-key-for-data")
                assert answer.status_code == (404 if path == "/nothing?" else 200)
                assert "a-key-for-data" not in answer.text + str(answer.headers)
    finally:
        log.removeHandler(caplog.handler)
    assert caplog.records and all("a-key-for-data" not in str(record.msg) for record in caplog.records)


def test_an_administrator_issues_a_key_for_data_on_the_same_page(app):
    client = app.test_client()
    sign_in(client, "administrator")
    form = {"name": "测绘院", "kind": "data", "role": "inspector", "scope_code": COMMUNITIES[1]}
    page = client.post("/api-keys", data=form, headers=FROM_OUR_PAGE)
    key = re.search(r'id="made-key"[^>]*>([^<]+)<', page.text)[1]
    with app.extensions[KEY].store.read() as conn:
        (row,) = api_keys.read_api_keys(conn)
    assert (row.kind, row.role, row.scope_code) == ("data", "inspector", COMMUNITIES[1])
    assert app.test_client().get("/ogc/collections", headers={"X-API-Key": key}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "all"}, {"role": "grid_worker"}, {"role": "god"}, {"scope_code": "999999"}, {"scope_code": "x"},
     {"scope_code": "４１０２２２"}],
)  # fmt: skip
def test_a_senseless_key_is_not_issued(app, wrong):
    client = app.test_client()
    sign_in(client, "administrator")
    form = {"name": "测绘院", "kind": "data", "role": "planner", "scope_code": ""} | wrong
    page = client.post("/api-keys", data=form, headers=FROM_OUR_PAGE)
    assert page.status_code == 400 and 'aria-invalid="true"' in page.text
    with app.extensions[KEY].store.read() as conn:
        assert api_keys.read_api_keys(conn) == []
