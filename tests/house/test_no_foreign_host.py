"""No page, script, style or answer of ours names a foreign host, unless a setting brought it in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gis_app.stations import hand_over
from tests.conftest import USERNAMES

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s\"'<>)]*", re.IGNORECASE)
NAMES_NOT_ADDRESSES = (
    "http://www.w3.org/",
    "https://tools.ietf.org/",
    "https://www.rfc-editor.org/",
    "http://www.opengis.net/",
    "https://json-schema.org/draft/",
    "http://wiki.open311.org/GeoReport_v2",  # how GeoReport v2 names itself in its discovery document
)
# Links that a person taps to hand the way over to a map application: an address, and no request of a page.
HANDED_OVER = hand_over.ADDRESSES
OWN_STATIC = sorted(
    file
    for file in (ROOT / "static").rglob("*")
    if file.suffix in {".js", ".css", ".svg", ".html"} and "vendor" not in file.parts
)
VENDOR_STYLES = sorted((ROOT / "static" / "vendor").rglob("*.css"))


def foreign(text: str) -> list[str]:
    """Return the addresses in a text that lead to a host; namespaces are names."""
    return [found for found in ADDRESS.findall(text) if not found.startswith(NAMES_NOT_ADDRESSES)]


def requested(text: str) -> list[str]:
    """Return the addresses in an answer of ours but for those that only a tap follows."""
    return [found for found in foreign(text) if not found.startswith(HANDED_OVER)]


# What each part of an address stands for; parts that name a row of their own (a round, a project) are 1.
PARTS = {
    "name": "grids",
    "lang": "en",
    "filename": "css/base.css",
    "photo_hash": "0" * 64,
    "voice_hash": "0" * 64,
    "class_code": "ENV01",
    "service_code": "ENV01",
    "request_id": "TX2023-000001",
    "token": "TX2023-000001",
    "format_": "json",
    "kind": "csv",
    "county_code": "410223",
    "rest": "nothing",
    "slug": "leader",
    "community_code": "410222001006",
    "matrix_set": "WebMercatorQuad",
}


def addresses(app, client) -> list[str]:
    """Return one address for every GET route, with real codes where a route wants one."""
    grid = client.get("/layers/grids.geojson").get_json()["features"][0]["id"]
    station = client.get("/layers/stations.geojson").get_json()["features"][0]["id"]
    codes = {"stations": station, "areas": grid, "grids": grid}
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        room = rule.rule.split("/")[1]
        own = PARTS | {"code": codes.get(room, "TX2023-000001")}
        _, path = rule.build({argument: own.get(argument, "1") for argument in rule.arguments})
        found.append(path)
    return found


@pytest.mark.parametrize("role", [None, *USERNAMES])
def test_no_answer_names_a_foreign_host(app, client_as, role):
    client, faults = client_as(role), []
    for path in addresses(app, client_as("leader")):
        answer = client.get(path)
        assert answer.status_code < 500, path
        text = answer.get_data().decode("utf-8", "replace")  # workbooks and pictures are no text
        faults += [f"{path}: {found}" for found in requested(text)]
        faults += [f"{path}: {name}: {value}" for name, value in answer.headers if foreign(value)]
    assert faults == []


@pytest.mark.parametrize("file", OWN_STATIC, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_static_file_of_ours_names_a_foreign_host(file: Path):
    assert foreign(file.read_text(encoding="utf-8")) == []


def test_no_style_of_a_library_loads_from_elsewhere():
    found = [
        f"{file.name}: {address}"
        for file in VENDOR_STYLES
        for address in re.findall(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)", file.read_text())
    ]
    assert VENDOR_STYLES and found == []


def test_nothing_of_the_design_is_fetched_from_a_template():
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert [found for file in templates for found in foreign(file.read_text(encoding="utf-8"))] == []
