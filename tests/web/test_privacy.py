"""Mediation is a place for the dispatcher alone and a count for all; a grid worker sees his own scope."""

from __future__ import annotations

import pytest

from gis_app.people.roles import Role
from tests.factory import COMMUNITIES, toy_incidents

POINTS = "/overlays/incidents.geojson"
COUNTS = "/overlays/incident-counts.geojson"
OFFICE = [role for role in Role if role not in (Role.GRID_WORKER, Role.DUTY_STAFF)]
OTHERS = [role for role in Role if role is not Role.DISPATCHER]


def codes_in(text: str) -> set[str]:
    """Return the codes of mediation incidents that stand anywhere in an answer."""
    private = toy_incidents()[lambda frame: frame["category"] == "mediation"]["incident_code"]
    return {code for code in private if code in text}


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_outside_the_handling_chain_gets_a_mediation_as_a_place_or_a_row(as_role, role):
    client = as_role(role)
    addresses = [
        POINTS,
        f"{POINTS}?category=mediation",
        f"{POINTS}?state=closed",
        "/layers/incidents/table",
        "/layers/incidents/table?q=矛盾",
        "/layers/incidents/table?category=mediation",
        "/layers/incidents.csv",
        "/layers/incidents.csv?category=mediation",
        "/layers/incidents.geojson?category=mediation",
        COUNTS,
        f"{COUNTS}?category=mediation",
        f"/areas/{COMMUNITIES[0]}.json",
        "/map",
        "/search.json?q=XX2023",
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in (200, 403)
        assert codes_in(answer.text) == set(), address


def test_the_dispatcher_sees_them(as_role):
    client = as_role("dispatcher")
    private = set(toy_incidents()[lambda frame: frame["category"] == "mediation"]["incident_code"])
    assert codes_in(client.get(POINTS).text) == private
    assert codes_in(client.get("/layers/incidents.csv").text) == private
    found = client.get(f"{POINTS}?category=mediation").json
    assert {feature["id"] for feature in found["features"]} == private


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("level", ["grid", "community"])
def test_everyone_gets_the_same_counts(as_role, role, level):
    found = as_role(role).get(f"{COUNTS}?level={level}&category=mediation").json
    expected = int((toy_incidents()["category"] == "mediation").sum())
    assert found["total"] == sum(f["properties"]["count"] for f in found["features"]) == expected


@pytest.mark.parametrize("role", OFFICE)
def test_everyone_in_the_office_sees_the_other_categories_everywhere(as_role, role):
    found = {feature["id"] for feature in as_role(role).get(POINTS).json["features"]}
    assert found >= set(toy_incidents()[lambda frame: frame["category"] != "mediation"]["incident_code"])


def test_a_grid_worker_sees_places_in_his_scope_only(as_role):
    client = as_role("grid_worker")
    features = client.get(POINTS).json["features"]
    assert features
    assert all(feature["properties"]["grid_code"].startswith(COMMUNITIES[0]) for feature in features)
    rows = client.get("/layers/incidents/table").text
    outside = toy_incidents()[lambda frame: ~frame["grid_code"].str.startswith(COMMUNITIES[0])]
    assert not [code for code in outside["incident_code"] if code in rows]


def test_a_class_whose_place_is_not_public_is_kept_back_too(own_app):
    from gis_app.storage import incidents
    from gis_app.web.services import KEY
    from tests.web.conftest import sign_in

    app = own_app()
    with app.extensions[KEY].store.write() as conn:
        incidents.replace_incidents(conn, toy_incidents().assign(class_code="C2", category="facilities"))
    client = app.test_client()
    sign_in(client, "leader")
    assert client.get(POINTS).json["features"] == []
    assert client.get(COUNTS).json["total"] == len(toy_incidents())


def test_phones_are_masked_wherever_they_stand(as_role):
    client = as_role("leader")
    for address in ("/overlays/assignment.geojson?role=grid_worker", "/layers/assignments.csv"):
        assert "138****" in client.get(address).text
