"""The studio over HTTP: from a draft to a plan, comparison, files in and out, proposals."""
# ruff: noqa: F811

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from gis_app import clock
from tests.factory import GRIDS
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.studio import app, decide, draft, moved, send, state_of  # noqa: F401


def test_from_a_draft_to_the_plan_in_force(people, draft):
    planner, leader, today = people("planner"), people("leader"), clock.now().date()
    told = send(planner, f"{draft}/operations", moved(draft)).get_json()
    assert decide(planner, draft, "submit", told["version"]).status_code == 303
    assert decide(planner, draft, "approve", told["version"] + 1).status_code == 403
    page = leader.get(f"{draft}/decide").text
    assert 'id="approve-form"' in page and 'id="return-form"' in page
    assert decide(leader, draft, "approve", told["version"] + 1).status_code == 303
    version = told["version"] + 2
    unsure = decide(leader, draft, "publish", version, effective_on=today.isoformat())
    assert unsure.status_code == 400
    past = today - timedelta(days=1)
    late = decide(leader, draft, "publish", version, effective_on=past.isoformat(), sure="1")
    assert late.status_code == 400 and "日期" in late.text
    made = decide(leader, draft, "publish", version, effective_on=today.isoformat(), sure="1")
    assert made.status_code == 303, made.text
    plan = made.headers["Location"]
    assert "现行" in leader.get(plan).text
    grids = leader.get(f"{plan}/grids.geojson").get_json()["features"]
    assert len(grids) == 4
    served = {one["id"]: one for one in leader.get("/layers/blocks.geojson").get_json()["features"]}
    assert served["B00002"]["properties"]["grid_code"] == GRIDS[1]
    again = decide(leader, draft, "publish", version, effective_on=today.isoformat(), sure="1")
    assert again.status_code in (409, 412)


def test_a_leader_returns_a_draft_with_a_reason_and_it_can_be_edited_again(people, draft):
    planner, leader = people("planner"), people("leader")
    told = send(planner, f"{draft}/operations", moved(draft)).get_json()
    decide(planner, draft, "submit", told["version"])
    assert send(planner, f"{draft}/undo", version=told["version"] + 1).status_code in (403, 409)
    assert decide(leader, draft, "return", told["version"] + 1).status_code == 400
    assert decide(leader, draft, "return", told["version"] + 1, note="先问居委会").status_code == 303
    assert "先问居委会" in planner.get(f"{draft}/decide").text
    assert send(planner, f"{draft}/undo", version=told["version"] + 2).status_code == 200


def test_the_comparison_tells_moved_blocks_and_both_sides(people, draft):
    planner = people("planner")
    send(planner, f"{draft}/operations", moved(draft))
    told = planner.get(f"{draft}/compare.json").get_json()
    assert told["moved"] == [1]
    assert 1 in told["before"]["blocks"][GRIDS[0]] and 1 in told["after"]["blocks"][GRIDS[1]]
    assert "第一网格" in planner.get(f"{draft}/compare").text


@pytest.mark.parametrize("address", ["/plans/drafts/x", "/plans/drafts/99999999999", "/plans/x", "/plans/77"])
def test_what_is_not_there_is_404(people, address):
    assert people("planner").get(address).status_code == 404


def upload(client, draft: str, name: str, content: bytes, version: int = 1):
    return client.post(
        f"{draft}/import",
        data={"version": str(version), "file": (io.BytesIO(content), name)},
        headers=FROM_OUR_PAGE,
        content_type="multipart/form-data",
    )


def test_a_table_of_blocks_is_drawn_into_a_draft_and_strangers_in_it_are_listed(people, draft):
    planner = people("planner")
    told = f"block_code,grid_code\nB00002,{GRIDS[1]}\nB99999,{GRIDS[0]}\n".encode()
    answer = upload(planner, draft, "plan.csv", told)
    assert answer.status_code == 200, answer.text
    assert "B99999" in answer.text
    blocks = state_of(planner, draft)["blocks"]
    assert 1 in blocks[GRIDS[1]]


def test_a_draft_goes_out_as_a_layer_and_comes_back_the_same(people, draft):
    planner = people("planner")
    version = send(planner, f"{draft}/operations", moved(draft)).get_json()["version"]
    out = planner.get(f"{draft}/export?kind=geojson&crs=EPSG:4547")
    assert out.status_code == 200 and "attachment" in out.headers["Content-Disposition"]
    undone = send(planner, f"{draft}/undo", version=version).get_json()
    answer = upload(planner, draft, "plan.geojson", out.data, undone["version"])
    assert answer.status_code == 200, answer.text
    assert 1 in state_of(planner, draft)["blocks"][GRIDS[1]]


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp", "xlsx"])
def test_a_plan_goes_out_in_every_format(people, draft, kind):
    assert people("leader").get("/plans").status_code == 200
    answer = people("leader").get(f"/plans/1/export/{kind}?crs=EPSG:3857")
    assert answer.status_code == 200 and len(answer.data) > 300


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.exe", b"MZ"), ("plan.csv", b"\xff\xfe\x00"), ("plan.zip", b"PK\x03\x04"), ("", b"")],
)
def test_a_file_that_is_no_plan_is_refused_and_nothing_changes(people, draft, name, content):
    answer = upload(people("planner"), draft, name, content)
    assert answer.status_code == 400
    assert state_of(people("planner"), draft)["version"] == 1


@pytest.mark.parametrize("query", ["kind=dwg", "crs=EPSG:1", "crs=x", "crs=GCJ-02"])
def test_an_export_in_no_known_form_is_400(people, draft, query):
    assert people("planner").get(f"{draft}/export?{query}").status_code == 400


def approved(people, draft: str, version: int) -> int:
    """Take a draft to the leader's approval and return its version."""
    assert decide(people("planner"), draft, "submit", version).status_code == 303
    assert decide(people("leader"), draft, "approve", version + 1).status_code == 303
    return version + 2


def test_a_draft_on_a_superseded_base_is_offered_a_rebase_with_its_conflicts(people, draft):
    planner, today = people("planner"), clock.now().date().isoformat()
    other = planner.post("/plans/drafts", data={"name": "另一个"}, headers=FROM_OUR_PAGE).headers["Location"]
    assert send(planner, f"{other}/operations", {"verb": "transfer", "blocks": ["B00004"], "to": GRIDS[3]})
    first = approved(people, draft, send(planner, f"{draft}/operations", moved(draft)).get_json()["version"])
    made = decide(people("leader"), draft, "publish", first, effective_on=today, sure="1")
    assert made.status_code == 303, made.text
    assert decide(planner, other, "submit", 2).status_code == 409
    assert "先改到新方案上" in planner.get(f"{other}/decide").text
    looked = decide(planner, other, "rebase", 2)
    assert looked.status_code == 200 and "1 步可以照做，0 步有冲突" in looked.text
    assert decide(planner, other, "rebase", 2, commit="1").status_code == 303
    told = state_of(planner, other)
    assert 1 in told["blocks"][GRIDS[1]] and 3 in told["blocks"][GRIDS[3]]


def test_a_plan_for_a_later_day_waits_and_the_old_one_serves(people, draft):
    planner, leader = people("planner"), people("leader")
    version = send(planner, f"{draft}/operations", moved(draft)).get_json()["version"]
    later = (clock.now().date() + timedelta(days=3)).isoformat()
    made = decide(leader, draft, "publish", approved(people, draft, version), effective_on=later, sure="1")
    assert made.status_code == 303, made.text
    assert "待生效" in leader.get(made.headers["Location"]).text
    served = {one["id"]: one for one in leader.get("/layers/blocks.geojson").get_json()["features"]}
    assert served["B00002"]["properties"]["grid_code"] == GRIDS[0]


def test_one_communitys_proposal_answers_at_once_and_several_are_refused(people, draft):
    planner = people("planner")
    told = send(planner, f"{draft}/proposals/live", {"communities": [GRIDS[0][:12]]}, None)
    assert told.status_code == 200, told.text
    one = told.get_json()["communities"][0]
    assert one["community"] == GRIDS[0][:12] and (one["candidates"] or one["reason"]["remedy"])
    both = {"communities": [GRIDS[0][:12], GRIDS[2][:12]]}
    for bad in (both, {}, {"communities": ["x"]}, {"communities": [GRIDS[0][:12]], "goal": "magic"}):
        assert send(planner, f"{draft}/proposals/live", bad, None).status_code == 400
