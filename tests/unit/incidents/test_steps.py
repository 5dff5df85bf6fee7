"""What a step leaves behind: columns, history, and the clock, played through the seven stages."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

import pytest

from gis_app.errors import BadInput, Conflict
from gis_app.incidents.incident import Incident
from gis_app.incidents.messages import Refused
from gis_app.incidents.worktime import standard
from tests.unit.incidents.loop import (
    HANDLER,
    JOINT,
    LEAD,
    NOW,
    ORIGINAL,
    OTHER,
    REPORTER,
    STAGED,
    act,
    actor,
    after,
    at,
    incident,
)

COLUMNS = {field.name for field in fields(Incident)}
HASH = "ab" * 32


def test_an_incident_goes_through_the_seven_stages_with_a_return_an_extension_and_a_second_look():
    worker, dispatcher, inspector = actor("grid_worker", 1), actor("dispatcher", 2), actor("inspector", 3)
    handler, leader = actor("handler", 4), actor("leader", 5)
    found = after(Incident("TX2026-000778", "ENV03", grid_code="410222001006001"), "report", worker,
                  at("2026-07-27T08:30"))  # fmt: skip
    assert (found.state, found.reporter_id, found.reporter_kind) == ("reported", 1, "staff")
    found = after(found, "return", dispatcher, at("2026-07-27T08:40"))
    found = after(found, "report_again", worker, at("2026-07-27T08:50"), description="路口东北角有油污")
    assert found.description == "路口东北角有油污" and found.reported_at == at("2026-07-27T08:30")
    found = after(found, "accept", dispatcher, at("2026-07-27T09:00"))
    assert found.accepted_at == at("2026-07-27T09:00") and found.due_at is None
    found = after(found, "dispatch", dispatcher, at("2026-07-27T09:00"), organisation_code=LEAD)
    assert found.organisations == (LEAD, JOINT)
    assert found.due_at == at("2026-07-27T16:30")  # five working hours, lunch not counted
    found = after(found, "handle", handler, at("2026-07-27T10:00"))
    found = after(found, "pause", handler, at("2026-07-27T11:00"))
    found = after(found, "resume", dispatcher, at("2026-07-28T11:00"))
    assert (found.due_at, found.paused_seconds_work) == (at("2026-07-28T16:30"), 7 * 3600)
    assert found.paused_at is None
    found = after(found, "extend", dispatcher, at("2026-07-28T11:30"), hours=2)
    assert (found.due_at, found.extended_seconds) == (at("2026-07-29T09:00"), 2 * 3600)
    found = after(found, "resolve", handler, at("2026-07-28T15:00"), photos=[HASH])
    assert (found.resolved_at, found.handler_id) == (at("2026-07-28T15:00"), 4)
    found = after(found, "return", inspector, at("2026-07-28T17:00"))
    assert found.state == "handling" and found.resolved_at is None and found.return_count == 1
    assert found.due_at == at("2026-07-29T11:00")  # the two hours it waited for the verdict
    found = after(found, "resolve", handler, at("2026-07-29T09:00"))
    found = after(found, "verify", inspector, at("2026-07-29T10:00"))
    assert found.verifier_id == 3
    found = after(found, "close", dispatcher, at("2026-07-29T11:00"))
    found = after(found, "evaluate", leader, at("2026-07-30T11:00"), satisfaction="5")
    assert (found.state, found.satisfaction) == ("evaluated", 5)
    assert found.version == 16


def test_changes_are_columns_and_history_tells_who_when_and_why():
    done = act(incident("handling"), "resolve", actor("handler", HANDLER), photos=f"{HASH};{HASH}")
    assert set(done.changes) <= COLUMNS and done.changes["updated_at"] == NOW
    assert done.changes["state"] == done.next_state == "resolved"
    row = done.history
    assert (row.at, row.verb, row.from_state, row.to_state) == (NOW, "resolve", "handling", "resolved")
    assert (row.actor_id, row.actor_role, row.organisation_code) == (HANDLER, "handler", LEAD)
    assert (row.note, row.photos) == ("说明", (HASH,))
    sent = act(incident("accepted"), "dispatch", actor("dispatcher"))
    assert sent.history.organisation_code == OTHER
    assert set(sent.changes) <= COLUMNS


def test_the_clock_starts_at_dispatch_and_only_there():
    for state, verb in (("reported", "accept"), ("dispatched", "handle"), ("handling", "resolve")):
        who = actor("dispatcher" if verb == "accept" else "handler")
        assert "due_at" not in act(incident(state), verb, who).changes
    moved = act(incident("handling"), "transfer", actor("dispatcher"), organisation_code=OTHER).changes
    assert "due_at" not in moved and "dispatched_at" not in moved
    assert (moved["organisation_code"], moved["joint_organisations"]) == (OTHER, JOINT)
    assert (moved["handler_id"], moved["handling_at"]) == (None, None)
    unlimited = replace(STAGED, stages="", time_limit="")
    assert (
        act(incident("accepted"), "dispatch", actor("dispatcher"), kind=unlimited).changes["due_at"] is None
    )


@pytest.mark.parametrize(
    ("state", "verb", "role"),
    [
        ("dispatched", "return", "handler"),
        ("closed", "reopen", "dispatcher"),
        ("evaluated", "reopen", "inspector"),
    ],
)
def test_back_at_accepted_nothing_of_the_dispatch_is_left(state, verb, role):
    found = after(incident(state, paused_seconds_work=60, extended_seconds=60), verb, actor(role))
    assert found.state == "accepted" and found.accepted_at is not None
    assert (found.organisation_code, found.joint_organisations, found.due_at) == ("", "", None)
    assert (found.paused_seconds_work, found.extended_seconds, found.satisfaction) == (0, 0, 0)
    assert found.closed_at is None and found.dispatched_at is None
    assert found.reopen_count == (verb == "reopen")


def test_a_rejected_incident_may_be_taken_up_again():
    found = after(incident("rejected"), "reopen", actor("inspector"))
    assert found.state == "accepted" and found.accepted_at == NOW


def test_stages_are_finished_one_by_one_each_due_from_dispatch():
    found = after(incident("accepted"), "dispatch", actor("dispatcher"), at("2026-07-27T09:00"), STAGED,
                  organisation_code=LEAD)  # fmt: skip
    assert found.due_at == at("2026-07-27T15:30")
    found = after(found, "handle", actor("handler"), at("2026-07-27T10:00"), STAGED)
    found = after(found, "finish_stage", actor("handler"), at("2026-07-27T15:00"), STAGED)
    assert (found.stages_done, found.due_at) == (1, at("2026-08-05T18:00"))
    found = after(found, "extend", actor("dispatcher"), at("2026-08-05T15:00"), STAGED, hours=7)
    assert found.due_at == at("2026-08-06T18:00")
    found = after(found, "finish_stage", actor("handler"), at("2026-08-06T15:00"), STAGED)
    assert (found.stages_done, found.due_at) == (2, at("2026-08-25T18:00"))  # 20 workdays, one more given
    with pytest.raises(BadInput) as raised:
        act(found, "finish_stage", actor("handler"), kind=STAGED)
    assert raised.value.code == "no_stage_left"
    with pytest.raises(BadInput):
        act(incident("handling"), "finish_stage", actor("handler"))


@pytest.mark.parametrize(
    ("data", "due"),
    [
        ({"hours": "3.5"}, "2026-07-29T17:00"),
        ({"hours": None, "until": "2026-07-31T18:00"}, "2026-07-31T18:00"),
        ({"hours": "", "until": "2026-07-31T10:00:00Z"}, "2026-07-31T18:00"),
        ({"hours": None, "until": at("2026-08-01T12:00")}, "2026-08-01T12:00"),
    ],
)
def test_an_extension_adds_working_hours_or_names_the_day(data, due):
    changes = act(incident("handling"), "extend", actor("dispatcher"), **data).changes
    assert changes["due_at"] == at(due)
    assert changes["extended_seconds"] == standard().between(at("2026-07-29T11:00"), at(due))


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ({"hours": None}, "hours", "extension_wanted"),
        ({"hours": 5, "until": "2026-08-01T12:00"}, "hours", "extension_wanted"),
        ({"hours": 0}, "hours", "extension_hours"),
        ({"hours": -2}, "hours", "extension_hours"),
        ({"hours": "many"}, "hours", "extension_hours"),
        ({"hours": True}, "hours", "extension_hours"),
        ({"hours": "nan"}, "hours", "extension_hours"),
        ({"hours": 10**400}, "hours", "extension_hours"),
        ({"hours": 701}, "hours", "extension_hours"),
        ({"hours": None, "until": "tomorrow"}, "until", "time_unreadable"),
        ({"hours": None, "until": "2026-07-29T10:59"}, "until", "extension_until"),
        ({"hours": None, "until": "9999-12-31T23:59:59-12:00"}, "until", "time_unreadable"),
        ({"hours": None, "until": "2300-01-01T00:00"}, "until", "extension_until"),
    ],
)
def test_an_extension_that_is_none_is_refused(data, field, code):
    with pytest.raises(BadInput) as raised:
        act(incident("handling"), "extend", actor("dispatcher"), **data)
    assert (raised.value.code, field in raised.value.fields) == (code, True)


def test_an_overdue_incident_is_extended_past_now_or_not_at_all():
    late = incident("handling", due_at=at("2026-07-20T11:00"))
    with pytest.raises(BadInput) as raised:
        act(late, "extend", actor("dispatcher"), hours=2)
    assert raised.value.code == "extension_until"
    with pytest.raises(BadInput) as raised:
        act(incident("handling", due_at=None), "extend", actor("dispatcher"))
    assert raised.value.code == "nothing_to_extend"


@pytest.mark.parametrize(
    ("state", "verb", "role", "data", "expected"),
    [
        ("reported", "return", "dispatcher", {"note": ""}, {"note": "field_required"}),
        ("reported", "reject", "dispatcher", {"note": " \n"}, {"note": "field_required"}),
        ("reported", "reject", "dispatcher", {"note": "长" * 2001}, {"note": "text_too_long"}),
        ("reported", "reject", "dispatcher", {"note": "铃\x07"}, {"note": "control_characters"}),
        ("reported", "reject", "dispatcher", {"note": "\ud800"}, {"note": "control_characters"}),
        ("reported", "reject", "dispatcher", {"note": 5}, {"note": "text_wanted"}),
        ("reported", "mark_duplicate", "dispatcher", {"duplicate_of": ""},
         {"duplicate_of": "field_required"}),
        ("reported", "mark_duplicate", "dispatcher", {"duplicate_of": "TX2026-000777"},
         {"duplicate_of": "duplicate_of_itself"}),
        ("reported", "mark_duplicate", "dispatcher", {"duplicate_of": "TX2026-999999"},
         {"duplicate_of": "unknown_original"}),
        ("accepted", "dispatch", "dispatcher", {"organisation_code": "ORG999"},
         {"organisation_code": "unknown_organisation"}),
        ("accepted", "dispatch", "dispatcher", {"organisation_code": None, "note": "\x00"},
         {"organisation_code": "field_required", "note": "control_characters"}),
        ("accepted", "dispatch", "dispatcher", {"joint_organisations": [OTHER]},
         {"joint_organisations": "lead_is_joint"}),
        ("accepted", "dispatch", "dispatcher", {"joint_organisations": "ORG999"},
         {"joint_organisations": "unknown_organisation"}),
        ("accepted", "dispatch", "dispatcher", {"joint_organisations": 7},
         {"joint_organisations": "text_wanted"}),
        ("handling", "transfer", "dispatcher", {"organisation_code": LEAD},
         {"organisation_code": "same_organisation"}),
        ("closed", "evaluate", "leader", {"satisfaction": None}, {"satisfaction": "field_required"}),
        ("closed", "evaluate", "leader", {"satisfaction": 6}, {"satisfaction": "satisfaction_range"}),
        ("closed", "evaluate", "leader", {"satisfaction": 0}, {"satisfaction": "satisfaction_range"}),
        ("closed", "evaluate", "leader", {"satisfaction": "4.5"}, {"satisfaction": "satisfaction_range"}),
        ("closed", "evaluate", "leader", {"satisfaction": True}, {"satisfaction": "satisfaction_range"}),
        ("handling", "resolve", "handler", {"photos": ["../../etc/passwd"]}, {"photos": "photo_hash"}),
        ("handling", "resolve", "handler", {"photos": [f"{n:064x}" for n in range(10)]},
         {"photos": "too_many_photos"}),
    ],
)  # fmt: skip
def test_every_field_at_fault_is_named_at_once(state, verb, role, data, expected):
    with pytest.raises(Refused) as raised:
        act(incident(state), verb, actor(role), **data)
    assert {fault.field: fault.code for fault in raised.value.faults} == expected
    assert raised.value.texts("en").keys() == raised.value.fields.keys() == expected.keys()
    assert raised.value.message and raised.value.texts("en") != raised.value.fields


def test_a_duplicate_names_the_first_incident_and_gives_it_a_follower():
    done = act(incident("reported"), "mark_duplicate", actor("dispatcher"), note=None)
    assert done.followed == done.changes["duplicate_of"] == ORIGINAL.incident_code
    from tests.unit.incidents import loop

    chained = replace(ORIGINAL, state="duplicate", duplicate_of="TX2026-000009")
    with pytest.raises(Refused) as raised:
        loop.step(incident("reported"), "mark_duplicate", actor("dispatcher"), loop.FIELDS, NOW, standard(),
                  original=chained)  # fmt: skip
    assert raised.value.code == "duplicate_of_duplicate"


def test_a_step_that_the_table_forbids_says_so_before_anything_else():
    with pytest.raises(Conflict) as raised:
        act(incident("closed"), "handle", actor("public"), note="\x00")
    assert raised.value.code == "transition_forbidden"


def test_notes_are_kept_as_written_but_in_one_spelling():
    done = act(
        incident("reported"), "return", actor("dispatcher"), note="  e\u0301 第一行\r\n第二行\t{{7*7}} "
    )
    assert done.history.note == "é 第一行\n第二行\t{{7*7}}"


def test_a_public_report_has_no_reporter():
    found = after(Incident("TX2026-000779"), "report", actor("public"))
    assert (found.reporter_id, found.reporter_kind) == (None, "public")
    assert datetime.fromisoformat(found.reported_at.isoformat()) == NOW and REPORTER
