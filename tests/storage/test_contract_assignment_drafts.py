"""Proposals for members: decided move by move, published as of a day, with a history that adds up."""

from __future__ import annotations

import pandas as pd
import pytest

from gis_app.errors import BadInput, Conflict, NotFound
from gis_app.storage import assignment_drafts as drafts
from gis_app.storage import assignments, audit, member_history, posts
from gis_app.storage.revision import revision
from tests.storage.loop import T0

TODAY = T0.date().isoformat()
LATER, LATEST = "2199-01-01", "2199-06-01"
COLUMNS = ["organisation_code", "from_grid", "to_grid", "members", "metres_before", "metres_after", "reason"]
MOVES = pd.DataFrame(
    [("O1", "G1", "G2", 3, 0.0, 420.5, "fills"), ("O2", "G1", "", 1, float("nan"), float("nan"), "no_room")],
    columns=COLUMNS,
)


@pytest.fixture
def county(store):
    """Return a store with two organisations' members in two grids."""
    members = pd.DataFrame(
        {"organisation_code": ["O1", "O1", "O2"], "grid_code": ["G1", "G2", "G1"], "members": [5, 1, 1]}
    )
    with store.write() as conn:
        assignments.replace_table(conn, "members", members)
    return store


def made(store, lines=MOVES) -> int:
    with store.write() as conn:
        return drafts.add_draft(conn, "三月调配", "", {"least": 3}, {"missing": 2}, lines, "planner", T0)


def counts(store) -> dict:
    with store.read() as conn:
        return member_history.counts(conn).to_dict()


def accepted(store, *lines: int) -> int:
    draft_id = made(store)
    with store.write() as conn:
        drafts.decide(conn, draft_id, 1, dict.fromkeys(lines, "accepted"), "planner")
    return draft_id


def test_moves_come_out_as_they_went_in_undecided(county):
    draft_id = made(county)
    with county.read() as conn:
        row, found = drafts.find_draft(conn, draft_id), drafts.read_moves(conn, draft_id)
        assert (row.name, row.state, row.asked, row.by) == ("三月调配", "draft", '{"least": 3}', "planner")
        assert [one.draft_id for one in drafts.read_drafts(conn)] == [draft_id]
        assert drafts.read_drafts(conn, "410222") == []
    pd.testing.assert_frame_equal(found[COLUMNS], MOVES, check_dtype=False)
    assert found["decision"].tolist() == ["open", "open"] and found["line"].tolist() == [1, 2]


def test_what_is_accepted_takes_effect_at_once_and_the_rest_does_not(county):
    draft_id = accepted(county, 1)
    with county.write() as conn:
        before = revision(conn)
        assert drafts.publish(conn, draft_id, 2, TODAY, "leader", T0) == "published"
        assert revision(conn) > before
        assert drafts.find_draft(conn, draft_id).state == "published"
        assert audit.verify(conn) is None
    assert counts(county) == {("O1", "G1"): 2, ("O1", "G2"): 4, ("O2", "G1"): 1}
    with county.read() as conn:
        told = [row.tag.rpartition(":")[2] for row in audit.read_rows(conn)][:4]
        assert told == ["applied", "published", "decided", "made"]
        assert member_history.members_as_of(conn, "2000-01-01")["members"].tolist() == [5, 1, 1]
        assert member_history.members_as_of(conn, TODAY)["members"].tolist() == [2, 4, 1]
        spans = member_history.read_history(conn)
        assert spans[["members", "valid_from", "valid_to"]].values.tolist() == [
            [5, "", TODAY], [2, TODAY, ""], [1, "", TODAY], [4, TODAY, ""],
        ]  # fmt: skip
        assert spans["draft_id"].isna().tolist() == [True, False, True, False]


def test_members_for_whom_there_is_no_room_leave(county):
    draft_id = accepted(county, 2)
    with county.write() as conn:
        drafts.publish(conn, draft_id, 2, TODAY, "leader", T0)
    assert ("O2", "G1") not in counts(county)


def test_a_draft_for_a_later_day_waits_for_it(county):
    draft_id = accepted(county, 1)
    with county.write() as conn:
        assert drafts.publish(conn, draft_id, 2, LATER, "leader", T0) == "scheduled"
    assert drafts.apply_due(county, TODAY) == 0 and counts(county)["O1", "G1"] == 5
    assert drafts.apply_due(county, LATEST) == 1 and counts(county)["O1", "G1"] == 2
    assert drafts.apply_due(county, LATEST) == 0
    with county.read() as conn:
        assert drafts.find_draft(conn, draft_id).state == "published"
        assert member_history.members_as_of(conn, TODAY)["members"].tolist() == [5, 1, 1]
        assert member_history.members_as_of(conn, LATER)["members"].tolist() == [2, 4, 1]


def test_a_scheduled_draft_whose_members_are_gone_fails_and_changes_nothing(county):
    draft_id = accepted(county, 1)
    with county.write() as conn:
        drafts.publish(conn, draft_id, 2, LATER, "leader", T0)
        left = pd.DataFrame({"organisation_code": ["O1"], "grid_code": ["G1"], "members": [2]})
        assignments.replace_table(conn, "members", left)
    assert drafts.apply_due(county, LATEST) == 0
    assert counts(county) == {("O1", "G1"): 2}
    with county.read() as conn:
        assert drafts.find_draft(conn, draft_id).state == "failed"


def test_a_scheduled_draft_may_still_be_given_up(county):
    draft_id = accepted(county, 1)
    with county.write() as conn:
        drafts.publish(conn, draft_id, 2, LATER, "leader", T0)
        drafts.discard(conn, draft_id, 3, "leader")
        with pytest.raises(Conflict, match="draft_is_closed"):
            drafts.discard(conn, draft_id, 4, "leader")
    assert drafts.apply_due(county, LATEST) == 0 and counts(county)["O1", "G1"] == 5


def test_what_may_not_be_done_changes_nothing(county):
    draft_id = made(county)
    for wrong, error in (
        (lambda conn: drafts.publish(conn, draft_id, 1, TODAY, "leader", T0), Conflict),
        (lambda conn: drafts.publish(conn, draft_id, 1, "2001-01-01", "leader", T0), BadInput),
        (lambda conn: drafts.decide(conn, draft_id, 1, {9: "accepted"}, "planner"), BadInput),
        (lambda conn: drafts.decide(conn, draft_id, 1, {1: "maybe"}, "planner"), BadInput),
        (lambda conn: drafts.decide(conn, draft_id, 7, {1: "accepted"}, "planner"), Conflict),
        (lambda conn: drafts.decide(conn, 999, 1, {1: "accepted"}, "planner"), NotFound),
    ):
        with pytest.raises(error), county.write() as conn:
            wrong(conn)
    with county.read() as conn:
        assert drafts.find_draft(conn, draft_id).version == 1
        assert len(member_history.read_history(conn)) == 0


def test_a_published_draft_never_changes(county):
    draft_id = accepted(county, 1)
    with county.write() as conn:
        drafts.publish(conn, draft_id, 2, TODAY, "leader", T0)
        version = drafts.find_draft(conn, draft_id).version
        for ask in (
            lambda: drafts.publish(conn, draft_id, version, TODAY, "leader", T0),
            lambda: drafts.decide(conn, draft_id, version, {1: "rejected"}, "planner"),
            lambda: drafts.discard(conn, draft_id, version, "planner"),
        ):
            with pytest.raises(Conflict, match="draft_is_closed"):
                ask()


def test_an_import_of_members_is_history_too_but_the_first_is_not(county):
    with county.write() as conn:
        assert len(member_history.read_history(conn)) == 0
        grown = member_history.read_members(conn).assign(members=[6, 1, 1])
        assignments.replace_table(conn, "members", grown)
        spans = member_history.read_history(conn)
        assert spans["members"].tolist() == [5, 6]
        assert member_history.members_as_of(conn, "2000-01-01")["members"].tolist() == [5, 1, 1]


def test_terms_are_set_for_the_present_holder_and_for_a_post_without_a_row(store):
    rows = [
        ("A1", "C1", "judge", "甲", "", "", "2020-01-01", "2022-12-31"),
        ("A2", "C1", "judge", "乙", "", "", "2023-01-01", ""),
    ]
    columns = [column.name for column in assignments.TABLES["assignments"].columns]
    with store.write() as conn:
        assignments.replace_table(conn, "assignments", pd.DataFrame(rows, columns=columns))
        before = revision(conn)
        assert posts.set_terms(conn, "judge", ["C1"], "", "2027-12-31", "planner", TODAY) == 1
        assert posts.set_terms(conn, "zone", ["C1"], "2026-01-01", "2027-12-31", "planner", TODAY) == 1
        assert posts.set_terms(conn, "zone", [], "", "2027-12-31", "planner", TODAY) == 0
        assert revision(conn) == before + 2
        found = assignments.read_table(conn, "assignments").set_index("assignment_code")
        assert found["term_to"].to_dict() == {
            "A1": "2022-12-31", "A2": "2027-12-31", "zone-C1": "2027-12-31",
        }  # fmt: skip
        assert found.loc["A2", "term_from"] == "2023-01-01"


def test_a_substitute_begins_once_and_ends(store):
    values = {
        "role": "grid_worker", "area_code": "G1", "term_from": "2026-01-01", "term_to": "2026-06-30",
        "by_role": "grid_worker", "by_area_code": "G2", "organisation_code": "", "note": "",
    }  # fmt: skip
    with store.write() as conn:
        posts.add_substitute(conn, values, "planner")
        with pytest.raises(Conflict, match="already_substituted"):
            posts.add_substitute(conn, values, "planner")
        posts.end_substitute(conn, "grid_worker", "G1", "2026-01-01", "2026-03-31", "planner")
        with pytest.raises(NotFound):
            posts.end_substitute(conn, "grid_worker", "G9", "2026-01-01", "2026-03-31", "planner")
        assert assignments.read_table(conn, "substitutes")["term_to"].tolist() == ["2026-03-31"]
        assert [row.tag for row in audit.read_rows(conn)][:2] == [posts.SUBSTITUTE_TAG] * 2
