"""axe-core finds nothing serious on the leader's pages, coverage, siting and the desk, in both languages."""

from __future__ import annotations

import pytest

from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE

THEMES = ("light", "dark")
LEADER = "html[data-ready=leader]"
COVERAGE = "html[data-ready=coverage]"
# name -> role, address, what is there when the page is whole, what is opened before it is judged
PAGES = {
    "leader": ("leader", "/leader", LEADER, ""),
    "leader-area": ("leader", "/leader?area=410222001006&open=coverage", LEADER, ".reach-rules summary"),
    "leader-alerts": ("leader", "/leader?alerts=1", LEADER, ""),
    "leader-views": ("leader", "/leader", LEADER, "#views summary"),
    "leader-list": ("leader", "/leader/list?figure=overdue_rate", "tbody tr", ""),
    "coverage": ("leader", "/coverage", COVERAGE, "[data-figure=share] summary"),
    "coverage-stations": ("leader", "/coverage?from=2023-01-01", COVERAGE, "#tab-stations"),
    "coverage-evenness": ("leader", "/coverage", COVERAGE, "#tab-evenness"),
    "coverage-what-if": ("planner", "/coverage", COVERAGE, "#tab-what-if"),
    "uncovered": ("leader", "/coverage/uncovered", "tbody tr", ""),
    "siting": ("planner", "/siting", "html[data-ready=siting]", ".more-rules summary"),
    "load": ("planner", "/assignments/load", "tbody tr", ""),
    "gaps": ("planner", "/assignments/gaps", "tbody tr", ""),
    "posts": ("planner", "/assignments/posts", "tbody tr", ""),
    "proposals": ("planner", "/assignments/proposals", "main", ""),
    "new-proposal": ("planner", "/assignments/proposals/new", "form", ""),
}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_is_found(new_page, live_server, name, language, size):
    role, address, ready, opened = PAGES[name]
    page = new_page(role, size)
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    page.goto(address)
    page.wait_for_selector(ready, state="attached")
    if opened:
        page.locator(opened).first.evaluate("(one) => one.click()")
    page.wait_for_load_state("networkidle")
    if name == "coverage-what-if":
        give_the_marks_room(page)
    assert faults(page, THEMES, least=None) == {}


def give_the_marks_room(page) -> None:
    """Look at one station from near: where marks lie on each other, the list by name leads to each."""
    assert page.locator("#what-if-pick option").count() > 60
    page.evaluate(
        "() => { const pick = document.getElementById('what-if-pick');"
        " pick.value = 'WS001'; pick.dispatchEvent(new Event('change')); }"
    )
    page.wait_for_selector(".what-if-menu", state="attached")
    page.evaluate("() => { window.gisMap.setZoom(17, { animate: false }); }")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_serious_is_found_on_the_wall(new_page, live_server, language):
    page = new_page("leader", (1920, 1080))
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    page.goto("/wall")
    page.wait_for_selector("html[data-ready=wall]", state="attached")
    page.wait_for_selector("#trend canvas")
    assert faults(page, ("dark",), least=None) == {}
