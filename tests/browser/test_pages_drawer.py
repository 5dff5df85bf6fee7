"""The right column: what needs attention, the page of an area and of a station, and the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, ready, screenshot

LIST_READY = "#attention[aria-busy=false]"


@pytest.fixture
def page(new_page):
    opened = new_page("leader")
    ready(opened)
    opened.wait_for_selector(LIST_READY)
    return opened


def select_grid(page, at: int = 0) -> str:
    """Select the grid at that place of the layer through the bus; return its code."""
    return page.evaluate(
        """async (at) => {
          const { loadLayer } = await import("/static/js/layers.js");
          const { selectArea } = await import("/static/js/places.js");
          const code = (await loadLayer("grids")).features[at].id;
          selectArea(code, { focus: true });
          return code;
        }""",
        at,
    )


def test_communities_are_ranked_by_need_with_the_reason_in_words(page):
    rows = page.locator(".attention-row")
    assert rows.count() > 3
    reasons = page.locator(".attention-reason").all_inner_texts()
    assert all("户在 500 米步行内" in text for text in reasons)
    assert any("缺网格" in text for text in reasons)


def test_a_row_opens_its_community_and_escape_gives_the_focus_back(page):
    row = page.locator(".attention-row").first
    name = row.locator(".attention-name").inner_text()
    row.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#drawer-title:text-is('{name}')")
    expect(page.locator("#drawer-title")).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer", state="hidden")
    expect(row).to_be_focused()


def test_a_grid_shows_where_it_lies_its_figures_and_the_whole_chain(page):
    code = select_grid(page)
    page.wait_for_selector(f"#drawer .code:text-is('{code}')")
    expect(page.locator(".crumbs li")).to_have_count(4)
    roles = page.locator(".chain-role").all_inner_texts()
    assert "第一书记" in roles[0]
    assert "网格员" in roles[-1]
    assert "户" in page.inner_text(".facts")


def test_the_breadcrumb_climbs(page):
    code = select_grid(page)
    page.wait_for_selector(f"#drawer .code:text-is('{code}')")
    page.locator(".crumbs button").last.click()
    page.wait_for_selector(f"#drawer .code:text-is('{code[:12]}')")
    expect(page).to_have_url(re.compile(rf"area={code[:12]}(&|$)"))


def test_a_vacant_post_stands_out_by_word_and_shape(page):
    code = page.evaluate(
        """async () => {
          const answer = await fetch("/overlays/assignment.geojson?role=grid_worker&geometry=none");
          const vacant = (await answer.json()).features.find(({ properties }) => properties.vacant);
          (await import("/static/js/places.js")).selectArea(vacant.id, { focus: true });
          return vacant.id;
        }"""
    )
    page.wait_for_selector(f"#drawer .code:text-is('{code}')")
    page.locator(".chain .is-vacant .vacant svg").first.wait_for()
    assert "空缺" in page.locator(".chain .is-vacant").first.inner_text()


def test_a_failed_answer_is_a_sentence_with_a_way_to_try_again(page, watch):
    watch.expect("503")
    page.route("**/areas/*.json", lambda route: route.fulfill(status=503, json={"error": {"message": ""}}))
    select_grid(page)
    page.wait_for_selector("#drawer [role=alert]")
    page.unroute("**/areas/*.json")
    page.get_by_role("button", name="重试").click()
    page.wait_for_selector(".chain")


def test_a_station_tells_hours_amenities_and_capacity(page):
    page.evaluate(
        """async () => {
          const { loadLayer } = await import("/static/js/layers.js");
          const { selectStation } = await import("/static/js/places.js");
          selectStation((await loadLayer("stations")).features[0].id, { focus: true });
        }"""
    )
    page.wait_for_selector(".amenities li")
    text = page.inner_text("#drawer")
    assert "开放时间" in text
    assert "Mo" not in text
    screenshot(page, "station-desktop")


def test_the_drawer_is_a_column_on_desktop_and_a_sheet_on_a_phone(new_page):
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page = new_page("leader", size)
        ready(page)
        page.wait_for_selector(LIST_READY, state="attached")
        screenshot(page, f"map-{name}")
        select_grid(page, 7)
        page.wait_for_selector(".chain")
        page.wait_for_function(
            "() => document.querySelector('#side').getAnimations().every(one => one.playState !== 'running')"
        )
        screenshot(page, f"grid-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("#side").bounding_box()
    assert box["y"] > 200
    assert box["y"] + box["height"] <= 845
