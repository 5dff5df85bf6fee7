"""The guides and the reference in a browser: nothing cut off, nothing axe finds, fields found at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE, screenshot

WIDE = """() => [...document.querySelectorAll("main *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(
    ("slug", "looked_at"),
    [("tutorial", PHONE), ("deployment", PHONE), ("dictionary", DESKTOP), ("api", PHONE)],
)
def test_nothing_serious_is_found_and_nothing_is_cut_off(new_page, slug: str, looked_at):
    page = new_page("administrator", looked_at)
    for language in ("zh", "en"):
        page.goto(f"/help/{slug}?lang={language}")
        for width, height in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(WIDE) == []
            screenshot(page, f"help-{slug}-{language}-{width}")
    page.set_viewport_size({"width": looked_at[0], "height": looked_at[1]})
    assert faults(page, least=None) == {}


def test_fields_of_the_dictionary_are_found_while_typing(new_page: Callable[..., Page]):
    page = new_page("planner")
    page.goto("/help/dictionary?lang=zh")
    whole = page.locator(".dict-section tbody tr:visible").count()
    page.fill(".dict-find input", "ＣＡＰＡＣＩＴＹ 站点")
    expect(page.locator(".dict-section tbody tr:visible")).to_have_count(1)
    expect(page.locator(".dict-find [role=status]")).to_have_text("符合的字段：1")
    expect(page.locator("#layer-stations")).to_be_visible()
    expect(page.locator("#layer-grids")).to_be_hidden()
    page.fill(".dict-find input", "没有这样的字段")
    expect(page.locator(".dict-find [role=status]")).to_have_text("没有符合的字段")
    page.fill(".dict-find input", "")
    expect(page.locator(".dict-section tbody tr:visible")).to_have_count(whole)


def test_the_dictionary_is_taken_away_by_its_buttons(new_page: Callable[..., Page]):
    page = new_page("planner")
    page.goto("/help/dictionary?lang=zh")
    for kind in ("XLSX", "CSV"):
        with page.expect_download() as taken:
            page.get_by_role("link", name=f"下载 {kind}").click()
        assert taken.value.suggested_filename == f"data-dictionary-zh.{kind.lower()}"
