"""A station closed from a phone is closed on maps open elsewhere within a minute; its sheet scans."""

from __future__ import annotations

import io
import re
import time

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

WITHIN_A_MINUTE = 60_000
SMALL = """() => [...document.querySelectorAll("main :is(a, button, input, summary, .status-choice)")]
  .filter((one) => one.checkVisibility() && one.type !== "radio")
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([said, box]) => box.height && Math.min(box.height, box.width) < 43.9)
  .map(([said, box]) => `${said} ${box.width} x ${box.height}`)"""


def own_station(page: Page) -> str:
    """Return the station of the duty staff who is signed in: the one whose page has the form."""
    codes = page.evaluate(
        """async () => {
          const layer = await (await fetch("/layers/stations.geojson")).json();
          for (const { id } of layer.features) {
            if ((await (await fetch(`/stations/${id}.json`)).json()).may_change) return id;
          }
          return "";
        }"""
    )
    assert codes
    return codes


def colour_at(page: Page, code: str) -> tuple[int, ...]:
    """Return the colour in the middle of a station's mark."""
    x, y = page.evaluate(
        """async (code) => {
          const layer = await (await fetch("/layers/stations.geojson")).json();
          const [lng, lat] = layer.features.find(({ id }) => id === code).geometry.coordinates;
          const box = document.querySelector(".leaflet-container").getBoundingClientRect();
          const point = window.gisMap.latLngToContainerPoint([lat, lng]);
          return [box.x + point.x, box.y + point.y];
        }""",
        code,
    )
    picture = page.screenshot(clip={"x": x - 1, "y": y - 1, "width": 3, "height": 3})
    return Image.open(io.BytesIO(picture)).convert("RGB").getpixel((1, 1))


def test_a_closure_from_a_phone_is_on_every_open_map_within_a_minute(new_page):
    duty, leader = new_page("duty_staff", PHONE), new_page("leader")
    code = own_station(duty)
    leader.goto(f"/map#station={code}")
    leader.wait_for_selector('html[data-ready="map"]')
    word = leader.locator("#drawer .side-kind")
    expect(leader.locator("#drawer-title")).to_be_visible()
    before = colour_at(leader, code)
    assert "临时关闭" not in word.inner_text()

    duty.goto(f"/stations/{code}")
    assert duty.evaluate(SMALL) == []
    duty.get_by_label("临时关闭").check()
    duty.get_by_role("button", name="1 小时").tap()
    duty.get_by_label("说明").fill("停电检修")
    duty.get_by_role("button", name="更新", exact=True).tap()
    expect(duty.get_by_role("status").filter(has_text="状态已更新")).to_be_visible()
    expect(duty.locator(".station-now")).to_contain_text("临时关闭")

    expect(word).to_contain_text("临时关闭", timeout=WITHIN_A_MINUTE)
    expect(leader.locator("#drawer")).to_contain_text("停电检修")
    expect(leader.locator('[data-figure="warm_stations"]')).to_contain_text("1 个临时关闭")
    after = colour_at(leader, code)
    assert sum(abs(a - b) for a, b in zip(before, after, strict=True)) > 150, (before, after)

    duty.get_by_label("正常").check()
    duty.get_by_role("button", name="更新", exact=True).tap()
    expect(duty.locator(".station-now")).not_to_contain_text("停电检修")


def test_a_page_whose_station_was_changed_elsewhere_says_so(new_page):
    duty = new_page("duty_staff", PHONE)
    code = own_station(duty)
    duty.goto(f"/stations/{code}")
    version = duty.get_attribute("[data-station]", "data-version")
    said = duty.evaluate(
        """async ([code, version]) => (await fetch(`/stations/${code}/status`, {
          method: "PUT", headers: { "If-Match": `"${version}"`, "Content-Type": "application/json" },
          body: JSON.stringify({ status: "full" }) })).status""",
        [code, version],
    )
    assert said == 200
    expect(duty.locator("#status-moved")).to_be_visible(timeout=WITHIN_A_MINUTE)
    duty.locator("#status-moved a").tap()
    expect(duty.locator(".station-now")).to_contain_text("已满")


@pytest.mark.parametrize("size", [PHONE, (1440, 900)], ids=["phone", "desktop"])
def test_the_code_is_read_off_the_sheet_as_it_is_shown_and_printed(new_page, live_server, size):
    page = new_page("grid_worker", size)
    layer = page.evaluate(
        "async () => (await (await fetch('/layers/stations.geojson')).json()).features[0].id"
    )
    page.goto(f"/stations/{layer}/sheet")
    wanted = f"{live_server.url}/q/410222/station/{layer}"
    shown = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    assert [one.text for one in zxingcpp.read_barcodes(shown)] == [wanted]


def test_the_sheet_is_one_page_of_paper_and_scans(new_page, live_server):
    page = new_page("grid_worker", (794, 1123))  # A4 at 96 dpi
    page.goto("/grids/410222001013001/sheet")
    page.emulate_media(media="print")
    assert page.evaluate("() => document.documentElement.scrollHeight") <= 1123
    printed = Image.open(io.BytesIO(page.screenshot()))
    wanted = f"{live_server.url}/q/410222/grid/410222001013001"
    assert [one.text for one in zxingcpp.read_barcodes(printed)] == [wanted]
    assert re.findall(rb"/Count (\d+)", page.pdf(prefer_css_page_size=True)) == [b"1"]


def test_the_print_button_prints(new_page):
    page = new_page("leader")
    page.goto("/grids/410222001013001/sheet")
    page.evaluate("() => { window.print = () => { document.title = 'printed'; }; }")
    page.get_by_role("button", name="打印").click()
    page.wait_for_function("() => document.title === 'printed'")


def test_the_status_of_all_stations_is_little_to_send(new_page):
    page = new_page("leader")
    began = time.perf_counter()
    size, status = page.evaluate(
        """async () => {
          const answer = await fetch("/stations/status.json");
          return [(await answer.text()).length, answer.status];
        }"""
    )
    assert status == 200 and size < 4_000 and time.perf_counter() - began < 1
