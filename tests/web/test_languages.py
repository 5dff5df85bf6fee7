"""Chinese first, English for who chose it, and complete for the browser's modules."""

from __future__ import annotations

import pytest

from gis_app.web.services import KEY
from tests.web.conftest import FROM_OUR_PAGE


def language_of(answer) -> str:
    return answer.text.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize("header", [None, "zh-CN,zh;q=0.9", "en-US,en;q=0.9", "fr", "*", "nonsense;;;q="])
def test_chinese_is_the_first_whatever_the_browser_asks(as_role, header):
    headers = {"Accept-Language": header} if header else {}
    assert language_of(as_role(None).get("/sign-in", headers=headers)) == "zh-CN"


@pytest.mark.parametrize(
    ("header", "english"), [("en-GB, en;q=0.8", True), ("zh-CN", False), ("fr", False), ("", False)]
)
def test_a_program_gets_the_language_it_asks_for(as_role, header, english):
    answer = as_role("leader").get("/api/v1/incidents/nothing", headers={"Accept-Language": header})
    assert answer.status_code == 404
    assert answer.json["error"]["message"].isascii() == english


def test_a_choice_is_kept_and_wins(as_role):
    client = as_role(None)
    chosen = client.post("/language/en", data={"next": "/sign-in?next=%2Fmap"}, headers=FROM_OUR_PAGE)
    assert chosen.status_code == 303 and chosen.location == "/sign-in?next=%2Fmap"
    assert "Max-Age=31536000" in chosen.headers["Set-Cookie"]
    assert language_of(client.get("/sign-in")) == "en"
    client.post("/language/zh", headers=FROM_OUR_PAGE)
    assert language_of(client.get("/sign-in")) == "zh-CN"


@pytest.mark.parametrize("next_page", ["//evil.example", "https://evil.example", ""])
def test_a_choice_leads_nowhere_else(as_role, next_page):
    answer = as_role(None).post("/language/en", data={"next": next_page}, headers=FROM_OUR_PAGE)
    assert answer.location == "/"


@pytest.mark.parametrize("language", ["fr", "EN", "en%00", "..", "zh-CN"])
def test_there_are_two_languages(as_role, language):
    assert as_role(None).post(f"/language/{language}", headers=FROM_OUR_PAGE).status_code == 404
    assert as_role(None).get(f"/i18n/{language}.json").status_code == 404


def test_the_setting_decides_where_nobody_chose(own_app):
    client = own_app(default_language="en").test_client()
    assert language_of(client.get("/sign-in")) == "en"
    assert client.application.extensions[KEY].settings.default_language == "en"


def test_the_browser_gets_its_sentences(as_role):
    words = as_role(None).get("/i18n/en.json").json
    assert words["登录"] and all(isinstance(text, str) and text for text in words.values())
    assert as_role(None).get("/i18n/zh.json").json == {}


def test_problems_and_overlays_speak_english_too(as_role):
    client = as_role("leader")
    client.set_cookie("language", "en")
    problem = client.get("/overlays/coverage.geojson?level=x").json["error"]["message"]
    assert problem.isascii() or "、" in problem
    for address in (
        "/overlays/coverage.geojson",
        "/overlays/coverage.geojson?limit=10min",
        "/overlays/assignment.geojson",
        "/overlays/incidents.geojson",
        "/overlays/incident-counts.geojson?measure=rate",
    ):
        legend = client.get(address).json["legend"]
        assert not any("一" <= c <= "鿿" for c in legend["title"] + legend["unit"] + legend["rule"]), legend
    for one in client.get("/figures.json").json:
        assert not any("一" <= c <= "鿿" for c in one["label"] + one["unit"])
