"""What changed while a report waited is shown, settled by the worker, sent once and never dropped."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import APIRequestContext, Locator, Playwright, expect

from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layer, replace_layer
from tests.browser.conftest import screenshot
from tests.browser.phone import Phone, Switched, report, wait_until
from tests.browser.phone_fixtures import hash_of, photos_of, rows
from tests.conftest import PASSWORD, USERNAMES, settings_of

Desk = Callable[[str], APIRequestContext]
CLASS = "#class-frequent .class-option"
FOLLOWED = "() => document.querySelectorAll('#queue-sent [data-followed=\"{}\"]').length === 1"


@pytest.fixture
def desk(driver: Playwright, server: Switched) -> Iterator[Desk]:
    """Give a function that signs a colleague in at another machine."""
    opened: list[APIRequestContext] = []

    def sign_in(role: str) -> APIRequestContext:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
        client = driver.request.new_context(base_url=server.url, extra_http_headers=headers)
        opened.append(client)
        form = {"username": USERNAMES[role], "password": PASSWORD}
        assert client.post("/sign-in", form=form, max_redirects=0).status == 303
        return client

    yield sign_in
    for one in opened:
        one.dispose()


def others(client: APIRequestContext, phone: Phone, class_code: str) -> str:
    """Let a colleague report at the phone's place; the key lets the next test close it."""
    lon, lat = phone.place
    said = {"class_code": class_code, "lon": lon, "lat": lat, "description": "同事先报的"}
    answer = client.post("/api/v1/incidents", data=said, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status == 201, answer.text()
    return answer.json()["incident_code"]


def of_worker(server: Switched) -> list[str]:
    """Return what the worker has reported since the test began."""
    asked = (
        "SELECT incident_code FROM incidents JOIN accounts ON account_id = reporter_id"
        " WHERE username = 'worker' AND idempotency_key IS NOT NULL ORDER BY incident_code"
    )
    return [code for (code,) in rows(server, asked)]


def followers(server: Switched, code: str) -> list[str]:
    """Return who follows an incident."""
    asked = "SELECT username FROM incident_followers JOIN accounts USING (account_id) WHERE incident_code = ?"
    return [name for (name,) in rows(server, asked, code)]


def wait_offline(phone: Phone, photo: Path) -> str:
    """Report without a network, and return the class that was chosen."""
    phone.context.set_offline(True)
    report(phone.page, [photo])
    (item,) = [one for one in phone.items() if one["state"] == "waiting"]
    return item["values"]["class_code"]


def asked(phone: Phone, server: Switched, code: str) -> Locator:
    """Let the phone send; wait for the card that asks, everything being on the phone and nothing sent."""
    phone.context.set_offline(False)
    phone.page.evaluate("() => dispatchEvent(new Event('online'))")
    card = phone.page.locator("#queue-conflicts .queue-card")
    expect(card).to_have_count(1, timeout=60_000)
    assert card.get_attribute("data-problem") == code
    (item,) = [one for one in phone.items() if one["state"] != "sent"]
    kept = dict(phone.stored("outbox", "blobs"))
    assert item["state"] == "conflict" and {one["id"] for one in item["photos"]} == set(kept)
    assert of_worker(server) == []
    return card


def still_asked(phone: Phone, server: Switched) -> Locator:
    """Open the page anew: the card is there again, and nothing is sent by itself."""
    phone.open("#queue")
    card = phone.page.locator("#queue-conflicts .queue-card")
    expect(card).to_have_count(1)
    phone.page.wait_for_timeout(1500)
    assert of_worker(server) == [] and [one["state"] for one in phone.items()] == ["conflict"]
    return card


def arrived_once(phone: Phone, server: Switched, photo: Path) -> str:
    """Wait for the report; it is on the server once with its photo, however often the phone asks again."""
    wait_until(phone.page, GONE, 60)
    phone.open("#queue")
    phone.page.wait_for_timeout(1500)
    (code,) = of_worker(server)
    assert photos_of(server, code) == {hash_of(photo)}
    expect(phone.page.locator("#queue-conflicts .queue-card")).to_have_count(0)
    expect(phone.page.locator(f"#queue-sent [data-code='{code}']")).to_have_count(1)
    return code


GONE = """async () => {
  const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const db = await done(indexedDB.open("outbox"));
  const all = await done(db.transaction("items").objectStore("items").getAll());
  db.close();
  return all.length > 0 && all.every((one) => one.state === "sent");
}"""


@contextlib.contextmanager
def redrawn(server: Switched, place: tuple[float, float]) -> Iterator[tuple[str, str]]:
    """Give the grid at a place and its neighbour each other's ground as a new plan; gives their codes."""
    store = open_store(settings_of(server.instance_dir).database_url)
    with store.read() as conn:
        grids = read_layer(conn, "grids")
    here = grids.sindex.query(gpd.points_from_xy([place[0]], [place[1]])[0], predicate="within")[0]
    same = grids["community_code"] == grids["community_code"].iloc[here]
    there = next(at for at in same.to_numpy().nonzero()[0] if at != here)
    shapes = grids.geometry.copy()
    shapes.iloc[here], shapes.iloc[there] = grids.geometry.iloc[there], grids.geometry.iloc[here]
    codes = grids["grid_code"]
    with store.write() as conn:
        replace_layer(conn, "grids", grids.set_geometry(shapes))
    try:
        yield codes.iloc[here], codes.iloc[there]
    finally:
        with store.write() as conn:
            replace_layer(conn, "grids", grids)


def test_a_redrawn_grid_is_asked_about_and_the_new_one_taken(
    phone: Phone, server: Switched, photos: list[Path]
):
    wait_offline(phone, photos[0])
    with redrawn(server, phone.place) as (before, now):
        card = asked(phone, server, "grid_redrawn")
        expect(card).to_contain_text("网格已调整")
        screenshot(phone.page, "field-conflict-redrawn")
        card = still_asked(phone, server)
        card.get_by_text("按新网格发送").tap()
        code = arrived_once(phone, server, photos[0])
        assert rows(server, "SELECT grid_code FROM incidents WHERE incident_code = ?", code) == [(now,)]
        assert before != now


def test_a_place_beside_a_grid_is_asked_about_and_settled(
    phone: Phone, server: Switched, photos: list[Path], beside: tuple[float, float, str]
):
    lon, lat, grid = beside
    phone.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 30})
    phone.open()
    wait_offline(phone, photos[0])
    card = asked(phone, server, "grid_choice_needed")
    expect(card).to_contain_text("位置在网格边界附近")
    screenshot(phone.page, "field-conflict-choice")
    card = still_asked(phone, server)
    (named,) = rows(server, "SELECT name FROM grids WHERE grid_code = ? LIMIT 1", grid)
    card.get_by_role("button").filter(has_text=named[0]).tap()
    code = arrived_once(phone, server, photos[0])
    assert rows(server, "SELECT grid_code FROM incidents WHERE incident_code = ?", code) == [(grid,)]


@pytest.fixture
def beside(server: Switched) -> tuple[float, float, str]:
    """Return a place in the county a few metres outside all grids, and the grid that it is beside."""
    with open_store(settings_of(server.instance_dir).database_url).read() as conn:
        grids, county = read_layer(conn, "grids"), read_layer(conn, "county")
    metric = grids.estimate_utm_crs()
    shapes, land = grids.to_crs(metric).geometry, county.to_crs(metric).union_all()
    town = shapes.union_all()
    for metres in range(0, int(town.exterior.length if town.geom_type == "Polygon" else 0), 50):
        point = town.buffer(10).exterior.interpolate(metres)
        near = shapes.index[shapes.distance(point) < 40]
        if land.contains(point.buffer(50)) and len(near) == 1:
            where = gpd.GeoSeries([point], crs=metric).to_crs(4326).iloc[0]
            return where.x, where.y, grids["grid_code"].loc[near[0]]
    raise AssertionError("no such place")


def test_what_a_colleague_reported_meanwhile_is_offered_and_reported_anyway(
    phone: Phone, server: Switched, photos: list[Path], desk: Desk
):
    first = others(desk("leader"), phone, wait_offline(phone, photos[0]))
    card = asked(phone, server, "duplicates_nearby")
    expect(card).to_contain_text("同事先报的")
    screenshot(phone.page, "field-conflict-nearby")
    card = still_asked(phone, server)
    card.get_by_text("都不是，作为新事件上报").tap()
    assert arrived_once(phone, server, photos[0]) != first
    assert followers(server, first) == []


def test_what_a_colleague_reported_meanwhile_is_followed_instead(
    phone: Phone, server: Switched, photos: list[Path], desk: Desk
):
    first = others(desk("leader"), phone, wait_offline(phone, photos[0]))
    card = asked(phone, server, "duplicates_nearby")
    card.get_by_text("我也遇到").tap()
    wait_until(phone.page, GONE)
    phone.open("#queue")
    phone.page.wait_for_timeout(1500)
    assert followers(server, first) == ["worker"] and of_worker(server) == []
    expect(phone.page.locator(f"#queue-sent [data-followed='{first}']")).to_have_count(1)


def me_too(phone: Phone, photo: Path, desk: Desk) -> str:
    """See a colleague's report in the form, lose the network and say "me too"; return its code."""
    page = phone.page
    page.tap("[data-tab=report]")
    page.set_input_files("#report-camera", photo)
    page.wait_for_selector(".photo-thumb img")
    first = others(desk("leader"), phone, page.locator(CLASS).first.locator("input").get_attribute("value"))
    page.locator(CLASS).first.tap()
    expect(page.locator("#report-near-list li")).to_have_count(1)
    expect(page.locator("#report-near-list")).to_contain_text("同事先报的")
    phone.context.set_offline(True)
    page.locator("#report-near-list .button").tap()
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(1)
    assert [(one["kind"], one["state"]) for one in phone.items()] == [("follow", "waiting")]
    return first


def test_me_too_without_a_network_is_sent_when_it_is_back(
    phone: Phone, server: Switched, photos: list[Path], desk: Desk
):
    first = me_too(phone, photos[0], desk)
    phone.context.set_offline(False)
    phone.page.evaluate("() => dispatchEvent(new Event('online'))")
    phone.page.wait_for_function(FOLLOWED.format(first))
    assert followers(server, first) == ["worker"] and of_worker(server) == []
    assert rows(server, "SELECT follower_count FROM incidents WHERE incident_code = ?", first) == [(1,)]


def test_me_too_for_what_was_closed_meanwhile_becomes_a_report_of_its_own(
    phone: Phone, server: Switched, photos: list[Path], desk: Desk
):
    first = me_too(phone, photos[0], desk)
    rejected = desk("dispatcher").post(
        f"/api/v1/incidents/{first}/reject", data={"note": "已经处理"}, headers={"If-Match": '"v1"'}
    )
    assert rejected.ok, rejected.text()
    card = asked(phone, server, "duplicate_closed")
    expect(card).to_contain_text("这件事已经结案")
    screenshot(phone.page, "field-conflict-closed")
    card = still_asked(phone, server)
    card.get_by_text("作为新事件上报").tap()
    assert arrived_once(phone, server, photos[0]) != first
    assert followers(server, first) == []
