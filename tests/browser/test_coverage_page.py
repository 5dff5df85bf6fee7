"""The page of coverage: figures that open, a what-if by drag with undo, and a phone that can read it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE

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
    page.mouse.up()
    expect(page.locator("#what-if-list li")).to_have_count(1)
    expect(page.locator("[data-figure=mean_m] .figure-delta")).to_have_text(re.compile("[▲▼]|不变"))
    expect(page).to_have_url(re.compile("changes="))
    page.click("#what-if-undo")
    expect(page.locator("#what-if-list li")).to_have_count(0)
    expect(share).to_have_text(before)


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
