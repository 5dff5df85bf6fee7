"""Every (state × verb × role): the table of the loop, said a second time, and nothing beside it."""

from __future__ import annotations

from itertools import product

import pytest

from gis_app.errors import Conflict, Forbidden
from gis_app.incidents.model import STATES
from gis_app.incidents.transitions import ROLES, STAGES, TABLE, VERBS, edge, verb_label
from gis_app.incidents.workflow import allowed_verbs
from gis_app.people.roles import Role
from tests.unit.incidents.loop import REPORTER, STAGED, act, actor, incident

EVERYBODY = "leader grid_worker planner dispatcher administrator handler inspector duty_staff public"
DISPATCHER = "dispatcher"
EXPECTED = {
    ("", "report"): ("reported", EVERYBODY),
    ("reported", "accept"): ("accepted", DISPATCHER),
    ("reported", "return"): ("returned", DISPATCHER),
    ("returned", "report_again"): ("reported", "reporter"),
    ("reported", "reject"): ("rejected", DISPATCHER),
    ("accepted", "reject"): ("rejected", DISPATCHER),
    ("reported", "mark_duplicate"): ("duplicate", DISPATCHER),
    ("accepted", "mark_duplicate"): ("duplicate", DISPATCHER),
    ("accepted", "dispatch"): ("dispatched", DISPATCHER),
    ("dispatched", "handle"): ("handling", "handler"),
    ("dispatched", "return"): ("accepted", "handler"),
    ("handling", "return"): ("accepted", "handler"),
    ("dispatched", "transfer"): ("dispatched", DISPATCHER),
    ("handling", "transfer"): ("dispatched", DISPATCHER),
    ("handling", "finish_stage"): ("handling", "handler"),
    ("handling", "pause"): ("paused", "handler dispatcher"),
    ("paused", "resume"): ("handling", "handler dispatcher"),
    ("dispatched", "extend"): ("dispatched", DISPATCHER),
    ("handling", "extend"): ("handling", DISPATCHER),
    ("paused", "extend"): ("paused", DISPATCHER),
    ("handling", "resolve"): ("resolved", "handler"),
    ("resolved", "return"): ("handling", "dispatcher grid_worker inspector"),
    ("resolved", "verify"): ("verified", "dispatcher grid_worker inspector"),
    ("verified", "close"): ("closed", DISPATCHER),
    ("closed", "evaluate"): ("evaluated", "leader inspector dispatcher reporter"),
    ("closed", "reopen"): ("accepted", "dispatcher inspector"),
    ("evaluated", "reopen"): ("accepted", "dispatcher inspector"),
    ("rejected", "reopen"): ("accepted", "dispatcher inspector"),
}
EVERY_STATE = ("", *STATES)
ALL = list(product(EVERY_STATE, VERBS, ROLES))


def subject(state: str, verb: str):
    """Return an incident at the state; only a staged class has stages to finish."""
    return incident(state, class_code=STAGED.class_code if verb == "finish_stage" else "ENV03")


def outcome(state: str, verb: str, role: str, account_id: int = 99, **data) -> str:
    """Return the state that a step leads to, or the code of its refusal."""
    try:
        return act(subject(state, verb), verb, actor(role, account_id), kind=STAGED, **data).next_state
    except (Conflict, Forbidden) as refusal:
        return refusal.code


def test_the_table_is_the_one_written_here():
    assert {(one.state, one.verb): one.next for one in TABLE} == {
        key: value[0] for key, value in EXPECTED.items()
    }
    assert len(TABLE) == len(EXPECTED)


@pytest.mark.parametrize(("state", "verb", "role"), ALL)
def test_only_the_edges_of_the_table_pass(state, verb, role):
    """Somebody who neither reported nor handled it; a handler is of the lead organisation."""
    found = outcome(state, verb, role)
    if (state, verb) not in EXPECTED:
        assert found == "transition_forbidden"
    elif role in EXPECTED[state, verb][1].split():
        assert found == EXPECTED[state, verb][0]
    elif role == "administrator":
        assert found == "override_reason_required"
    elif EXPECTED[state, verb][1] == "reporter":
        assert found == "not_the_reporter"
    else:
        assert found == "role_forbidden"


@pytest.mark.parametrize(("state", "verb"), EXPECTED)
@pytest.mark.parametrize("role", [role for role in ROLES if role != "public"])
def test_the_reporter_may_report_again_and_evaluate_whatever_their_role(state, verb, role):
    found, roles = outcome(state, verb, role, REPORTER), EXPECTED[state, verb][1].split()
    if verb in ("handle", "resolve", "finish_stage") and role == "handler":
        assert found == "reporter_handles"
    elif "reporter" in roles or role in roles:
        assert found == EXPECTED[state, verb][0]
    else:
        assert found == ("override_reason_required" if role == "administrator" else "role_forbidden")


@pytest.mark.parametrize(("state", "verb"), list(product(EVERY_STATE, VERBS)))
def test_an_administrator_with_a_reason_takes_the_edges_of_the_table_and_no_other(state, verb):
    found = outcome(state, verb, "administrator", override_reason="调度员休假，应急代办")
    assert found == EXPECTED.get((state, verb), ("transition_forbidden", ""))[0]


@pytest.mark.parametrize(("state", "verb", "role"), [one for one in ALL if one[2] != "administrator"])
def test_a_reason_opens_nothing_to_anybody_else(state, verb, role):
    assert outcome(state, verb, role, override_reason="我有理由") == outcome(state, verb, role)


@pytest.mark.parametrize(("state", "role"), list(product(EVERY_STATE, ROLES)))
def test_the_buttons_are_the_steps_that_pass(state, role):
    """What is offered is what is allowed: no dead button, no hidden step."""
    found = {verb.code: verb for verb in allowed_verbs(subject(state, "finish_stage"), actor(role), STAGED)}
    for verb in VERBS:
        passes = outcome(state, verb, role, override_reason="应急代办") in STATES
        assert (verb in found) == passes
        if passes:
            assert found[verb].override == (outcome(state, verb, role) == "override_reason_required")
            assert ("override_reason" in found[verb].needs) == found[verb].override
            assert found[verb].label() and found[verb].label("en") and found[verb].next_state in STATES


def test_every_state_can_be_reached_and_left_but_for_the_ends():
    reached = {one.next for one in TABLE}
    left = {one.state for one in TABLE}
    assert reached == set(STATES)
    assert set(STATES) - left == {"duplicate"}


def test_the_words_are_those_of_the_roles_and_the_verbs():
    assert set(ROLES) == {*Role, "public"}
    assert {one.verb for one in TABLE} == set(VERBS)
    assert all({"zh", "en"} <= set(labels) for labels in (*VERBS.values(), *STAGES.values()))
    assert len(STAGES) == 7 and {verb for stage in STAGES.values() for verb in stage["verbs"]} <= set(VERBS)
    assert verb_label("dispatch") == "派遣" and verb_label("unheard_of") == "unheard_of"
    assert edge("closed", "handle") is None
