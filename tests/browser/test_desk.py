"""The import desk in a browser: a file with an offset and faults is understood, mended, taken in, undone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from gis_app.geo.crs import wgs84_to_gcj02
from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE, screenshot
from tests.conftest import PASSWORD, ROOT
from tests.serving import Server, serve

LONG_WAIT = 60_000
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.getElementById("drop-zone").dispatchEvent(
      new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
  }
}"""


@pytest.fixture(scope="module")
def live_server(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a county of this file's own: what goes in here is nobody else's business."""
    copy = shutil.copytree(reference_instance, tmp_path_factory.mktemp("desk") / "instance")
    with serve(Path(copy)) as server:
        yield server


@pytest.fixture
def desk(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens the desk for a planner."""

    def open_page(size: tuple[int, int] = DESKTOP, **options) -> Page:
        page = new_page("planner", size, **options)
        page.goto("/desk")
        ready(page)
        return page

    return open_page


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready=desk]", state="attached")


def at_state(page: Page, state: str) -> None:
    """Wait until the background has brought an import to a state and its page is whole."""
    page.wait_for_selector(f"#desk[data-state={state}]", state="attached", timeout=LONG_WAIT)
    ready(page)


def layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(ROOT / "geodata" / f"{name}.geojson")


def in_gcj02(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_geometry(shapely.transform(frame.geometry.values, wgs84_to_gcj02))


@pytest.fixture(scope="module")
def stations_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 12 stations with Chinese columns, written with an offset, two of them with a fault."""
    frame = in_gcj02(layer("stations").head(12))
    table = frame[["station_code", "name", "kind", "address"]].set_axis(
        ["站点编码", "站点名称", "类型", "地址"], axis=1
    )
    table["经度"], table["纬度"] = frame.geometry.x.round(7), frame.geometry.y.round(7)
    table.loc[3, "类型"], table.loc[5, "站点名称"] = "飞机场", "=cmd|1"
    path = tmp_path_factory.mktemp("files") / "站点清单.csv"
    path.write_bytes(table.to_csv(index=False).encode("gb18030"))
    return path


def test_a_file_with_an_offset_and_faults_is_understood_shown_mended_taken_in_and_undone(
    desk, stations_file, tmp_path, watch
):
    page = desk()
    page.set_input_files("#desk-file", stations_file)
    at_state(page, "choosing")
    screenshot(page, "desk_choose")
    expect(page.locator("#new-layer")).to_have_value("stations")
    expect(page.locator("input[name=crs]:checked")).to_have_value("GCJ-02")
    name = page.locator("select[name=column-name]")
    expect(name).to_have_value("站点名称")
    expect(page.locator("#map-said")).to_contain_text("12")
    gcj = page.evaluate("() => window.gisMap.getCenter()")
    page.locator("input[name=crs][value='EPSG:4490']").check()
    page.wait_for_function(
        "(before) => Math.abs(window.gisMap.getCenter().lng - before) > 0.003", arg=gcj["lng"]
    )
    page.locator("input[name=crs][value='GCJ-02']").check()
    name.select_option("")
    expect(page.locator("#unused-columns")).to_contain_text("站点名称")
    name.select_option("站点名称")
    expect(page.locator("tr", has=name).locator(".sample")).to_contain_text("驿站")
    page.get_by_role("button", name="检查全部行").click()
    at_state(page, "checked")
    screenshot(page, "desk_check")
    expect(page.locator(".desk-verdict")).to_contain_text("还不能入库")
    rows = page.locator(".fault-row[data-row]")
    expect(rows.filter(has_text="飞机场")).to_have_count(1)
    row = rows.filter(has_text="名称像公式")
    expect(row).to_contain_text("去掉开头的")
    row.focus()
    page.keyboard.press("Enter")
    expect(row).to_have_class(re.compile("lit"))
    assert page.evaluate("() => window.gisMap.getZoom()") >= 16
    with page.expect_download() as download:
        page.get_by_role("link", name="问题清单").click()
    listed = tmp_path / "faults.xlsx"
    download.value.save_as(listed)
    assert [cell for sheet in load_workbook(listed) for line in sheet for cell in line if cell.comment]
    mend(page, stations_file, tmp_path)
    take_in_and_undo(page)


def mend(page: Page, file: Path, folder: Path) -> None:
    """Bring the file again as somebody has mended it."""
    text = file.read_bytes().decode("gb18030").replace("飞机场", "暖心驿站").replace("=cmd|1", "新名站")
    mended = folder / "站点清单改.csv"
    mended.write_bytes(text.encode("gb18030"))
    page.goto("/desk")
    ready(page)
    page.set_input_files("#desk-file", mended)
    at_state(page, "choosing")
    page.get_by_role("button", name="检查全部行").click()
    at_state(page, "checked")


def take_in_and_undo(page: Page) -> None:
    page.get_by_role("link", name="下一步：入库").click()
    ready(page)
    screenshot(page, "desk_take_in")
    expect(page.locator(".desk-changes .change-updated strong")).not_to_have_text("0")
    page.get_by_role("button", name="入库", exact=True).click()
    assert page.locator("input[name=confirmed]").evaluate("box => !box.validity.valid")
    page.get_by_label("我已核对").check()
    page.get_by_role("button", name="入库", exact=True).click()
    at_state(page, "taken_in")
    screenshot(page, "desk_done")
    names = "() => fetch('/layers/stations.geojson').then((one) => one.text())"
    assert "新名站" in page.evaluate(names)
    page.get_by_label("我确认撤销").check()
    page.get_by_role("button", name="撤销这次导入").click()
    at_state(page, "undone")
    assert "新名站" not in page.evaluate(names)


def test_two_grids_that_overlap_by_a_hand_are_repaired_where_ticked_with_a_picture(desk, tmp_path):
    frame = layer("grids").to_crs("EPSG:4547")
    first = frame.geometry[0]
    frame.loc[0, "geometry"] = shapely.union(first, first.boundary.buffer(0.2))
    path = tmp_path / "网格.gpkg"
    frame.to_file(path, driver="GPKG")
    page = desk()
    page.set_input_files("#desk-file", path)
    at_state(page, "choosing")
    page.get_by_role("button", name="检查全部行").click()
    at_state(page, "checked")
    repair = page.locator(".desk-repair").first
    repair.scroll_into_view_if_needed()
    expect(repair.locator("svg.picture")).to_have_count(2)
    expect(repair.locator(".picture-scale").first).to_have_text(re.compile(r"^\d+ (cm|m)$"))
    screenshot(page, "desk_repair")
    assert "overlaps_many" in codes_of(page)
    repair.locator("input[name=repairs]").check()
    page.get_by_role("button", name="按勾选修复").click()
    page.wait_for_selector("#desk[data-busy='1'], #desk[data-state=checked]", state="attached")
    at_state(page, "checked")
    assert page.locator("input[name=repairs]:checked").count() == 1
    assert "overlaps_many" not in codes_of(page)


def codes_of(page: Page) -> list[str]:
    """Return the kinds of faults that the last check found."""
    told = page.evaluate("() => fetch(`${location.pathname}.json`).then((one) => one.json())")
    return [one["code"] for one in told["findings"]["faults_by"]]


def test_a_dropped_file_goes_up_and_one_that_is_not_taken_is_refused_in_place(desk, watch):
    page = desk()
    page.evaluate(DROP, ["清单.exe", "MZ"])
    expect(page.locator("#drop-fault")).to_contain_text("不接受这种文件")
    page.evaluate(DROP, ["空.csv", ""])
    expect(page.locator("#drop-fault")).to_contain_text("文件是空的")
    page.evaluate(DROP, ["坏.geojson", "{"])
    at_state(page, "failed")
    expect(page.locator("#desk")).to_contain_text("用 GIS 软件重新导出")
    screenshot(page, "desk_failed")
    page.locator("a.button", has_text="换一个文件").click()
    ready(page)
    expect(page.locator(".desk-line").first).to_contain_text("坏.geojson")


def test_a_large_file_shows_how_far_it_is_and_can_be_stopped(desk):
    page = desk()
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.evaluate(DROP, ["大.csv", "x" * 3_000_000])
    expect(page.locator("#drop-progress .drop-name")).to_have_text("大.csv")
    expect(page.locator("#drop-progress .run-percent")).to_have_text(re.compile(r"^[1-9]\d? %$"))
    screenshot(page, "desk_upload")
    page.get_by_role("button", name="取消上传").click()
    expect(page.locator("#drop-fault")).to_contain_text("已取消上传")
    expect(page.locator("#drop-progress")).to_be_hidden()
    expect(page.locator("label[for=desk-file]")).to_be_visible()


def test_the_keyboard_alone_reaches_the_file_and_the_templates(desk):
    page = desk()
    page.locator("main").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#desk-file")).to_be_focused()
    outline = "() => getComputedStyle(document.querySelector('.drop-zone > label')).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".xlsx")


def test_without_scripts_the_form_sends_the_file_and_the_page_follows(new_page, live_server, stations_file):
    page = new_page(None, java_script_enabled=False)
    page.goto("/sign-in?next=/desk")
    page.fill("#username", "planner")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.set_input_files("#desk-file", stations_file)
    page.get_by_role("button", name="上传", exact=True).click()
    page.wait_for_selector("#desk[data-state=choosing]", state="attached", timeout=LONG_WAIT)
    page.get_by_role("button", name="检查全部行").click()
    page.wait_for_selector("#desk[data-state=checked]", state="attached", timeout=LONG_WAIT)
    expect(page.locator(".fault-row").first).to_be_visible()


@SIZES
def test_nothing_serious_is_found_and_nothing_is_too_small_or_too_wide(desk, stations_file, size):
    page = desk(size)
    least = 44 if size == PHONE else 24
    assert faults(page, least=least) == {}
    screenshot(page, f"desk_index_{size[0]}")
    page.set_input_files("#desk-file", stations_file)
    for state in ("choosing", "checked"):
        at_state(page, state)
        expect(page.locator("#map-said")).not_to_be_empty()
        screenshot(page, f"desk_{state}_{size[0]}")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert faults(page, least=least) == {}
        if state == "choosing":
            page.get_by_role("button", name="检查全部行").click()
