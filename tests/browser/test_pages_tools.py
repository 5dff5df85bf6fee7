"""Search, keys, share link, measuring and figures on the map page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from pyproj import Geod

from tests.browser.conftest import PHONE, ready, screenshot

FEATURES = """async (name) => (await (await import("/static/js/layers.js")).loadLayer(name)).features"""


@pytest.fixture
def page(new_page):
    opened = new_page("leader")
    ready(opened)
    opened.wait_for_selector("#attention[aria-busy=false]")
    return opened


def test_the_nine_figures_stand_in_one_row(page):
    assert page.locator(".figure").count() == 9
    tops = page.locator(".figure").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 1
    assert page.evaluate("document.querySelector('#figures').scrollWidth <= innerWidth")


def test_a_station_is_found_and_opened_by_keyboard_alone(page):
    name = page.evaluate(FEATURES, "stations")[3]["properties"]["name"]
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-input"
    # One input, as an input method gives it: letter by letter an earlier answer could come in between.
    page.keyboard.insert_text(name)
    page.wait_for_selector(f"[role=option]:has-text('{name}')")
    assert page.get_attribute("#search-input", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("#search-input", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    screenshot(page, "search-desktop")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#drawer-title:text-is('{name}')")
    assert page.get_attribute("#search-input", "aria-expanded") == "false"


def test_a_search_without_result_says_what_to_try(page):
    page.fill("#search-input", "没有这个地方")
    page.wait_for_selector("#search-note:has-text('没有找到')")
    page.keyboard.press("Escape")
    assert page.locator("#search-popup").is_hidden()


def test_arrow_keys_walk_from_area_to_area(page):
    first = page.evaluate(
        """async () => {
          const { loadLayer } = await import("/static/js/layers.js");
          const code = (await loadLayer("grids")).features[40].id;
          (await import("/static/js/places.js")).selectArea(code);
          return code;
        }"""
    )
    page.wait_for_selector(f"#drawer .code:text-is('{first}')")
    page.locator("#map, .folium-map, .leaflet-container").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("code => !location.hash.includes(code)", arg=first)
    beside = page.url
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("before => location.href !== before", arg=beside)
    assert "area=" in page.url


def test_the_question_mark_lists_the_keys_and_g_t_opens_the_tables(page):
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="键盘快捷键").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/layers/grids/table")


def test_a_shared_link_restores_place_overlay_and_view(page, new_page):
    page.evaluate("location.hash = '#at=114.46500,34.47500,15&overlay=assignment&role=grid_leader'")
    page.wait_for_function("() => location.hash.includes('role=grid_leader') && gisMap.getZoom() === 15")
    page.wait_for_selector("#overlay-summary strong:has-text('网格长')")
    page.click("#share-button")
    page.wait_for_selector("#share-link")
    link = page.input_value("#share-link")
    other = new_page("leader")
    other.goto("about:blank")
    other.goto(link)
    ready(other)
    centre = other.evaluate("[gisMap.getCenter().lng, gisMap.getCenter().lat, gisMap.getZoom()]")
    assert centre == pytest.approx([114.465, 34.475, 15], abs=1e-3)
    assert "overlay=assignment" in other.url
    assert "role=grid_leader" in other.url
    expect(other.locator(".site-nav a[aria-current]")).to_have_text("责任")


def test_back_returns_to_the_place_before(page):
    codes = [feature["id"] for feature in page.evaluate(FEATURES, "grids")[:2]]
    for code in codes:
        page.evaluate("async code => (await import('/static/js/places.js')).selectArea(code)", code)
        page.wait_for_selector(f"#drawer .code:text-is('{code}')")
    page.go_back()
    page.wait_for_selector(f"#drawer .code:text-is('{codes[0]}')")
    page.go_back()
    page.wait_for_selector("#drawer", state="hidden")


def test_lengths_and_areas_agree_with_the_ellipsoid(page):
    lon, lat = [114.40, 114.52, 114.50, 114.41], [34.44, 34.45, 34.53, 34.52]
    points = [{"lng": x, "lat": y} for x, y in zip(lon, lat, strict=True)]
    length, area = page.evaluate(
        """async (points) => {
          const { lengthOf, areaOf } = await import("/static/js/geodesy.js");
          return [lengthOf(points), areaOf(points)];
        }""",
        points,
    )
    geod = Geod(ellps="WGS84")
    assert length == pytest.approx(geod.line_length(lon, lat), rel=1e-4)
    assert area == pytest.approx(abs(geod.polygon_area_perimeter(lon, lat)[0]), rel=1e-4)


def test_measuring_shows_a_length_and_leaves_the_areas_alone(page):
    page.click("#measure-distance")
    page.mouse.click(500, 400)
    page.mouse.click(700, 500)
    expect(page.locator(".measure-reading")).to_contain_text(re.compile("公里|米"))
    page.keyboard.press("Enter")
    assert page.locator("#drawer").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator(".measure-panel").count() == 0


def test_measuring_works_by_keyboard(page):
    page.focus("#measure-area")
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press("Space")
        page.keyboard.press(key)
        page.wait_for_function("() => !gisMap._panAnim?._inProgress")
    expect(page.locator(".measure-reading")).to_contain_text("周长")
    page.keyboard.press("Escape")
    expect(page.locator("#measure-area")).to_be_focused()


def test_targets_on_a_phone_are_wide_enough(new_page):
    page = new_page("leader", PHONE)
    ready(page)
    page.wait_for_selector("#attention[aria-busy=false]", state="attached")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], summary, input, select')]
          .filter(node => node.offsetParent && !node.closest('.skip-link, .leaflet-control-attribution'))
          .map(node => [node.outerHTML.slice(0, 80), (node.closest('label') || node).getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
          .map(([html]) => html)"""
    )
    assert small == []
