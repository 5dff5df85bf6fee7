"""The overlays: what is drawn, what the numbers say, what a slow or failed answer looks like."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import PHONE, ready, screenshot, until

# How many colours are found where overlays are drawn, by samples; heat has a pane of its own.
COLOURS = """() => {
  const seen = new Set();
  const panes = ".leaflet-fills-pane canvas, .leaflet-overlay-pane canvas";
  for (const canvas of document.querySelectorAll(panes)) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4 * 97) {
      if (data[i + 3] > 100) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
    }
  }
  return seen.size;
}"""


def show(page, fragment=""):
    page.goto("about:blank")
    page.goto(f"/map{fragment}")
    ready(page)
    return page


def numbers(text):
    return [int(part.replace(",", "")) for part in re.findall(r"\d[\d,]*", text)]


@pytest.fixture
def leader(new_page):
    return new_page("leader")


def test_coverage_is_coloured_with_a_legend_and_a_sum_that_the_areas_add_up_to(leader):
    page = show(leader)
    until(page, COLOURS, "found >= 4")
    address = "/overlays/coverage.geojson?level=grid&limit=500m&geometry=none"
    areas = page.evaluate(
        f"async () => (await (await fetch('{address}')).json()).features.map(f => f.properties)"
    )
    said = numbers(page.inner_text("#overlay-summary span >> nth=0"))
    assert said == [sum(a["covered"] for a in areas), sum(a["households"] for a in areas)]
    counts = page.locator("#legend .legend-count").all_inner_texts()
    assert sum(int(count) for count in counts) == len(areas)
    assert page.locator("#legend .legend-date").count() == 1
    page.click("#legend summary")
    assert page.locator("#legend details p").is_visible()


def test_uncovered_blocks_are_marked_and_counted(leader):
    page = show(leader)
    page.check("text=标出未覆盖的地块")
    page.wait_for_selector("text=有未覆盖住户的地块")
    address = "/overlays/coverage.geojson?level=block&limit=500m&geometry=none"
    expected = page.evaluate(
        f"async () => (await (await fetch('{address}')).json()).features"
        ".filter(f => f.properties.uncovered > 0).length"
    )
    assert numbers(page.locator(".legend-part >> nth=1").locator(".legend-count").inner_text()) == [expected]
    screenshot(page, "map-uncovered-desktop")


def test_vacant_grids_stand_out_and_are_listed(leader):
    page = show(leader, "#overlay=assignment&role=grid_worker")
    vacant = numbers(page.inner_text(".vacancies summary"))[0]
    assert 5 <= vacant <= 8
    page.click(".vacancies summary")
    assert page.locator(".vacancies li").count() == vacant
    page.click(".vacancies li button >> nth=0")
    page.wait_for_selector("#drawer:not([hidden]) .chain")
    screenshot(page, "map-vacant-desktop")


def test_every_role_can_be_seen(leader):
    page = show(leader, "#overlay=assignment")
    for role in page.locator("#parameter-role option").evaluate_all("nodes => nodes.map(n => n.value)"):
        title = page.locator(f"#parameter-role option[value={role}]").inner_text()
        page.select_option("#parameter-role", role)
        page.wait_for_function(
            "title => document.querySelector('#overlay-summary strong')?.textContent === title", arg=title
        )


@pytest.mark.parametrize("view", ["points", "heat", "counts"])
def test_incidents_as_points_heat_and_counts(leader, view):
    page = show(leader, f"#overlay=incidents&view={view}")
    assert numbers(page.inner_text("#overlay-summary strong"))[0] > 500
    if view == "points":
        page.locator(".cluster").nth(3).wait_for()
    else:
        until(page, COLOURS, "found >= 4")
    screenshot(page, f"map-incidents-{view}-desktop")


def test_the_time_slider_obeys_the_keyboard_and_its_months_add_up(leader):
    page = show(leader, "#overlay=incidents&view=points")
    everything = numbers(page.inner_text("#overlay-summary strong"))[0]
    page.focus("#time-slider input")
    total = 0
    months = int(page.get_attribute("#time-slider input", "max")) + 1  # others may have reported since
    assert months >= 12
    for _month in range(months):
        before = page.inner_text("#overlay-summary")
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "before => document.querySelector('#overlay-summary').innerText !== before", arg=before
        )
        total += numbers(page.inner_text("#overlay-summary strong"))[0]
    assert total == everything
    assert page.get_attribute("#time-slider input", "aria-valuetext") == page.inner_text(".slider-month")


def test_readers_who_want_less_motion_get_no_play_button(new_page):
    page = show(new_page("leader", reduced_motion="reduce"), "#overlay=incidents")
    assert page.locator("#slider-play").count() == 0
    assert page.locator("#time-slider input").is_visible()


def test_play_goes_from_month_to_month_and_stops_with_the_overlay(leader):
    page = show(leader, "#overlay=incidents&view=points")
    page.click("#slider-play")
    page.wait_for_function("() => Number(document.querySelector('#time-slider input').value) >= 1")
    page.check("#overlay-choice input[value=none]", force=True)
    page.wait_for_selector("#time-slider", state="hidden")


def test_a_slow_answer_says_so_and_a_failed_one_can_be_tried_again(leader, watch):
    watch.expect("503")
    page = show(leader)
    held = []
    page.route("**/overlays/assignment.geojson*role=judge*", lambda route: held.append(route))
    page.check("#overlay-choice input[value=assignment]", force=True)
    page.wait_for_selector("#parameter-role")
    page.select_option("#parameter-role", "judge")
    page.wait_for_selector("#map-notice:has-text('正在计算')")
    while not held:
        page.wait_for_timeout(20)
    held.pop().fulfill(status=503, body='{"error": {"code": "x", "message": "服务正忙，请稍后再试"}}')
    page.wait_for_selector("#map-notice:has-text('服务正忙')")
    page.unroute("**/overlays/assignment.geojson*role=judge*")
    page.click("#map-notice button")
    page.wait_for_selector("#map-notice", state="hidden")
    page.wait_for_selector("#overlay-summary strong:has-text('法官')")


def test_the_panel_is_a_sheet_on_a_phone(new_page):
    page = show(new_page("leader", size=PHONE))
    assert not page.locator("#overlay-choice").is_visible()
    page.tap("#panel-toggle")
    page.wait_for_selector("#overlay-choice", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#overlay-choice", state="hidden")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
