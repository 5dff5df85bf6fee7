"""Somebody is appointed to a post over the wire: permission, term, history, undoing, what the map says."""

from __future__ import annotations

from datetime import datetime

import pytest

from gis_app import clock
from gis_app.storage import audit
from gis_app.storage.appointments import HOLDER_TAG
from gis_app.web.services import KEY
from tests.conftest import FROM_OUR_PAGE
from tests.factory import COMMUNITIES, GRIDS

JSON = FROM_OUR_PAGE | {"Accept": "application/json"}
TODAY = "2024-04-29"
HOLDERS = "/assignments/posts/holders"
NEW = {
    "role": "grid_worker",
    "area_code": GRIDS[1],
    "holder_name": "钱九",
    "holder_phone": "138****0009",
    "term_from": TODAY,
    "term_to": "2026-04-28",
}


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county, in April 2024."""
    with clock.frozen(datetime(2024, 4, 29, 10, tzinfo=clock.ZONE)):
        yield own_app()


def send(client, address: str, **data):
    return client.post(address, data=data, headers=JSON)


def page_of(client, area: str = GRIDS[1]) -> str:
    return client.get(f"/assignments/posts?post=grid_worker:{area}").get_data(as_text=True)


def holder(client, area: str = GRIDS[1]) -> str:
    """Return who answers for an area as the map tells it."""
    chain = client.get(f"/areas/{area}.json").get_json()["chain"]
    worker = next(link for link in chain if link["role"] == "grid_worker")
    return "" if worker["vacant"] else worker["holder_name"]


def code_of(answer) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].split("made=")[1].split("#")[0]


def test_a_vacant_post_is_filled_seen_on_the_map_and_undone(app, people):
    client = people("planner")
    assert holder(client) == ""
    code = code_of(send(client, HOLDERS, **NEW))
    assert holder(client) == "钱九"
    text = client.get(f"/assignments/posts?post=grid_worker:{GRIDS[1]}&made={code}").get_data(as_text=True)
    assert "任职沿革" in text and "钱九" in text and "撤销任命" in text
    assert send(client, f"{HOLDERS}/undo", assignment_code=code, area_code=GRIDS[1]).status_code == 303
    assert holder(client) == "" and "钱九" not in page_of(client)
    assert send(client, f"{HOLDERS}/undo", assignment_code=code, area_code=GRIDS[1]).status_code == 404
    with app.extensions[KEY].store.read() as conn:
        assert [row.subject for row in audit.read_rows(conn, HOLDER_TAG)] == [GRIDS[1], GRIDS[1]]
        assert audit.verify(conn) is None


def test_whoever_held_it_ends_the_day_before_and_comes_back_with_the_undoing(people):
    client, area = people("dispatcher"), GRIDS[0]
    before = holder(client, area)
    assert before
    code = code_of(send(client, HOLDERS, **(NEW | {"area_code": area})))
    assert holder(client, area) == "钱九"
    assert f"{before}</strong>" in page_of(client, area) and "– 2024-04-28" in page_of(client, area)
    assert send(client, HOLDERS, **(NEW | {"area_code": area})).status_code == 409
    assert send(client, f"{HOLDERS}/undo", assignment_code=code, area_code=area).status_code == 303
    assert holder(client, area) == before and "– 2024-04-28" not in page_of(client, area)


def test_a_substitute_ends_with_the_appointment_and_runs_again_without_it(people):
    client = people("planner")
    asked = {"role": "grid_worker", "area_code": GRIDS[1], "by": f"grid_worker:{GRIDS[0]}"}
    terms = {"term_from": "2024-04-01", "term_to": "2024-12-31"}
    assert send(client, "/assignments/posts/substitutes", **asked, **terms).status_code == 303
    code = code_of(send(client, HOLDERS, **NEW))
    assert "2024-04-01 至 2024-04-28" in page_of(client)
    assert send(client, f"{HOLDERS}/undo", assignment_code=code, area_code=GRIDS[1]).status_code == 303
    assert "2024-04-01 至 2024-12-31" in page_of(client)


def test_one_may_appoint_ahead_and_until_then_nothing_changes(people):
    client, area = people("planner"), GRIDS[0]
    before = holder(client, area)
    code_of(send(client, HOLDERS, **(NEW | {"area_code": area, "term_from": "2024-06-01"})))
    assert holder(client, area) == before and "未到任" in page_of(client, area)
    assert send(client, HOLDERS, **(NEW | {"area_code": area})).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"holder_name": " "}, {"holder_name": "名" * 41}, {"holder_name": "a\x00b"},
        {"holder_phone": "call me"}, {"holder_phone": "1" * 33}, {"term_from": ""}, {"term_to": ""},
        {"term_to": "2024-04-01"},
        {"term_from": "2024-02-30"}, {"role": "king"}, {"role": "zone"}, {"area_code": "999"},
        {"area_code": ""},
        {"role": "paired_organisation", "area_code": COMMUNITIES[0], "organisation_code": "NOBODY"},
    ],
)  # fmt: skip
def test_a_wrong_appointment_is_refused_by_field_and_changes_nothing(people, wrong):
    client = people("planner")
    answer = send(client, HOLDERS, **(NEW | wrong))
    assert answer.status_code == 400 and answer.get_json()["error"]["fields"]
    assert holder(client) == ""


def test_only_the_office_that_may_change_posts_appoints(people):
    for role in ("leader", "grid_worker", "inspector", "handler"):
        assert send(people(role), HOLDERS, **NEW).status_code == 403
    assert "任命或代理" not in people("leader").get("/assignments/posts").get_data(as_text=True)
