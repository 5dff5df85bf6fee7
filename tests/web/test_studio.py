"""The studio over HTTP: edits by version, refusals with place and remedy, the way from a draft to a plan."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from gis_app import clock
from gis_app.plans.faults import WORDS
from gis_app.web.studio_rule_words import RULE_WORDS
from tests.factory import GRIDS
from tests.web.conftest import FROM_OUR_PAGE


@pytest.fixture
def app(own_app):
    """Return an application whose county may change."""
    return own_app()


@pytest.fixture
def draft(people) -> str:
    """Return the address of a new draft of the planner's."""
    answer = people("planner").post("/plans/drafts", data={"name": "春季调整"}, headers=FROM_OUR_PAGE)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def send(client, address: str, told: dict | None = None, version: int | str | None = 1):
    headers = FROM_OUR_PAGE | {"Accept": "application/json"}
    headers |= {} if version is None else {"If-Match": f'"{version}"'}
    return client.post(address, json=told or {}, headers=headers)


def state_of(client, draft: str) -> dict:
    answer = client.get(f"{draft}.json")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def moved(draft: str) -> dict:
    """Return the transfer of the second block of the first grid to the grid south of it."""
    return {"verb": "transfer", "blocks": ["B00002"], "to": GRIDS[1]}


def test_a_new_draft_is_listed_and_holds_the_plan_in_force(people, draft):
    planner = people("planner")
    assert "春季调整" in planner.get("/plans").text
    told = state_of(planner, draft)
    assert {row["key"] for row in told["grids"]} == set(GRIDS)
    assert sorted(block for blocks in told["blocks"].values() for block in blocks) == list(range(8))
    assert told["history"] == {"can_undo": False, "can_redo": False, "list": []}


def test_blocks_and_arcs_are_sent_once_per_canvas(people, draft):
    planner = people("planner")
    blocks = planner.get(f"{draft}/blocks.json")
    told = blocks.get_json()
    assert len(told["codes"]) == len(told["rings"]) == len(told["centres"]) == 8
    arcs = planner.get(f"{draft}/arcs.json").get_json()
    assert {-1, *range(8)} == {*arcs["left"], *arcs["right"]}
    again = planner.get(f"{draft}/blocks.json", headers={"If-None-Match": blocks.headers["ETag"]})
    assert again.status_code == 304
    edited = send(planner, f"{draft}/operations", moved(draft)).get_json()
    assert edited["canvas"] == told["tag"]


def test_an_edit_answers_with_what_changed_and_can_be_undone_and_done_again(people, draft):
    planner = people("planner")
    before = state_of(planner, draft)
    told = send(planner, f"{draft}/operations", moved(draft), before["version"]).get_json()
    assert told["blocks"] == {GRIDS[1]: [1]}
    rows = {row["key"]: row for row in told["grids"]}
    was = {row["key"]: row for row in before["grids"]}
    home = was[GRIDS[0]]["households"] - rows[GRIDS[0]]["households"]
    assert home > 0 and rows[GRIDS[1]]["households"] == was[GRIDS[1]]["households"] + home
    assert rows[GRIDS[1]]["was"]["households"] == was[GRIDS[1]]["households"]
    assert told["history"]["can_undo"]
    undone = send(planner, f"{draft}/undo", version=told["version"]).get_json()
    assert undone["blocks"] == {GRIDS[0]: [1]} and undone["history"]["can_redo"]
    redone = send(planner, f"{draft}/redo", version=undone["version"]).get_json()
    assert redone["blocks"] == {GRIDS[1]: [1]}
    assert state_of(planner, draft)["version"] == redone["version"]


def test_an_edit_without_a_version_is_428_and_a_stale_one_412_and_nothing_changes(people, draft):
    planner = people("planner")
    assert send(planner, f"{draft}/operations", moved(draft), None).status_code == 428
    first = send(planner, f"{draft}/operations", moved(draft))
    assert first.status_code == 200
    other = {"verb": "transfer", "blocks": ["B00003"], "to": GRIDS[3]}
    stale = send(planner, f"{draft}/operations", other)
    assert stale.status_code == 412
    assert state_of(planner, draft)["version"] == first.get_json()["version"]
    told = planner.get(f"{draft}/changes.json?since=1").get_json()
    assert told["version"] == 2 and told["who"] == "planner" and told["words"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"verb": "transfer", "blocks": [], "to": GRIDS[0]}, "blocks"),
        ({"verb": "transfer", "blocks": ["B00003"], "to": GRIDS[0]}, "blocks"),
        ({"verb": "merge", "grids": [GRIDS[0], GRIDS[2]]}, "grids"),
        ({"verb": "split_line", "grid": GRIDS[0], "line": [[1, 1], [2, 2]]}, "line"),
        ({"verb": "fly", "blocks": ["B00001"]}, "verb"),
        ({"verb": "cut_block", "block": "nowhere", "line": [[1, 1], [2, 2]]}, "block"),
    ],
)
def test_an_operation_that_cannot_be_done_is_refused_with_its_remedy(people, draft, told, field):
    answer = send(people("planner"), f"{draft}/operations", told)
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert error["fields"][field] and error["message"]
    assert state_of(people("planner"), draft)["version"] == 1


def test_the_faults_of_a_large_county_are_told_by_themselves(people, draft, monkeypatch):
    planner = people("planner")
    at_once = state_of(planner, draft)["faults"]
    monkeypatch.setattr("gis_app.web.studio_state.AT_ONCE", 7)
    assert state_of(planner, draft)["faults"] is None
    assert planner.get(f"{draft}/faults.json").get_json() == {"version": 1, "faults": at_once}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"verb": NaN}', b"\xff", b'"x"'])
def test_a_body_that_is_no_object_is_refused(people, draft, body):
    answer = people("planner").post(
        f"{draft}/operations",
        data=body,
        headers=FROM_OUR_PAGE | {"If-Match": '"1"', "Content-Type": "application/json"},
    )
    assert answer.status_code == 400


def test_a_community_border_needs_a_permission_of_its_own(people, draft):
    told = {"verb": "move_community", "blocks": ["B00002"], "to": GRIDS[2][:12]}
    assert send(people("planner"), f"{draft}/operations", told).status_code == 403


def test_a_draft_is_nobody_elses_until_it_is_shared(people, draft):
    other = people("administrator")
    mine = other.post("/plans/drafts", data={"name": "别的"}, headers=FROM_OUR_PAGE).headers["Location"]
    assert people("planner").get(mine).status_code == 404
    assert people("planner").get(f"{mine}.json").status_code == 404
    shared = other.post(f"{mine}/shares", data={"username": "planner", "may": "look"}, headers=FROM_OUR_PAGE)
    assert shared.status_code == 303, shared.text
    assert people("planner").get(f"{mine}.json").get_json()["may_edit"] is False
    assert send(people("planner"), f"{mine}/operations", moved(mine)).status_code == 403
    other.post(f"{mine}/shares", data={"username": "planner", "may": "edit"}, headers=FROM_OUR_PAGE)
    assert send(people("planner"), f"{mine}/operations", moved(mine)).status_code == 200


def test_remarks_are_pinned_settled_and_refused_without_a_place(people, draft):
    planner = people("planner")
    told = send(planner, f"{draft}/remarks", {"lon": 114.5, "lat": 34.5, "text": "这里有围墙"}, None)
    remark = told.get_json()["remarks"][0]
    assert remark["text"] == "这里有围墙" and not remark["resolved"]
    settled = send(planner, f"{draft}/remarks/{remark['id']}", {"resolved": True}, None).get_json()
    assert settled["remarks"][0]["resolved"]
    assert send(planner, f"{draft}/remarks", {"lon": "x", "lat": 1, "text": "a"}, None).status_code == 400
    assert send(planner, f"{draft}/remarks", {"lon": 1, "lat": 1, "text": ""}, None).status_code == 400


def test_rules_are_set_and_a_number_out_of_range_is_named(people, draft):
    planner = people("planner")
    page = planner.get(f"{draft}/settings").text
    assert 'name="households.least"' in page
    form = {
        "version": "1", "households.least": "1", "households.most": "900", "balance.share": "0.5",
        "compactness.least": "0.1", "preferred_borders.share": "0", "moved.most": "1000",
    }  # fmt: skip
    kept = planner.post(f"{draft}/rules", data=form, headers=FROM_OUR_PAGE)
    assert kept.status_code == 303, kept.text
    assert state_of(planner, draft)["band"] == [1, 900]
    bad = form | {"version": "2", "compactness.least": "7"}
    refused = planner.post(f"{draft}/rules", data=bad, headers=FROM_OUR_PAGE)
    assert refused.status_code == 400 and "0 到 1" in refused.text


def decide(client, draft: str, step: str, version: int, **form):
    return client.post(f"{draft}/{step}", data={"version": str(version), **form}, headers=FROM_OUR_PAGE)


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


def test_the_rules_are_told_with_the_sentences_of_the_plans_room(app):
    with app.test_request_context("/"):
        assert {rule: tuple(map(str, words)) for rule, words in RULE_WORDS.items()} == WORDS


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
