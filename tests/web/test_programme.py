"""Ratings and programme over the wire: teams, versions, verdicts, demands without names, map layers."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pandas as pd
import pytest
from openpyxl import load_workbook
from werkzeug.datastructures import MultiDict

from gis_app import clock
from gis_app.storage import programme, ratings
from gis_app.web.services import KEY
from tests.conftest import FROM_OUR_PAGE
from tests.factory import COMMUNITIES, GRIDS

HOME = f"/ratings/{COMMUNITIES[0]}"
JSON = FROM_OUR_PAGE | {"Accept": "application/json"}
DEMAND = {"title": "希望河边增设座椅", "category": "facilities", "area_code": GRIDS[0], "supporters": "5"}
PROJECT = {"name": "银龄助餐", "category": "elderly", "area_code": COMMUNITIES[0], "state": "open"}
ACTIVITY = {"name": "义诊", "category": "health", "area_code": GRIDS[0], "held_on": "2024-04-20"}
NOW = datetime(2024, 4, 29, 10, tzinfo=clock.ZONE)


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county that the test may change, in April 2024."""
    with clock.frozen(NOW):
        yield own_app()


def post(client, address: str, data=None, headers=FROM_OUR_PAGE, **more):
    return client.post(address, data={**(data or {}), **more}, headers=headers)


def score(client, month: str, value="90", star="safety", version=0):
    data = {"star": star, "month": month, "score": value}
    return post(client, f"{HOME}/scores", data, JSON, version=version)


def test_the_form_of_scores_changes_any_star_and_month_without_a_script(app, people):
    inspector = people("inspector")
    month = re.findall(r"<option[^>]*>(\d{4}-\d{2})</option>", inspector.get(HOME).text)[0]
    for value in ("71", "72"):
        page = inspector.get(HOME).text
        form = page[page.index(f'action="{HOME}/scores"') :].partition("</form>")[0]
        hidden = re.findall(r'type="hidden" name="(versions?)" value="([^"]*)"', form)
        data = MultiDict([*hidden, ("star", "safety"), ("month", month), ("score", value)])
        assert inspector.post(f"{HOME}/scores", data=data, headers=FROM_OUR_PAGE).status_code == 303
    assert any(line == ("versions", f"safety {month} 1") for line in hidden)


def in_store(app, read):
    with app.extensions[KEY].store.read() as conn:
        return read(conn)


def test_three_months_make_a_verdict_and_every_version_is_kept(app, people):
    inspector, leader = people("inspector"), people("leader")
    given = {"star": "safety", "quarter": "2024-Q1", "verdict": "awarded", "reasons": "隐患按期整改"}
    for month in ("2024-01", "2024-02"):
        assert score(inspector, month).status_code == 303
    assert post(leader, f"{HOME}/verdicts", given, JSON, version=0).status_code == 400
    assert score(inspector, "2024-03").status_code == 303
    assert score(inspector, "2024-03", "88.5", version=0).status_code == 412
    assert score(inspector, "2024-03", "88.5", version=1).status_code == 303
    assert post(leader, f"{HOME}/verdicts", given, JSON).status_code == 428
    assert post(leader, f"{HOME}/verdicts", given | {"reasons": ""}, JSON, version=0).status_code == 400
    assert post(leader, f"{HOME}/verdicts", given, JSON, version=0).status_code == 303
    changed = given | {"verdict": "revoked", "reasons": "发生安全事故"}
    assert post(leader, f"{HOME}/verdicts", changed, JSON, version=1).status_code == 303
    history = in_store(app, lambda conn: ratings.read_verdicts(conn, history=True))
    assert history["verdict"].tolist() == ["awarded", "revoked"]
    assert in_store(app, lambda conn: ratings.read_ratings(conn, history=True))["score"].tolist()[-2:] == [
        90,
        88.5,
    ]
    page = leader.get(HOME).get_data(as_text=True)
    assert "隐患按期整改" in page and 'class="replaced"' in page


def test_a_task_team_scores_its_own_star_only(app, people):
    with app.extensions[KEY].store.write() as conn:
        teams = pd.DataFrame({"star": ["safety"], "organisation_code": ["ORG001"], "position": [1]})
        ratings.replace_ratings(conn, "star_teams", teams)
    handler = people("handler")
    assert score(handler, "2024-03", star="civility").status_code == 403
    assert score(handler, "2024-03").status_code == 303
    assert score(people("grid_worker"), "2024-03").status_code == 403
    assert score(people("inspector"), "2024-05").status_code == 400


@pytest.mark.parametrize(
    "words",
    [
        {"title": "请打13812345678"},
        {"title": "请打１３８-１２３４-５６７８"},
        {"description": "身份证410222199001011234"},
        {"description": "联系人：张三"},
    ],
)
def test_a_demand_that_names_somebody_is_refused_and_not_kept(app, people, words):
    answer = post(people("grid_worker"), "/programme/demands", DEMAND | words, JSON)
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert error["code"].startswith("personal_") and "不登记个人信息" in error["message"]
    assert len(in_store(app, lambda conn: programme.read_programme(conn, "demands"))) == 0


def test_a_demand_becomes_a_project_that_organisations_adopt(app, people):
    dispatcher, worker = people("dispatcher"), people("grid_worker")
    assert post(worker, "/programme/demands", DEMAND).status_code == 303
    assert post(worker, "/programme/projects", PROJECT, JSON).status_code == 403
    made = post(dispatcher, "/programme/projects", PROJECT)
    assert made.status_code == 303
    address = made.headers["Location"]
    code = address.rpartition("/")[2]
    assert code == "GY2024-001"
    assert post(worker, "/programme/demands/1/list", None, JSON, version=1).status_code == 403
    assert post(dispatcher, "/programme/demands/1/adopt", None, JSON, version=1).status_code == 409
    assert post(dispatcher, "/programme/demands/1/list", None, JSON).status_code == 428
    assert post(dispatcher, "/programme/demands/1/list", None, JSON, version=1).status_code == 303
    assert post(dispatcher, "/programme/demands/1/list", None, JSON, version=1).status_code == 409
    assert (
        post(dispatcher, "/programme/demands/1/adopt", {"project_code": "X"}, JSON, version=2).status_code
        == 400
    )
    assert (
        post(dispatcher, "/programme/demands/1/adopt", {"project_code": code}, JSON, version=2).status_code
        == 303
    )
    handler = people("handler")
    assert post(handler, f"{address}/adopt", {"organisation_code": "ORG002"}, JSON).status_code == 403
    assert post(handler, f"{address}/adopt", {"organisation_code": "ORG001"}, JSON).status_code == 303
    assert post(handler, f"{address}/adopt", {"organisation_code": "ORG001"}, JSON).status_code == 409
    row = in_store(app, lambda conn: programme.find_programme(conn, "projects", code))
    assert row.state == "adopted"
    assert post(handler, f"{address}/release", {"organisation_code": "ORG001"}, JSON).status_code == 303
    assert in_store(app, lambda conn: programme.find_programme(conn, "projects", code)).state == "open"
    assert post(dispatcher, address, PROJECT, JSON, version=1).status_code == 412


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("demands", DEMAND | {"lon": "0", "lat": "0"}),
        ("demands", DEMAND | {"area_code": COMMUNITIES[1]}),
        ("activities", ACTIVITY | {"held_on": "2024-05-01"}),
        ("activities", ACTIVITY | {"participants": "-3"}),
        ("activities", {}),
    ],
)
def test_bad_input_changes_nothing(app, people, name, data):
    assert post(people("grid_worker"), f"/programme/{name}", data, JSON).status_code == 400
    assert len(in_store(app, lambda conn: programme.read_programme(conn, name))) == 0


def test_the_map_shows_stars_and_places_with_tags_that_follow_changes(people):
    leader, inspector = people("leader"), people("inspector")
    address = "/overlays/ratings.geojson?geometry=none"
    first = leader.get(address)
    assert {one["properties"]["no_data"] for one in first.get_json()["features"]} == {True}
    tag = {"If-None-Match": first.headers["ETag"]}
    assert leader.get(address, headers=tag).status_code == 304
    for month in ("2024-01", "2024-02", "2024-03"):
        score(inspector, month)
    given = {"star": "safety", "quarter": "2024-Q1", "verdict": "awarded", "reasons": "达标"}
    post(leader, f"{HOME}/verdicts", given, version=0)
    second = leader.get(address, headers=tag)
    assert second.status_code == 200
    stars = {one["id"]: one["properties"]["stars"] for one in second.get_json()["features"]}
    assert stars == {COMMUNITIES[0]: 1, COMMUNITIES[1]: 0}
    assert leader.get(f"/areas/{COMMUNITIES[0]}.json").get_json()["stars"]["held"] == 1
    assert leader.get(f"/areas/{COMMUNITIES[1]}.json").get_json()["stars"] is None
    post(people("grid_worker"), "/programme/demands", DEMAND)
    places = leader.get("/overlays/programme.geojson?what=demands").get_json()
    assert places["total"] == 1 and places["features"][0]["geometry"]["type"] == "Point"
    assert "by" not in places["features"][0]["properties"]
    for bad in ("what=people", "category=x", "state=x", "colour=1", "what=activities&state=open"):
        assert leader.get(f"/overlays/programme.geojson?{bad}").status_code == 400


@pytest.mark.parametrize("name", ["demands", "projects", "activities"])
def test_lists_filter_and_are_taken_as_workbooks_without_formulas(people, name):
    entry = {
        "demands": DEMAND | {"title": "=cmd()"},
        "projects": PROJECT | {"name": "=cmd()"},
        "activities": ACTIVITY | {"name": "=cmd()"},
    }
    dispatcher = people("dispatcher")
    assert post(dispatcher, f"/programme/{name}", entry[name]).status_code == 303
    page = dispatcher.get(f"/programme/{name}?q=cmd&area={COMMUNITIES[0]}").get_data(as_text=True)
    assert len(re.findall(r'<tr id="row-', page)) == 1
    assert 'id="row-' not in dispatcher.get(f"/programme/{name}?category=skills").get_data(as_text=True)
    assert dispatcher.get(f"/programme/{name}?category=x").status_code == 400
    sheet = load_workbook(io.BytesIO(dispatcher.get(f"/programme/{name}.xlsx").data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert "'=cmd()" in [cell.value for cell in cells] and all(cell.data_type != "f" for cell in cells)
    assert people("grid_worker").get(f"/programme/{name}.xlsx").status_code == 403
