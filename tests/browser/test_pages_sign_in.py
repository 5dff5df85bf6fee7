"""The sign-in page: works without scripts, says what went wrong, keeps the name, shows the password."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, screenshot
from tests.conftest import PASSWORD


def test_a_wrong_password_is_explained_and_the_name_stays(new_page, watch):
    watch.expect("401")
    page = new_page()
    page.goto("/sign-in")
    page.fill("#username", "nobody-known")
    page.fill("#password", "wrong wrong wrong")
    page.click("button.primary")
    assert page.get_by_role("alert").inner_text().strip() == "用户名或密码不正确"
    assert page.input_value("#username") == "nobody-known"
    assert page.get_attribute("#password", "aria-describedby") == "sign-in-error"


def test_signing_in_and_out_needs_no_script(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/sign-in?next=/layers/communities/table")
    page.fill("#username", "leader")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/layers/communities/table")
    page.click("#account-menu summary")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")


def test_the_password_can_be_seen_and_pasted(page):
    page.goto("/sign-in")
    page.fill("#password", "Wangge")
    toggle = page.get_by_role("button", name="显示")
    toggle.click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="隐藏").click()
    expect(page.locator("#password")).to_have_attribute("type", "password")
    assert page.get_attribute("#password", "autocomplete") == "current-password"
    assert page.get_attribute("#password", "onpaste") is None


def test_the_page_is_calm_on_desktop_and_phone(new_page):
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page = new_page(size=size)
        page.goto("/sign-in")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(page, f"sign-in-{name}")


def test_english_is_complete_and_keeps_the_place(page):
    page.goto("/sign-in?next=/layers/grids/table")
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/layers/grids/table$"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.click("#password-toggle")
    expect(page.get_by_role("button", name="Hide")).to_be_visible()
