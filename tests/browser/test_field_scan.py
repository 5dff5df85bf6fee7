"""QR codes of stations and grids, read by the camera; what leads nowhere is said to."""
# ruff: noqa: F811

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import PHONE, Watch, sign_in
from tests.browser.fake_camera import film
from tests.browser.field_fixtures import PLACE, READY, atlas, metres_between  # noqa: F401
from tests.conftest import BROWSERS
from tests.serving import Server


@pytest.fixture
def camera(
    driver: Playwright, live_server: Server, watch: Watch, tmp_path: Path
) -> Iterator[Callable[[str], Page]]:
    """Return a function that opens the field page on a phone whose camera sees the QR code of a text."""
    started = []

    def see(text: str) -> Page:
        executable = next(filter(None, map(shutil.which, BROWSERS)))
        seen = film(tmp_path / f"code{len(started)}.y4m", text)
        arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-proxy-server",
                     "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                     f"--use-file-for-fake-video-capture={seen}"]  # fmt: skip
        started.append(driver.chromium.launch(executable_path=executable, args=arguments))
        context = started[-1].new_context(
            base_url=live_server.url, viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True,
            is_mobile=True, locale="zh-CN", permissions=["camera"],
        )  # fmt: skip
        watch.follow(context)
        page = context.new_page()
        sign_in(page, "grid_worker")
        page.goto("/field")
        page.wait_for_selector(READY)
        page.tap("#scan-button")
        return page

    yield see
    for browser in started:
        browser.close()


def test_the_code_of_a_station_is_read_by_the_camera(camera, atlas):
    row = atlas.stations.iloc[3]
    page = camera(
        f"https://grid.example/q/{atlas.county['county_code'].iloc[0]}/station/{row['station_code']}"
    )
    expect(page.locator("#nearest article")).to_have_attribute(
        "data-station", row["station_code"], timeout=30_000
    )
    place = page.evaluate(PLACE)
    assert metres_between(atlas, (place["lon"], place["lat"]), (row.geometry.x, row.geometry.y)) < 1
    expect(page.locator("#grid-code")).to_have_text(atlas.grid_at(row.geometry.x, row.geometry.y))


def test_the_code_of_a_grid_is_read_by_the_camera(camera, atlas):
    code = atlas.grids["grid_code"].iloc[5]
    page = camera(f"https://grid.example/q/{atlas.county['county_code'].iloc[0]}/grid/{code}")
    expect(page.locator("#sheet .post").first).to_be_visible(timeout=30_000)
    expect(page.locator("#grid-code")).to_have_text(code)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://grid.example/q/410223/station/WS001", "别的县（410223）"),
        ("https://grid.example/q/410222/station/WS999", "没有这个编码"),
        ("https://pay.example/abc", "不是站点或网格的二维码"),
    ],
)
def test_a_code_that_leads_nowhere_is_said_to(camera, text, said):
    page = camera(text)
    expect(page.locator("#scan-said")).to_contain_text(said, timeout=30_000)
    assert page.evaluate(PLACE) is None
