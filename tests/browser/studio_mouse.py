"""The studio's tools as a mouse uses them: paint, split by a line, merge, pull a border."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.studio_hands import saved, settled, version


def drag(page: Page, start: list[float], *ways: list[float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    for way in ways:
        page.mouse.move(*way, steps=8)
    page.mouse.up()


def paint(page: Page) -> None:
    """Draw a neighbour's block into a grid with the brush."""
    first, second = page.evaluate("() => { const [one] = studio.pairs(); studio.go(one[0]); return one; }")
    page.click("#tool-paint")
    before = version(page)
    points = page.evaluate("(both) => both.map(studio.block)", [first, second])
    drag(page, *points)
    saved(page, before)
    assert page.evaluate("([one, two]) => studio.keyOf(one) === studio.keyOf(two)", [first, second])


def split(page: Page) -> None:
    """Cut the largest grids across until a line parts one in two."""
    page.click("#tool-line")
    keys = page.evaluate(
        "[...studio.state.grids.values()].sort((a, b) => b.blocks - a.blocks).slice(0, 12)"
        ".map(({ key }) => key)"
    )
    for key in keys:
        before, grids = version(page), page.evaluate("studio.state.grids.size")
        page.evaluate("(key) => { studio.choose(key); studio.middle(key); }", key)
        left, top, right, bottom = page.evaluate("(key) => studio.extent(key)", key)
        middle = (left + right) / 2
        page.mouse.click(middle, top - 12)
        page.mouse.dblclick(middle, bottom + 12)
        if settled(page, before):
            assert page.evaluate("studio.state.grids.size") == grids + 1
            return
    raise AssertionError("no line parted any grid")


def merge(page: Page) -> None:
    """Make one grid of two neighbours."""
    page.click("#tool-merge")
    pair = page.evaluate("() => { const one = studio.pairs().at(-1); studio.go(one[0]); return one; }")
    before, grids = version(page), page.evaluate("studio.state.grids.size")
    for point in page.evaluate("(both) => both.map(studio.block)", pair):
        page.mouse.click(*point)
    saved(page, before)
    assert page.evaluate("studio.state.grids.size") == grids - 1


def pull(page: Page) -> None:
    """Grab the border between two neighbours and pull it over a block."""
    page.click("#tool-pull")
    pairs = page.evaluate("studio.pairs().slice(20, 60)")
    for pair in pairs:
        page.evaluate("([one]) => studio.go(one)", pair)
        grip, way = page.evaluate(
            """([one, two]) => {
              const { arcs } = studio.shapes;
              const name = (a, b) => [a, b].sort().join();
              const at = arcs.left.findIndex((left, i) => name(left, arcs.right[i]) === name(one, two));
              const line = arcs.lines[at];
              const middle = 2 * Math.floor(line.length / 4);
              const grip = studio.screen(line[middle], line[middle + 1]);
              const to = studio.block(two);
              return [grip, [grip[0] + (to[0] - grip[0]) * 1.8, grip[1] + (to[1] - grip[1]) * 1.8]];
            }""",
            pair,
        )
        before = version(page)
        page.mouse.move(*grip)
        page.mouse.down()
        page.mouse.move(*way, steps=8)
        passed = page.evaluate("studio.marks.changing.size")
        page.mouse.up()
        if passed and settled(page, before):
            return
    raise AssertionError("no border could be pulled")
