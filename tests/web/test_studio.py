"""The studio over HTTP: edits by version, refusals with place and remedy, the way from a draft to a plan."""
# ruff: noqa: F811

from __future__ import annotations

import pytest

from gis_app.plans.faults import WORDS
from gis_app.web.studio_rule_words import RULE_WORDS
from tests.factory import GRIDS
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.studio import app, draft, moved, send, state_of  # noqa: F401


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


def test_the_rules_are_told_with_the_sentences_of_the_plans_room(app):
    with app.test_request_context("/"):
        assert {rule: tuple(map(str, words)) for rule, words in RULE_WORDS.items()} == WORDS


def test_a_live_proposal_tells_why_it_asks_for_another_number_of_grids(people, draft):
    planner = people("planner")
    told = state_of(planner, draft)
    community = told["grids"][0]["community"]
    grids = [row for row in told["grids"] if row["community"] == community]
    homes = sum(row["households"] for row in grids)
    assert len(grids) > 1
    asked = {"communities": [community], "band": [homes, homes]}
    [answer] = send(planner, f"{draft}/proposals/live", asked, None).get_json()["communities"]
    assert answer["grids"] == 1 and answer["candidates"][0]["in_band"]
    assert answer["reason"]["code"] == "count" and "1" in answer["reason"]["remedy"]
