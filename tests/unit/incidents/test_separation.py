"""巡办分离: who reported does not handle, who handled does not verify, and a reason is written down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gis_app.errors import BadInput, Forbidden
from gis_app.incidents.workflow import allowed_verbs
from tests.unit.incidents.loop import (
    HANDLER,
    JOINT,
    LEAD,
    OTHER,
    REPORTER,
    STAGED,
    act,
    actor,
    after,
    incident,
)


def refused(subject, verb, who, **data) -> str:
    """Return the code of the refusal, "" where the step passes."""
    try:
        act(subject, verb, who, kind=STAGED, **data)
    except Forbidden as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize(
    ("state", "verb"), [("dispatched", "handle"), ("handling", "resolve"), ("handling", "finish_stage")]
)
def test_the_reporter_does_not_handle(state, verb):
    assert refused(incident(state), verb, actor("handler", REPORTER)) == "reporter_handles"
    assert refused(incident(state), verb, actor("handler")) == ""
    public = replace(incident(state), reporter_id=None)
    assert refused(public, verb, actor("handler")) == ""


@pytest.mark.parametrize("role", ["grid_worker", "dispatcher", "inspector"])
@pytest.mark.parametrize("verb", ["verify", "return"])
def test_nobody_judges_their_own_work(role, verb):
    """The account that handled it may have another role by now."""
    subject = incident("resolved")
    assert refused(subject, verb, actor(role, HANDLER)) == "handler_verifies"
    assert refused(subject, verb, actor(role, organisation=LEAD)) == "organisation_verifies"
    assert refused(subject, verb, actor(role, organisation=JOINT)) == "organisation_verifies"
    assert refused(subject, verb, actor(role, organisation=OTHER)) == ""
    assert refused(subject, verb, actor(role)) == ""
    assert refused(subject, verb, actor(role, REPORTER)) == ""


def test_who_handled_it_before_a_transfer_or_a_reopening_does_not_verify_it_after():
    first = after(incident("dispatched"), "handle", actor("handler", 71))
    second = after(first, "transfer", actor("dispatcher"), organisation_code=OTHER, joint_organisations=None)
    second = after(second, "handle", actor("handler", 72, OTHER))
    done = after(second, "resolve", actor("handler", 72, OTHER))
    for person in (71, 72):
        assert refused(done, "verify", actor("inspector", person)) == "handler_verifies"
    for organisation in (LEAD, OTHER):
        assert refused(done, "verify", actor("inspector", 80, organisation)) == "organisation_verifies"
    closed = after(after(done, "verify", actor("inspector", 80)), "close", actor("dispatcher"))
    again = after(closed, "reopen", actor("inspector", 80))
    assert (again.organisation_code, again.handler_id) == ("", None)
    again = after(again, "dispatch", actor("dispatcher"), organisation_code=JOINT, joint_organisations=None)
    again = after(again, "handle", actor("handler", 73, JOINT))
    again = after(again, "resolve", actor("handler", 73, JOINT))
    assert refused(again, "verify", actor("dispatcher", 71)) == "handler_verifies"
    assert refused(again, "verify", actor("dispatcher", 80)) == ""


def test_only_those_it_is_dispatched_to_handle_it_and_the_lead_answers():
    handling = [("dispatched", "handle"), ("handling", "resolve"), ("handling", "finish_stage")]
    handling += [
        ("dispatched", "return"),
        ("handling", "return"),
        ("handling", "pause"),
        ("paused", "resume"),
    ]
    for state, verb in handling:
        for organisation in (OTHER, ""):
            who = actor("handler", organisation=organisation)
            assert refused(incident(state), verb, who) == "other_organisation"
        assert refused(incident(state), verb, actor("handler")) == ""
        joint = refused(incident(state), verb, actor("handler", organisation=JOINT))
        assert joint == ("" if verb == "handle" else "joint_organisation")
    nowhere = replace(incident("dispatched"), organisation_code="", joint_organisations="")
    assert refused(nowhere, "handle", actor("handler", organisation="")) == "other_organisation"
    assert refused(incident("handling"), "pause", actor("dispatcher", organisation=OTHER)) == ""


@pytest.mark.parametrize(
    ("state", "verb", "account", "organisation"),
    [
        ("dispatched", "handle", REPORTER, ""),
        ("handling", "resolve", REPORTER, ""),
        ("resolved", "verify", HANDLER, ""),
        ("resolved", "verify", 99, LEAD),
        ("resolved", "verify", 99, JOINT),
        ("reported", "accept", 99, ""),
    ],
)
def test_no_administrator_is_exempt_without_a_reason_that_is_kept(state, verb, account, organisation):
    who = actor("administrator", account, organisation)
    for reason in (None, "", "  \n "):
        assert refused(incident(state), verb, who, override_reason=reason) == "override_reason_required"
    done = act(incident(state), verb, who, override_reason=" 夜间无人值守 ", note="已现场确认")
    assert done.override_reason == "夜间无人值守"
    assert done.history.note == "【管理员代办：夜间无人值守】已现场确认"
    assert (done.history.actor_id, done.history.actor_role) == (account, "administrator")
    with pytest.raises(BadInput):
        act(incident(state), verb, who, override_reason="理由\x00")
    with pytest.raises(BadInput):
        act(incident(state), verb, who, override_reason="长" * 501)


def test_an_administrator_needs_no_reason_for_what_everybody_may_do():
    assert act(incident(""), "report", actor("administrator")).override_reason == ""
    mine = act(incident("returned"), "report_again", actor("administrator", REPORTER), override_reason="x")
    assert mine.override_reason == "" and "代办" not in mine.history.note


def test_a_scope_holds_for_acting_but_not_for_ones_own_reports():
    inside, outside = "410222001006", "410222002001"
    worker = replace(actor("grid_worker"), scope_code=outside)
    assert refused(incident("resolved"), "verify", worker) == "out_of_scope"
    assert refused(incident("resolved"), "verify", replace(worker, scope_code=inside)) == ""
    assert refused(incident(""), "report", worker) == ""
    own = replace(actor("grid_worker", REPORTER), scope_code=outside)
    assert refused(incident("returned"), "report_again", own) == ""
    assert refused(incident("closed"), "evaluate", own) == ""
    leader = replace(actor("leader"), scope_code=outside)
    assert refused(incident("closed"), "evaluate", leader) == "out_of_scope"
    assert [verb.code for verb in allowed_verbs(incident("closed"), leader)] == []
