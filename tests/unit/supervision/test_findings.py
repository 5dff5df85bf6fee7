"""Hold the table of a finding: every state, verb and role is tried, and only its edges pass."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from gis_app import clock
from gis_app.errors import Conflict, Forbidden
from gis_app.incidents import supervision as rules
from gis_app.incidents.incident import Actor
from gis_app.incidents.messages import Refused
from gis_app.incidents.worktime import standard
from gis_app.people.permissions import PERMISSIONS
from gis_app.people.roles import Role

NOW = datetime(2024, 4, 29, 10, 0, tzinfo=clock.ZONE)  # a Monday; 1 to 5 May are holidays
AREA = "410222001001"
POST = SimpleNamespace(state="open", area_code=f"{AREA}001", organisation_code="")
EDGES = {
    ("open", "answer"): "answered",
    ("sent_back", "answer"): "answered",
    ("answered", "accept"): "accepted",
    ("answered", "send_back"): "sent_back",
}
WHO = {"answer": {"grid_worker", "dispatcher"}, "accept": {"inspector"}, "send_back": {"inspector"}}


def finding(**changes):
    return SimpleNamespace(**{**vars(POST), **changes})


def actor(role: str, account_id: int = 7, organisation: str = "", scope: str = "") -> Actor:
    return Actor(account_id, role, organisation, scope)


def taken(found, verb, who, now=NOW, answerers=(), **data):
    return rules.take(found, verb, who, {"note": "已整改", **data}, now, standard(), answerers)


@pytest.mark.parametrize("role", [str(role) for role in Role])
@pytest.mark.parametrize("verb", [*rules.WAYS, "reopen"])
@pytest.mark.parametrize("state", rules.FINDING_STATES)
def test_only_the_edges_of_the_table_pass(state, verb, role):
    allowed = (state, verb) in EDGES and role in WHO[verb]
    if allowed:
        assert taken(finding(state=state), verb, actor(role)).changes["state"] == EDGES[state, verb]
    else:
        with pytest.raises((Conflict, Forbidden)):
            taken(finding(state=state), verb, actor(role))


def test_the_table_and_the_permissions_name_the_same_roles():
    assert {str(role) for role in PERMISSIONS["supervision:finding:answer"]} == rules.ANSWERERS
    assert {str(role) for role in PERMISSIONS["supervision:finding:judge"]} == rules.JUDGES


def test_only_the_organisation_named_answers_for_it():
    of_one = finding(organisation_code="ORG001")
    assert rules.may_take("answer", of_one, actor("handler", organisation="ORG001")) == ""
    assert rules.may_take("answer", of_one, actor("handler", organisation="ORG002")) == "not_responsible"
    assert rules.may_take("answer", of_one, actor("handler")) == "not_responsible"
    assert rules.may_take("answer", of_one, actor("grid_worker")) == "not_responsible"
    assert rules.may_take("answer", finding(), actor("handler")) == "not_responsible"


def test_nobody_judges_the_own_answer_or_acts_outside_the_own_area():
    answered = finding(state="answered")
    assert rules.may_take("accept", answered, actor("inspector", 7), {7}) == "own_answer"
    assert rules.may_take("accept", answered, actor("inspector", 8), {7}) == ""
    assert rules.may_take("answer", finding(), actor("grid_worker", scope="410222002")) == "out_of_scope"


def test_it_goes_back_and_forth_as_often_as_needed():
    state = "open"
    for _ in range(4):
        for verb, role in (("answer", "grid_worker"), ("send_back", "inspector")):
            state = taken(finding(state=state), verb, actor(role)).changes["state"]
    assert state == "sent_back"


def test_without_a_day_the_clock_ends_after_working_days():
    due = taken(finding(state="answered"), "send_back", actor("inspector")).changes["due_at"]
    # 29 and 30 April are worked, 1 to 5 May are not: the third working day is 6 May.
    assert due.date().isoformat() in ("2024-05-06", "2024-05-07")
    given = taken(finding(state="answered"), "send_back", actor("inspector"), due_on="2024-05-20")
    assert given.changes["due_at"] == datetime(2024, 5, 20, 18, tzinfo=clock.ZONE)


@pytest.mark.parametrize(
    ("day", "code"), [("2024-04-28", "due_range"), ("2026-01-01", "due_range"), ("20240520x", "day_format")]
)
def test_a_due_day_in_the_past_or_far_away_is_refused(day, code):
    with pytest.raises(Refused) as refused:
        taken(finding(state="answered"), "send_back", actor("inspector"), due_on=day)
    assert refused.value.faults[0].field == "due_on" and refused.value.faults[0].code == code


@pytest.mark.parametrize("note", ["", "  ", "请联系13812345678", "x" * 2001, "a\x00b"])
def test_an_answer_needs_words_that_name_nobody(note):
    with pytest.raises(Refused):
        taken(finding(), "answer", actor("grid_worker"), note=note)


def test_how_it_stands_with_its_clock():
    assert rules.deadline("open", NOW - timedelta(seconds=1), NOW) == "overdue"
    assert rules.deadline("sent_back", NOW + timedelta(days=1), NOW) == "due_soon"
    assert rules.deadline("open", NOW + timedelta(days=5), NOW) == "in_time"
    assert rules.deadline("answered", NOW - timedelta(days=9), NOW) == ""
    assert rules.deadline("accepted", NOW - timedelta(days=9), NOW) == ""


def test_a_round_closes_when_all_is_accepted():
    the_round = SimpleNamespace(state="open")
    rules.check_close(the_round, [finding(state="accepted")])
    rules.check_close(the_round, [])
    with pytest.raises(Conflict) as refused:
        rules.check_close(the_round, [finding(state="accepted"), finding(state="answered")])
    assert (refused.value.code, refused.value.fields) == ("findings_left", {"findings": "1"})
    with pytest.raises(Conflict):
        rules.check_close(SimpleNamespace(state="closed"), [])


def test_every_fault_of_a_finding_is_told_at_once():
    the_round = SimpleNamespace(state="open", area_code=AREA)
    data = {"description": "", "responsible_role": "handler", "area_code": "999", "due_on": "soon"}
    with pytest.raises(Refused) as refused:
        rules.new_finding(data, the_round, {"ORG001"}, {AREA}, NOW, standard())
    assert {fault.field for fault in refused.value.faults} == {
        "description", "organisation_code", "area_code", "due_on"}  # fmt: skip
    with pytest.raises(Conflict):
        rules.new_finding(data, SimpleNamespace(state="closed"), {}, {}, NOW, standard())


@pytest.mark.parametrize(("kind", "area"), [("grid", AREA), ("community", ""), ("street", AREA)])
def test_a_round_needs_a_subject_of_its_kind(kind, area):
    data = {"title": "月督导", "subject_kind": kind, "subject_code": area}
    with pytest.raises(Refused):
        rules.new_round(data, area, actor("inspector"), NOW)
