"""In a real browser too: nothing that stands in the store runs, on the map, in its panels, in the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gis_app.web.services import KEY
from gis_app.web.table_columns import TABLES
from tests.browser.conftest import REPORT_CSP
from tests.factory import GRIDS
from tests.security.test_text_is_text import CANARIES, app_with
from tests.serving import Server, serve
from tests.web.county import PASSWORD

# Everything at once, and a picture whose failure to load would be noticed.
TEXT = (
    "qzx"
    + "".join(CANARIES.values())
    + '<img src=x onerror="window.ranText=1"><script>window.ranText=1</script>'
)
VIEWS = [
    "overlay=coverage",
    "overlay=coverage&level=block",
    "overlay=assignment&role=grid_worker",
    "overlay=assignment&role=paired_organisation",
    "overlay=incidents&view=points",
    "overlay=incidents&view=counts",
    f"overlay=assignment&area={GRIDS[0]}",
    "overlay=coverage&station=Z001",
]


@pytest.fixture(scope="module")
def canary_server(tmp_path_factory) -> Iterator[Server]:
    """Serve the county whose every text is all canaries."""
    folder = tmp_path_factory.mktemp("canaries") / "instance"
    app, _ = app_with(folder, TEXT)
    app.extensions[KEY].store.dispose()
    with serve(folder, GIS_WORKERS="1") as server:
        yield server


@pytest.fixture(scope="module")
def page(browser: Browser, canary_server: Server) -> Iterator[Page]:
    """Open the map as the account whose name is the canaries; note what should not happen."""
    context = browser.new_context(base_url=canary_server.url, viewport={"width": 1440, "height": 900})
    context.add_init_script(REPORT_CSP)
    page = context.new_page()
    page.problems = []
    page.on("dialog", lambda dialog: (page.problems.append("dialog"), dialog.dismiss()))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda line: line.type == "error" and page.problems.append(line.text))
    page.goto("/sign-in")
    page.fill("#username", "canary")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/map**")
    yield page
    context.close()


def check(page: Page) -> None:
    """Check that nothing ran and nothing was built from the text."""
    assert page.evaluate("window.ranText") is None
    assert (
        page.evaluate("document.querySelectorAll('img[src=x], [onerror], [onload], svg[onload]').length") == 0
    )
    assert page.problems == []


@pytest.mark.parametrize("view", VIEWS)
def test_the_map_shows_text_and_runs_none(page: Page, view: str):
    page.goto("about:blank")
    page.goto(f"/map#{view}")
    page.wait_for_selector(f"html[data-overlay={view.split('&')[0].removeprefix('overlay=')}]")
    if "area=" in view or "station=" in view:
        expect(page.locator("#drawer")).to_contain_text("{{7*7}}")
    middle = page.locator(".map-frame").bounding_box()
    for part in (0.3, 0.5, 0.7):
        page.mouse.move(middle["x"] + middle["width"] * part, middle["y"] + middle["height"] * part)
        page.wait_for_timeout(120)
    check(page)


def test_the_search_shows_text_and_runs_none(page: Page):
    page.goto("/map")
    page.fill("#search-input", "qzx")
    expect(page.locator("#search-results")).to_contain_text("{{7*7}}")
    check(page)


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_show_text_and_run_none(page: Page, name: str):
    page.goto(f"/layers/{name}/table")
    expect(page.locator("table.table")).to_be_visible()
    check(page)
