"""One incident through all seven stages in a browser: five people, a return, an extension, an inspection."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gis_app.storage import audit
from gis_app.storage import people as accounts
from gis_app.storage.engine import Store, open_store
from gis_app.storage.layers import read_layer
from tests.browser.conftest import PHONE, Watch, drawn, screenshot
from tests.conftest import gis_app, settings_of
from tests.serving import Server

COLUMNS = ("待受理", "待派遣", "待处置", "处置中", "已挂起", "待核查", "待结案")


@pytest.fixture(scope="module")
def store(live_server: Server) -> Store:
    """Return the store behind the running server."""
    return open_store(settings_of(Path(live_server.instance_dir)).database_url)


@pytest.fixture
def place(store: Store) -> tuple[float, float]:
    """Return longitude and latitude inside a grid of the grid worker's community."""
    with store.read() as conn:
        grids = read_layer(conn, "grids")
        scope = next(row.scope_code for row in accounts.read_accounts(conn) if row.username == "worker")
    point = grids[grids["grid_code"].str.startswith(scope)].geometry.representative_point().iloc[0]
    return point.x, point.y


def organisation_of_the_handler(store: Store) -> str:
    with store.read() as conn:
        return next(
            row.organisation_code for row in accounts.read_accounts(conn) if row.username == "handler"
        )


def step(page: Page, code: str, verb: str, **fields: str) -> None:
    """Open the incident, fill in the form of a step and send it."""
    page.goto(f"/incidents/{code}")
    form = page.locator(f"details[data-verb={verb}]")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]").first
        if name == "satisfaction":
            form.locator(f"label:has(input[value='{value}'])").click()
        elif name == "organisation_code":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation(url=re.compile(rf"/incidents/{code}$")):
        form.locator("button[type=submit]").click()
    assert page.locator("#problem").count() == 0


def inspect(inspector: Page, handler: Page, code: str, organisation: str) -> None:
    """Open a round on the incident; the finding is answered, sent back, answered again and accepted."""
    inspector.goto(f"/incidents/{code}")
    inspector.click(".actions-block a[href^='/supervision/rounds']")
    inspector.fill("[name=title]", "路灯专项督导")
    inspector.locator("form[action='/supervision/rounds'] button[type=submit]").click()
    inspector.wait_for_url(re.compile(r"/supervision/rounds/\d+$"))
    address = inspector.url
    inspector.fill("#new-finding [name=description]", "同一路段还有两盏不亮")
    inspector.select_option("#new-finding [name=responsible_role]", "handler")
    inspector.select_option("#new-finding [name=organisation_code]", organisation)
    turn(inspector, address, "#new-finding")
    for handled, verb, note in (
        ("已修好一盏", "send_back", "还差一盏"),
        ("两盏都已修好", "accept", "现场复查已亮"),
    ):
        handler.goto(address)
        turn(handler, address, "form[action$='/answer']", handled)
        inspector.goto(address)
        form = inspector.locator(f"details.step:has(form[action$='/{verb}'])")
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        turn(inspector, address, f"form[action$='/{verb}']", note)
    expect(inspector.locator(".finding .history > li")).to_have_count(4)
    turn(inspector, address, ".close-form")
    assert inspector.locator(".incident-head .round-closed").count() == 1


def turn(page: Page, address: str, form: str, note: str = "") -> None:
    """Send one form of a round and come back to it without a problem."""
    if note:
        page.fill(f"{form} textarea[name=note]", note)
    with page.expect_navigation():
        page.locator(f"{form} button[type=submit]").click()
    assert page.url.startswith(address) and page.locator("#problem").count() == 0


def state(page: Page) -> str:
    return page.locator(".incident-head .state").inner_text()


def report(page: Page, lon: float, lat: float) -> str:
    """Report from a phone: three taps lead to the form with the place chosen; return the code."""
    page.tap(".site-nav a[href='/incidents']")
    page.tap(".report-button")
    page.wait_for_selector("html[data-ready=report]")
    page.tap("#locate")
    expect(page.locator("#place-said")).to_contain_text("误差约")
    with page.expect_response("**/incidents/duplicates.json*") as near:
        page.select_option("#class_code", label="路灯不亮")
    near.value.finished()
    drawn(page)
    page.fill("textarea[name=description]", "路口的路灯不亮了")
    screenshot(page, "incident-report-phone")
    if page.locator("#grid-choice").is_visible():
        page.locator("#grid-options input").first.check()
    if page.locator("#duplicates").is_visible():
        page.check("#confirm_new")
    page.tap("#send")
    page.wait_for_url(re.compile(r"/incidents/\d{6}-\d{4}-\d{6}$"))
    return page.url.rsplit("/", 1)[1]


def test_an_incident_goes_through_seven_stages(
    new_page: Callable[..., Page], live_server: Server, store: Store, place: tuple[float, float]
):
    lon, lat = place
    here = {"longitude": lon, "latitude": lat, "accuracy": 8}
    worker = new_page("grid_worker", PHONE, geolocation=here, permissions=["geolocation"])
    code = report(worker, lon, lat)
    assert state(worker) == "已上报"

    dispatcher, handler, inspector, leader = (
        new_page(role) for role in ("dispatcher", "handler", "inspector", "leader")
    )
    board = dispatcher.context.new_page()
    board.goto("/incidents/board")
    board.wait_for_selector("html[data-ready=board]")
    expect(board.locator(f"[data-state=reported] [data-code='{code}']")).to_be_visible()

    organisation = organisation_of_the_handler(store)
    step(dispatcher, code, "accept")
    step(dispatcher, code, "dispatch", organisation_code=organisation, note="请尽快")
    expect(dispatcher.locator(".incident-head .due")).to_be_visible()
    step(handler, code, "handle")
    step(handler, code, "resolve", note="已更换灯泡")
    step(inspector, code, "return", note="夜间仍不亮")
    assert state(inspector) == "处置中"
    step(dispatcher, code, "extend", hours="8", note="等待配件")
    step(handler, code, "resolve", note="已更换线路")
    inspect(inspector, handler, code, organisation)
    step(inspector, code, "verify", note="夜间复查已亮")
    step(dispatcher, code, "close")
    step(leader, code, "evaluate", satisfaction="5", note="满意")
    assert state(leader) == "已评价"
    expect(leader.locator(".stages .stage-done")).to_have_count(7)
    expect(leader.locator(".history > li")).to_have_count(11)
    leader.wait_for_selector("html[data-ready=incident]")
    screenshot(leader, "incident-detail-desktop")

    with store.read() as conn:
        assert audit.verify(conn) is None
    assert "留痕完整" in gis_app("verify-audit", instance_dir=live_server.instance_dir).stdout


def test_the_board_brings_a_new_incident_by_itself_and_keeps_its_place(
    new_page: Callable[..., Page], place: tuple[float, float]
):
    page = new_page("dispatcher")
    page.goto("/incidents/board")
    page.wait_for_selector("html[data-ready=board]")
    assert [title.inner_text() for title in page.locator(".board-column h2 a").all()] == list(COLUMNS)
    kept = page.locator("[data-state=handling] .board-cards")
    kept.evaluate("list => { list.scrollTop = 120; }")
    made = page.context.request.post(
        "/api/v1/incidents",
        data={"class_code": "FAC03", "lon": place[0], "lat": place[1], "description": "看板上的新事件"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert made.status == 201, made.text()
    card = page.locator(f"[data-state=reported] [data-code='{made.json()['incident_code']}']")
    expect(card).to_be_attached(timeout=30_000)
    assert kept.evaluate("list => list.scrollTop") == 120
    screenshot(page, "incident-board-desktop")


def test_a_stale_form_says_so_and_keeps_what_was_typed(
    new_page: Callable[..., Page], watch: Watch, place: tuple[float, float]
):
    watch.expect("412")
    page = new_page("dispatcher")
    made = page.context.request.post(
        "/api/v1/incidents",
        data={"class_code": "FAC03", "lon": place[0], "lat": place[1], "description": "两人同时处理"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    code = made.json()["incident_code"]
    page.goto(f"/incidents/{code}")
    other = page.context.request.post(
        f"/api/v1/incidents/{code}/accept", headers={"If-Match": '"v1"', "Sec-Fetch-Site": "same-origin"}
    )
    assert other.status == 200
    page.locator("details[data-verb=accept] button").click()
    expect(page.locator("#problem")).to_contain_text("内容已被他人更新")
    assert state(page) == "已受理"


@pytest.mark.parametrize("path", ["/incidents", "/incidents/board", "/incidents/report", "/incident-classes"])
def test_a_phone_scrolls_no_page_of_incidents_sideways(new_page: Callable[..., Page], path: str):
    page = new_page("dispatcher", PHONE)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(page, f"incidents{path.replace('/', '-')}-phone")
