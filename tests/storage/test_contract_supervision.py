"""Supervision, ratings, programme: every turn is kept, and nobody overwrites what they have not seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pandas as pd
import pytest

from gis_app.errors import Conflict, NotFound
from gis_app.storage import audit, programme, ratings, supervision
from gis_app.storage.supervision import Answer
from tests.storage.loop import T0

ROUND = {
    "title": "三月督导", "subject_kind": "community", "subject_code": "410222001001",
    "area_code": "410222001001", "inspector_id": 3, "opened_at": T0,
}  # fmt: skip
FINDING = {
    "description": "楼道堆物", "area_code": "410222001001", "organisation_code": "O1",
    "due_at": T0 + timedelta(days=3), "created_at": T0,
}  # fmt: skip


def tags(store) -> list[str]:
    with store.read() as conn:
        return [row.tag.rpartition(":")[2] for row in audit.read_rows(conn)][::-1]


def test_a_finding_is_answered_sent_back_and_accepted(store):
    with store.write() as conn:
        round_id = supervision.open_round(conn, ROUND, "inspector")
        finding_id = supervision.add_finding(conn, round_id, FINDING, "inspector")
        turns = [
            ("answer", "answered"),
            ("send_back", "sent_back"),
            ("answer", "answered"),
            ("accept", "accepted"),
        ]
        for version, (verb, state) in enumerate(turns, start=1):
            answer = Answer(T0, verb, 4, "handler", f"第 {version} 次", ("f" * 64,))
            new = supervision.answer_finding(conn, finding_id, version, answer, {"state": state}, "someone")
            assert new == version + 1
        with pytest.raises(Conflict, match="stale_version"):
            supervision.answer_finding(conn, finding_id, 1, answer, {"state": "open"}, "someone")
        assert supervision.close_round(conn, round_id, 1, T0, "inspector") == 2
    with store.read() as conn:
        assert supervision.find_finding(conn, finding_id).state == "accepted"
        said = supervision.answers_of(conn, [finding_id])[finding_id]
        assert [one.verb for one in said] == [verb for verb, _ in turns] and said[0].photos == ("f" * 64,)
        assert supervision.find_round(conn, round_id).state == "closed"
        ledger = supervision.read_findings(conn, "410222001", "O1")
        assert ledger.loc[0, ["title", "state", "organisation_code"]].tolist() == [
            "三月督导",
            "accepted",
            "O1",
        ]
        assert (
            len(supervision.read_findings(conn, "410222002")) == len(supervision.read_rounds(conn, "9")) == 0
        )
        assert len(supervision.read_rounds(conn)) == len(supervision.findings_of(conn, round_id)) == 1
    assert tags(store) == [
        "round_opened", "finding_added", "finding_answered", "finding_sent_back", "finding_answered",
        "finding_accepted", "round_closed",
    ]  # fmt: skip


def test_what_is_not_there_is_not_found(store):
    with store.write() as conn:
        for ask in (
            lambda: supervision.add_finding(conn, 9, FINDING, "inspector"),
            lambda: supervision.close_round(conn, 9, 1, T0, "inspector"),
            lambda: programme.find_programme(conn, "projects", "P9"),
            lambda: programme.read_programme(conn, "accounts"),
            lambda: programme.end_adoption(conn, "P9", "O1", T0, "admin"),
        ):
            with pytest.raises(NotFound):
                ask()
    assert tags(store) == []


def test_schedules_are_told_in_order_of_the_next(store):
    with store.write() as conn:
        quarterly = {"name": "季度复核", "kind": "quarterly", "next_on": "2026-04-01", "created_at": T0}
        first = supervision.save_schedule(conn, quarterly, "inspector")
        supervision.save_schedule(
            conn, {**quarterly, "kind": "monthly", "next_on": "2026-03-15"}, "inspector"
        )
        supervision.save_schedule(conn, {"next_on": "2026-07-01"}, "inspector", first, 1)
        with pytest.raises(Conflict):
            supervision.save_schedule(conn, {"next_on": "2026-08-01"}, "inspector", first, 1)
    with store.read() as conn:
        assert [row.next_on for row in supervision.read_schedules(conn)] == ["2026-03-15", "2026-07-01"]


def test_ratings_keep_every_version_and_show_the_last(store):
    entry = ("clean", "410222001001", "2026-03")
    with store.write() as conn:
        assert ratings.enter_rating(conn, *entry, 4.5, "", "task team", T0) == 1
        assert ratings.enter_rating(conn, *entry, 4.0, "复核", "task team", T0, version=1) == 2
        with pytest.raises(Conflict, match="stale_version"):
            ratings.enter_rating(conn, *entry, 5.0, "", "task team", T0, version=1)
        quarter = ("clean", "410222001001", "2026-Q1")
        assert ratings.give_verdict(conn, *quarter, "awarded", "三个月均达标", "task team", T0) == 1
    with store.read() as conn:
        assert ratings.read_ratings(conn)["score"].tolist() == [4.0]
        assert ratings.read_ratings(conn, history=True)["score"].tolist() == [4.5, 4.0]
        assert ratings.read_verdicts(conn)["reasons"].tolist() == ["三个月均达标"]
    assert tags(store) == ["entered", "entered", "given"]


def test_of_two_entries_at_once_one_is_kept(store):
    def enter(number: int) -> bool:
        try:
            with store.write() as conn:
                return ratings.enter_rating(conn, "s", "c", "2026-03", number, "", "team", T0) == 1
        except Conflict:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(enter, range(12))) == 1


def test_projects_are_adopted_given_back_and_adopted_again(store):
    with store.write() as conn:
        row = {"project_code": "P1", "name": "午间课堂", "created_at": T0}
        assert programme.add_to_programme(conn, "projects", row, "planner") == "P1"
        assert programme.adopt_project(conn, "P1", "O1", T0, "planner")
        assert not programme.adopt_project(conn, "P1", "O1", T0, "planner")
        programme.end_adoption(conn, "P1", "O1", T0, "planner")
        assert programme.adopt_project(conn, "P1", "O1", T0, "planner", "再次认领")
        assert programme.change_programme(conn, "projects", "P1", 1, {"served": 120}, "planner") == 2
        demand = {"title": "加装扶手", "area_code": "410222001001", "created_at": T0}
        demand_id = programme.add_to_programme(conn, "demands", demand, "worker")
        with pytest.raises(Conflict):
            programme.change_programme(conn, "demands", demand_id, 7, {"state": "done"}, "planner")
        activity = {"name": "义诊", "held_on": "2026-03-05", "participants": 42, "created_at": T0}
        programme.add_to_programme(conn, "activities", activity, "worker")
    with store.read() as conn:
        assert programme.find_programme(conn, "projects", "P1").served == 120
        assert programme.read_programme(conn, "project_adoptions")["note"].tolist() == ["再次认领"]
        assert programme.read_programme(conn, "activities")["participants"].tolist() == [42]
        assert programme.find_programme(conn, "demands", demand_id).state == "proposed"
        assert audit.verify(conn) is None


def test_a_table_of_the_programme_is_replaced_from_a_file(store):
    frame = pd.DataFrame(
        {"project_code": ["P1", "P2"], "name": ["甲", "乙"], "created_at": [T0.isoformat()] * 2}
    )
    with store.write() as conn:
        assert programme.replace_programme(conn, "projects", frame) == 2
        assert programme.replace_programme(conn, "projects", frame[:1]) == 1
        assert programme.read_programme(conn, "projects")["name"].tolist() == ["甲"]
