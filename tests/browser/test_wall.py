"""The wall: two minutes without growing, new data by itself, and it outlives a server that is away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect

from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layer, replace_layer
from tests.browser.conftest import screenshot
from tests.conftest import settings_of
from tests.serving import Server, serve

WALL, LARGE = (1920, 1080), (3840, 2160)
SECONDS, EVERY = 120, 20
CUT = """() => [...document.querySelectorAll(".wall-figure > *, .wall-head > *, .wall-side strong")]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent)"""
HEAP_GROWTH, NODE_GROWTH, LISTENER_GROWTH = 1.0e6, 50, 5


@pytest.fixture(scope="module")
def live_server(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a county of its own: its stations change here, and its periods end where its incidents do."""
    copy = shutil.copytree(reference_instance, tmp_path_factory.mktemp("wall") / "instance")
    with serve(Path(copy)) as server:
        yield server


def hung(new_page, query: str, size: tuple[int, int] = WALL) -> Page:
    """Return the wall as it hangs, whole."""
    page = new_page("leader", size)
    page.goto(f"/wall{query}")
    page.wait_for_selector("html[data-ready=wall]", state="attached")
    page.wait_for_selector("#trend canvas")
    return page


def size_of(page: Page, session: CDPSession) -> tuple[int, int, int]:
    """Return the bytes of the heap in use after a collection, the nodes and the listeners."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        page.evaluate("() => new Promise(done => setTimeout(done, 50))")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    counters = session.send("Memory.getDOMCounters")
    return heap, counters["nodes"], counters["jsEventListeners"]


def test_the_wall_runs_two_minutes_by_itself_without_growing(new_page):
    page = new_page("leader", WALL)
    asked_for: list[str] = []
    page.on("request", lambda request: "/leader.json" in request.url and asked_for.append(request.url))
    page.goto("/wall?seconds=1&refresh=2")
    page.wait_for_selector("html[data-ready=wall]", state="attached")
    page.wait_for_selector("#trend canvas")
    page.wait_for_timeout(
        15_000
    )  # every measure has been drawn, and every answer been asked for more than once
    session, clock, seen = page.context.new_cdp_session(page), page.inner_text("#clock"), set()
    sizes = [size_of(page, session)]
    for second in range(SECONDS):
        seen.add(page.evaluate("document.documentElement.dataset.measure"))
        page.wait_for_timeout(1000)
        if second % EVERY == EVERY - 1:
            sizes.append(size_of(page, session))
    # The level between two scenes: while one gives way to the next, both stand in the document.
    middle = len(sizes) // 2
    first, last = (tuple(map(min, zip(*half, strict=True))) for half in (sizes[:middle], sizes[middle:]))
    assert last[0] <= first[0] + HEAP_GROWTH, sizes
    assert last[1] <= first[1] + NODE_GROWTH, sizes
    assert last[2] <= first[2] + LISTENER_GROWTH, sizes
    assert len(seen) >= 5 and page.inner_text("#clock") != clock
    assert len(asked_for) >= SECONDS / 4
    assert "更新" in page.inner_text("#age") or "分钟前" in page.inner_text("#age")


def test_the_measure_of_growth_sees_a_leak(new_page):
    page = hung(new_page, "?seconds=600&refresh=600")
    session = page.context.new_cdp_session(page)
    before = size_of(page, session)
    page.evaluate("""() => {
      window.kept = Array.from({ length: 200 }, () => document.createElement("p"));
      for (const one of window.kept) one.addEventListener("click", () => one);
      window.held = Array.from({ length: 3e5 }, (_one, at) => ({ at }));
    }""")
    after = size_of(page, session)
    assert after[0] > before[0] + HEAP_GROWTH
    assert after[1] > before[1] + NODE_GROWTH and after[2] > before[2] + LISTENER_GROWTH


@pytest.mark.parametrize("size", [WALL, LARGE], ids=["1920", "3840"])
def test_the_wall_fills_its_screen_and_asks_for_no_hand(new_page, size):
    page = hung(new_page, "", size)
    shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert shown == [*size]
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) == 28 * size[0] / 1920
    assert page.locator("button, a[href]:not(.skip-link), input, select").count() == 0
    cut = page.evaluate(CUT)
    assert cut == []
    screenshot(page, f"wall-{size[0]}")


def closed_but(server: Server, kept: int) -> None:
    """Close every station but the first few, as an import would."""
    store = open_store(settings_of(server.instance_dir).database_url)
    with store.write() as conn:
        layer = read_layer(conn, "stations")
        status = ["open" if row < kept else "closed" for row in range(len(layer))]
        replace_layer(conn, "stations", layer.assign(status=status))
    store.dispose()


def test_new_data_come_by_themselves(new_page, live_server):
    page = hung(new_page, "?seconds=600&refresh=1")
    before = page.inner_text(".wall-figure .wall-value >> nth=0")
    closed_but(live_server, 30)
    expect(page.locator(".wall-figure .wall-value").first).not_to_have_text(before)


def test_the_wall_outlives_a_server_that_is_away(new_page, live_server, watch):
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page = hung(new_page, "?seconds=1&refresh=1")
    before = page.inner_text(".wall-figure .wall-value >> nth=0")
    page.context.set_offline(True)
    closed_but(live_server, 8)
    clock = page.inner_text("#clock")
    page.wait_for_timeout(4000)
    assert page.inner_text(".wall-figure .wall-value >> nth=0") == before
    assert page.inner_text("#clock") != clock
    page.context.set_offline(False)
    expect(page.locator(".wall-figure .wall-value").first).not_to_have_text(before)


def test_a_wall_that_begins_before_its_data_comes_to_itself(new_page, watch):
    watch.expect("ERR_FAILED")
    page = new_page("leader", WALL)
    page.route("**/leader.json*", lambda route: route.abort())
    page.goto("/wall?seconds=1&refresh=1")
    page.wait_for_timeout(2500)
    assert page.evaluate("document.documentElement.dataset.ready") != "wall"
    page.route("**/layers/communities.geojson", lambda route: route.abort())
    page.unroute("**/leader.json*")
    page.wait_for_timeout(2500)
    page.unroute("**/layers/communities.geojson")
    page.wait_for_selector("html[data-ready=wall]", state="attached")
    assert page.locator("#picture path.area").count() == 24
