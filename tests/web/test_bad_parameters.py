"""A wrong parameter is a 400 that names the field and what is allowed; no input of any kind is a 500."""

from __future__ import annotations

import itertools
from urllib.parse import quote

import pytest

WRONG = [
    ("/overlays/coverage.geojson?level=village", "level"),
    ("/overlays/coverage.geojson?limit=400m", "limit"),
    ("/overlays/coverage.geojson?limit=500", "limit"),
    ("/overlays/coverage.geojson?limit=-500m", "limit"),
    ("/overlays/coverage.geojson?geometry=yes", "geometry"),
    ("/overlays/coverage.geojson?levle=grid", "levle"),
    ("/overlays/coverage.geojson?level=grid&level=block", "level"),
    ("/overlays/assignment.geojson?role=king", "role"),
    ("/overlays/incidents.geojson?category=crime", "category"),
    ("/overlays/incidents.geojson?state=lost", "state"),
    ("/overlays/incidents.geojson?from=2023-13-01", "from"),
    ("/overlays/incidents.geojson?from=2023-02-30", "from"),
    ("/overlays/incidents.geojson?from=yesterday", "from"),
    ("/overlays/incidents.geojson?from=20230101", "from"),
    ("/overlays/incidents.geojson?from=0001-01-01", "from"),
    ("/overlays/incidents.geojson?to=9999-12-31", "to"),
    ("/overlays/incidents.geojson?from=2023-06-30&to=2023-06-01", "to"),
    ("/overlays/incident-counts.geojson?level=block", "level"),
    ("/overlays/incident-counts.geojson?measure=median", "measure"),
    ("/layers/grids/table?page=-1", "page"),
    ("/layers/grids/table?page=0", "page"),
    ("/layers/grids/table?page=2.5", "page"),
    ("/layers/grids/table?page=99999", "page"),
    ("/layers/grids/table?page=" + "9" * 400, "page"),
    ("/layers/grids/table?page=٣", "page"),
    ("/layers/grids/table?sort=geometry", "sort"),
    ("/layers/grids/table?sort=__class__", "sort"),
    ("/layers/grids/table?order=up", "order"),
    ("/layers/grids/table?colour=red", "colour"),
    ("/layers/grids/table?households=many", "households"),
    ("/layers/grids/table?q=" + "x" * 101, "q"),
    ("/layers/grids.csv?q=a%00b", "q"),
    ("/layers/grids.geojson?sort=nothing", "sort"),
    ("/search.json?q=" + "字" * 101, "q"),
    ("/search.json?q=a%00b", "q"),
    ("/search.json?p=1", "p"),
    ("/search.json?q=1&q=2", "q"),
]
HOSTILE = [
    "", " ", "\x00", "\n", "'", '"', "' OR 1=1 --", "{{7*7}}", "{% x %}", "${1}", "`", "<script>",
    "../../etc/passwd", "%s%n", "NaN", "inf", "-1", "1e400", "0x10", "9" * 90, "\ud7ff", "😀", "ſ", "\u202e",
    "a" * 3900, "__class__", "null", "[]", "{}", "0", "true", "/", "//", "\\", ";", ",", "*", "%",
    "(?:a+)+$", "[", "(", "\ufeff", "2023-06-30", "=1+1", "٣", "½",
]  # fmt: skip
PLACES = [
    "/overlays/coverage.geojson?level={}",
    "/overlays/coverage.geojson?limit={}",
    "/overlays/assignment.geojson?role={}",
    "/overlays/incidents.geojson?category={}",
    "/overlays/incidents.geojson?from={}",
    "/overlays/incident-counts.geojson?to={}",
    "/overlays/incident-counts.geojson?{}=1",
    "/layers/{}.geojson",
    "/layers/{}.csv",
    "/layers/{}/table",
    "/layers/stations/table?q={}",
    "/layers/stations/table?page={}",
    "/layers/stations/table?sort={}",
    "/layers/stations/table?name={}",
    "/layers/stations/table?capacity={}",
    "/layers/streets/table?bridge={}",
    "/layers/stations.csv?kind={}",
    "/layers/incidents.geojson?q={}",
    "/areas/{}.json",
    "/stations/{}.json",
    "/search.json?q={}",
    "/i18n/{}.json",
    "/static/{}",
    "/sign-in?next={}",
    "/{}",
]


@pytest.mark.parametrize(("address", "field"), WRONG)
def test_the_field_and_what_is_allowed_are_named(as_role, address, field):
    answer = as_role("leader").get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    error = answer.json["error"]
    assert error["code"] == "bad_parameter" and list(error["fields"]) == [field]
    assert field in error["message"] and error["fields"][field]


def test_the_allowed_values_are_listed(as_role):
    error = as_role("leader").get("/overlays/coverage.geojson?limit=1km").json["error"]
    assert all(limit in error["message"] for limit in ("300m", "500m", "1000m", "5min", "10min", "15min"))


def test_a_person_gets_a_page_that_says_the_same(as_role):
    answer = as_role("leader").get("/layers/grids/table?page=-1", headers={"Accept": "text/html"})
    assert answer.status_code == 400 and answer.mimetype == "text/html"
    assert "page" in answer.text and "{" not in answer.text.split("<main")[1]


@pytest.mark.parametrize("place", PLACES)
def test_nothing_typed_is_a_server_error(as_role, place):
    client = as_role("leader")
    for text in HOSTILE:
        answer = client.get(place.format(quote(text, safe="")))
        assert answer.status_code < 500, (place, text)
        if answer.status_code >= 400 and answer.mimetype == "application/json":
            assert set(answer.json["error"]) == {"code", "message", "fields"}
            assert "Traceback" not in answer.text and "site-packages" not in answer.text


def test_bytes_that_are_no_text_are_no_server_error(as_role):
    client = as_role("leader")
    for place, raw in itertools.product(PLACES, ("%ff", "%c0%80", "%ed%a0%80", "%e4%b8", "%u4e2d", "%")):
        assert client.get(place.format(raw)).status_code < 500, (place, raw)


def test_strange_headers_are_no_server_error(as_role):
    client = as_role("leader")
    strange = ["", "\x7f", "é", "q=1;q=2;;;", "a" * 5000, "W/", '"', "zh;q=abc", "*/*;q=x", "text/html;;"]
    names = (
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
        "Cookie",
    )
    for name, value in itertools.product(names, strange):
        assert client.get("/layers/grids.geojson", headers={name: value}).status_code < 500, (name, value)
        assert client.get("/sign-in", headers={name: value}).status_code < 500, (name, value)


def test_json_never_holds_a_nan(as_role):
    client = as_role("leader")
    for address in (
        "/overlays/coverage.geojson?level=block",
        "/overlays/incident-counts.geojson?measure=rate",
        "/layers/stations.geojson",
        "/areas/410222.json",
        "/layers/incidents.geojson",
    ):
        text = client.get(address).text
        assert "NaN" not in text and "Infinity" not in text
    blocks = client.get("/overlays/coverage.geojson?level=block").json["features"]
    assert any(feature["properties"]["share"] is None for feature in blocks)
