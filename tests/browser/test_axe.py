"""axe-core finds nothing serious or critical on the pages of the office, at a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE

PAGES = {
    "map": ("leader", "/map", 'html[data-ready="map"]'),
    "table": ("leader", "/layers/grids/table", "tbody tr"),
    "inbox": ("dispatcher", "/incidents", "a[href^='/incidents/TX']"),
    "board": ("leader", "/incidents/board", ".board-column"),
    "statistics": ("leader", "/incidents/statistics", "#hotspots .table-region"),
    "supervision": ("inspector", "/supervision", "tbody tr"),
    "webhooks": ("administrator", "/webhooks", "form.key-form"),
    "projects": ("leader", "/programme/projects", "main"),
}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_is_found(new_page, name, size):
    role, address, ready = PAGES[name]
    page = new_page(role, size)
    page.goto(address)
    page.wait_for_selector(ready)
    assert faults(page, least=None) == {}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_serious_is_found_on_an_incident(new_page, size):
    page = new_page("dispatcher", size)
    page.goto("/incidents")
    page.locator("a[href^='/incidents/TX']").first.click()
    page.wait_for_url("**/incidents/TX*")
    assert faults(page, least=None) == {}
