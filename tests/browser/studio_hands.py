"""How tests find their way on the studio's map: places of blocks and borders, keys pressed until it is so."""

from __future__ import annotations

from playwright.sync_api import Page

READY = "html[data-ready=studio]"
TOOLS = """async () => {
  const shapes = await import("/static/js/studio/shapes.js");
  const store = await import("/static/js/studio/store.js");
  const draw = await import("/static/js/studio/draw.js");
  const tools = await import("/static/js/studio/tools.js");
  const { map } = await import("/static/js/map.js");
  const box = map.getContainer().getBoundingClientRect();
  const L = window.L;
  const screen = (x, y) => {
    const point = map.latLngToContainerPoint(map.unproject(L.point(x, y).multiplyBy(2 ** map.getZoom())));
    return [box.left + point.x, box.top + point.y];
  };
  const block = (i) => screen(shapes.shapes.centres[i * 2], shapes.shapes.centres[i * 2 + 1]);
  const near = (i) => shapes.shapes.neighbours[i];
  const same = (a, b) => store.gridOf(a)?.community === store.gridOf(b)?.community;
  const pairs = () => {
    const found = [];
    for (let i = 0; i < shapes.shapes.count; i++) {
      for (const j of near(i)) {
        const [a, b] = [store.keyOf(i), store.keyOf(j)];
        if (!a || !b || a === b || !same(a, b)) continue;
        if (store.gridOf(b).blocks > 4 && shapes.shapes.households[j] > 20) found.push([i, j]);
      }
    }
    return found;
  };
  const go = (i, zoom = 16) => {
    const [lng, lat] = shapes.shapes.places[i];
    map.setView([lat, lng], zoom, { animate: false });
  };
  const extent = (key) => {
    const [left, top, right, bottom] = shapes.boxAround(store.blocksOf(key));
    return [...screen(left, top), ...screen(right, bottom)];
  };
  const cross = () => {
    const [x, y] = draw.marks.cross;
    const block = shapes.blockAt(x, y);
    return block < 0 ? "" : store.keyOf(block);
  };
  const middle = (key) => {
    const [left, top, right, bottom] = shapes.boxAround(store.blocksOf(key));
    const point = L.point((left + right) / 2, (top + bottom) / 2).multiplyBy(2 ** map.getZoom());
    map.setView(map.unproject(point), 15, { animate: false });
  };
  const own = { map, screen, block, pairs, go, extent, cross, same, middle };
  window.studio = { ...shapes, ...store, ...draw, ...tools, ...own };
}"""


def opened(page: Page, name: str) -> str:
    """Make a draft by the form and return its address, the studio ready."""
    page.goto("/plans")
    page.fill("#new-name", name)
    page.click("#new-draft button")
    ready(page)
    return page.url


def ready(page: Page) -> None:
    """Wait until the studio listens, and bring the helpers in."""
    page.wait_for_selector(READY, state="attached")
    page.evaluate(TOOLS)


def version(page: Page) -> int:
    """Return the version of the draft that the page holds."""
    return page.evaluate("window.studio.state.version")


def saved(page: Page, before: int) -> None:
    """Wait until an edit has been saved after a version."""
    page.wait_for_function("(before) => window.studio.state.version > before", arg=before)


def table(page: Page) -> dict[str, str]:
    """Return which grid each block is in, as the page shows it."""
    return page.evaluate(
        "Object.fromEntries(window.studio.shapes.codes.map((code, i) => [code, window.studio.keyOf(i)]))"
    )


def settled(page: Page, before: int) -> bool:
    """Wait until an edit was saved or refused; tell whether it was saved."""
    page.wait_for_function("() => !document.querySelector('#saved').textContent.includes('正在')")
    return version(page) > before


def tab_to(page: Page, selector: str, most: int = 250) -> None:
    """Press Tab until the focus is on what the selector names."""
    for _ in range(most):
        if page.evaluate("(one) => document.activeElement?.matches(one) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never came to {selector}")


def press_until(page: Page, key: str, condition: str, most: int = 60) -> bool:
    """Press a key until a condition of the page holds; tell whether it came to hold."""
    for _ in range(most):
        if page.evaluate(condition):
            return True
        page.keyboard.press(key)
    return bool(page.evaluate(condition))
