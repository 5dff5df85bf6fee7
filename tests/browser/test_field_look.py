"""How the field page looks and weighs: read in the sun, hit by a thumb, still, and light."""
# ruff: noqa: F811

from __future__ import annotations

from tests.browser.conftest import PHONE, screenshot
from tests.browser.field_fixtures import READY, SPOT, field  # noqa: F401
from tests.browser.field_scripts import CONTRAST, SHIFT, SMALL


def test_contrast_holds_in_the_sun_and_every_target_fits_a_thumb(field):
    page = field()
    page.tap("#menu-button")
    page.tap("[data-theme-set=sunlight]")
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(SMALL) == []
    page.tap("#sheet-close")
    page.tap("[data-filter=open]")
    for opener in (None, "#grid-button", "#find-button", "article .button.primary"):
        if opener:
            page.locator(opener).tap()
        assert page.evaluate(CONTRAST) == [], opener
        assert page.evaluate(SMALL) == [], opener
        if opener:
            page.tap("#sheet-close")
    screenshot(page, "field-sunlight")


def test_the_page_does_not_jump_and_fits_its_screen(field):
    page = field()
    assert page.evaluate(SHIFT) < 0.05
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_first_visit_weighs_less_than_350_kilobytes(new_page, field):
    signed_in = field()
    page = new_page(None, PHONE, permissions=["geolocation"], service_workers="block", geolocation=SPOT)
    page.context.add_cookies(signed_in.context.cookies())
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    received: list[int] = []
    wire.on("Network.loadingFinished", lambda done: received.append(int(done["encodedDataLength"])))
    page.goto("/field")
    page.wait_for_selector(READY)
    page.wait_for_load_state("networkidle")
    assert 100_000 < sum(received) < 350_000
