"""Load, terms, needs and moves of the toy county, by numbers known by heart and by plain loops."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app import clock
from gis_app.assignments import load, moves, needs, terms, travel
from gis_app.assignments.chain import chain
from gis_app.assignments.tables import COLUMNS, AssignmentTables
from gis_app.errors import BadInput
from gis_app.geo.crs import to_metres
from gis_app.layers.atlas import Atlas
from gis_app.layers.schema import empty
from tests import factory

GRIDS = factory.GRIDS
NOW = datetime(2024, 4, 29, 10, tzinfo=clock.ZONE)
MEMBERS = [("O1", GRIDS[0], 3), ("O1", GRIDS[1], 1), ("O2", GRIDS[0], 1)]


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return the toy county."""
    return Atlas.build(factory.toy_layers())


@pytest.fixture
def tables() -> AssignmentTables:
    """Return the toy county's posts, with members of two organisations."""
    found = factory.toy_tables()
    second = found.organisations.assign(organisation_code="O2", name="县医院", zone_code="")
    members = pd.DataFrame(MEMBERS, columns=list(COLUMNS["members"]))
    return replace(found, organisations=pd.concat([found.organisations, second]), members=members)


@pytest.fixture
def incidents() -> pd.Series:
    """Return incidents by grid."""
    return pd.Series([4, 2], index=[GRIDS[0], GRIDS[3]])


def acting(area: str, by: str, begins="2024-01-01", ends="2024-12-31") -> pd.DataFrame:
    row = ("grid_worker", area, begins, ends, "grid_worker", by, "", "")
    return pd.DataFrame([row], columns=list(COLUMNS["substitutes"]))


def test_load_per_worker_with_a_vacant_grid_in_a_row_of_its_own(atlas, tables, incidents):
    found = load.worker_load(atlas, tables, incidents, travel.rounds(atlas))
    assert found["holder_name"].tolist() == ["网格员0", "网格员1", "网格员2", ""]
    assert found["households"].tolist() == [80, 80, 80, 40]
    assert found["incidents"].tolist() == [4, 0, 0, 2]
    assert found["vacant"].tolist() == [False, False, False, True] and np.isnan(found["index"].iloc[3])
    assert found["index"].iloc[:3].mean() == pytest.approx(1)


def test_a_substitute_bears_the_load_of_the_vacant_grid(atlas, tables, incidents):
    helped = replace(tables, substitutes=acting(GRIDS[3], GRIDS[2]))
    with clock.frozen(NOW):
        found = load.worker_load(atlas, helped, incidents, travel.rounds(atlas)).set_index("holder_name")
    assert found.loc["网格员2", ["households", "incidents"]].tolist() == [120, 2]
    assert found.loc["网格员2", "substituted"] == (GRIDS[3],) and not found["vacant"].any()


def test_organisations_share_a_grid_by_their_members(atlas, tables, incidents):
    metres = travel.organisation_ways(tables, travel.between_grids(atlas))
    found = load.organisation_load(atlas, tables, incidents, metres).set_index("code")
    assert found.loc["O1", ["members", "households", "incidents"]].tolist() == [4, 80 * 3 / 4 + 80, 3]
    assert found.loc["O2", ["members", "households", "incidents"]].tolist() == [1, 20, 1]
    assert found.loc["O1", "households_per_member"] == 35
    per_grid = load.member_load(atlas, tables, incidents, metres).set_index("code")
    assert per_grid.loc[GRIDS[0], ["members", "organisations", "households_per_member"]].tolist() == [
        4,
        2,
        20,
    ]
    assert np.isnan(per_grid.loc[GRIDS[2], "households_per_member"])
    assert found["households"].sum() == per_grid.loc[list(GRIDS[:2]), "households"].sum()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_balance_is_what_plain_loops_find(values):
    found = load.balance(pd.Series(values, dtype=float))
    mean = sum(values) / len(values)
    assert (found.count, found.least, found.most) == (len(values), min(values), max(values))
    assert found.mean == pytest.approx(mean)
    spread = sum(abs(a - b) for a in values for b in values) / (2 * len(values) ** 2 * mean) if mean else 0
    assert found.gini == pytest.approx(spread)


def test_a_round_is_the_minimum_spanning_tree_of_walking_distances(atlas):
    found = travel.rounds(atlas)
    assert found["blocks"].tolist() == [2, 2, 2, 1] and found.loc[GRIDS[3], "round_m"] == 0
    blocks = to_metres(atlas.blocks, atlas.metric_crs)
    points = shapely.get_coordinates(shapely.point_on_surface(blocks.geometry.values))
    at = atlas.street_network.snap(points)
    graph = nx.Graph()
    inside = np.flatnonzero((blocks["grid_code"] == GRIDS[0]).to_numpy())
    for i in inside:
        for j in inside[inside > i]:
            walk = atlas.street_network.distances(points[[i]], points[[j]])
            graph.add_edge(i, j, weight=walk.distance[0])
    expected = nx.minimum_spanning_tree(graph).size(weight="weight")
    assert at.found.all() and found.loc[GRIDS[0], "round_m"] == pytest.approx(expected)


def test_ways_are_symmetric_and_straight_without_streets(atlas):
    ways = travel.between_grids(atlas)
    assert (
        ways.basis == "walk" and np.allclose(ways.metres, ways.metres.T) and (np.diag(ways.metres) == 0).all()
    )
    bare = Atlas.build(factory.toy_layers() | {"streets": empty("streets")})
    crow = travel.between_grids(bare)
    assert crow.basis == "crow" and (crow.metres <= ways.metres + 1e-6).all()
    assert (travel.rounds(bare)["round_m"] > 0).tolist() == [True, True, True, False]


def test_an_organisation_starts_from_its_pairing_else_its_members_else_its_zone(atlas, tables):
    ways = travel.between_grids(atlas)
    homes = travel.home_grids(tables, ways)
    assert homes["O1"] in (0, 1) and homes["O2"] == 0
    nobody = replace(tables, members=tables.members.iloc[:0], assignments=tables.assignments.iloc[:0])
    homes = travel.home_grids(nobody, ways)
    assert homes["O1"] in (2, 3) and homes["O2"] == -1
    assert travel.organisation_ways(nobody, ways).loc["O2"].isna().all()


def test_needs_round_up_and_a_community_does_not_set_one_grid_off_against_another(atlas, tables):
    found = needs.grid_needs(atlas, tables.members, needs.Rule(30, 2))
    assert found["need"].tolist() == [3, 3, 3, 2]
    assert found["missing"].tolist() == [0, 2, 3, 2] and found["spare"].tolist() == [1, 0, 0, 0]
    towns = needs.community_needs(atlas, found)
    assert towns["missing"].tolist() == [2, 5] and towns["short_grids"].tolist() == [1, 2]
    assert needs.grid_needs(atlas, tables.members, needs.Rule(1, 0, 4))["need"].tolist() == [4] * 4
    assert needs.fitting_rule(atlas, tables.members).households_per_member == 60
    assert needs.fitting_rule(atlas, tables.members.iloc[:0]) == needs.Rule()


def test_moves_add_up_to_the_proposal_and_any_part_of_them_can_be_made(atlas, tables):
    ask = moves.check_ask({"households_per_member": "60", "least": "1"}, atlas, tables.members)
    proposal = moves.make_proposal(atlas, tables, travel.between_grids(atlas), ask)
    assert proposal.solution.missing == 2 and set(proposal.moves["reason"]) == {"fills"}
    every = moves.effect(tables.members, proposal.moves, proposal.grids, ask.rule)
    assert every.missing_after == proposal.solution.missing < every.missing_before
    counts = tables.members.set_index(["organisation_code", "grid_code"])["members"].to_dict()
    for move in proposal.moves.itertuples():
        assert counts[move.organisation_code, move.from_grid] >= move.members > 0
    none = moves.effect(tables.members, proposal.moves.iloc[:0], proposal.grids, ask.rule)
    assert none.missing_after == none.missing_before and none.changed == 0


@pytest.mark.parametrize(
    "wrong", [{"least": "-1"}, {"most": "2", "least": "3"}, {"aim": "x"}, {"reach_m": "９"}]
)
def test_a_question_out_of_range_is_refused(atlas, tables, wrong):
    with pytest.raises(BadInput):
        moves.check_ask(wrong, atlas, tables.members)


@pytest.mark.parametrize(
    ("ends", "state"),
    [("", "open_ended"), ("2024-04-28", "vacant"), ("2024-04-29", "ending"), ("2024-06-28", "ending"),
     ("2024-06-29", "held")],
)  # fmt: skip
def test_a_post_stands_by_its_term(atlas, tables, ends, state):
    rows = tables.assignments
    rows.loc[rows["holder_name"] == "网格员0", "term_to"] = ends
    with clock.frozen(NOW):
        found = terms.posts(atlas, tables).set_index(["role", "code"]).loc[("grid_worker", GRIDS[0])]
    assert found["state"] == state and found["ended_on"] == (ends if state == "vacant" else "")


def test_a_vacant_post_with_a_substitute_says_so_in_the_list_and_in_the_chain(atlas, tables):
    helped = replace(tables, substitutes=acting(GRIDS[3], GRIDS[2]))
    for day, state in ((NOW, "substituted"), (datetime(2025, 1, 1, tzinfo=clock.ZONE), "vacant")):
        with clock.frozen(day):
            found = terms.posts(atlas, helped).set_index(["role", "code"])
            links = {link.role: link for link in chain(atlas, helped, GRIDS[3])}
        assert found.loc[("grid_worker", GRIDS[3]), "state"] == state
        assert links["grid_worker"].vacant
        assert links["grid_worker"].substitute == ("第三网格" if state == "substituted" else "")


def test_an_empty_county_has_a_desk_without_rows(tables):
    nothing = Atlas.build({})
    none = pd.Series(dtype=float)
    ways = travel.between_grids(nothing)
    assert len(load.worker_load(nothing, tables, none, travel.rounds(nothing))) == 0
    assert len(load.member_load(nothing, tables, none, travel.organisation_ways(tables, ways))) == 0
    assert len(terms.posts(nothing, AssignmentTables())) == 0
    ask = moves.Ask(needs.Rule())
    assert len(moves.make_proposal(nothing, tables, ways, ask).moves) == 0
