"""The manual in a browser: read at a desk and on a phone, without scripts and on paper, one click away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import THUMB_PX, faults, small
from tests.browser.conftest import DESKTOP, PHONE, screenshot
from tests.serving import Server

ADDRESSES = {"contents": "/help", "page": "/help/planner", "search": "/help/search?q=提交审核"}
WIDE = """() => {
  const wider = [...document.querySelectorAll("main *")].filter((one) => !one.closest("pre, .help-table")
    && one.getBoundingClientRect().right > innerWidth + 1);
  return wider.map((one) => one.outerHTML.slice(0, 80));
}"""
SHEETS = re.compile(rb"/Type\s*/Page[^s]")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_serious_is_found_and_nothing_is_cut_off(new_page: Callable[..., Page], size):
    page = new_page("planner", size)
    for name, address in ADDRESSES.items():
        page.goto(address)
        assert faults(page, least=None) == {}, name
        if size == PHONE:  # links within a sentence are as high as its line
            page.evaluate("document.querySelector('.help-text')?.toggleAttribute('inert', true)")
        assert small(page, THUMB_PX if size == PHONE else 24) == [], name
        assert page.evaluate(WIDE) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        screenshot(page, f"help-page-{name}-{size[0]}")


def test_nothing_serious_is_found_in_the_whole_book_and_in_the_copy_for_the_phone(new_page):
    page = new_page("grid_worker")
    for address in ("/help/book", "/field/help"):
        page.goto(address)
        assert faults(page, themes=("light",), least=None) == {}, address


def test_every_manual_fits_a_phone_in_both_languages(new_page: Callable[..., Page]):
    page = new_page("grid_worker", PHONE)
    for slug in ("leader", "worker", "planner", "administrator", "operator"):
        for language in ("zh", "en"):
            page.goto(f"/help/{slug}?lang={language}")
            assert page.evaluate(WIDE) == [], (slug, language)
    page.locator(".help-here summary").tap()
    page.locator(".help-here a").last.tap()
    expect(page.locator(":target")).to_be_in_viewport()


def test_the_help_of_every_page_is_one_click_away(new_page: Callable[..., Page]):
    page = new_page("planner")
    for address, chapter in (
        ("/plans", "/help/planner#begin"),
        ("/coverage", "/help/leader#coverage"),
        ("/map", "/help/planner#map"),
        ("/paper/maps", "/help/planner#maps"),
    ):
        page.goto(address)
        page.locator(".site-tools a[href^='/help']").click()
        page.wait_for_url(f"**{chapter}")
        expect(page.locator(":target")).to_be_in_viewport()
        page.go_back()
        page.wait_for_url(f"**{address}*")


def test_a_page_follows_the_language_and_the_browser_keeps_it(new_page: Callable[..., Page]):
    page = new_page("leader")
    page.goto("/help/leader")
    with page.expect_response("**/help/leader") as answer:
        page.reload()
    assert answer.value.status in (200, 304)
    page.locator("form.language button").click()
    expect(page.locator("h1")).to_have_text("Leader's manual")
    expect(page.locator(".help-article")).to_have_attribute("lang", "en")


def test_it_is_read_and_searched_without_scripts(browser: Browser, live_server: Server, new_page):
    signed_in = new_page("leader")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(signed_in.context.cookies())
    page = context.new_page()
    page.goto("/help")
    page.fill("#help-q", "月报")
    page.press("#help-q", "Enter")
    page.locator(".help-found a").first.click()
    expect(page.locator("h1")).to_have_text("领导手册")
    page.locator(".help-steps a[rel=next]").click()
    expect(page.locator("h1")).to_have_text("网格员手册")
    context.close()


def test_the_whole_manual_is_printed_on_upright_a4_each_page_of_it_on_a_new_sheet(new_page):
    page = new_page("leader")
    page.goto("/help/book")
    page.wait_for_function("() => [...document.images].every((one) => one.complete && one.naturalWidth)")
    manuals = page.locator(".help-book > article").count()
    assert page.locator("[id]").evaluate_all("all => new Set(all.map((one) => one.id)).size === all.length")
    page.emulate_media(media="print")
    assert page.locator(".site-header").is_hidden() and page.locator(".no-print").first.is_hidden()
    breaks = page.locator(".help-book > article").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).breakBefore)"
    )
    assert breaks == ["page"] * manuals
    paper = page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45][.\d]* 84[12][.\d]*", paper)
    assert len(SHEETS.findall(paper)) > manuals
