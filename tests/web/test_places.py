"""One place at a time: the drawer's facts, search, the figures of the first page, the map page itself."""

from __future__ import annotations

import json
import re

import pytest

from tests.factory import COMMUNITIES, COUNTY, GRIDS, toy_incidents


def get(client, address: str):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_grid_knows_where_it_lies_what_is_in_it_and_who_answers(as_role):
    area = get(as_role("leader"), f"/areas/{GRIDS[0]}.json")
    assert [step["code"] for step in area["path"]] == [COUNTY, COUNTY + "001", COMMUNITIES[0], GRIDS[0]]
    assert [step["name"] for step in area["path"]][-2:] == ["西社区", "第一网格"]
    assert (
        area["level"] == "grid"
        and area["households"] == 80
        and area["area_km2"] == pytest.approx(0.16, abs=1e-3)
    )
    assert [station["code"] for station in area["stations"]] == ["Z001"]
    assert area["stations"][0]["amenities"] == [
        {"code": "drinking_water", "label": "饮水"},
        {"code": "wifi", "label": "Wi-Fi"},
    ]
    west, south, east, north = area["bounds"]
    assert west < area["lon"] < east and south < area["lat"] < north
    chain = {link["role"]: link for link in area["chain"]}
    assert area["chain"][0]["role"] == "county_leader"
    assert chain["county_leader"]["holder_name"] == "赵县长" and chain["county_leader"]["role_label"]
    assert chain["paired_organisation"]["organisation_name"] == "县教育局"
    assert chain["grid_worker"]["holder_name"] == "孙一" and not chain["grid_worker"]["vacant"]


def test_a_vacancy_stands_in_the_chain(as_role):
    chain = get(as_role("leader"), f"/areas/{GRIDS[1]}.json")["chain"]
    assert [link["vacant"] for link in chain if link["role"] == "grid_worker"] == [True]


def test_figures_of_areas_add_up(as_role):
    client = as_role("leader")
    county = get(client, f"/areas/{COUNTY}.json")
    parts = [get(client, f"/areas/{code}.json") for code in GRIDS]
    assert county["households"] == sum(part["households"] for part in parts) == 280
    for key in ("total", "open", "overdue"):
        assert county["incidents"][key] == sum(part["incidents"][key] for part in parts)
    assert county["incidents"]["total"] == len(toy_incidents())
    by_category = {one["code"]: one["total"] for one in county["incidents"]["categories"]}
    assert by_category["mediation"] == int((toy_incidents()["category"] == "mediation").sum())
    for key in ("covered", "uncovered"):
        assert county["coverage"][key] == sum(part["coverage"][key] for part in parts)
    community = get(client, f"/areas/{COMMUNITIES[0]}.json")
    assert {link["level"] for link in community["chain"]} == {"community"}


def test_a_station_says_what_it_offers(as_role):
    station = get(as_role("leader"), "/stations/Z002.json")
    assert station["name"] == "东街暖心驿站" and station["kind_label"] == "暖心驿站"
    assert station["hours"] == "Mo-Su 08:00-20:00" and station["capacity"] == 20
    assert station["path"][-1]["code"] == GRIDS[2]


@pytest.mark.parametrize(
    "address", ["/areas/410222001001999.json", "/areas/41.json", "/areas/x.json", "/stations/Z9.json"]
)
def test_an_unknown_place_is_not_found_and_named(as_role, address):
    answer = as_role("leader").get(address)
    assert answer.status_code == 404 and answer.json["error"]["fields"]["code"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("西社区", COMMUNITIES[0]),
        ("第一网格", GRIDS[0]),
        (GRIDS[3], GRIDS[3]),
        ("西社区002", GRIDS[1]),
        ("z002", "Z002"),
        ("Ｚ００２", "Z002"),
        ("  东街 暖心", "Z002"),
        ("党群", "Z003"),
    ],
)
def test_search_finds_by_name_code_and_short_code(as_role, typed, first):
    found = get(as_role("leader"), f"/search.json?q={typed}")
    assert found[0]["code"] == first
    assert set(found[0]) == {"kind", "code", "name", "label", "lon", "lat", "bounds"}
    assert found[0]["lon"] and len(found[0]["bounds"]) == 4


def test_search_is_short_and_silent_without_words(as_role):
    client = as_role("leader")
    assert (
        get(client, "/search.json")
        == get(client, "/search.json?q=")
        == get(client, "/search.json?q=%20")
        == []
    )
    assert get(client, "/search.json?q=没有这个") == []
    assert len(get(client, "/search.json?q=0")) <= 20


def test_what_begins_with_the_words_comes_first(as_role):
    names = [place["name"] for place in get(as_role("leader"), "/search.json?q=东")]
    begins = [name.startswith("东") for name in names]
    assert begins == sorted(begins, reverse=True)


def test_the_figures_are_counted(as_role):
    figures = {one["code"]: one for one in get(as_role("leader"), "/figures.json")}
    values = {code: one["value"] for code, one in figures.items()}
    incidents = toy_incidents()["category"].value_counts()
    assert values == {
        "communities": 2,
        "grids": 4,
        "warm_stations": 2,
        "organisations": 2,
        "members": 17,
        **{code: incidents[code] for code in ("hazard", "mediation", "convenience", "livelihood")},
    }
    assert all(one["label"] and one["unit"] for one in figures.values())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_map_page_tells_its_modules_what_they_need_and_holds_no_data(as_role, language):
    client = as_role("grid_worker")
    client.set_cookie("language", language)
    page = client.get("/map").text
    assert len(page.encode()) < 60_000
    config = json.loads(re.search(r'id="page-config">(.*?)</script>', page, re.DOTALL).group(1))
    assert (
        config["language"] == language
        and config["role"] == "grid_worker"
        and config["scope"] == COMMUNITIES[0]
    )
    assert "layers:layer:read" in config["permissions"] and "layers:table:export" not in config["permissions"]
    assert len(config["bounds"]) == 4 and config["revision"] > 0 and len(config["today"]) == 10
    assert config["rows"]["grids"] == 4 and config["period"][0] == "2023-01-01"
    assert config["synthetic"] is False
    for secret in ("暖心驿站Z", "孙一", "西街暖心驿站", "138****", "XX2023", "coordinates"):
        assert secret not in page
    assert "://" not in re.sub(r"http://www\.w3\.org/\S+", "", page)


def test_the_shell_is_a_script_of_its_own(as_role):
    client = as_role("leader")
    address = re.search(r'src="(/map/shell\.js\?v=[^"]+)"', client.get("/map").text).group(1)
    answer = client.get(address)
    assert answer.mimetype == "text/javascript" and "L.map" in answer.text and answer.headers["ETag"]
