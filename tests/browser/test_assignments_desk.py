"""The desk of assignment in a browser: from the gaps to a proposal, accepted in part and published."""

from __future__ import annotations

import pytest

from tests.browser.conftest import DESKTOP, PHONE, screenshot

PAGES = {
    "load": "/assignments/load",
    "load-organisation": "/assignments/load?by=organisation",
    "gaps": "/assignments/gaps",
    "posts": "/assignments/posts?state=vacant",
    "new": "/assignments/proposals/new",
    "proposals": "/assignments/proposals",
}


def test_from_the_gaps_to_a_published_proposal_and_its_history(new_page):
    page = new_page("planner")
    page.goto("/assignments/gaps?households_per_member=15&least=3")
    page.get_by_role("link", name="按此标准生成调配方案").click()
    assert page.input_value("#new-households_per_member") == "15"
    page.fill("#new-name", "浏览器里的方案")
    page.get_by_role("button", name="生成方案").click()
    page.wait_for_selector("h1:has-text('浏览器里的方案')")
    choices = page.locator(".moves-table select")
    assert choices.count() > 3
    moved = page.locator(".moves-table tbody tr").first
    goal, people = moved.locator("td").nth(2).inner_text(), int(moved.locator("td").nth(0).inner_text())
    choices.nth(0).select_option("accepted")
    choices.nth(1).select_option("rejected")
    page.get_by_role("button", name="保存审核").click()
    page.wait_for_selector("#moves:has-text('接受 1，不接受 1')")
    screenshot(page, "assignments-review")
    page.get_by_role("button", name="发布已接受的 1 条").click()
    page.wait_for_selector("h1 .state:has-text('已生效')")
    assert page.locator(".moves-table select").count() == 0
    page.goto("/assignments/proposals")
    history = page.locator("section:has(#history-title)").inner_text()
    assert goal in history and people >= 1
    page.go_back()
    assert page.locator("h1").inner_text().startswith("浏览器里的方案")


def test_a_vacant_post_gets_a_substitute_that_the_map_shows(new_page):
    page = new_page("planner")
    page.goto("/assignments/posts?role=grid_worker&state=vacant")
    place = page.locator("tbody tr th a").first
    name, address = place.inner_text(), place.get_attribute("href")
    page.locator("tbody td.go a").first.click()
    form = page.get_by_role("form", name="安排代理")
    form.locator("select[name=by]").select_option(index=1)
    form.locator("input[name=term_to]").fill("2199-12-31")
    form.get_by_role("button", name="安排代理").click()
    page.wait_for_url(lambda url: "state=vacant" not in url)
    row = page.locator("tbody tr", has_text=name).filter(has_text="网格员")
    assert "有人代理" in row.first.inner_text()
    page.goto(address)
    page.wait_for_selector(".chain .is-vacant:has-text('代理')")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_fits_its_screen(new_page, size):
    page = new_page("planner", size)
    for name, address in PAGES.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        screenshot(page, f"assignments-{name}-{'phone' if size == PHONE else 'desktop'}")
