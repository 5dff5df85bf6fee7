"""A street that hangs together with nothing is in the table, and its link shows it on the map."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, Watch, screenshot, sign_in
from tests.conftest import gis_app
from tests.exchange.streets import geojson
from tests.serving import serve

ALONE = [(0.3, 0.2), (0.8, 0.2)]
SHUT = (114.440409, 34.4808081)  # the reference county's gate G003


def redness(page: Page, size: int = 60) -> int:
    """Count clearly red pixels around the middle of the map."""
    box = page.locator("#map, .folium-map").first.bounding_box()
    x, y = box["x"] + box["width"] / 2 - size / 2, box["y"] + box["height"] / 2 - size / 2
    taken = page.screenshot(clip={"x": x, "y": y, "width": size, "height": size})
    pixels = Image.open(io.BytesIO(taken)).convert("RGB").get_flattened_data()
    return sum(red > 140 and green < 90 and blue < 90 for red, green, blue in pixels)


def test_a_loose_street_is_listed_and_its_link_shows_it(browser: Browser, own_instance: Path, tmp_path: Path):
    lines = geojson(tmp_path / "alone.geojson", (ALONE, {"编号": "ALONE", "bridge": "yes"}))
    gis_app("import", "streets", lines, "--mode", "add", instance_dir=own_instance)
    with serve(own_instance) as server:
        watch = Watch(server)
        size = {"width": DESKTOP[0], "height": DESKTOP[1]}
        context = browser.new_context(base_url=server.url, viewport=size, locale="zh-CN")
        watch.follow(context)
        page = context.new_page()
        sign_in(page, "leader")
        page.goto("/layers/street_pieces/table")
        row = page.locator("tbody tr")
        expect(row).to_have_count(1)
        expect(row).to_contain_text("ALONE")
        row.get_by_role("link").click()
        page.wait_for_url("**/map#at=**street_pieces**")
        expect(page.locator("input[value=street_pieces]")).to_be_checked()
        page.wait_for_function("() => document.documentElement.dataset.overlay")
        page.wait_for_timeout(1500)  # tiles are painted in idle time
        screenshot(page, "street-pieces-desktop")
        assert redness(page) > 50
        page.goto("/sign-in")
        page.goto(f"/map#at={SHUT[0]},{SHUT[1]},18&overlay=none")
        page.wait_for_timeout(2500)
        screenshot(page, "gates-desktop")
        assert redness(page, 30) > 30
        context.close()
        assert watch.unexpected() == []
