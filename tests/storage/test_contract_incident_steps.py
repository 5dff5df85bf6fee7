"""A step is written only over the version that it was decided on, whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from gis_app.errors import Conflict, NotFound
from gis_app.storage import audit, incidents
from gis_app.storage.incidents import InboxQuery, Photo
from tests.storage.loop import T0, dispatched, reported, step, taken

ACCEPT = step("accept", "reported", "accepted", changes={"accepted_at": T0}, note="属实")


def test_a_step_changes_the_row_and_leaves_history_and_audit_row(store):
    code = reported(store)
    photo = Photo("a" * 64, 10, 10, 100)
    assert taken(store, code, 1, ACCEPT, photos=[photo]) == 2
    with store.read() as conn:
        found, lines = incidents.find(conn, code), incidents.history(conn, code)
        trail = audit.read_rows(conn)[0]
        assert incidents.photos(conn, code)[0].photo_hash == "a" * 64
    assert (found.state, found.accepted_at, found.version, found.change_number) == ("accepted", T0, 2, 2)
    assert found.updated_at == T0
    assert [(line.verb, line.to_state, line.note) for line in lines] == [
        ("report", "reported", ""),
        ("accept", "accepted", "属实"),
    ]
    assert (trail.tag, trail.actor, trail.subject) == ("incidents:incident:stepped", "dispatcher", code)
    assert trail.detail == '{"from":"reported","to":"accepted","verb":"accept","version":2}'


def test_a_stale_version_changes_nothing(store):
    code = reported(store)
    taken(store, code, 1, ACCEPT)
    with pytest.raises(Conflict, match="stale_version") as refused:
        taken(store, code, 1, ACCEPT)
    assert refused.value.fields == {"version": "2"}
    with pytest.raises(NotFound, match="unknown_incident"):
        taken(store, "410222-2026-000099", 1, ACCEPT)
    with store.read() as conn:
        assert incidents.find(conn, code).version == 2 and len(incidents.history(conn, code)) == 2
        assert incidents.change_number(conn) == 2 and audit.verify(conn) is None


def test_of_two_steps_at_once_one_is_written(store):
    code = reported(store)

    def accept(_number: int) -> bool:
        try:
            return taken(store, code, 1, ACCEPT) == 2
        except Conflict:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accept, range(16))) == 1
    with store.read() as conn:
        assert len(incidents.history(conn, code)) == 2


@pytest.mark.parametrize("name", ["incident_code", "reporter_id", "source", "reported_at", "invented"])
def test_a_step_cannot_change_what_a_report_was(store, name):
    code = reported(store)
    with pytest.raises(ValueError, match=name):
        taken(store, code, 1, step("accept", "reported", "accepted", changes={name: "x"}))
    with store.read() as conn:
        assert incidents.find(conn, code).version == 1


def test_what_an_administrator_does_for_others_is_told_twice(store):
    code = reported(store)
    taken(store, code, 1, step("accept", "reported", "accepted", override_reason="值班人员缺岗"))
    with store.read() as conn:
        told, stepped = audit.read_rows(conn)[:2]
    assert told.tag == "incidents:incident:overridden" and "值班人员缺岗" in told.detail
    assert stepped.tag == "incidents:incident:stepped"


def test_whoever_handled_it_at_any_time_is_remembered(store):
    code = reported(store)
    version = dispatched(store, code, "O1", T0 + timedelta(days=1))
    for verb, before, after, actor, organisation in (
        ("handle", "dispatched", "handling", 5, "O1"),
        ("transfer", "handling", "dispatched", 2, "O2"),
        ("handle", "dispatched", "handling", 6, "O2"),
        ("resolve", "handling", "resolved", 6, "O2"),
    ):
        made = step(verb, before, after, actor_id=actor, organisation_code=organisation)
        version = taken(store, code, version, made)
    with store.read() as conn:
        found = incidents.find(conn, code)
    assert found.past_handlers == {5, 6} and found.past_organisations == {"O1", "O2"}


def test_joint_organisations_are_found_in_their_lists_and_leave_them(store):
    code = reported(store)
    version = dispatched(store, code, "O1", None, joint="O2;O3")

    def seen_by(organisation: str) -> list[str]:
        with store.read() as conn:
            page = incidents.inbox(conn, InboxQuery(organisation_code=organisation))
            assert incidents.count_inbox(conn, InboxQuery(organisation_code=organisation)) == len(page.lines)
            return [line.incident_code for line in page.lines]

    assert [seen_by(one) for one in ("O1", "O2", "O3", "O4")] == [[code], [code], [code], []]
    changes = {"organisation_code": "O3", "joint_organisations": ""}
    taken(store, code, version, step("transfer", "dispatched", "dispatched", changes=changes))
    assert [seen_by(one) for one in ("O1", "O2", "O3")] == [[], [], [code]]


def test_who_reported_a_duplicate_follows_the_original_once(store):
    original, twin = reported(store), reported(store, reporter_id=8)
    made = step(
        "mark_duplicate", "reported", "duplicate", changes={"duplicate_of": original}, followed=original
    )
    taken(store, twin, 1, made)
    with store.write() as conn:
        again = incidents.add_follower(conn, original, "account:8", T0, account_id=8)
        new = incidents.add_follower(conn, original, "account:9", T0, account_id=9, actor="me")
        assert (again, new) == (False, True)
        with pytest.raises(NotFound):
            incidents.add_follower(conn, "none", "account:9", T0)
    with store.read() as conn:
        assert incidents.find(conn, original).follower_count == 2
        assert [one.account_id for one in incidents.followers(conn, original)] == [8, 9]
        assert audit.read_rows(conn)[0].tag == "incidents:incident:followed"
        assert incidents.find(conn, original).version == 1  # nobody's step is stale for it


def test_a_copy_learns_of_every_change_from_the_number(store):
    codes = [reported(store) for _ in range(3)]
    with store.read() as conn:
        assert incidents.changed_since(conn, 0)["incident_code"].tolist() == codes
    taken(store, codes[0], 1, ACCEPT)
    with store.write() as conn:
        incidents.add_follower(conn, codes[1], "account:1", T0)
    with store.read() as conn:
        frame = incidents.changed_since(conn, 3)
        first = incidents.changed_since(conn, 0, limit=1)
        narrow = incidents.changed_since(conn, 3, columns=("state",))
        assert incidents.change_number(conn) == 5 and incidents.replaced_at_number(conn) == 0
        assert incidents.changed_since(conn, 5).columns.equals(frame.columns)
    assert frame["incident_code"].tolist() == codes[:2] and frame["change_number"].tolist() == [4, 5]
    assert frame["accepted_at"].notna().tolist() == [True, False]
    assert frame["accepted_at"][0] == T0 and str(frame["accepted_at"].dtype).startswith("datetime64[s")
    assert first["incident_code"].tolist() == [codes[2]]
    assert list(narrow.columns) == ["state", "change_number"] and narrow["state"][0] == "accepted"
    assert not {"contact_phone", "extra", "idempotency_key"} & set(frame.columns)
