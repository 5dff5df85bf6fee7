"""What the map page weighs over the wire on a first visit; bytes depend on no machine, so they are tested."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ready

HTML_BYTES, ASSET_BYTES, OVERLAY_BYTES = 60_000, 250_000, 400_000


@pytest.fixture
def visit(new_page: Callable[..., Page]) -> dict[str, int]:
    """Visit the map with an empty cache, go through the three overlays; return bytes by address."""
    signed_in = new_page("leader")
    page = new_page()
    page.context.add_cookies(signed_in.context.cookies())
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    addresses: dict[str, str] = {}
    received: dict[str, int] = {}
    wire.on(
        "Network.requestWillBeSent",
        lambda sent: addresses.update({sent["requestId"]: sent["request"]["url"]}),
    )
    wire.on(
        "Network.loadingFinished",
        lambda done: received.update({addresses.get(done["requestId"], ""): int(done["encodedDataLength"])}),
    )
    answer = page.goto("/map")
    received["html"] = len(answer.body())
    ready(page)
    for overlay in ("coverage", "assignment", "incidents"):
        page.click(f"#overlay-choice label:has(input[value={overlay}])")
        page.wait_for_selector(f"html[data-overlay={overlay}]")
        page.wait_for_load_state("networkidle")
    return received


def of(visit: dict[str, int], *parts: str) -> int:
    """Return the bytes of every address that contains one of the parts."""
    return sum(size for address, size in visit.items() if any(part in address for part in parts))


def test_the_map_page_is_light(visit: dict[str, int]):
    assert 0 < visit["html"] < HTML_BYTES
    assert 0 < of(visit, "/static/", "/map/shell") < ASSET_BYTES
    assert 0 < of(visit, "/overlays/", "/layers/grids", "/layers/communities") < OVERLAY_BYTES
