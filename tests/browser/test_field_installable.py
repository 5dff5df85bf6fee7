"""The field page is an application: it can be installed, is light, and passes what Lighthouse would ask."""

from __future__ import annotations

from tests.benchmarks.field import weigh
from tests.browser.lighthouse_like import checks
from tests.browser.phone import Phone

FIRST_USE_BYTES = 350_000


def test_the_field_page_passes_every_check(phone: Phone):
    phone.open("#stations")
    assert {name: faults for name, faults in checks(phone.page).items() if faults} == {}


def test_the_first_use_is_light(driver, server, place, phone: Phone, tmp_path):
    new = Phone(driver, tmp_path / "new", server.url, place)
    page = new.on()
    new.context.add_cookies(phone.context.cookies())
    sizes = weigh(new.context.new_cdp_session(page))
    new.open()
    page.wait_for_load_state("networkidle")
    new.off()
    assert 100_000 < sum(sizes.values()) < FIRST_USE_BYTES
