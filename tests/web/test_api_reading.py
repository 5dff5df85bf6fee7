"""What programs read under /api/v1: pages that join up, tags that spare bodies, keys and walls."""

from __future__ import annotations

import re

import pytest

from gis_app import clock
from gis_app.people.permissions import allowed
from gis_app.people.roles import Role
from gis_app.storage import api_keys, jobs
from gis_app.storage.api_keys import DataReader
from gis_app.web.access import access_of
from gis_app.web.api.room import OPERATIONS
from gis_app.web.services import KEY
from tests.factory import COMMUNITIES, GRIDS
from tests.web.incidents import clients, loop_app, report

READS = {
    operation.path: (endpoint, operation)
    for endpoint, operation in OPERATIONS.items()
    if "{" not in operation.path
}
LISTS = [path for path, (_, operation) in READS.items() if "offset" in operation.parameters]
SINGLE = [f"/api/v1/grids/{GRIDS[0]}", "/api/v1/stations/Z001", "/api/v1/plans/1", "/api/v1/blocks/B00001"]
INCIDENTS = ["/api/v1/incidents", "/api/v1/incident-classes"]
LINK = re.compile('<([^>]+)>; rel="([a-z-]+)"')


def links(answer) -> dict[str, str]:
    """Return the addresses of the Link headers by rel."""
    return {
        rel: address for header in answer.headers.getlist("Link") for address, rel in LINK.findall(header)
    }


def data_key(
    app, role: str = "leader", scope: str = "", key: str = "key-for-data", limit: int = 6000
) -> dict:
    """Issue a key for data and return the header that carries it."""
    with app.extensions[KEY].store.write() as conn:
        reader = DataReader(role, scope)
        api_keys.insert_api_key(conn, key, "测绘院", "", limit, clock.now(), "administrator", reader)
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("path", [*READS, *SINGLE, *INCIDENTS])
def test_everything_has_a_tag_and_spares_the_body_of_who_has_it(as_role, path):
    client = as_role("leader")
    with clock.frozen(clock.now()):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert first.status_code == 200 and first.mimetype == "application/json"
    assert again.status_code == 304 and again.data == b"" and again.headers["ETag"] == first.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert {"Authorization", "Cookie", "X-API-Key"} <= set(first.headers["Vary"].split(", "))


OWN_WORK = ("/api/v1/jobs", "/api/v1/exports")  # of which a stranger to them has none


@pytest.mark.parametrize("path", [*sorted(set(LISTS) - set(OWN_WORK)), "/api/v1/plans/1/grids"])
def test_pages_join_up_to_the_whole_list(as_role, path):
    client = as_role("administrator")
    whole = client.get(path).json
    assert whole["total"] == len(whole["items"]) > 0 and whole["next"] is None is whole["previous"]
    address, found, steps = f"{path}?limit=1", [], 0
    while address:
        answer = client.get(address)
        told, around = answer.json, links(answer)
        assert len(told["items"]) == 1 and told["total"] == whole["total"]
        assert told["next"] == around.get("next") and told["previous"] == around.get("prev")
        found, address, steps = found + told["items"], told["next"], steps + 1
    assert found == whole["items"] and steps == whole["total"]
    last = client.get(around["last"]).json
    assert last["items"] == whole["items"][-1:] and client.get(around["first"]).json["offset"] == 0
    beyond = client.get(f"{path}?offset=100000").json
    assert beyond["items"] == [] and beyond["next"] is None and client.get(beyond["previous"]).json["items"]


def test_links_keep_what_else_was_asked(as_role):
    answer = as_role("leader").get(f"/api/v1/grids?area={COMMUNITIES[0]}&q=网格&limit=1")
    following = as_role("leader").get(answer.json["next"]).json
    assert answer.json["total"] == 2 and following["offset"] == 1
    assert following["items"][0]["grid_code"].startswith(COMMUNITIES[0])


@pytest.mark.parametrize("path", [*READS, *SINGLE, *INCIDENTS, "/api/v1/incidents/XX2023-000001"])
def test_a_parameter_that_is_not_declared_is_refused_by_name(as_role, path):
    for address in (f"{path}?limt=5", f"{path}?apikey=x"):
        answer = as_role("leader").get(address)
        name = address.split("?")[1].split("=")[0]
        assert answer.status_code in (400, 401), address
        assert answer.status_code == 401 or (name in answer.json["fields"] and answer.json["fields"][name])


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/v1/grids?limit=0", "limit"),
        ("/api/v1/grids?limit=1001", "limit"),
        ("/api/v1/grids?offset=-1", "offset"),
        ("/api/v1/grids?area=1", "area"),
        ("/api/v1/grids?shapes=yes", "shapes"),
        ("/api/v1/grids?limit=1&limit=2", "limit"),
        ("/api/v1/stations?kind=shop", "kind"),
        ("/api/v1/posts?state=x", "state"),
        ("/api/v1/coverage?within=1km", "within"),
        ("/api/v1/coverage?at=later&when=open", "at"),
        ("/api/v1/coverage?day=2023-02-30", "day"),
        ("/api/v1/coverage?amenities=pool", "amenities"),
        ("/api/v1/statistics?by=person", "by"),
        ("/api/v1/incidents?limit=201", "limit"),
        ("/api/v1/incidents?state=x", "state"),
    ],
)
def test_what_is_out_of_range_is_said_with_its_remedy(as_role, path, field):
    answer = as_role("leader").get(path)
    assert answer.status_code == 400 and answer.mimetype == "application/problem+json"
    assert answer.json["fields"][field]


def test_shapes_come_only_where_they_are_asked_for(as_role):
    client = as_role("leader")
    assert "geometry" not in client.get("/api/v1/blocks").json["items"][0]
    assert client.get("/api/v1/blocks?shapes=true").json["items"][0]["geometry"]["type"] == "Polygon"
    assert client.get("/api/v1/stations/Z001").json["geometry"]["type"] == "Point"
    assert "geometry" not in client.get("/api/v1/stations/Z001?shapes=false").json


def test_figures_agree_with_what_the_pages_show(as_role):
    client = as_role("leader")
    told = client.get("/api/v1/coverage?level=county&within=500m").json
    page = client.get("/coverage.json?level=county&limit=500m").json
    assert told["summary"]["covered"] == page["summary"]["covered"] and told["rule"]
    grids = client.get("/api/v1/coverage?level=grid").json["items"]
    assert sum(row["covered"] for row in grids) == told["summary"]["covered"]
    homes = client.get("/api/v1/grids").json["items"]
    assert {row["grid_code"]: row["households"] for row in homes} == {
        row["code"]: row["households"] for row in grids
    }
    assert client.get("/api/v1/figures").json["items"] == client.get("/figures.json").json


@pytest.mark.parametrize("level", ["block", "grid", "community"])
def test_coverage_of_an_area_is_that_of_what_lies_in_it(as_role, level):
    client = as_role("leader")
    parts = [client.get(f"/api/v1/coverage?level={level}&area={code}").json for code in COMMUNITIES]
    whole = client.get(f"/api/v1/coverage?level={level}").json
    assert sum(part["total"] for part in parts) == whole["total"] and all(part["total"] for part in parts)


def test_posts_are_told_without_anybody(as_role):
    text = as_role("leader").get("/api/v1/posts").text
    for private in ("赵县长", "孙一", "138", "139", "holder_name", "phone"):
        assert private not in text


@pytest.mark.parametrize("role", list(Role))
def test_a_key_reads_what_its_role_may_and_nothing_else(own_app, role):
    app = own_app()
    client, header = app.test_client(), data_key(app, role.value)
    for path, (endpoint, _operation) in READS.items():
        access = access_of(app, endpoint)
        expected = 200 if allowed(role, access.permission) else 403
        assert client.get(path, headers=header).status_code == expected, path
        assert client.get(path, headers={"X-API-Key": "key-for-data"}).status_code == expected
        refused = client.get(path, headers={"Authorization": "Bearer wrong"})
        assert refused.status_code == 401 and refused.json["code"] == "wrong_api_key"
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    for method, path in (
        ("POST", "/api/v1/incidents"),
        ("POST", "/api/v1/incidents/XX2023-000001/accept"),
        ("POST", "/api/v1/incidents/bulk-dispatch"),
        ("GET", "/webhooks"),
    ):
        assert client.open(path, method=method, headers=header, json={}).status_code in (303, 401), path


def test_a_key_is_limited_and_revoked(own_app):
    app = own_app()
    header = data_key(app, limit=2)
    client = app.test_client()
    with clock.frozen(clock.now()):
        assert [client.get("/api/v1/grids", headers=header).status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/api/v1/grids", headers=header).headers["Retry-After"]
    with app.extensions[KEY].store.write() as conn:
        hashed = api_keys.hashed("key-for-data")
        api_keys.revoke_api_key(conn, hashed, clock.now(), "administrator")
    assert client.get("/api/v1/grids", headers=header).status_code == 401


def test_mediation_is_behind_its_wall_for_every_key_and_for_who_is_outside(own_app):
    app = loop_app(own_app)
    people = clients(app)
    made = report(people("dispatcher"), class_code="C2", description="张三与李四")
    assert made.status_code == 201, made.text
    code = made.json["incident_code"]
    assert people("dispatcher").get(f"/api/v1/incidents/{code}").status_code == 200
    readers = [(people(role), {}) for role in ("leader", "planner", "administrator", "inspector")]
    keyed = [
        (app.test_client(), data_key(app, role, key=f"key-{role}-x"))
        for role in ("dispatcher", "administrator")
    ]
    for client, header in readers + keyed:
        assert client.get(f"/api/v1/incidents/{code}", headers=header).status_code == 404
        listed = client.get("/api/v1/incidents?limit=200", headers=header)
        assert listed.status_code == 200 and code not in listed.text and "张三" not in listed.text
        for path in READS.keys() - {"/api/v1/openapi.json"}:  # whose examples are of another county
            assert code not in client.get(path, headers=header).text
    counted = people("leader").get("/api/v1/statistics?by=category").json
    assert any(group["code"] == "mediation" for group in counted["groups"]), "as a count it is there"


def test_a_key_sees_the_incidents_of_its_area_and_takes_no_step(own_app):
    app = loop_app(own_app)
    code = report(clients(app)("grid_worker")).json["incident_code"]
    client = app.test_client()
    near, far = (
        data_key(app, scope=COMMUNITIES[0], key="near"),
        data_key(app, scope=COMMUNITIES[1], key="far"),
    )
    told = client.get(f"/api/v1/incidents/{code}", headers=near).json
    assert told["verbs"] == [] and told["reported_by_me"] is False and "contact" not in str(told)
    assert client.get(f"/api/v1/incidents/{code}", headers=far).status_code == 404


def test_incidents_come_by_cursor_with_a_total_and_a_tag_that_still_names_the_version(own_app):
    app = loop_app(own_app)
    worker = clients(app)("grid_worker")
    codes = {report(worker, description=f"积水 {number}", confirm_new=True).json["incident_code"]
             for number in range(3)}  # fmt: skip
    address, found = "/api/v1/incidents?tab=mine&limit=1", []
    while address:
        answer = worker.get(address)
        assert answer.json["total"] == 3 and answer.json["total_exact"] is True
        assert links(answer).get("next") == answer.json["next"]
        found += [one["incident_code"] for one in answer.json["incidents"]]
        address = answer.json["next"]
    assert len(found) == 3 and set(found) == codes
    shown = worker.get(f"/api/v1/incidents/{found[0]}")
    tag = shown.headers["ETag"]
    dispatcher = clients(app)("dispatcher")
    taken = dispatcher.post(f"/api/v1/incidents/{found[0]}/accept", json={}, headers={"If-Match": tag})
    assert taken.status_code == 200 and taken.json["version"] == 2
    again = dispatcher.post(f"/api/v1/incidents/{found[0]}/accept", json={}, headers={"If-Match": tag})
    assert again.status_code == 412 and again.json["title"] and again.json["status"] == 412


def test_jobs_and_exports_are_ones_own(own_app):
    app = own_app()
    with app.extensions[KEY].store.write() as conn:
        number = jobs.insert_job(conn, "siting", "{}", 1, 60, clock.now())
    people = clients(app)
    owner, others = people("leader"), (people("planner"), people("administrator"))
    assert owner.get(f"/api/v1/jobs/{number}").json["state"] == "queued"
    assert [row["job_id"] for row in owner.get("/api/v1/jobs").json["items"]] == [number]
    for other in others:
        assert other.get(f"/api/v1/jobs/{number}").status_code == 404
        assert other.get("/api/v1/jobs").json["total"] == 0
    assert owner.get(f"/api/v1/exports/{number}").status_code == 404
