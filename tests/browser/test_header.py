"""The main navigation fits every screen: nothing of it is cut off, and what has no room stands in a menu."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

OVERFLOWS = """() => {
  const nav = document.querySelector(".site-nav");
  return nav.scrollWidth - nav.clientWidth;
}"""
COVERED = """() => [...document.querySelectorAll(".site-header > *, .site-nav > *")]
  .filter((one) => one.checkVisibility() && !one.matches(".site-nav, .search"))
  .some((one) => {
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return !one.contains(top);
  })"""


def speak(page: Page, language: str) -> None:
    """Choose the language of the pages that follow."""
    page.context.add_cookies([{"name": "language", "value": language, "url": page.url.split("/map")[0]}])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [700, 1024, 1280, 1440, 1920])
def test_no_link_is_cut_off_and_every_room_is_two_clicks_away(new_page, width, language):
    page = new_page("leader", (width, 900))
    speak(page, language)
    page.goto("/coverage")
    page.wait_for_selector("html[data-ready=coverage]", state="attached")
    assert page.evaluate(OVERFLOWS) <= 1
    assert not page.evaluate(COVERED)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".site-nav a").count() >= 12
    expect(page.locator(".site-nav > a[aria-current]")).to_be_visible()
    hidden = page.locator(".nav-more a").count()
    assert page.locator("#nav-more").is_visible() == (hidden > 0)
    if hidden:
        page.focus("#nav-more summary")
        page.keyboard.press("Enter")
        expect(page.locator(".nav-more a").last).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".nav-more a").last).to_be_hidden()
        page.click("#nav-more summary")
        address = page.locator(".nav-more a").last.get_attribute("href")
        page.locator(".nav-more a").last.click()
        page.wait_for_url(f"**{address}")
        expect(page.locator(".site-nav > a[aria-current]")).to_be_visible()


def test_a_wider_window_takes_the_links_back(new_page):
    page = new_page("leader", (1024, 900))
    expect(page.locator(".nav-more a")).not_to_have_count(0)
    page.set_viewport_size({"width": 2200, "height": 900})
    expect(page.locator(".nav-more a")).to_have_count(0)
    addresses = page.locator(".site-nav > a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    page.set_viewport_size({"width": 1024, "height": 900})
    expect(page.locator(".nav-more a")).not_to_have_count(0)
    again = page.locator(".site-nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert again == addresses


def test_on_a_phone_the_row_scrolls_by_itself(new_page):
    page = new_page("leader", PHONE)
    page.goto("/assignments/load")
    assert page.locator("#nav-more").is_hidden()
    assert page.evaluate(OVERFLOWS) > 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".site-nav a[href='/layers/grids/table']").tap()
    page.wait_for_url("**/layers/grids/table")
