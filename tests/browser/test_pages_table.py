"""The tables, the map's accessible twin: sort, filter, page, export, print, and the way to the map."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, screenshot

HOUSEHOLDS = "th[scope=col] a[href*='sort=households']"
ROWS = "document.querySelectorAll('tbody tr').length"


def column(page, title: str) -> list[str]:
    """Return the cells of a column by its title."""
    heads = [text.strip() for text in page.locator("thead th").all_inner_texts()]
    at = next(i for i, text in enumerate(heads) if text.startswith(title))
    return [cell.strip() for cell in page.locator(f"tbody tr > :nth-child({at + 1})").all_inner_texts()]


@pytest.fixture
def table(new_page):
    page = new_page("leader")
    page.goto("/layers/grids/table")
    return page


def test_a_click_on_a_title_sorts_and_says_so(table):
    table.click(HOUSEHOLDS)
    table.wait_for_url("**sort=households**")
    assert table.get_attribute("th[scope=col]:has(a[href*='sort=households'])", "aria-sort") == "ascending"
    table.click(HOUSEHOLDS)
    table.wait_for_url("**order=desc**")
    values = [int(text.replace(",", "")) for text in column(table, "户数")]
    assert values == sorted(values, reverse=True)
    assert len(values) == 50


def test_the_filter_waits_for_the_typing_and_keeps_the_order(table):
    table.goto("/layers/grids/table?sort=households&order=desc")
    name = column(table, "所属社区")[0]
    table.fill("#table-filter input[type=search]", name)
    table.wait_for_url("**q=**")
    assert set(column(table, "所属社区")) == {name}
    assert "sort=households" in table.url
    expect(table.locator("#table-filter [name=q]")).to_be_focused()


def test_an_empty_answer_is_a_sentence(table):
    table.goto("/layers/grids/table?q=没有这样的网格")
    assert "没有与“没有这样的网格”相符的行" in table.inner_text("main")
    table.get_by_role("link", name="清除").click()
    expect(table.locator("tbody tr")).to_have_count(50)


def test_pages_follow_each_other_and_back_works(table):
    first = column(table, "网格编码")
    table.get_by_role("link", name="下一页").click()
    table.wait_for_url("**page=2**")
    assert len(first) + len(column(table, "网格编码")) == 89
    table.go_back()
    expect(table.locator("tbody tr")).to_have_count(50)
    assert column(table, "网格编码") == first


def test_both_exports_are_files(table):
    for name in ("CSV", "GeoJSON"):
        with table.expect_download() as download:
            table.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == f"grids.{name.lower()}"


def test_a_row_leads_to_its_place_on_the_map(table):
    code, name = column(table, "网格编码")[0], column(table, "名称")[0]
    table.locator("tbody tr").first.get_by_role("link").click()
    table.wait_for_url(f"**/map#**area={code}**")
    table.wait_for_selector(f"#drawer-title:has-text('{name}')")


def test_every_tab_opens_a_table(table):
    links = table.locator(".tabs a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(links) >= 9
    for link in links:
        assert table.goto(link).status == 200
        assert table.locator(".tabs a[aria-current=page]").get_attribute("href") == link


def test_printing_takes_every_page_and_gives_the_page_back(table):
    # a function to call, not one to return: playwright calls what an expression evaluates to
    table.evaluate(f"() => {{ window.print = () => {{ window.printed = {ROWS} }} }}")
    table.click("#table-print")
    table.wait_for_function("() => window.printed")
    assert table.evaluate("window.printed") == 89
    expect(table.locator("tbody tr")).to_have_count(50)


def test_the_table_fits_desktop_and_phone_and_prints_whole(new_page):
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page = new_page("leader", size)
        page.goto("/layers/stations/table")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(page, f"table-{name}")
    page.emulate_media(media="print")
    assert not page.locator(".site-header").is_visible()
    region = page.locator(".table-region")
    assert region.evaluate("node => getComputedStyle(node).overflowY") == "visible"
