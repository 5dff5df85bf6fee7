"""The page of coverage: figures that open, a what-if by drag with undo, and a phone that can read it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE

WITHIN_MS = 1000
READY = "() => document.documentElement.dataset.ready === 'coverage'"


def test_a_station_is_dragged_coverage_moves_and_undo_brings_it_back(new_page):
    page = new_page("planner")
    page.goto("/coverage")
    page.wait_for_function(READY)
    share = page.locator("[data-figure=share] .figure-value")
    before = share.inner_text()
    page.click("#tab-what-if")
    box = page.locator(".what-if-mark").first.bounding_box()
    page.mouse.move(box["x"] + 16, box["y"] + 16)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 120, steps=6)
    moved = page.locator("[data-figure=mean_m] .figure-delta")
    expect(moved).to_have_text(re.compile("[▲▼]|不变"), timeout=WITHIN_MS)  # while it is still held
    page.mouse.up()
    page.wait_for_selector("#part-what-if[data-took-ms]", state="attached")
    assert int(page.get_attribute("#part-what-if", "data-took-ms")) < WITHIN_MS
    expect(page.locator("#what-if-list li")).to_have_count(1)
    expect(page.locator("[data-figure=mean_m] .figure-delta")).to_have_text(re.compile("[▲▼]|不变"))
    expect(page).to_have_url(re.compile("changes="))
    page.click("#what-if-undo")
    expect(page.locator("#what-if-list li")).to_have_count(0)
    expect(share).to_have_text(before)


def test_without_dragging_a_station_is_found_by_name_and_moved_by_a_click(new_page):
    page = new_page("planner")
    page.goto("/coverage?area=410222001006")
    page.wait_for_function(READY)
    page.click("#tab-what-if")
    page.focus("#what-if-pick")
    page.select_option("#what-if-pick", index=5)
    name = page.inner_text(".what-if-menu strong")
    page.get_by_role("button", name="移到别处").press("Enter")
    expect(page.locator("#part-what-if [role=status]")).to_contain_text(name)
    box = page.locator("#map, .leaflet-container").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3)
    expect(page.locator("#what-if-list li")).to_have_count(1)
    expect(page.locator("#what-if-list li")).to_contain_text(f"移动 · {name}")
    expect(page).to_have_url(re.compile("area=410222001006.*changes="))
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.6)
    expect(page.locator("#what-if-list li")).to_have_count(1)
    page.reload()
    page.wait_for_function(READY)
    expect(page.locator("#what-if-list li")).to_have_count(1)


def test_the_change_between_two_dates_names_the_stations_that_changed(new_page):
    page = new_page("leader")
    page.goto("/coverage?from=2023-08-01&day=2023-09-01&level=community")
    page.wait_for_function(READY)
    expect(page.locator("#part-areas .coverage-note", has_text="个站点有变化")).to_contain_text("迁移")
    expect(page.locator("[data-figure=share] .figure-delta")).to_have_text(re.compile("▲"))
    expect(page.locator("#part-areas .triple .figure-delta").first).to_be_attached()


def test_a_figure_opens_to_its_rule_and_its_list(new_page):
    page = new_page("leader")
    page.goto("/coverage?limit=300m&level=community")
    page.wait_for_function(READY)
    page.click("[data-figure=seated_share] summary")
    more = page.locator("[data-figure=seated_share] .figure-more")
    expect(more).to_contain_text("分子")
    more.locator("a").last.click()
    expect(page.locator("#table-title")).to_have_text("未覆盖名单")


def test_shapes_are_drawn_and_the_question_is_in_the_address(new_page):
    page = new_page("leader")
    page.goto("/coverage")
    page.wait_for_function(READY)
    for box in ("#show-ground", "#show-circles", "#show-capacity"):
        page.check(box)
    page.select_option("#ask-limit", "1000m")
    expect(page).to_have_url(re.compile("limit=1000m"))
    expect(page.locator("[data-figure=share] .figure-label")).to_contain_text("1,000")


def test_a_phone_reads_it_without_scrolling_sideways(new_page):
    page = new_page("leader", PHONE)
    page.goto("/coverage")
    page.wait_for_function(READY)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.click("#side-handle")
    expect(page.locator("#part-areas .triple").first).to_be_visible()
