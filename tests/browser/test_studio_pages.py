"""The studio's pages for everyone: assistive tools, two editors, touch, refusals, smooth painting."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE, screenshot
from tests.browser.studio_hands import opened, ready, saved, tab_to, table, version
from tests.serving import Server, serve

LONGEST_FRAME_MS = 100
FRAMES = """() => {
  window.frames_seen = [];
  let last = performance.now();
  const next = (now) => {
    window.frames_seen.push(now - last);
    last = now;
    if (window.frames_on) requestAnimationFrame(next);
  };
  window.frames_on = true;
  requestAnimationFrame(next);
}"""

# where the words of a head end, and where the content of the number cells below it does
ENDS = """() => [...document.querySelectorAll(".plans-page .table")].flatMap((table) => {
  const cells = [...(table.tBodies[0].rows[0]?.cells ?? [])];
  const end = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect().right;
  };
  return cells.flatMap((cell, at) => cell.matches(".numeric")
    ? [{ head: end(table.tHead.rows[0].cells[at].querySelector(".plain")), cell: end(cell) }] : []);
})"""


@pytest.fixture(scope="module")
def live_server(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a county of the module's own: drafts are made in it."""
    copy = shutil.copytree(reference_instance, tmp_path_factory.mktemp("studio_pages") / "instance")
    with serve(Path(copy)) as server:
        yield server


def transfer(page: Page, nth: int = 0) -> None:
    """Give one block to its neighbour's grid, as a click with the brush would."""
    before = version(page)
    page.evaluate(
        """async (nth) => {
          const { edit } = await import("/static/js/studio/edits.js");
          const [one, two] = studio.pairs()[nth];
          await edit({ verb: "transfer", blocks: [studio.shapes.codes[two]], to: studio.keyOf(one) }, "");
        }""",
        nth,
    )
    saved(page, before)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_serious_is_found_on_the_studios_pages(new_page, size):
    page = new_page("planner", size)
    address = opened(page, "无障碍")
    transfer(page)
    found = {"studio": faults(page, least=None)}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("compare", "settings", "decide"):
        page.goto(f"{address}/{name}")
        if name == "compare":
            page.wait_for_selector("html[data-ready=compare]", state="attached")
        found[name] = faults(page, least=None)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    for path in ("/plans", "/plans/1"):
        page.goto(path)
        found[path] = faults(page, least=None)
    assert found == {name: {} for name in found}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_heads_of_number_columns_stand_at_the_right_above_their_numbers(new_page, size):
    page = new_page("planner", size)
    address = opened(page, "表头")
    transfer(page)
    page.goto(f"{address}/compare")
    page.wait_for_selector("html[data-ready=compare]", state="attached")
    compared = page.evaluate(ENDS)
    assert len(compared) >= 15
    assert [one for one in compared if abs(one["head"] - one["cell"]) > 1] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#changed-title").scroll_into_view_if_needed()
    screenshot(page, f"studio-compare-tables-{size[0]}")


def test_the_list_of_keys_names_every_tool_of_the_studio(new_page):
    page = new_page("planner")
    opened(page, "按键")
    page.keyboard.press("?")
    rows = page.locator("dialog.keys tr")
    for tool in page.evaluate("studio.all().map(({ key, word }) => ({ key, word }))"):
        row = rows.filter(has_text=f"{tool['word']}：")
        expect(row.locator("kbd")).to_have_text(tool["key"])
    expect(rows.filter(has_text="重做").locator("kbd")).to_have_text(["Ctrl", "Shift", "Z"])
    box = page.locator("dialog.keys").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= DESKTOP[1]
    screenshot(page, "studio-list-of-keys")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.keys")).to_be_hidden()


def test_a_second_editor_sees_each_edit_and_a_stale_one_is_refused(new_page, watch):
    watch.expect("412")
    first = new_page("planner")
    address = opened(first, "两个人")
    first.goto(f"{address}/settings")
    first.fill("#share-name", "admin")
    first.click("#share-form button")
    first.wait_for_selector(".confirm-list >> text=admin")
    first.goto(address)
    ready(first)
    second = new_page("administrator")
    second.goto(address)
    ready(second)
    transfer(first, 3)
    second.wait_for_function("(wanted) => studio.state.version === wanted", arg=version(first))
    assert table(second) == table(first)
    expect(second.locator("#status")).to_contain_text("planner")
    drawn = table(second)
    second.evaluate("studio.state.version -= 1")
    second.evaluate(
        """async () => {
          const { edit } = await import("/static/js/studio/edits.js");
          const [one, two] = studio.pairs()[8];
          await edit({ verb: "transfer", blocks: [studio.shapes.codes[two]], to: studio.keyOf(one) }, "");
        }"""
    )
    expect(second.locator("#map-notice")).to_be_visible()
    second.wait_for_function("(wanted) => studio.state.version === wanted", arg=version(first))
    assert table(second) == drawn == table(first)


def test_a_remark_is_pinned_by_mouse_and_settled(new_page):
    page = new_page("planner")
    opened(page, "备注")
    page.keyboard.press("9")
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.fill("#remark-form textarea", "围墙在这里")
    page.click("#remark-form button.primary")
    expect(page.locator("#remarks-list")).to_contain_text("围墙在这里")
    expect(page.locator("#remarks-open")).to_have_text("1")
    page.click("#remarks-list .button")
    expect(page.locator("#remarks-open")).to_have_text("")


def test_a_fault_in_the_check_list_leads_to_its_place(new_page):
    page = new_page("planner")
    opened(page, "检查")
    fault = page.locator("#checks-list .fault").first
    before = page.evaluate("String(studio.map.getCenter())")
    fault.click()
    assert page.evaluate("String(studio.map.getCenter())") != before
    expect(page.locator("#chosen-name")).to_be_visible()
    assert page.locator("#checks-list").is_visible()


def test_blocks_are_painted_by_a_finger(new_page):
    page = new_page("planner", PHONE)
    opened(page, "手指")
    pair = page.evaluate("() => { const one = studio.pairs()[0]; studio.go(one[0]); return one; }")
    page.tap("#tool-paint")
    before = version(page)
    session = page.context.new_cdp_session(page)
    (ax, ay), (bx, by) = page.evaluate("(both) => both.map(studio.block)", pair)
    touch = "Input.dispatchTouchEvent"
    session.send(touch, {"type": "touchStart", "touchPoints": [{"x": ax, "y": ay}]})
    for step in range(1, 9):
        point = {"x": ax + (bx - ax) * step / 8, "y": ay + (by - ay) * step / 8}
        session.send(touch, {"type": "touchMove", "touchPoints": [point]})
    session.send(touch, {"type": "touchEnd", "touchPoints": []})
    saved(page, before)
    assert page.evaluate("([one, two]) => studio.keyOf(one) === studio.keyOf(two)", pair)
    screenshot(page, "studio-phone")


def test_a_line_that_parts_nothing_is_refused_with_its_remedy_and_the_draft_stays(new_page, watch):
    watch.expect("/operations")
    watch.expect("400 (BAD REQUEST)")
    page = new_page("planner")
    opened(page, "坏线")
    before, drawn = version(page), table(page)
    page.keyboard.press("4")
    block = page.evaluate("() => { const [one] = studio.pairs()[0]; studio.go(one, 17); return one; }")
    x, y = page.evaluate("(one) => studio.block(one)", block)
    page.mouse.click(x, y)
    page.mouse.dblclick(x + 12, y + 4)
    expect(page.locator("#map-notice")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("没有改")
    assert version(page) == before and table(page) == drawn


def test_the_tools_and_the_panel_are_reached_by_the_tab_key(new_page):
    page = new_page("planner")
    opened(page, "制表键")
    for one in ("#tool-select", ".folium-map", "#checks-list", "#grids-body button"):
        tab_to(page, one)


def test_painting_is_smooth(new_page):
    page = new_page("planner")
    opened(page, "流畅")
    page.wait_for_timeout(1500)
    page.keyboard.press("2")
    page.evaluate("document.querySelector('#brush-radius').value = 40")
    page.evaluate("document.querySelector('#brush-radius').dispatchEvent(new Event('input'))")
    box = page.locator(".folium-map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(FRAMES)
    for step in range(40):
        page.mouse.move(x + step * 4, y + (step % 9) * 6)
    frames = sorted(page.evaluate("() => { window.frames_on = false; return window.frames_seen; }"))
    page.keyboard.press("Escape")
    page.mouse.up()
    assert len(frames) > 5
    assert frames[-2] < LONGEST_FRAME_MS * 3, frames[-5:]  # the benchmark holds the figure itself
