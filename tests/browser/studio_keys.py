"""The studio's tools by the keyboard alone: paint, split by a line, merge, pull a border, propose."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.studio_hands import press_until, saved, settled, tab_to, version


def keyboard_paint(page: Page) -> None:
    """Walk from a grid into its neighbour with the brush down."""
    page.keyboard.press("2")
    for way in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(way)
        before = version(page)
        page.keyboard.press("Enter")
        found = press_until(
            page, way, "studio.state.shown.some((one, i) => one !== studio.state.kept[i])", 10
        )
        page.keyboard.press("Enter")
        if found and settled(page, before):
            expect(page.locator("#status")).to_contain_text("划入")
            return
    raise AssertionError("no block was painted")


def keyboard_split(page: Page) -> None:
    """Draw a line across the grid in which the cross stands, up and down or left and right."""
    for _ in range(8):
        for there, back in (("ArrowUp", "ArrowDown"), ("ArrowLeft", "ArrowRight")):
            page.keyboard.press("4")
            page.keyboard.press("ArrowUp")
            page.keyboard.press("ArrowDown")
            grid = page.evaluate("studio.cross()")
            before, grids = version(page), page.evaluate("studio.state.grids.size")
            page.keyboard.press("t")
            press_until(page, there, f"studio.cross() !== '{grid}'", 40)
            page.keyboard.press("Enter")
            page.keyboard.press(back)
            press_until(page, back, f"studio.cross() === '{grid}'", 40)
            press_until(page, back, f"studio.cross() !== '{grid}'", 60)
            page.keyboard.press("Enter")
            page.keyboard.press("f")
            if settled(page, before):
                assert page.evaluate("studio.state.grids.size") == grids + 1
                return
        page.keyboard.press("1")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
    raise AssertionError("no grid was split")


def keyboard_merge(page: Page) -> None:
    """Press Enter in a grid, walk on to a neighbour of the same community, press Enter there."""
    page.keyboard.press("7")
    for way in ("ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press("Escape")
        page.keyboard.press("1")
        page.keyboard.press("7")
        grid = page.evaluate("studio.keyOf(Math.max(0, studio.marks.focus))")
        before, grids = version(page), page.evaluate("studio.state.grids.size")
        page.keyboard.press("Enter")
        other = f"studio.marks.focus >= 0 && studio.keyOf(studio.marks.focus) !== '{grid}'"
        if not press_until(page, way, other, 15):
            continue
        if not page.evaluate(f"studio.same(studio.keyOf(studio.marks.focus), '{grid}')"):
            continue
        page.keyboard.press("Enter")
        if settled(page, before):
            assert page.evaluate("studio.state.grids.size") == grids - 1
            return
    raise AssertionError("no grids were merged")


def keyboard_pull(page: Page) -> None:
    """Move the cross to a border, grab it, move on over a block, let go."""
    ways = ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft")
    for way in ways * 3:
        page.keyboard.press("5")
        for _ in range(30):
            page.keyboard.press("Enter")
            if page.evaluate("studio.underWay()"):
                break
            page.keyboard.press(way)
        if not page.evaluate("studio.underWay()"):
            continue
        for pulled in ways:
            if press_until(page, pulled, "studio.marks.changing.size > 0", 8):
                break
        before = version(page)
        page.keyboard.press("Enter")
        if settled(page, before):
            return
    raise AssertionError("no border was pulled")


def keyboard_propose(page: Page) -> None:
    """Choose communities one after the other until one has a proposal, and accept it."""
    tab_to(page, "#studio-tabs [role=tab][tabindex='0'], #studio-tabs [aria-selected=true]")
    page.keyboard.press("ArrowRight")
    tab_to(page, "#proposal-scope")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    for _ in range(24):
        page.keyboard.press("ArrowDown")
        code = page.input_value("#proposal-scope")[2:]
        page.wait_for_timeout(1500)
        if page.locator(f".candidate[data-community='{code}'] .accept").count():
            break
    before = version(page)
    tab_to(page, ".candidate .accept")
    page.keyboard.press("Enter")
    saved(page, before)
