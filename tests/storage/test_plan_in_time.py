"""A plan for a later day: the old one serves until its moment, the new one from then on, whoever looks."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gis_app import clock
from gis_app.errors import BadInput, Conflict
from gis_app.incidents.incident import HistoryRow, Incident, Step
from gis_app.storage import incidents, plans
from gis_app.storage.layers import read_layer, replace_layer
from gis_app.studio import drafts, editing, past, publish
from gis_app.studio.model import StaleDraft
from gis_app.web.current import Snapshots
from tests.storage import plan_county as county
from tests.storage.test_plan_publish import (
    CUT,
    MERGE,
    NEW,
    NOON,
    SPLIT,
    approved,
    filled,
    published,
    states_of,
)

__all__ = ["filled"]
ROOT = Path(__file__).resolve().parents[2]
MIDNIGHT = datetime(2026, 3, 12, tzinfo=clock.ZONE)
READ = """
import sys, json
from datetime import datetime
from gis_app import clock
from gis_app.storage.engine import open_store
from gis_app.web.current import Snapshots
clock.use(lambda: datetime.fromisoformat(sys.argv[2]))
store = open_store(sys.argv[1])
found = Snapshots(store).newest()
print(json.dumps([found.plan_id, sorted(found.atlas.grids["grid_code"])]))
store.dispose()
"""


def test_the_old_plan_serves_until_the_moment_and_the_new_one_from_it_on(filled):
    snapshots = Snapshots(filled)
    done = published(filled, SPLIT, day="2026-03-12")
    assert (done.state, done.effective_from) == ("scheduled", MIDNIGHT)
    served = {}
    for at in (MIDNIGHT - timedelta(microseconds=1), MIDNIGHT):
        with clock.frozen(at):
            found = snapshots.newest()
            served[at] = (found.plan_id, NEW in set(found.atlas.grids["grid_code"]))
    assert list(served.values()) == [(1, False), (2, True)]
    assert states_of(filled) == {2: "published", 1: "superseded"}
    assert drafts.find_draft(filled, 1, "planner").state == "published"
    assert past.plan_in_force(filled, MIDNIGHT - timedelta(seconds=1)) == 1
    assert past.plan_in_force(filled, MIDNIGHT) == 2


def test_who_has_the_revision_at_hand_is_not_served_the_plan_before(filled):
    """No statement tells of it: the snapshot itself knows when it is over."""
    snapshots = Snapshots(filled)
    published(filled, SPLIT, day="2026-03-12")
    before = snapshots.newest()
    with clock.frozen(MIDNIGHT + timedelta(seconds=1)):
        after = snapshots.at(before.revision)
    assert (before.plan_id, after.plan_id) == (1, 2) and after.revision > before.revision
    assert after.tag != before.tag


def test_the_first_reader_in_any_process_lets_it_take_effect_once(filled, store_url):
    published(filled, SPLIT, MERGE, day="2026-03-12")
    at = (MIDNIGHT + timedelta(hours=3)).isoformat()
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, store_url, at], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    answers = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    assert answers == [[2, [county.A1, county.A2, NEW, county.B1]]] * 3
    with filled.read() as conn:
        steps = incidents.history(conn, "TX2023-000002")
    assert [step.verb for step in steps] == ["hand_over"]
    plan = past.find_plan(filled, 2)
    assert plan.effective_from == MIDNIGHT == past.find_plan(filled, 1).effective_to


def test_what_hangs_on_grids_is_carried_over_at_the_moment_and_not_before(filled):
    published(filled, SPLIT, day="2026-03-12")
    assert len(past.hand_overs(filled, 2)) == 0
    with clock.frozen(MIDNIGHT):
        assert publish.activate_due(filled) == [2]
        assert publish.activate_due(filled) == []
    assert set(past.hand_overs(filled, 2)["kind"]) == {"post", "members", "incident"}


def test_a_cut_of_a_scheduled_plan_touches_no_block_before_its_moment(filled):
    published(filled, CUT, {"verb": "transfer", "blocks": ["B23-2"], "to": county.B1}, day="2026-03-12")
    with filled.read() as conn:
        assert "B23" in set(read_layer(conn, "blocks")["block_code"])
    assert {"B23-1", "B23-2"} <= set(past.plan_layers(filled, 2)["blocks"]["block_code"])
    with clock.frozen(MIDNIGHT):
        publish.activate_due(filled)
    with filled.read() as conn:
        assert "B23" not in set(read_layer(conn, "blocks")["block_code"])
    assert "B23" in set(past.plan_layers(filled, 1)["blocks"]["block_code"])


def test_plans_follow_each_other_in_one_line(filled):
    draft_id, version = approved(filled, SPLIT)
    other, version_of_other = approved(filled, MERGE)
    publish.publish(filled, draft_id, version, "2026-03-12", "leader")
    with pytest.raises(Conflict) as refused:
        publish.publish(filled, other, version_of_other, "2026-03-11", "leader")
    assert refused.value.code == "plan_scheduled" and refused.value.fields["last_plan_id"] == "2"
    third, version = approved(filled, MERGE, name="三")
    assert drafts.find_draft(filled, third, "planner").base_plan_id == 2
    for day in ("2026-03-11", "2026-03-12"):
        with pytest.raises(BadInput) as refused:
            publish.publish(filled, third, version, day, "leader")
        assert refused.value.code == "day_before_base"
    publish.publish(filled, third, version, "2026-03-20", "leader")
    with clock.frozen(MIDNIGHT + timedelta(days=30)):
        assert publish.activate_due(filled) == [2, 3]
        assert past.plan_in_force(filled, MIDNIGHT + timedelta(days=7)) == 2
    assert states_of(filled) == {3: "published", 2: "superseded", 1: "superseded"}


def test_a_scheduled_plan_can_be_withdrawn_until_its_moment(filled):
    done = published(filled, SPLIT, day="2026-03-12")
    version = publish.withdraw(filled, 1, done.version, "leader", "改期")
    assert states_of(filled) == {2: "withdrawn", 1: "published"}
    with clock.frozen(MIDNIGHT + timedelta(days=1)):
        assert publish.activate_due(filled) == []
        assert Snapshots(filled).newest().plan_id == 1
    with pytest.raises(Conflict):
        publish.withdraw(filled, 1, version, "leader")
    again = published(filled, SPLIT, day="2026-03-12")
    assert again.codes["n1"] == f"{county.WEST}004"  # the code of the withdrawn plan was given once


def test_a_published_draft_cannot_be_withdrawn_or_edited(filled):
    done = published(filled, SPLIT)
    with pytest.raises(Conflict) as refused:
        publish.withdraw(filled, 1, done.version, "leader")
    assert refused.value.code == "draft_is_published"
    with pytest.raises(Conflict) as refused:
        editing.edit(filled, 1, done.version, MERGE, "planner")
    assert refused.value.code == "plan_draft_is_closed"


def test_an_import_does_not_slip_under_a_plan_that_waits(filled):
    published(filled, SPLIT, day="2026-03-12")
    for name in ("grids", "blocks"):
        with pytest.raises(Conflict) as refused, filled.write() as conn:
            replace_layer(conn, name, county.layers()[name])
        assert refused.value.code == "plan_scheduled"
    with filled.write() as conn:
        replace_layer(conn, "buildings", county.layers()["buildings"].iloc[1:])
    with clock.frozen(MIDNIGHT):
        assert publish.activate_due(filled) == [2]


def test_of_two_drafts_published_at_once_one_wins_and_the_other_is_told(filled):
    waiting = [approved(filled, SPLIT, name="一"), approved(filled, MERGE, name="二")]
    start, answers = threading.Barrier(2), []

    def go(draft_id: int, version: int) -> None:
        start.wait()
        try:
            answers.append(publish.publish(filled, draft_id, version, "2026-03-10", "leader"))
        except Conflict as error:
            answers.append(error)

    threads = [threading.Thread(target=go, args=one) for one in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    losers = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [loser.code for loser in losers] == ["superseded_base"]
    assert sorted(states_of(filled).values()) == ["published", "superseded"]


def test_a_draft_on_a_superseded_base_is_rebased_with_its_conflicts_shown(filled):
    draft_id = drafts.open_draft(filled, "慢", "planner")
    steps = [{"verb": "transfer", "blocks": ["B12"], "to": county.A2}, MERGE,
             {"verb": "rename", "grid": county.A2, "name": "北格"}]  # fmt: skip
    version = 1
    for step in steps:
        version = editing.edit(filled, draft_id, version, step, "planner").version
    published(filled, MERGE)
    with pytest.raises(Conflict) as refused:
        publish.submit(filled, draft_id, version, "planner")
    assert refused.value.code == "superseded_base"
    assert drafts.find_draft(filled, draft_id, "planner").superseded
    seen = publish.rebase(filled, draft_id, version, "planner")
    assert (seen.base_plan_id, seen.applied, seen.version) == (2, 2, version)
    assert [(one.verb, one.actor) for one in seen.conflicts] == [("merge", "planner")]
    assert seen.conflicts[0].fields
    assert drafts.find_draft(filled, draft_id, "planner").base_plan_id == 1
    done = publish.rebase(filled, draft_id, version, "planner", commit=True)
    draft = drafts.find_draft(filled, draft_id, "planner")
    assert (draft.base_plan_id, draft.superseded, draft.version) == (2, False, done.version)
    assert editing.draft_state(filled, draft_id).table()["B12"] == county.A2
    with pytest.raises(Conflict) as refused:
        publish.rebase(filled, draft_id, done.version, "planner")
    assert refused.value.code == "base_is_current"
    version = publish.approve(
        filled, draft_id, publish.submit(filled, draft_id, done.version, "planner"), "leader"
    )
    assert publish.publish(filled, draft_id, version, "2026-03-10", "leader").plan_id == 3


def test_a_past_plan_can_be_taken_up_again(filled):
    published(filled, SPLIT, MERGE)
    draft_id = drafts.open_draft(filled, "回到从前", "planner", plan_id=1)
    draft = drafts.find_draft(filled, draft_id, "planner")
    assert (draft.base_plan_id, draft.forked_from) == (2, 1)
    table = editing.draft_state(filled, draft_id).table()
    assert table.groupby(table).size().tolist() == [6, 6, 6, 6]


def test_a_decision_is_for_the_version_that_was_seen(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    version = editing.edit(filled, draft_id, 1, SPLIT, "planner").version
    version = publish.submit(filled, draft_id, version, "planner")
    with pytest.raises(StaleDraft):
        publish.approve(filled, draft_id, version - 1, "leader")
    with pytest.raises(BadInput):
        publish.send_back(filled, draft_id, version, "leader", " ")
    version = publish.send_back(filled, draft_id, version, "leader", "东边太大")
    found = drafts.find_draft(filled, draft_id, "planner")
    assert (found.state, found.note, found.may_edit) == ("returned", "东边太大", True)
    with pytest.raises(Conflict) as refused:
        publish.publish(filled, draft_id, version, "2026-03-10", "leader")
    assert refused.value.code == "draft_not_approved"
    version = publish.submit(filled, draft_id, version, "planner")
    assert publish.take_back(filled, draft_id, version, "planner") == version + 1


def test_an_incident_opened_again_goes_to_the_grid_of_now(filled):
    published(filled, MERGE)
    code = "TX2023-000019"  # row 3, column 1: closed, in a grid that goes with the next plan
    published(filled, {"verb": "merge", "grids": [county.A1, county.A2]})
    with filled.read() as conn:
        before = incidents.find(conn, code)
    (heir,) = {one.grid_code for one in grids_of(filled).itertuples()} & {county.A1, county.A2}
    history = HistoryRow(code, NOON, "reopen", "closed", "accepted", 1, "dispatcher")
    with filled.write() as conn:
        incidents.apply_step(conn, code, before.version, Step("accepted", {}, history))
        after = incidents.find(conn, code)
    assert (before.grid_code, after.grid_code, after.plan_id) == (
        county.A2,
        heir,
        3 if heir == county.A1 else 1,
    )
    then = past.incidents_of_their_time(filled).set_index("incident_code").loc[code]
    assert tuple(then) == (1, county.A2)


def grids_of(store):
    with store.read() as conn:
        return read_layer(conn, "grids")


def test_a_report_placed_under_the_plan_before_goes_to_the_grid_of_now(filled):
    lon, lat = county.middle(0, 2)
    placed = Incident("", class_code="E01", category="environment", state="reported", lon=lon, lat=lat,
                      grid_code=county.A1, plan_id=1)  # fmt: skip
    published(filled, SPLIT)
    with filled.write() as conn:
        code = incidents.insert_report(conn, placed)
        found = incidents.find(conn, code)
        assert plans.published_plan(conn) == 2
    assert (found.grid_code, found.plan_id) == (NEW, 2)
