"""One incident through the loop on the pages and through the API: who sees it, who may act, what is kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image

from gis_app import clock
from gis_app.people.retention import retain
from gis_app.storage import audit
from gis_app.storage import incidents as stored
from gis_app.web.services import KEY
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.incidents import INSIDE, clients, loop_app, report, step


@pytest.fixture
def app(own_app):
    return loop_app(own_app)


@pytest.fixture
def client(app) -> Callable:
    return clients(app)


def new(client, role: str = "grid_worker", **values) -> str:
    answer = report(client(role), **values)
    assert answer.status_code == 201, answer.text
    return answer.json["incident_code"]


def go(client, code: str, *steps: tuple) -> dict:
    """Take steps (role, verb, fields) one after the other and return the incident as the last one sees it."""
    told = {}
    for role, verb, *fields in steps:
        found = client(role)
        version = found.get(f"/api/v1/incidents/{code}").json["version"]
        answer = step(found, code, verb, version, **(fields[0] if fields else {}))
        assert answer.status_code == 200, (verb, answer.text)
        told = answer.json
    return told


WHOLE_LOOP = [
    *("report", "accept", "dispatch", "handle", "resolve"),
    *("return", "extend", "resolve", "verify", "close", "evaluate"),
]
DISPATCH = ("dispatcher", "dispatch", {"organisation_code": "ORG001"})
TO_RESOLVED = (
    ("dispatcher", "accept"),
    DISPATCH,
    ("handler", "handle"),
    ("handler", "resolve", {"note": "已清理"}),
)


def test_seven_stages_by_five_people_leave_a_whole_trail(app, client):
    code = new(client)
    told = go(
        client,
        code,
        *TO_RESOLVED,
        ("inspector", "return", {"note": "没有清干净"}),
        ("dispatcher", "extend", {"hours": 8, "note": "等待设备"}),
        ("handler", "resolve", {"note": "再次清理"}),
        ("inspector", "verify"),
        ("dispatcher", "close"),
        ("leader", "evaluate", {"satisfaction": 5}),
    )
    assert told["state"] == "evaluated" and told["satisfaction"] == 5
    verbs = [row["verb"] for row in told["history"]]
    assert verbs == WHOLE_LOOP
    with app.extensions[KEY].store.read() as conn:
        assert audit.verify(conn) is None
    page = client("leader").get(f"/incidents/{code}").text
    assert page.count("stage-done") == 7 and "再次清理" in page


def test_the_page_takes_the_same_steps_and_says_what_is_wrong_beside_the_form(client):
    code, dispatcher = new(client), client("dispatcher")
    done = dispatcher.post(f"/incidents/{code}/accept", data={"version": "1"}, headers=FROM_OUR_PAGE)
    assert done.status_code == 303 and done.location.startswith(f"/incidents/{code}")
    wrong = dispatcher.post(
        f"/incidents/{code}/dispatch", data={"version": "2", "note": "请尽快"}, headers=FROM_OUR_PAGE
    )
    assert wrong.status_code == 400 and "此项必填" in wrong.text and "请尽快" in wrong.text
    stale = dispatcher.post(
        f"/incidents/{code}/dispatch",
        data={"version": "1", "organisation_code": "ORG001"},
        headers=FROM_OUR_PAGE,
    )
    assert stale.status_code == 412 and "内容已被他人更新" in stale.text


def test_whoever_handled_it_never_verifies_and_an_administrator_gives_a_reason(app, client):
    code = new(client)
    told = go(client, code, *TO_RESOLVED)
    handler = step(client("handler"), code, "verify", told["version"])
    assert handler.status_code == 403
    without = step(client("administrator"), code, "verify", told["version"])
    assert (without.status_code, without.json["error"]["code"]) == (403, "override_reason_required")
    reason = {"override_reason": "值班人员不足"}
    assert step(client("administrator"), code, "verify", told["version"], **reason).status_code == 200
    with app.extensions[KEY].store.read() as conn:
        rows = [row for row in stored.history(conn, code) if row.verb == "verify"]
    assert "值班人员不足" in rows[0].note


def test_mediation_is_seen_in_its_chain_only_and_elsewhere_like_nothing(client):
    code = new(client, "dispatcher", class_code="C2", description="邻里")
    assert client("dispatcher").get(f"/incidents/{code}").status_code == 200
    for role in ("leader", "planner", "grid_worker", "handler", "inspector", "administrator"):
        found = client(role)
        assert found.get(f"/incidents/{code}").status_code == 404
        assert found.get(f"/api/v1/incidents/{code}").json["error"]["code"] == "unknown_incident"
        assert code not in found.get("/api/v1/incidents?tab=all&order=reported").text
        assert code not in found.get("/incidents?tab=open").text
    asked = {"class_code": "C2", **INSIDE}
    near = client("leader").post("/incidents/duplicates.json", json=asked, headers=FROM_OUR_PAGE)
    assert near.json == {"duplicates": []}
    go(client, code, ("dispatcher", "accept"), DISPATCH)
    assert client("handler").get(f"/incidents/{code}").status_code == 200
    assert code in client("handler").get("/incidents").text


@pytest.mark.parametrize("by_page", [False, True])
def test_who_hands_a_mediation_on_hears_that_it_was_done(client, by_page):
    code = new(client, "dispatcher", class_code="C2", description="邻里")
    version = go(client, code, ("dispatcher", "accept"), DISPATCH)["version"]
    handler = client("handler")
    if by_page:
        form = {"version": str(version), "note": "不归我单位"}
        done = handler.post(f"/incidents/{code}/return", data=form, headers=FROM_OUR_PAGE)
        assert (done.status_code, done.location) == (303, "/incidents")
    else:
        done = step(handler, code, "return", version, note="不归我单位")
        assert (done.status_code, done.json) == (200, {"incident_code": code, "version": version + 1})
    assert client("dispatcher").get(f"/api/v1/incidents/{code}").json["version"] == version + 1


def photo() -> tuple[io.BytesIO, str]:
    """Return a picture that lies on its side, with where it was taken."""
    image, out = Image.new("RGB", (60, 40), "teal"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (34.0, 28.0, 0.0)
    image.save(out, "JPEG", exif=exif)
    out.seek(0)
    return out, "photo.jpg"


def test_a_photo_is_upright_and_bare_and_only_for_who_may_see_its_incident(client):
    data = {"class_code": "C2", **{k: str(v) for k, v in INSIDE.items()}, "photos": [photo()]}
    told = client("dispatcher").post("/api/v1/incidents", data=data, headers=FROM_OUR_PAGE).json
    (address,) = told["photos"]
    answer = client("dispatcher").get(address)
    image = Image.open(io.BytesIO(answer.data))
    assert (
        (image.format, image.size) == ("JPEG", (40, 60)) and not image.getexif() and b"GPS" not in answer.data
    )
    small = Image.open(io.BytesIO(client("dispatcher").get(f"{address}?size=thumb").data))
    assert max(small.size) <= 320
    for role in ("leader", "grid_worker"):
        assert client(role).get(address).status_code == 404
    assert client("dispatcher").get(f"/photos/{'0' * 64}.jpg").status_code == 404
    assert client("dispatcher").get("/photos/..%2fgis.jpg").status_code == 404


def test_me_too_adds_a_follower_and_no_incident(client):
    code = new(client)
    asked = {"class_code": "C1", **INSIDE}
    near = client("leader").post("/incidents/duplicates.json", json=asked, headers=FROM_OUR_PAGE)
    assert code in [one["code"] for one in near.json["duplicates"]]
    form = {"class_code": "C1", **{k: str(v) for k, v in INSIDE.items()}, "idempotency_key": "key-in-a-form"}
    offered = client("leader").post("/incidents/report", data=form, headers=FROM_OUR_PAGE)
    assert offered.status_code == 409 and code in offered.text
    for _ in range(2):
        assert client("leader").post(f"/incidents/{code}/follow", headers=FROM_OUR_PAGE).status_code == 303
    assert client("leader").get(f"/api/v1/incidents/{code}").json["follower_count"] == 1
    made = client("leader").post("/incidents/report", data=form | {"confirm_new": "1"}, headers=FROM_OUR_PAGE)
    assert made.status_code == 303 and made.location != f"/incidents/{code}"
    again = client("leader").post(
        "/incidents/report", data=form | {"confirm_new": "1"}, headers=FROM_OUR_PAGE
    )
    assert again.location == made.location


def test_bulk_dispatch_answers_for_each_row_and_refuses_the_stale(client):
    codes = [new(client) for _ in range(3)]
    for code in codes[:2]:
        go(client, code, ("dispatcher", "accept"))
    chosen = [f"{codes[0]}@2", f"{codes[1]}@1", f"{codes[2]}@1"]
    data = {"chosen": chosen, "organisation_code": "ORG001"}
    page = client("dispatcher").post("/incidents/bulk-dispatch", data=data, headers=FROM_OUR_PAGE)
    assert (
        page.status_code == 200
        and page.text.count('class="ok"') == 1
        and page.text.count('class="refused"') == 2
    )
    states = [client("dispatcher").get(f"/api/v1/incidents/{code}").json["state"] for code in codes]
    assert states == ["dispatched", "accepted", "reported"]
    assert (
        client("leader").post("/incidents/bulk-dispatch", data=data, headers=FROM_OUR_PAGE).status_code == 403
    )


def test_a_contact_is_masked_revealed_on_record_and_erased_in_time(app, client):
    code = new(client, contact_name="王小明", contact_phone="13812345678")
    shown = client("dispatcher").get(f"/incidents/{code}").text
    assert "13812345678" not in shown and "138****5678" in shown
    for role in ("leader", "grid_worker", "planner", "handler"):
        assert "138" not in client(role).get(f"/api/v1/incidents/{code}").text.replace(code, "")
        answer = client(role).post(f"/incidents/{code}/contact", headers=FROM_OUR_PAGE)
        assert answer.status_code in (403, 404)
    assert (
        "13812345678" in client("dispatcher").post(f"/incidents/{code}/contact", headers=FROM_OUR_PAGE).text
    )
    go(client, code, ("dispatcher", "reject", {"note": "不属实"}))
    parts = app.extensions[KEY]
    with clock.frozen(clock.now() + timedelta(days=200)):
        assert retain(parts.store, parts.photos, 180).contacts == 1
        assert retain(parts.store, parts.photos, 180).contacts == 1  # a dry run erases nothing
        assert retain(parts.store, parts.photos, 180, commit=True).contacts == 1
        assert retain(parts.store, parts.photos, 180).contacts == 0
    with parts.store.read() as conn:
        assert stored.find(conn, code).contact_phone == "" and audit.verify(conn) is None


def test_the_board_answers_nothing_new_until_something_changes(client):
    dispatcher = client("dispatcher")
    with clock.frozen(clock.now()):
        first = dispatcher.get("/incidents/board.json")
        tag = {"If-None-Match": first.headers["ETag"]}
        assert dispatcher.get("/incidents/board.json", headers=tag).status_code == 304
        code = new(client)
        second = dispatcher.get("/incidents/board.json", headers=tag)
    assert second.status_code == 200 and second.json["change_number"] > first.json["change_number"]
    assert code in [card["code"] for card in second.json["columns"][0]["cards"]]


def test_the_map_shows_what_was_just_reported_and_how_it_stands_with_its_clock(client):
    shown = client("leader").get("/overlays/incidents.geojson")
    tag = {"If-None-Match": shown.headers["ETag"]}
    code = new(client)
    go(client, code, ("dispatcher", "accept"), DISPATCH)
    fresh = client("leader").get("/overlays/incidents.geojson", headers=tag)
    assert fresh.status_code == 200 and fresh.json["total"] == shown.json["total"] + 1
    point = next(one for one in fresh.json["features"] if one["id"] == code)
    assert point["properties"]["deadline"] == "in_time"


def test_a_class_is_edited_at_its_version(client):
    planner = client("planner")
    form = {"class_code": "C9", "name": "新类别", "category": "facilities"}
    form |= {"parent_code": "", "time_limit": "4h"}
    form |= {"handling_role": "handler", "location_public": "1", "active": "1"}
    added = planner.post("/incident-classes/new", data=form, headers=FROM_OUR_PAGE)
    assert added.status_code == 303, added.text
    changed = form | {"version": "1", "name": "改过的类别"}
    assert planner.post("/incident-classes/C9", data=changed, headers=FROM_OUR_PAGE).status_code == 303
    assert planner.post("/incident-classes/C9", data=changed, headers=FROM_OUR_PAGE).status_code == 412
    wrong = planner.post(
        "/incident-classes/C9", data=changed | {"version": "2", "time_limit": "soon"}, headers=FROM_OUR_PAGE
    )
    assert wrong.status_code == 400 and "时限写法有误" in wrong.text
    assert "改过的类别" in client("leader").get("/incident-classes").text
    assert (
        client("leader").post("/incident-classes/C9", data=changed, headers=FROM_OUR_PAGE).status_code == 403
    )


@pytest.mark.parametrize("order", ["due", "reported", f"distance&near={INSIDE['lon']},{INSIDE['lat']}"])
def test_pages_of_a_list_hold_every_incident_once(client, order):
    codes, address = [], f"/api/v1/incidents?tab=all&category=facilities&order={order}"
    while address:
        page = client("dispatcher").get(address).json
        codes += [one["incident_code"] for one in page["incidents"]]
        address = page["next"]
    assert codes and len(codes) == len(set(codes))


def test_the_api_describes_every_route_it_has(app, client):
    described = client("leader").get("/api/v1/openapi.json").json
    assert described["openapi"] == "3.1.0"
    rules = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert set(described["paths"]) == rules
