"""What the five roles do on the map, in a real browser without the outside world, desktop and phone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

import pytest
import shapely
from playwright.sync_api import Page, expect

from gis_app.storage.layers import read_layer
from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, TWO_FRAMES, drawn, ready, screenshot
from tests.conftest import ROOT, USERNAMES

OVERLAYS = ("coverage", "assignment", "incidents")
PICTURE = ROOT / "static" / "img" / "screenshot-leader.jpg"


def wait_for_overlay(page: Page, overlay: str) -> None:
    """Wait until an overlay is on the screen."""
    page.wait_for_selector(f"html[data-overlay={overlay}]")


def choose_overlay(page: Page, overlay: str) -> None:
    """Choose an overlay in the panel and wait for it."""
    page.click(f"#overlay-choice label:has(input[value={overlay}])")
    wait_for_overlay(page, overlay)


@pytest.fixture(scope="module")
def quiet_place(reference_store) -> tuple[float, float, str]:
    """Return longitude and latitude inside a grid, far from every station, and the grid's code."""
    with reference_store.read() as connection:
        grids, stations = read_layer(connection, "grids"), read_layer(connection, "stations")
    inside = grids.geometry.representative_point()
    reach = inside.map(lambda point: shapely.distance(stations.geometry.array, point).min())
    code = grids.loc[reach.idxmax(), "grid_code"]
    return inside[reach.idxmax()].x, inside[reach.idxmax()].y, code


def go_to(page: Page, room: str) -> None:
    """Follow a link of the main navigation, from the menu where it has no room beside the others."""
    page.evaluate(TWO_FRAMES)  # a change of the window's width, or of paper to screen, moves links to and fro
    if page.locator("#nav-more").is_visible():
        page.click("#nav-more summary")
    page.get_by_label("主导航").get_by_role("link", name=room, exact=True).click()


def click_the_map(page: Page, lon: float, lat: float) -> None:
    """Click the map at a place and wait for the chain of who answers for it."""
    page.wait_for_selector("#time-slider", state="hidden")
    drawn(page)  # the map takes the place of the slider
    box = page.locator(".folium-map").bounding_box()
    at = page.evaluate("([lon, lat]) => window.gisMap.latLngToContainerPoint([lat, lon])", [lon, lat])
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    expect(page.locator("#drawer .chain")).to_be_visible()


@pytest.mark.parametrize("role", USERNAMES)
def test_a_role_goes_through_the_three_overlays_the_chain_the_search_the_table_and_print(
    new_page: Callable[..., Page], quiet_place: tuple[float, float, str], role: str
):
    page = new_page(role)
    ready(page)
    for overlay in OVERLAYS:
        choose_overlay(page, overlay)
        expect(page.locator("#legend")).to_be_visible()
        screenshot(page, f"{role}-{overlay}-desktop")

    choose_overlay(page, "assignment")
    lon, lat, code = quiet_place
    click_the_map(page, lon, lat)
    expect(page).to_have_url(re.compile(code))
    assert page.locator("#drawer .chain > li").count() >= 4
    screenshot(page, f"{role}-chain-desktop")

    page.fill("#search-input", "驿站")
    page.locator("#search-results [role=option]").first.wait_for()
    page.press("#search-input", "ArrowDown")
    page.press("#search-input", "Enter")
    expect(page.locator("#drawer-title")).to_contain_text("驿站")
    screenshot(page, f"{role}-station-desktop")

    page.emulate_media(media="print")
    screenshot(page, f"{role}-print")
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="screen")

    go_to(page, "数据表")
    page.wait_for_url("**/layers/grids/table**")
    expect(page.locator("tbody tr").first).to_be_visible()
    screenshot(page, f"{role}-table-desktop")


@pytest.mark.parametrize("role", USERNAMES)
def test_a_role_uses_the_map_on_a_phone(new_page: Callable[..., Page], role: str):
    page = new_page(role, size=PHONE)
    ready(page)
    wait_for_overlay(page, "coverage")
    screenshot(page, f"{role}-coverage-phone")
    page.click("#panel-toggle")
    choose_overlay(page, "incidents")
    screenshot(page, f"{role}-panel-phone")
    page.click("#panel-close")
    screenshot(page, f"{role}-incidents-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.goto("/layers/stations/table")
    screenshot(page, f"{role}-table-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_share_link_brings_the_same_view_back(new_page: Callable[..., Page]):
    page = new_page("leader")
    ready(page)
    choose_overlay(page, "assignment")
    page.evaluate("void window.gisMap.setView([34.48, 114.467], 15, {animate: false})")
    page.wait_for_url(re.compile(r"#at=[\d.,]+,15&overlay=assignment"))
    address = page.url
    page.goto("/layers/grids/table")
    page.goto(address)
    wait_for_overlay(page, "assignment")
    assert page.evaluate("window.gisMap.getZoom()") == 15


def test_the_page_reads_in_english_too(new_page: Callable[..., Page]):
    page = new_page("leader")
    page.context.request.post("/language/en", headers={"Sec-Fetch-Site": "same-origin"})
    page.goto("/map")
    wait_for_overlay(page, "coverage")
    assert page.get_attribute("html", "lang") == "en"
    screenshot(page, "leader-english-desktop")


def test_the_sign_in_page_looks_right(new_page: Callable[..., Page]):
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page = new_page(size=size)
        page.goto("/sign-in")
        screenshot(page, f"sign-in-{name}")


def test_the_readme_picture_is_the_leaders_page(new_page: Callable[..., Page], request):
    """With --readme-picture the committed picture is taken again."""
    page = new_page("leader")
    wait_for_overlay(page, "coverage")
    page.wait_for_load_state("networkidle")
    taken = SCREENSHOTS / PICTURE.name
    page.screenshot(path=taken, type="jpeg", quality=80)
    if request.config.getoption("--readme-picture"):
        shutil.copy(taken, PICTURE)
    assert PICTURE.stat().st_size < 300_000
