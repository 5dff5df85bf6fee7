"""Reports in a browser: asked for, watched, downloaded, looked at page by page, cancelled and deleted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import PHONE, SCREENSHOTS, screenshot
from tests.unit.paper.monthly_samples import fonts_not_embedded, inked_shares, opened, texts_of

READY = "() => document.documentElement.dataset.ready === 'reports'"
LONG_WAIT = 120_000


@pytest.fixture
def leader(new_page) -> Page:
    page = new_page("leader")
    page.goto("/reports")
    page.wait_for_function(READY)
    return page


def ask(page: Page, month: str) -> str:
    """Ask for the report of a month and return the selector of its line."""
    page.goto("/reports")
    page.wait_for_function(READY)
    page.fill("#new-month", month)
    page.click("#reports-form button.primary")
    page.wait_for_url(re.compile(r"/reports#report-\d+$"))
    return f"#{page.url.rpartition('#')[2]}"


def render(pdf: Path, name: str) -> int:
    """Keep a picture of every page, to be looked at, and return how many there are."""
    SCREENSHOTS.mkdir(exist_ok=True)
    with opened(pdf.read_bytes()) as document:
        for number, page in enumerate(document, 1):
            page.render(scale=1.4).to_pil().save(SCREENSHOTS / f"{name}_{number:02d}.png")
            page.close()
        return len(document)


def test_a_report_is_asked_for_watched_downloaded_and_deleted(leader, tmp_path):
    screenshot(leader, "reports_empty")
    line = leader.locator(ask(leader, "2023-06"))
    expect(line.locator(".run-words")).to_have_text(re.compile("读取|计算|绘制|排版|等待|开始"))
    screenshot(leader, "reports_running")
    expect(line.locator(".state")).to_have_text("已完成", timeout=LONG_WAIT)
    expect(line.locator("a", has_text="PDF")).to_be_visible(timeout=LONG_WAIT)
    screenshot(leader, "reports_done")
    with leader.expect_download() as told:
        line.locator("a", has_text="PDF").click()
    pdf = tmp_path / "report.pdf"
    told.value.save_as(pdf)
    assert told.value.suggested_filename.startswith("report-2023-06-30-")
    body = pdf.read_bytes()
    assert render(pdf, "report_page") == len(inked_shares(body)) >= 9
    assert min(inked_shares(body)) > 0.005 and fonts_not_embedded(body) == 0
    assert "城市网格运行月报" in texts_of(body)[0]
    line.locator(".report-delete summary").click()
    expect(line.locator(".report-delete form")).to_contain_text("不能恢复")
    screenshot(leader, "reports_delete")
    line.get_by_role("button", name="确认删除").click()
    expect(line).to_have_count(0)


def test_a_report_that_waits_is_cancelled(leader):
    first, second = ask(leader, "2023-04"), ask(leader, "2023-05")
    leader.locator(second).get_by_role("button", name="取消").click()
    expect(leader.locator(second).locator(".state")).to_have_text("已取消", timeout=LONG_WAIT)
    expect(leader.locator(first).locator(".state")).to_have_text("已完成", timeout=LONG_WAIT)


def test_a_wrong_month_is_said_beside_its_field(leader, watch):
    watch.expect("400")
    leader.evaluate("() => { document.getElementById('new-month').type = 'text'; }")
    leader.fill("#new-month", "2999-01")
    leader.click("#reports-form button.primary")
    expect(leader.locator("#fault-month")).to_have_text("这个月还没有到，最晚可选本月")
    expect(leader.locator("#problem")).to_be_focused()


def test_a_day_is_chosen_instead_of_a_month(leader):
    leader.get_by_label("截至某一天").first.check()
    assert leader.locator("#new-month").is_disabled() and leader.locator("#new-day").is_enabled()
    leader.get_by_label("一个月").first.check()
    assert leader.locator("#new-month").is_enabled() and leader.locator("#new-day").is_disabled()


def test_the_leaders_page_leads_to_the_reports(new_page):
    page = new_page("leader")
    page.goto("/leader")
    page.click("#to-reports")
    page.wait_for_url("**/reports")
    expect(page.get_by_role("heading", level=1)).to_have_text("月报")


def test_the_page_has_no_grave_finding_in_any_colours(leader):
    assert faults(leader, least=None) == {}


def test_on_a_phone_nothing_is_too_small_or_too_wide(new_page):
    page = new_page("leader", PHONE)
    page.goto("/reports")
    page.wait_for_function(READY)
    screenshot(page, "reports_phone")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == {}
