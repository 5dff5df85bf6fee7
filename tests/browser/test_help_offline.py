"""The worker's manual opens on a phone without a network, its pictures too, once the phone has had one."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import screenshot
from tests.browser.phone import Phone, wait_until

PICTURES = "() => [...document.images].map((one) => one.complete && one.naturalWidth > 0)"


def test_the_worker_reads_the_manual_where_there_is_no_network(phone: Phone):
    page = phone.page
    wait_until(page, """async () => Boolean(await caches.match("/field/help"))""")
    phone.context.set_offline(True)
    page.tap("#menu-button")
    page.tap("#sheet a[href='/field/help']")
    page.wait_for_url("**/field/help")
    expect(page.locator("h1")).to_have_text("网格员手册")
    page.locator("#tasks").scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({PICTURES})().every(Boolean)")
    assert len(page.evaluate(PICTURES)) == 3
    screenshot(page, "help-offline")
    page.locator(".help-field-top a").tap()
    page.wait_for_url("**/field")
    expect(page.locator("#nearest h2").first).to_be_visible()
