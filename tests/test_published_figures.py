"""The published figures of Tongxu, counted from the database and read from the leader's first page."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

PUBLISHED = {
    "communities": 24,
    "grids": 89,
    "warm_stations": 62,
    "organisations": 104,
    "hazard": 335,
    "mediation": 75,
    "convenience": 170,
    "livelihood": 78,
}
MEMBERS_AT_LEAST = 2000


@pytest.fixture(scope="module")
def counted(reference_store) -> dict[str, int]:
    """Count each figure in the database itself, by SQL, not by the code that the page uses."""
    with reference_store.read() as connection:

        def count(query: str) -> int:
            return connection.execute(text(query)).scalar_one()

        return {
            "communities": count("SELECT count(*) FROM communities"),
            "grids": count("SELECT count(*) FROM grids"),
            "warm_stations": count("SELECT count(*) FROM stations WHERE kind = 'warm_station'"),
            "organisations": count("SELECT count(*) FROM organisations"),
            "members": count("SELECT sum(members) FROM members"),
            **{
                category: count(f"SELECT count(*) FROM incidents WHERE category = '{category}'")
                for category in ("hazard", "mediation", "convenience", "livelihood")
            },
        }


@pytest.mark.parametrize("figure", PUBLISHED)
def test_a_published_figure_is_in_the_database(counted, figure: str):
    assert counted[figure] == PUBLISHED[figure]


def test_the_reported_in_members_are_in_the_database(counted):
    assert counted["members"] >= MEMBERS_AT_LEAST


def test_the_leaders_first_page_shows_the_counted_figures(client_as, counted):
    page = client_as("leader").get("/map").get_data(as_text=True)
    shown = {
        code: int(value.replace(",", ""))
        for code, value in re.findall(
            r'data-figure="(\w+)".*?class="figure-value">([\d,]+)<', page, flags=re.DOTALL
        )
    }
    assert shown == counted


def test_the_figures_are_served_as_data_too(client_as, counted):
    figures = client_as("leader").get("/figures.json").get_json()
    assert {figure["code"]: figure["value"] for figure in figures} == counted
    assert all(figure["label"] and figure["unit"] for figure in figures)
