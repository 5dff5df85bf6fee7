"""The field pages hold for everybody: axe-core in daylight, sunlight and at night, and a thumb's 44 px.

Each view is looked at with something in it, at 390 × 844, in the three themes.
"""
# ruff: noqa: F811

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import THEMES, faults, wear
from tests.browser.conftest import PHONE, Watch
from tests.browser.field_fixtures import atlas, field  # noqa: F401
from tests.browser.phone import Phone, Switched, report
from tests.browser.phone_fixtures import database
from tests.house.test_contrast import contrast

SHEETS = {
    "who answers": "#grid-button",
    "navigation": "article .button.primary",
    "menu": "#menu-button",
    "search": "#find-button",
    "scan": "#scan-button",
}
# what is read in the sun: the colours of a text and of the ground it stands on, as the browser paints them
PAINTED = """() => {
  const seen = { opacityProperty: true, visibilityProperty: true };
  const unread = "script, style, template, .visually-hidden, .leaflet-container, :disabled";
  const byte = (part) => Math.round(part).toString(16).padStart(2, "0");
  const hex = (colour) => "#" + colour.match(/[\\d.]+/g).slice(0, 3).map(byte).join("");
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = {};
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim().slice(0, 20), one = walker.currentNode.parentElement;
    if (!text || one.closest(unread) || !one.checkVisibility(seen)) continue;
    found[`${hex(getComputedStyle(one).color)} ${hex(ground(one))}`] ??= `${one.className} ${text}`;
  }
  return found;
}"""


def check(page: Page) -> None:
    """Check what the page shows now, in every theme."""
    page.wait_for_timeout(400)
    assert faults(page) == {}


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_of_the_stations_view(field, watch: Watch, name):
    page = field()
    page.locator(SHEETS[name]).first.tap()
    expect(page.locator("#sheet")).to_be_visible()
    if name == "search":
        page.fill("#find-field", "街")
        expect(page.locator("#find-results button").first).to_be_visible()
    check(page)


@pytest.mark.parametrize("options", [{}, {"at": None}, {"accuracy": 2000}, {"fragment": "#station=WS002"}])
def test_the_stations_view_with_and_without_a_position(field, options):
    check(field(**options))


def test_the_day_the_report_and_what_waits(phone: Phone, server: Switched, photos: list[Path]):
    page = phone.page
    page.tap("[data-tab=day]")
    expect(page.locator("#patrol-list li").first).to_be_visible()
    check(page)
    page.tap("[data-tab=report]")
    page.set_input_files("#report-camera", photos[0])
    page.wait_for_selector(".photo-thumb img")
    page.locator("#class-frequent .class-option").first.tap()
    page.tap("#class-more summary")
    page.tap("#report-more summary")
    check(page)
    phone.context.set_offline(True)
    page.tap("#report-send")
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(1)
    check(page)


def test_what_needs_the_worker(phone: Phone, server: Switched, photos: list[Path]):
    page = phone.page
    phone.context.set_offline(True)
    report(page, photos[:1])
    withdrawn = phone.items()[0]["values"]["class_code"]
    server.off()
    with database(server) as conn:
        conn.execute("UPDATE incident_classes SET active = 0 WHERE class_code = ?", (withdrawn,))
    server.on()
    try:
        phone.context.set_offline(False)
        page.tap("#queue-now")
        expect(page.locator("#queue-conflicts .queue-card")).to_have_count(1, timeout=30_000)
        check(page)
    finally:
        server.off()
        with database(server) as conn:
            conn.execute("UPDATE incident_classes SET active = 1 WHERE class_code = ?", (withdrawn,))


def test_the_pages_around_it(new_page: Callable[..., Page], atlas, watch: Watch):
    station, grid = atlas.stations["station_code"].iloc[0], atlas.grids["grid_code"].iloc[0]
    watch.expect("/q/410999/station/WS001")
    watch.expect("404")
    stranger, worker = new_page(None, PHONE), new_page("grid_worker", PHONE)
    stranger.goto("/sign-in")
    check(stranger)
    for address in (f"/stations/{station}/sheet", f"/grids/{grid}/sheet", "/q/410999/station/WS001"):
        worker.goto(address)
        check(worker)


def test_the_form_of_the_staff_on_duty(new_page: Callable[..., Page]):
    duty = new_page("duty_staff", PHONE)
    duty.goto("/map")
    code = duty.evaluate("""async () => {
      for (const { id } of (await (await fetch("/layers/stations.geojson")).json()).features)
        if ((await (await fetch(`/stations/${id}.json`)).json()).may_change) return id;
    }""")
    duty.goto(f"/stations/{code}")
    duty.wait_for_selector("main form")
    check(duty)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_painted_can_be_read(field, theme):
    page = field()
    wear(page, theme)
    least = 7 if theme == "sunlight" else 4.5
    painted = page.evaluate(PAINTED)
    assert len(painted) > 3
    weak = {pair: said for pair, said in painted.items() if contrast(*pair.split()) < least}
    assert weak == {}
