"""Maps for paper in a browser: choose and look, have a file made, save maps and charts with the keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE, ready, screenshot

READY = "() => document.documentElement.dataset.ready === 'paper'"
LOADED = """() => {
  const image = document.getElementById("preview");
  return image.complete && image.naturalWidth > 0;
}"""
CHART = "() => window.echarts?.getInstanceByDom(document.getElementById('trend-chart'))"
SVG = "{http://www.w3.org/2000/svg}"
DAY = r"\d{4}-\d\d-\d\d"


def opened(page: Page, address: str = "/paper/maps") -> Page:
    page.goto(address)
    page.wait_for_function(READY)
    page.wait_for_function(LOADED)
    return page


def texts(path: Path) -> str:
    return " ".join("".join(one.itertext()) for one in ElementTree.parse(path).iter(f"{SVG}text"))


def saved(page: Page, menu: str, format: str, tmp_path: Path) -> Path:
    """Save a picture with the keyboard alone and return the file under its own name."""
    holder = page.locator(menu)
    expect(holder).to_be_visible()
    holder.locator("summary").focus()
    page.keyboard.press("Enter")
    button = holder.locator(f"[data-format={format}]")
    for _ in range(4):
        if button.evaluate("(one) => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    with page.expect_download(timeout=60_000) as waiting:
        page.keyboard.press("Enter")
    found = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(found)
    page.keyboard.press("Escape")
    expect(holder).not_to_have_attribute("open", "")
    return found


def test_a_choice_changes_the_map_and_the_address_and_comes_back(new_page):
    page = opened(new_page("leader"))
    expect(page.locator("#map-role")).to_be_hidden()
    page.select_option("#map-overlay", "assignment")
    expect(page.locator("#map-role")).to_be_visible()
    expect(page.locator("#map-limit")).to_be_hidden()
    page.wait_for_function("() => document.getElementById('preview').src.includes('overlay=assignment')")
    page.wait_for_function(LOADED)
    assert "overlay=assignment" in page.url
    screenshot(page, "paper-maps")
    opened(page, page.url)
    expect(page.locator("#map-overlay")).to_have_value("assignment")
    expect(page.locator("#map-role")).to_be_visible()


def test_a_wall_map_is_made_watched_and_taken_away(new_page, tmp_path):
    page = opened(new_page("planner"), "/paper/maps?overlay=balance&paper=A1")
    page.click("button[formmethod=post]")
    page.wait_for_url(re.compile(r"/paper/maps/\d+$"))
    link = page.locator("#map-file")
    link.wait_for(timeout=120_000)
    with page.expect_download() as waiting:
        link.click()
    name = waiting.value.suggested_filename
    assert re.fullmatch(rf"通许县-户数均衡-A1-{DAY}\.pdf", name)
    waiting.value.save_as(tmp_path / name)
    found = pypdfium2.PdfDocument(tmp_path / name)[0]
    assert [round(side / 72 * 25.4) for side in found.get_size()] == [841, 594]
    page.goto("/paper/maps")
    expect(page.get_by_role("link", name=name)).to_be_visible()


@pytest.mark.parametrize("format", ["svg", "png"])
def test_the_map_page_saves_what_it_shows(new_page, tmp_path, format):
    page = new_page("grid_worker")
    page.goto("/map#overlay=assignment&role=community_secretary")
    ready(page)
    found = saved(page, "[data-save-picture=overlay]", format, tmp_path)
    assert re.fullmatch(rf"通许县-责任-A3-{DAY}\.{format}", found.name)
    if format == "svg":
        assert "社区书记" in texts(found)
    else:
        with Image.open(found) as picture:
            assert picture.width > 3000
            assert len(picture.resize((60, 40)).convert("RGB").getcolors(2400)) > 20


def test_the_page_of_coverage_saves_the_measure_it_shows(new_page, tmp_path):
    page = new_page("leader")
    page.goto("/coverage?measure=crow_share&level=community&limit=300m")
    page.wait_for_selector("#coverage-figures[aria-busy=false]", timeout=60_000)
    found = saved(page, "[data-save-picture=address]", "svg", tmp_path)
    assert "300 米直线圈内" in texts(found)


def test_the_leader_saves_the_map_and_the_trend(new_page, tmp_path):
    page = new_page("leader")
    page.goto("/leader")
    page.wait_for_selector("#trend-chart canvas", timeout=60_000)
    page.wait_for_function(CHART)
    chart = saved(page, "[data-save-picture=chart]", "svg", tmp_path)
    heading = page.locator("#trend-title").inner_text()
    assert heading in texts(chart)
    strokes = [one.get("stroke", "none") for one in ElementTree.parse(chart).iter(f"{SVG}path")]
    assert sum(one != "none" for one in strokes) >= 3
    assert re.search(r"\b12\b", texts(chart))
    found = saved(page, "[data-save-picture=leader]", "svg", tmp_path)
    assert re.fullmatch(rf"通许县-指标-A3-{DAY}\.svg", found.name)
    assert page.locator("#measure option:checked").inner_text() in texts(found)


@pytest.mark.parametrize("format", ["svg", "png"])
def test_the_statistics_save_the_months_with_their_heading(new_page, tmp_path, format):
    page = new_page("leader")
    page.goto("/incidents/statistics?from=2023-01-01&to=2023-12-31")
    page.wait_for_selector("#trend svg")
    found = saved(page, "[data-save-picture=svg]", format, tmp_path)
    assert re.fullmatch(rf"通许县-每月上报与结案-{DAY}\.{format}", found.name)
    if format == "svg":
        fills = {one.get("fill", "") for one in ElementTree.parse(found).iter(f"{SVG}rect")}
        assert sum(one.startswith("rgb") for one in fills) >= 2
        assert "左：上报数" in texts(found)
    else:
        with Image.open(found) as picture:
            assert picture.width > 1000


def test_a_service_that_cannot_draw_says_so_in_the_menu(new_page, watch):
    page = new_page("leader")
    page.goto("/coverage?changes=%5B%7B%22verb%22%3A%22close%22%2C%22station_code%22%3A%22NONE%22%7D%5D")
    watch.expect("404")
    holder = page.locator("[data-save-picture=address]")
    holder.locator("summary").press("Enter")  # keys, since the page still moves while its figures come
    holder.locator("[data-format=svg]").press("Enter")
    expect(holder.locator(".menu-note")).not_to_be_empty()
    expect(holder.locator(".menu-note")).not_to_have_text("正在画图…")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_serious_is_found_on_the_page_of_maps_and_it_fits_the_screen(new_page, size):
    page = opened(new_page("leader", size))
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert faults(page, least=44 if size == PHONE else 24) == {}
    screenshot(page, f"paper-maps-{size[0]}")
