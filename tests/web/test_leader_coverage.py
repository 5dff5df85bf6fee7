"""The three numbers in the leader's right column: those of the page of coverage, each with its list."""

from __future__ import annotations

import pytest

from gis_app.storage.layers import read_layer, replace_layer
from gis_app.web.services import KEY
from tests.web.conftest import sign_in

NUMBERS = ("crow_share", "share", "seated_share")
COUNTS = {"crow_share": "crow_covered", "share": "covered", "seated_share": "seated"}
AREAS = {"": "county", "410222001": "subdistrict", "410222001026": "community", "410222001026001": "grid"}


def told(client, area: str) -> dict:
    return client.get(f"/leader/coverage.json?area={area}").json


@pytest.mark.parametrize("area", AREAS)
def test_three_numbers_are_those_of_the_page_of_coverage(client_as, area):
    client = client_as("leader")
    rows = {row["when"]: row for row in told(client, area)["rows"]}
    assert list(rows) == ["serving", "open", "always", "planned"]
    for when in ("serving", "always", "planned"):
        areas = client.get(f"/coverage.json?level={AREAS[area]}&when={when}").json["areas"]
        every = [dict(zip(areas["columns"], row, strict=True)) for row in areas["rows"]]
        expected = next(one for one in every if not area or one["code"] == area)
        for number in rows[when]["numbers"]:
            assert number["numerator"] == expected[COUNTS[number["code"]]], (when, number["code"])
            assert number["denominator"] == expected["households"]


@pytest.mark.parametrize("area", AREAS)
def test_each_number_has_a_rule_and_lists_that_add_up_to_it(client_as, area):
    client = client_as("leader")
    for row in told(client, area)["rows"]:
        assert tuple(number["code"] for number in row["numbers"]) == NUMBERS
        for number in row["numbers"]:
            assert number["rule"]
            listed, rest = (
                client.get(number[name].replace("/uncovered?", "/uncovered.json?")).json["households"]
                for name in ("list", "rest")
            )
            assert listed == number["numerator"], (row["when"], number["code"])
            if number["code"] == "crow_share":
                assert listed + rest == number["denominator"]


def test_a_circle_is_never_called_walking(client_as):
    for row in told(client_as("leader"), "")["rows"]:
        circle, walk, seated = row["numbers"]
        assert "步行" not in circle["label"] and "直线" in circle["label"]
        assert "步行" in walk["label"] and "步行" in seated["label"]
        assert circle["numerator"] >= walk["numerator"] >= seated["numerator"]


def test_fewer_stations_cover_less(client_as):
    rows = {row["when"]: row for row in told(client_as("leader"), "")["rows"]}
    assert rows["always"]["stations"] < rows["serving"]["stations"] <= rows["planned"]["stations"]
    assert rows["always"]["numbers"][1]["numerator"] < rows["serving"]["numbers"][1]["numerator"]


@pytest.mark.parametrize("area", AREAS)
def test_the_way_to_the_page_of_coverage_keeps_area_and_limit(client_as, area):
    client = client_as("leader")
    address = told(client, area)["href"]
    assert "limit=500m" in address and (f"area={area}" in address) == bool(area)
    page = client.get(address)
    assert page.status_code == 200
    assert f'data-area="{area}"' in page.text


@pytest.mark.parametrize("query", ["area=99", "area=x y", "when=open", "area=410222001&area=410222002"])
def test_a_wrong_area_is_refused_by_name(client_as, query):
    answer = client_as("leader").get(f"/leader/coverage.json?{query}")
    assert answer.status_code == 400 and answer.json["error"]["fields"]


def test_without_streets_nothing_is_called_walking(own_app):
    app = own_app()
    with app.extensions[KEY].store.write() as conn:
        replace_layer(conn, "streets", read_layer(conn, "streets").iloc[:0])
    client = app.test_client()
    sign_in(client, "leader")
    for row in client.get("/leader/coverage.json").json["rows"]:
        assert not any("步行" in number["label"] + number["rule"] for number in row["numbers"][1:])
    assert client.get("/leader/coverage.json").json["basis"] == "crow"
    told = client.get("/coverage.json").json
    assert not any("步行" in one["label"] for one in told["figures"])
    assert "步行可达" not in client.get("/coverage").text
