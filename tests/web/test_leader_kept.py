"""What is kept for a leader: rules of alert, which alerts were seen, views, and what stations were like."""

from __future__ import annotations

from gis_app.storage import layers
from gis_app.web.services import KEY
from tests.web.conftest import FROM_OUR_PAGE, sign_in


def test_alerts_are_new_until_seen_and_rules_are_kept(own_app):
    client = own_app().test_client()
    sign_in(client, "leader")

    def post(address, **value):
        return client.post(address, json=value, headers=FROM_OUR_PAGE)

    made = post("/leader/alerts/rules", measure="coverage", level="community", side="below", threshold=1.0)
    assert made.status_code == 201
    told = client.get("/leader/alerts.json").json
    fresh = [one for one in told["alerts"] if one["rule_id"] == made.json["rule_id"]]
    assert told["unseen"] == len(told["alerts"]) > 0 and fresh
    assert client.post("/leader/alerts/seen", headers=FROM_OUR_PAGE).status_code == 200
    assert client.get("/leader/alerts.json").json["unseen"] == 0
    number = made.json["rule_id"]
    assert post(f"/leader/alerts/rules/{number}", active=False, version=7).status_code in (409, 412)
    assert post(f"/leader/alerts/rules/{number}", active=False, version=1).status_code == 200
    off = client.get("/leader/alerts.json").json
    assert not any(one["rule_id"] == number for one in off["alerts"])
    assert client.delete(f"/leader/alerts/rules/{number}", headers=FROM_OUR_PAGE).status_code == 200
    assert client.delete(f"/leader/alerts/rules/{number}", headers=FROM_OUR_PAGE).status_code == 404
    for wrong in (
        {"threshold": 2},
        {"measure": "none"},
        {"level": "block"},
        {"area": "999"},
        {"side": "beside"},
    ):
        rule = {"measure": "coverage", "level": "grid", "side": "above", "threshold": 0.5} | wrong
        assert post("/leader/alerts/rules", **rule).status_code == 400, wrong


def test_views_are_kept_for_each_account_alone(own_app):
    app = own_app()
    leader, planner = app.test_client(), app.test_client()
    sign_in(leader, "leader")
    sign_in(planner, "planner")
    kept = leader.post(
        "/leader/views", json={"name": "月度", "query": "measure=posts&period=1m"}, headers=FROM_OUR_PAGE
    )
    assert kept.status_code == 201
    view = leader.get("/leader.json").json["views"][0]
    assert (view["name"], view["query"]) == ("月度", "measure=posts&period=1m")
    assert planner.get("/leader.json").json["views"] == []
    number = view["view_id"]
    assert planner.delete(f"/leader/views/{number}", headers=FROM_OUR_PAGE).status_code == 404
    again = leader.post("/leader/views", json={"name": "月度", "query": "period=3m"}, headers=FROM_OUR_PAGE)
    assert [one["query"] for one in again.json["views"]] == ["period=3m"]
    for wrong in ({"name": ""}, {"name": "x", "query": "next=//elsewhere"}, {"name": "x" * 41}):
        assert (
            leader.post("/leader/views", json={"query": "", **wrong}, headers=FROM_OUR_PAGE).status_code
            == 400
        )
    number = again.json["views"][0]["view_id"]
    assert leader.delete(f"/leader/views/{number}", headers=FROM_OUR_PAGE).json["views"] == []


def test_coverage_is_compared_with_the_stations_of_the_day(own_app):
    app = own_app()
    client = app.test_client()
    sign_in(client, "leader")
    before = client.get("/leader.json").json["figures"][0]
    assert (before["numerator"], before["change"]["difference"]) == (240, 0)
    with app.extensions[KEY].store.write() as conn:
        stations = layers.read_layer(conn, "stations")
        stations.loc[stations["station_code"] == "Z001", "status"] = "closed"
        layers.replace_layer(conn, "stations", stations)
    told = client.get("/leader.json").json
    after = told["figures"][0]
    assert after["numerator"] < 240 and after["change"]["numerator"] == 240
    assert after["change"]["kind"] == "worse" and after["change"]["way"] == "down"
    assert {above for _value, above, _below in told["trend"]["series"]["coverage"]} == {240}
