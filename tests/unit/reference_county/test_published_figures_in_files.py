"""Hold every published figure, counted from the files of geodata/ alone."""

from __future__ import annotations

import pandas as pd
import pytest

ROWS = {"county": 1, "subdistricts": 3, "communities": 24, "grids": 89, "organisations": 104, "zones": 7}
INCIDENTS_2023 = {"hazard": 335, "mediation": 75, "convenience": 170, "livelihood": 78}
OF_COMMUNITIES = ["judge", "police_officer", "procurator", "civility_instructor", "paired_organisation"]


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_a_file(files, name):
    assert len(files[name]) == ROWS[name]


def test_23_communities_of_two_subdistricts_and_maoli(files):
    communities = files["communities"]
    counts = communities.subdistrict_code.value_counts().to_dict()
    assert counts == {"410222001": 13, "410222002": 10, "410222205": 1}
    assert communities.name[communities.community_code == "410222205001"].tolist() == ["毛李社区"]


def test_62_warm_stations_and_a_service_centre_per_community(files):
    stations = files["stations"]
    assert (stations.kind == "warm_station").sum() == 62
    centres = stations[stations.kind == "party_service_centre"]
    assert {"苗岗社区党群服务中心", "毛李社区党群服务中心"} <= set(centres.name)
    assert sorted(centres.grid_code.str[:12]) == sorted(files["communities"].community_code)


def test_73_organisations_in_7_zones_with_one_commissioner_and_two_assistants(files):
    organisations, zones = files["organisations"], files["zones"]
    assert (organisations.zone_code != "").sum() == 73
    assert set(organisations.zone_code) - {""} == set(zones.zone_code)
    assert (zones.commissioner_post != "").all()
    assisting = zones.assisting_organisation_codes.str.split(";")
    assert (assisting.str.len() == 2).all()
    assert set(assisting.explode()) <= set(organisations.organisation_code)


def test_each_community_is_in_one_zone(files):
    membership = files["zone_communities"]
    assert sorted(membership.community_code) == sorted(files["communities"].community_code)


def test_members_reported_in_are_counts_of_at_least_2000(files):
    members = files["members"]
    counts = members.members.astype(int)
    assert counts.sum() >= 2000 and (counts > 0).all()
    assert list(members.columns) == ["organisation_code", "grid_code", "members"]
    assert set(members.grid_code) <= set(files["grids"].grid_code)
    assert set(members.organisation_code) <= set(files["organisations"].organisation_code)


def test_6_county_leaders_are_first_secretaries_of_24_communities(files):
    posts = files["assignments"].query("role == 'county_leader'")
    assert sorted(posts.area_code) == sorted(files["communities"].community_code)
    assert posts.holder_name.value_counts().tolist() == [4] * 6


@pytest.mark.parametrize("role", OF_COMMUNITIES)
def test_each_community_has_its_post(files, role):
    posts = files["assignments"].query("role == @role")
    assert sorted(posts.area_code) == sorted(files["communities"].community_code)
    assert (posts.holder_name != "").all()
    assert ((posts.organisation_code != "") == (role == "paired_organisation")).all()


def test_each_grid_has_its_posts_and_six_have_no_worker(files):
    assignments = files["assignments"]
    for role, vacant in (("grid_leader", 2), ("grid_worker", 6)):
        posts = assignments[assignments.role == role]
        assert sorted(posts.area_code) == sorted(files["grids"].grid_code)
        assert (posts.holder_name == "").sum() == vacant


def test_telephones_are_masked(files):
    phones = pd.concat([files["assignments"].holder_phone, files["zones"].commissioner_phone])
    assert phones[phones != ""].str.fullmatch(r"1\d\d\*{4}\d{4}").all()


@pytest.mark.parametrize("category", INCIDENTS_2023)
def test_incidents_of_2023(files, category):
    own = files["incidents"].query("category == @category")
    assert len(own) == INCIDENTS_2023[category]
    assert own.reported_at.str.startswith("2023-").all()
    assert (own.state == "closed").all() and own.resolved_at.str.startswith("2023-").all()


@pytest.mark.parametrize("category", ["environment", "facilities"])
def test_public_incidents_are_in_every_state_and_some_are_overdue(files, category):
    own = files["incidents"].query("category == @category")
    states = {"reported", "accepted", "dispatched", "handling", "resolved", "verified", "closed", "returned"}
    assert set(own.state) == states
    assert ((own.due_at != "") & (own.resolved_at == "") & (own.due_at < "2024-01-01")).any()


def test_about_1500_blocks_7000_buildings_36000_households(files):
    assert 1400 <= len(files["blocks"]) <= 1600
    assert 6500 <= len(files["buildings"]) <= 7500
    assert 35_500 <= files["blocks"].households.sum() <= 36_500


def test_most_grids_have_300_to_500_households_and_some_twenty_do_not(files):
    households = files["blocks"].groupby("grid_code").households.sum()
    assert len(households) == 89
    outside = (households < 300) | (households > 500)
    assert 18 <= outside.sum() <= 24
    assert (households < 300).any() and (households > 500).any()


def test_the_urban_area_is_25_to_30_square_kilometres_around_its_centre(files):
    shapes = files.metric("blocks").geometry
    assert 25e6 <= shapes.area.sum() <= 30e6
    centre = files["blocks"].union_all().centroid
    assert abs(centre.x - 114.467) < 0.004 and abs(centre.y - 34.480) < 0.004


def test_the_county_is_the_real_outline(files):
    assert files.metric("county").area.sum() / 1e6 == pytest.approx(765.9, abs=1.0)
