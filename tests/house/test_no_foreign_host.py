"""No page, script, style or answer of ours names a foreign host, unless a setting brought it in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import USERNAMES

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s\"'<>)]*", re.IGNORECASE)
NAMES_NOT_ADDRESSES = (
    "http://www.w3.org/",
    "http://wiki.open311.org/GeoReport_v2",
    "https://tools.ietf.org/",
    "https://www.rfc-editor.org/",
)
OWN_STATIC = sorted(
    file
    for file in (ROOT / "static").rglob("*")
    if file.suffix in {".js", ".css", ".svg", ".html"} and "vendor" not in file.parts
)
VENDOR_STYLES = sorted((ROOT / "static" / "vendor").rglob("*.css"))


def foreign(text: str) -> list[str]:
    """Return the addresses in a text that lead to a host; namespaces are names."""
    return [found for found in ADDRESS.findall(text) if not found.startswith(NAMES_NOT_ADDRESSES)]


def addresses(app, client) -> list[str]:
    """Return one address for every GET route, with real codes where a route wants one."""
    grid = client.get("/layers/grids.geojson").get_json()["features"][0]["id"]
    station = client.get("/layers/stations.geojson").get_json()["features"][0]["id"]
    community = grid[:12]
    values = {"name": "grids", "lang": "en", "filename": "css/base.css", "number": "1", "kind": "csv"}
    values |= {"photo_hash": "0" * 64, "class_code": "new", "community_code": community}
    values |= {
        "service_code": "ENV01",
        "service_request_id": "1",
        "token": "1",
        "extension": "json",
        "format_": "json",
    }
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        own = values | {"code": station if rule.rule.startswith("/stations") else grid}
        if rule.rule.startswith("/programme/"):
            own |= {"name": "demands", "code": "GY2023-001"}
        _, path = rule.build({argument: own.get(argument, "1") for argument in rule.arguments})
        found.append(path)
    return found


@pytest.mark.parametrize("role", [None, *USERNAMES])
def test_no_answer_names_a_foreign_host(app, client_as, role):
    client, faults = client_as(role), []
    for path in addresses(app, client_as("leader")):
        answer = client.get(path)
        assert answer.status_code < 500, path
        faults += [f"{path}: {found}" for found in foreign(answer.data.decode("utf-8", "replace"))]
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
