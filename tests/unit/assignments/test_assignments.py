"""Who answers for a place is told whole, a post that nobody holds included."""

from dataclasses import replace
from datetime import datetime

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis_app import clock
from gis_app.assignments.chain import ORDER, chain
from gis_app.assignments.gaps import vacancies
from gis_app.assignments.tables import ROLES, AssignmentTables, empty_table
from gis_app.assignments.territories import COLOURS, territories
from gis_app.errors import BadInput, NotFound
from gis_app.layers.atlas import Atlas
from tests import factory

WEST, EAST = factory.COMMUNITIES


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return the toy county."""
    return Atlas.build(factory.toy_layers())


@pytest.fixture
def tables() -> AssignmentTables:
    """Return the toy county's posts."""
    return factory.toy_tables()


def test_the_chain_runs_from_the_county_leader_to_the_grid_worker(atlas, tables):
    links = chain(atlas, tables, factory.GRIDS[0])
    assert [link.role for link in links] == [
        "county_leader",
        "zone",
        "paired_organisation",
        "community_secretary",
        "grid_worker",
    ]
    assert links[0].holder_name == "周县长"
    assert links[2].organisation_name == "县图书馆"
    assert (links[4].area_code, links[4].area_name) == (factory.GRIDS[0], "第一网格")


def test_a_vacant_post_is_a_link_too(atlas, tables):
    links = {link.role: link for link in chain(atlas, tables, factory.GRIDS[3])}
    assert links["grid_worker"].vacant
    assert links["paired_organisation"].vacant
    assert not links["zone"].vacant
    assert (links["zone"].holder_name, links["zone"].zone_name) == ("吴片长", "东片区")


def test_the_chain_of_a_community_ends_above_its_grids(atlas, tables):
    assert {link.level for link in chain(atlas, tables, WEST)} == {"community"}
    assert chain(atlas, tables, "410222") == []


@pytest.mark.parametrize("code", ["410222001009001", "nonsense", ""])
def test_an_unknown_place_has_no_chain(atlas, tables, code):
    with pytest.raises(NotFound):
        chain(atlas, tables, code)


def test_every_role_has_a_place_in_the_chain():
    assert set(ORDER) == set(ROLES)


def test_territory_by_grid_worker(atlas, tables):
    found = territories(atlas, tables, "grid_worker").set_index("code")
    assert list(found.index) == list(factory.GRIDS)
    assert found["vacant"].tolist() == [False, False, False, True]
    assert found.loc[factory.GRIDS[0], "holder_name"] == "网格员0"


def test_one_holder_of_two_areas_has_one_colour_and_neighbours_differ(atlas, tables):
    leaders = territories(atlas, tables, "county_leader")
    assert leaders["colour"].nunique() == leaders["holder"].nunique() == 1
    workers = territories(atlas, tables, "grid_worker")
    assert workers["colour"].nunique() == 4  # all four grids meet in one corner
    assert workers["colour"].between(0, COLOURS - 1).all()


def test_zones_are_territories_of_their_communities(atlas, tables):
    found = territories(atlas, tables, "zone").set_index("code")
    assert found.loc[EAST, ["zone_name", "holder_name"]].tolist() == ["东片区", "吴片长"]
    assert found.loc[WEST, "vacant"]


def test_a_paired_organisation_holds_its_post_without_a_person(atlas, tables):
    found = territories(atlas, tables, "paired_organisation").set_index("code")
    assert found["vacant"].tolist() == [False, True]
    assert found.loc[WEST, "organisation_name"] == "县图书馆"


def test_vacancies_are_listed_by_role(atlas, tables):
    found = vacancies(atlas, tables)
    assert found[["role", "code"]].values.tolist() == [
        ["grid_worker", factory.GRIDS[3]],
        ["zone", WEST],
        ["paired_organisation", EAST],
    ]


@pytest.mark.parametrize(
    ("day", "holder"), [("2023-06-30", "网格员0"), ("2023-07-01", "继任者"), ("2025-01-01", "")]
)
def test_a_term_begins_and_ends_on_its_days(atlas, tables, day, holder):
    posts = tables.assignments
    posts.loc[posts["holder_name"] == "网格员0", "term_to"] = "2023-06-30"
    after = ("A9", factory.GRIDS[0], "grid_worker", "继任者", "", "", "2023-07-01", "2024-12-31")
    posts = pd.concat([posts, pd.DataFrame([after], columns=posts.columns)], ignore_index=True)
    with clock.frozen(datetime.fromisoformat(day)):
        found = territories(atlas, replace(tables, assignments=posts), "grid_worker").set_index("code")
    assert found.loc[factory.GRIDS[0], "holder_name"] == holder


def test_an_unknown_role_is_refused_with_the_known_ones(atlas, tables):
    with pytest.raises(BadInput) as raised:
        territories(atlas, tables, "mayor")
    assert "grid_worker" in raised.value.fields["role"]


@pytest.mark.parametrize("role", ROLES)
def test_a_county_without_any_posts_or_areas(atlas, tables, role):
    assert territories(atlas, AssignmentTables(), role)["vacant"].all()
    assert territories(Atlas.build({}), tables, role).empty
    assert vacancies(atlas, AssignmentTables()).empty
    assert chain(atlas, AssignmentTables(), factory.GRIDS[0]) == []


def test_missing_values_read_from_a_store_are_nobody(atlas, tables):
    posts = tables.assignments.copy()
    posts["holder_name"] = posts["holder_name"].replace("", None)
    posts["term_to"] = None
    assert territories(atlas, replace(tables, assignments=posts), "grid_worker")["vacant"].sum() == 1


def test_a_chessboard_of_many_holders_needs_few_colours():
    squares = [shapely.box(114 + x / 100, 34 + y / 100, 114.01 + x / 100, 34.01 + y / 100)
               for y in range(20) for x in range(20)]  # fmt: skip
    codes = [f"4102220010{i // 100:02d}{i % 100 + 1:03d}" for i in range(400)]
    grids = gpd.GeoDataFrame({"grid_code": codes, "name": codes}, geometry=squares, crs=4490)
    atlas = Atlas.build({"grids": grids})
    assignments = empty_table("assignments").reindex(range(400)).fillna("")
    assignments = assignments.assign(area_code=codes, role="grid_worker", holder_name=codes)
    found = territories(atlas, AssignmentTables(assignments=assignments), "grid_worker")
    one, other = shapely.STRtree(atlas.grids.geometry.values).query(atlas.grids.geometry.values, "touches")
    colour = found["colour"].to_numpy()
    assert (colour[one] != colour[other]).all()
