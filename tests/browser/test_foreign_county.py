"""The map of a county that nobody here made: the same page, the same overlays, no code changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESKTOP, Watch, ready, screenshot, sign_in
from tests.conftest import gis_app
from tests.foreign.counties import COUNTIES
from tests.serving import Server, serve


@pytest.fixture(scope="module")
def foreign_server(tmp_path_factory) -> Server:
    """Serve an instance filled with nothing but grid polygons and a station table."""
    county, folder = COUNTIES[0], tmp_path_factory.mktemp("foreign")
    instance: Path = folder / "instance"
    gis_app("init", "--empty", instance_dir=instance)
    gis_app("import", "grids", county.zipped(folder), "--crs", county.crs, instance_dir=instance)
    gis_app("import", "stations", county.station_table(folder), "--crs", "EPSG:4326", instance_dir=instance)
    with serve(instance) as server:
        yield server


def test_every_overlay_is_drawn_and_a_grid_opens(browser: Browser, foreign_server: Server):
    watch = Watch(foreign_server)
    context = browser.new_context(
        base_url=foreign_server.url, viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="zh-CN"
    )
    watch.follow(context)
    page = context.new_page()
    sign_in(page, "leader")
    ready(page)
    for overlay in ("coverage", "assignment", "incidents"):
        page.click(f"#overlay-choice label:has(input[value={overlay}])")
        page.wait_for_selector(f"html[data-overlay={overlay}]")
        screenshot(page, f"foreign-{overlay}-desktop")
    page.goto("/layers/grids/table")
    expect(page.locator("tbody tr").first).to_be_visible()
    context.close()
    assert watch.unexpected() == []
