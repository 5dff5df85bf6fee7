"""Siting in a browser: a long run is watched and cancelled, a small one read, two laid side by side."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, screenshot

READY = "() => document.documentElement.dataset.ready === 'siting'"
ENDED = "() => document.getElementById('run')?.dataset.ended"
DRAWN = "() => document.querySelectorAll('.curve-point').length === 11"
OPEN = "(parts) => parts.forEach((part) => { part.open = true; })"
LONG_WAIT = 120_000
TO_A_BLOCK = """async () => {
  const { places, points } = await (await fetch("/siting/candidates.json?on=blocks")).json();
  const [code] = Object.keys(places);
  gisMap.setView([points[code][1], points[code][0]], 17, { animate: false });
  return code;
}"""
INK = """() => [...document.querySelectorAll(".leaflet-ground-pane canvas")].some((canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return data.some((value, at) => at % 4 === 3 && value > 0);
})"""


@pytest.fixture
def planner(new_page) -> Page:
    return new_page("planner")


def ask(page: Page, **fields: str) -> str:
    """Fill the form, start, and return the address of the run."""
    page.goto("/siting")
    page.wait_for_function(READY)
    page.locator("#siting-form details").evaluate_all(OPEN)
    for name, value in fields.items():
        field = page.locator(f"#siting-form [name={name}]")
        if field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(value)
        elif name == "curve":
            field.set_checked(value == "1")
        else:
            field.fill(value)
    page.click("#siting-form button.primary")
    page.wait_for_url(re.compile(r"/siting/\d+$"))
    return page.url


def finished(page: Page) -> None:
    """Wait until the run has ended and its map is drawn."""
    page.wait_for_function(ENDED, timeout=LONG_WAIT)
    page.wait_for_function(READY)


def test_a_long_run_tells_how_far_it_is_and_is_cancelled(planner):
    address = ask(planner, model="median", existing="open", k="40", seconds="300", curve="0")
    bar = planner.locator("#progress")
    expect(bar.locator(".run-percent")).to_have_text(re.compile(r"^([1-9]|[1-9]\d) %$"), timeout=LONG_WAIT)
    expect(bar.locator(".run-words")).to_have_text(re.compile("可能的改进不超过"), timeout=LONG_WAIT)
    expect(planner.locator(".table-head .state")).to_have_text("计算中")
    screenshot(planner, "siting_running")
    planner.get_by_role("button", name="取消计算").click()
    finished(planner)
    assert planner.url == address
    expect(planner.locator(".table-head .state")).to_have_text("已取消，保留当时方案")
    expect(planner.locator(".verdict-open")).to_contain_text("取消时的方案，未证明最优")
    assert planner.locator(".place-row").count() > 0
    expect(planner.locator("main")).to_contain_text(re.compile("取消时"))
    expect(planner.locator(".verdict-proven")).to_have_count(0)
    planner.goto("/siting")
    row = planner.locator("tr", has=planner.locator(f"a[href='/siting/{address.rpartition('/')[2]}']"))
    expect(row).to_contain_text("已取消")


def test_a_small_run_is_read_on_map_list_and_curve_and_compared(planner, new_page):
    first = ask(planner, k="3", name="甲案", curve="1")
    finished(planner)
    planner.wait_for_function(DRAWN, timeout=LONG_WAIT)
    planner.wait_for_function(READY)
    expect(planner.locator(".verdict")).to_contain_text("已证明最优")
    assert planner.locator(".siting-mark").count() == planner.locator(".place-row").count() == 3
    planner.wait_for_function(INK)
    code = planner.locator(".place-row").first.get_attribute("data-code")
    planner.locator(".place-row").first.hover()
    expect(planner.locator(".siting-mark.lit")).to_have_count(1)
    with planner.expect_download() as taken:
        planner.get_by_role("link", name="CSV").click()
    assert code in taken.value.path().read_text("utf-8-sig")
    screenshot(planner, "siting_run")

    second = ask(planner, k="3", name="乙案", on="streets", curve="0", must_keep="", forbidden="")
    finished(planner)
    planner.goto("/siting")
    planner.wait_for_function(READY)
    expect(planner.locator("#compare-button")).to_be_disabled()
    for address in (first, second):
        planner.check(f"input[name=run][value='{address.rpartition('/')[2]}']")
    planner.click("#compare-button")
    planner.wait_for_function(READY)
    expect(planner.locator("tr.differs", has_text="候选点")).to_contain_text("道路沿线")
    assert (
        planner.locator(".siting-mark.mark-1").count() == planner.locator(".siting-mark.mark-2").count() == 3
    )
    screenshot(planner, "siting_compare")

    phone = new_page("leader", PHONE)
    for address, name in ((first, "run"), (planner.url, "compare"), ("/siting", "list")):
        phone.goto(address)
        phone.wait_for_function(READY)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        screenshot(phone, f"siting_phone_{name}")


def test_a_place_is_found_by_name_and_a_fault_is_said_beside_its_field(planner, watch):
    watch.expect("400")
    planner.goto("/siting")
    planner.wait_for_function(READY)
    box = planner.locator("[data-list=forbidden] input")
    box.focus()
    planner.wait_for_selector("#siting-places option", state="attached")
    box.fill(planner.locator("#siting-places option").last.get_attribute("value"))
    box.press("Enter")
    assert planner.locator("#new-forbidden").input_value()
    planner.locator("[data-list=must_keep] summary").click()
    planner.fill("#new-must_keep", "没有这样的地方")
    planner.click("#siting-form button.primary")
    expect(planner.locator("#fault-must_keep")).to_contain_text("没有候选点“没有这样的地方”")
    expect(planner.locator("#fault-forbidden")).to_have_count(0)


def test_places_are_picked_on_the_map_by_click_and_by_key(planner, new_page):
    planner.goto("/siting")
    planner.wait_for_function(READY)
    expect(planner.locator("#pick-count")).to_contain_text(re.compile(r"候选点 \d+ 处，现有站点 \d+ 个"))
    holder = planner.locator(".siting-pick .leaflet-container")
    holder.scroll_into_view_if_needed()
    code = planner.evaluate(TO_A_BLOCK)
    box = holder.bounding_box()
    planner.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    kept = planner.locator("[data-list=must_keep] .chosen-place")
    expect(kept).to_have_count(1)
    expect(planner.locator(".pick-mark.pick-must_keep")).to_have_count(1)
    assert planner.locator("#new-must_keep").input_value().endswith(f" {code}")
    planner.check("input[name=pick][value=forbidden]")
    holder.focus()
    holder.press("Enter")
    banned = planner.locator("[data-list=forbidden] .chosen-place")
    expect(banned).to_contain_text(code)
    expect(kept).to_have_count(0)
    screenshot(planner, "siting_pick")
    banned.get_by_role("button").click()
    expect(banned).to_have_count(0)
    expect(planner.locator(".pick-mark")).to_have_count(0)
    planner.check("input[name=pick][value=must_keep]")
    holder.focus()
    holder.press("Enter")
    planner.uncheck("#siting-form [name=curve]")
    planner.click("#siting-form button.primary")
    planner.wait_for_url(re.compile(r"/siting/\d+$"))
    finished(planner)
    expect(planner.locator(f".place-row[data-code={code}]")).to_contain_text("必须设站")
    phone = new_page("planner", PHONE)
    phone.goto("/siting")
    phone.wait_for_function(READY)
    phone.locator(".siting-pick").scroll_into_view_if_needed()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(phone, "siting_phone_pick")


def test_who_only_reads_has_the_list_without_the_form(new_page):
    page = new_page("dispatcher")
    page.goto("/siting")
    page.wait_for_function(READY)
    expect(page.locator("#runs-title")).to_be_visible()
    expect(page.locator("#siting-form, .siting-pick, .leaflet-container")).to_have_count(0)


def test_another_goal_asks_for_other_numbers(planner):
    planner.goto("/siting")
    planner.wait_for_function(READY)
    expect(planner.locator("#new-share")).to_be_hidden()
    planner.select_option("#new-model", "lscp")
    expect(planner.locator("#new-share")).to_be_visible()
    expect(planner.locator("#new-k")).to_be_hidden()
