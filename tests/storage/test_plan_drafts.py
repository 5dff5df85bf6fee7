"""Drafts of plans: every edit is kept, undo and redo survive a restart, a stale edit learns who was first."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from gis_app.errors import BadInput, Conflict, Forbidden, NotFound
from gis_app.plans.state import State
from gis_app.storage import audit, tables
from gis_app.storage.people import insert_account
from gis_app.studio import drafts, editing, remarks, states
from gis_app.studio.model import StaleDraft
from tests.storage import plan_county as county

SPLIT = {"verb": "split_line", "grid": county.A1, "line": [[114.4015, 34.3995], [114.4015, 34.4025]]}
CUT = {"verb": "cut_block", "block": "B33", "line": [[114.4025, 34.40345], [114.4045, 34.40345]]}


@pytest.fixture
def filled(store):
    """Return a store with the county of four grids."""
    county.fill(store)
    return store


def transfer(block: str, to: str | None) -> dict:
    return {"verb": "transfer", "blocks": [block], "to": to}


def told(state: State) -> dict:
    return state.table().to_dict()


def test_a_draft_begins_as_the_plan_in_force(filled):
    draft_id = drafts.open_draft(filled, " 西社区  调整 ", "planner")
    draft = drafts.find_draft(filled, draft_id, "planner")
    assert (draft.name, draft.state, draft.version, draft.base_plan_id) == ("西社区 调整", "open", 1, 1)
    assert (draft.head_operation_id, draft.superseded, draft.may_edit) == (None, False, True)
    assert set(editing.draft_state(filled, draft_id).keys) == {county.A1, county.A2, county.B1, county.B2}


def test_a_county_without_a_plan_has_no_draft(store):
    with pytest.raises(Conflict) as refused:
        drafts.open_draft(store, "一", "planner")
    assert refused.value.code == "no_plan"


def test_undo_all_and_redo_all_survive_a_restart(filled, store_url, opened):
    draft_id = drafts.open_draft(filled, "一", "planner")
    steps = [SPLIT, CUT, transfer("B02", county.A2), {"verb": "rename", "grid": "n1", "name": "新网格"}]
    seen, version = [told(editing.draft_state(filled, draft_id))], 1
    for step in steps:
        version = editing.edit(filled, draft_id, version, step, "planner").version
        seen.append(told(editing.draft_state(filled, draft_id)))
    again = opened(store_url)
    for number in range(len(steps), 0, -1):
        done = editing.undo(again, draft_id, version, "planner")
        version = done.version
        assert (told(done.before), told(done.state)) == (seen[number], seen[number - 1])
    with pytest.raises(Conflict) as refused:
        editing.undo(again, draft_id, version, "planner")
    assert refused.value.code == "nothing_to_undo"
    third = opened(store_url)
    for number in range(1, len(steps) + 1):
        done = editing.redo(third, draft_id, version, "planner")
        version = done.version
        assert told(done.state) == seen[number]
    assert done.state.names[done.state.key_index["n1"]] == "新网格"
    with pytest.raises(Conflict):
        editing.redo(third, draft_id, version, "planner")


def test_an_edit_after_undo_begins_a_branch_and_loses_nothing(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    editing.edit(filled, draft_id, 1, transfer("B02", county.A2), "planner")
    editing.undo(filled, draft_id, 2, "planner")
    editing.edit(filled, draft_id, 3, transfer("B01", county.A2), "planner")
    assert [one.params["blocks"] for one in editing.history(filled, draft_id)] == [["B01"]]
    editing.undo(filled, draft_id, 4, "planner")
    redone = editing.redo(filled, draft_id, 5, "planner")
    assert redone.operation["blocks"] == ["B01"]
    with filled.read() as conn:
        count = select(func.count()).select_from(tables.plan_operations)
        assert conn.execute(count).scalar_one() == 2


def test_a_stale_edit_is_refused_and_told_who_was_first(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    share(filled, draft_id, "second", may_edit=True)
    editing.edit(filled, draft_id, 1, transfer("B02", county.A2), "second")
    with pytest.raises(StaleDraft) as refused:
        editing.edit(filled, draft_id, 1, transfer("B01", county.A2), "planner")
    assert refused.value.fields == {"version": "2", "by": "second", "changed": "transfer"}
    assert [one["actor"] for one in refused.value.data["changes"]] == ["second"]
    assert told(editing.draft_state(filled, draft_id))["B01"] == county.A1
    came = editing.changes_since(filled, draft_id, 1)
    assert [(one.version, one.what, one.verb, one.actor) for one in came] == [
        (2, "edit", "transfer", "second")
    ]


@pytest.mark.parametrize(
    "operation",
    [
        transfer("B99", county.A2),
        {"verb": "transfer", "blocks": [], "to": county.A2},
        {"verb": "merge", "grids": [county.A1, county.B1]},
        {"verb": "split_line", "grid": county.A1, "line": [[114.4, 34.4005], [114.4001, 34.4005]]},
        {"verb": "fly"},
        {},
    ],
)
def test_a_refused_operation_leaves_the_draft_as_it_was(filled, operation):
    draft_id = drafts.open_draft(filled, "一", "planner")
    before = told(editing.draft_state(filled, draft_id))
    with pytest.raises((BadInput, Conflict)) as refused:
        editing.edit(filled, draft_id, 1, operation, "planner")
    assert refused.value.fields
    assert drafts.find_draft(filled, draft_id, "planner").version == 1
    assert told(editing.draft_state(filled, draft_id)) == before


def test_only_owner_and_shares_see_a_draft_and_only_editors_change_it(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    share(filled, draft_id, "second", may_edit=False)
    with pytest.raises(NotFound):
        drafts.find_draft(filled, draft_id, "third")
    assert drafts.find_draft(filled, draft_id, "second").may_edit is False
    with pytest.raises(Forbidden):
        editing.edit(filled, draft_id, 1, transfer("B02", county.A2), "second")
    with pytest.raises(Forbidden):
        drafts.share_draft(filled, draft_id, "planner", True, "second")
    drafts.unshare_draft(filled, draft_id, "second", "planner")
    assert drafts.read_drafts(filled, "second") == []
    assert [one.draft_id for one in drafts.read_drafts(filled, "planner")] == [draft_id]


def test_an_edit_stays_in_the_scope_of_who_makes_it(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    with pytest.raises(Forbidden) as refused:
        editing.edit(filled, draft_id, 1, transfer("B02", county.A2), "planner", scope_code=county.EAST)
    assert refused.value.fields == {"blocks": "B02"}
    editing.edit(filled, draft_id, 1, transfer("B02", county.A2), "planner", scope_code=county.WEST)


def test_a_fork_has_the_edits_and_lives_on_its_own(filled):
    draft_id = drafts.open_draft(filled, "一", "planner", rules={"households": {"params": {"least": 200}}})
    editing.edit(filled, draft_id, 1, SPLIT, "planner")
    fork = drafts.fork_draft(filled, draft_id, "二", "planner")
    assert told(editing.draft_state(filled, fork)) == told(editing.draft_state(filled, draft_id))
    found = drafts.find_draft(filled, fork, "planner")
    assert (found.name, found.rules) == ("二", {"households": {"params": {"least": 200}}})
    editing.undo(filled, fork, found.version, "planner")
    assert drafts.find_draft(filled, draft_id, "planner").version == 2


@pytest.mark.parametrize(
    "rules",
    [{"flat": {}}, {"households": {"params": {"least": 600}}}, {"balance": {"params": {"share": "x"}}},
     {"households": 5}, {"households": {"soft": True}}],
)  # fmt: skip
def test_rules_that_are_none_are_refused(filled, rules):
    draft_id = drafts.open_draft(filled, "一", "planner")
    with pytest.raises(BadInput):
        drafts.set_rules(filled, draft_id, 1, rules, "planner")
    assert drafts.find_draft(filled, draft_id, "planner").version == 1


def test_snapshots_give_the_states_that_replaying_gives(filled, store_url, opened, monkeypatch):
    monkeypatch.setattr(states, "SNAPSHOT_EVERY", 1)
    draft_id = drafts.open_draft(filled, "一", "planner")
    editing.edit(filled, draft_id, 1, SPLIT, "planner")
    editing.edit(filled, draft_id, 2, CUT, "planner")
    after = editing.edit(filled, draft_id, 3, transfer("B33-1", county.B1), "planner").state
    again = editing.draft_state(opened(store_url), draft_id)
    assert told(again) == told(after)
    assert list(again.canvas.households) == list(after.canvas.households)


def test_a_remark_is_pinned_and_settled(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    number = remarks.add_remark(filled, draft_id, 114.4, 34.4, "这里有一条河", "planner")
    remarks.resolve_remark(filled, draft_id, number, "planner")
    (found,) = remarks.read_remarks(filled, draft_id)
    assert (found.text, found.resolved_by, found.resolved_at is None) == ("这里有一条河", "planner", False)
    for lon, text in ((200.0, "好"), (float("nan"), "好"), (114.4, " "), (114.4, "长" * 501)):
        with pytest.raises(BadInput):
            remarks.add_remark(filled, draft_id, lon, 34.4, text, "planner")
    with pytest.raises(NotFound):
        remarks.resolve_remark(filled, draft_id, number + 1, "planner")


def test_every_change_of_a_draft_is_in_the_trail(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    editing.edit(filled, draft_id, 1, transfer("B02", county.A2), "planner")
    editing.undo(filled, draft_id, 2, "planner")
    drafts.rename_draft(filled, draft_id, 3, "二", "planner")
    with filled.read() as conn:
        trail = audit.read_rows(conn, "plans:draft:changed")
        assert len(trail) == 3 and audit.verify(conn) is None


def share(store, draft_id: int, username: str, may_edit: bool) -> None:
    with store.write() as conn:
        insert_account(conn, county.account(username, "planner", ""))
    drafts.share_draft(store, draft_id, username, may_edit, "planner")
