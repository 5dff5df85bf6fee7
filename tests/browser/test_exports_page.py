"""The page of exports in a browser: found from the header, accessible in every colour, whole on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE, screenshot

READY = "html[data-ready=exports]"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def open_exports(page: Page, query: str = "") -> Page:
    page.goto(f"/exports{query}")
    page.wait_for_selector(READY, state="attached")
    return page


@SIZES
def test_nothing_serious_is_found_and_nothing_is_too_wide(new_page, size):
    page = open_exports(new_page("planner", size), "?tables=grids&crs=GCJ-02")
    expect(page.locator("#offset-warning")).to_be_visible()
    screenshot(page, f"exports_{size[0]}")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert faults(page, least=44 if size == PHONE else 24) == {}


def test_on_a_phone_what_stands_beside_each_other_stands_below_each_other(new_page):
    page = open_exports(new_page("planner", PHONE))
    first, second = (page.locator(name).bounding_box() for name in ("#export-crs", "#export-values"))
    assert second["y"] >= first["y"] + first["height"] and abs(first["x"] - second["x"]) < 1
    assert first["width"] > 300


def test_the_header_leads_to_exports_and_to_the_data_service(new_page):
    page = new_page("leader", (2200, 900))
    page.locator(".site-nav a[href='/exports']").click()
    page.wait_for_selector(READY, state="attached")
    page.locator(".site-nav a", has_text="数据服务").click()
    expect(page.locator("#ogc-title")).to_be_visible()
    expect(page.locator(".site-nav > a[aria-current]")).to_have_text("数据服务")


def test_who_works_outside_is_not_led_to_what_he_may_not_open(new_page):
    page = new_page("grid_worker", (2200, 900))
    assert (
        page.locator(
            ".site-nav a[href='/exports'], .site-nav a[href^='/ogc'], .site-nav a[href='/desk']"
        ).count()
        == 0
    )
