"""Printed codes: another program reads them off the sheet, and they lead where they say or say why not."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.factory import GRIDS

PATH = re.compile(r'<path[^>]*\bd="([^"]+)"')
STROKES = re.compile(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?")


def at(client, address: str, path: str) -> str:
    """Return a page as somebody sees it who came by another address of the same server."""
    cookie = next(iter(client._cookies.values()))
    client.set_cookie(cookie.key, cookie.value, domain=urlsplit(address).netloc.rsplit(":", 1)[0])
    return client.get(path, base_url=address).text


def drawn(svg: str, module: int = 8) -> Image.Image:
    """Draw the strokes of a code, one row of modules each, as a renderer of SVG would."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg).group(1))
    picture = Image.new("L", (size * module, size * module), 255)
    x = y = 0.0
    for command, first, second in STROKES.findall(PATH.findall(svg)[-1]):
        if command == "M":
            x, y = float(first), float(second)
        elif command == "m":
            x, y = x + float(first), y + float(second)
        else:
            box = (
                int(x * module),
                int((y - 0.5) * module),
                int((x + float(first)) * module),
                int((y + 0.5) * module),
            )
            picture.paste(0, box)
            x += float(first)
    return picture


@pytest.mark.parametrize(
    ("path", "kind", "code"), [("stations", "station", "Z001"), ("grids", "grid", GRIDS[0])]
)
def test_another_program_reads_the_code_off_the_sheet(as_role, path, kind, code):
    client = as_role("grid_worker")
    page = at(client, "https://grid.example.cn", f"/{path}/{code}/sheet")
    svg = re.search(r"<svg viewBox.*?</svg>", page, re.S).group(0)
    (found,) = zxingcpp.read_barcodes(drawn(svg))
    own = client.get("/layers/county.geojson").json["features"][0]["id"]
    assert found.text == f"https://grid.example.cn/q/{own}/{kind}/{code}"
    assert found.text in page and "style=" not in svg
    dirty = drawn(svg)
    side = dirty.size[0]
    dirty.paste(255, (side // 2, side // 2, side // 2 + side // 6, side // 2 + side // 6))
    assert [one.text for one in zxingcpp.read_barcodes(dirty)] == [found.text]
    followed = client.get(found.text.removeprefix("https://grid.example.cn"))
    assert (followed.status_code, followed.location) == (303, f"/field#{kind}={code}")


def test_a_sheet_printed_from_this_machine_says_that_nobody_else_can_open_it(as_role):
    for address, warned in (
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://10.1.2.3", False),
    ):
        page = at(as_role("leader"), address, "/stations/Z001/sheet")
        assert ("别的手机打不开" in page) == warned


def test_a_stranger_signs_in_first_and_comes_back(as_role):
    own = as_role("leader").get("/layers/county.geojson").json["features"][0]["id"]
    answer = as_role(None).get(f"/q/{own}/station/Z001")
    assert answer.status_code in (302, 303) and answer.location.endswith(f"next=/q/{own}/station/Z001")


@pytest.mark.parametrize("role", [None, "grid_worker"])
def test_a_code_of_another_county_is_said_to_be_one(as_role, role):
    answer = as_role(role).get("/q/999999/station/Z001")
    assert answer.status_code == 404 and "外县" in answer.text and "999999" in answer.text


@pytest.mark.parametrize(
    "rest", ["station/Z999", "grid/000000000000000", "camera/Z001", "grid/Z001", "station/ "]
)
def test_a_code_whose_place_is_gone_says_so(as_role, rest):
    own = as_role("leader").get("/layers/county.geojson").json["features"][0]["id"]
    answer = as_role("leader").get(f"/q/{own}/{rest}")
    assert answer.status_code == 404 and "已不存在" in answer.text


@pytest.mark.parametrize(
    "address", ["/stations/Z999/sheet", "/grids/Z001/sheet", "/grids/410222/sheet", "/stations/Z999"]
)
def test_what_does_not_exist_has_no_sheet(as_role, address):
    assert as_role("leader").get(address).status_code == 404


def test_the_picture_is_no_picture_file(as_role):
    """The code is drawn in the page: nothing is fetched for it, and it prints sharp at any size."""
    page = as_role("leader").get("/stations/Z001/sheet").text
    assert "<img" not in page and len(page.encode()) < 20_000
