"""How an incident stands with its time limit: in time, due soon, overdue; one by one and by the column."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.deadlines import (
    DEADLINES,
    accept_due_at,
    deadline,
    deadlines,
    due_at,
    parse_stages,
    seconds_left,
    stage_dues,
)
from gis_app.incidents.model import DONE_STATES, STATES
from gis_app.incidents.statistics import is_overdue
from gis_app.incidents.worktime import standard
from tests.unit.incidents.loop import STAGED, at, incident

CALENDAR = standard()


@pytest.mark.parametrize(
    ("dispatched", "due", "now", "expected"),
    [
        # five workdays, 35 hours from Monday morning: a fifth is 7 hours
        ("2026-07-27T08:30", "2026-07-31T18:00", "2026-07-30T17:59", "in_time"),
        ("2026-07-27T08:30", "2026-07-31T18:00", "2026-07-30T18:00", "due_soon"),
        ("2026-07-27T08:30", "2026-07-31T18:00", "2026-07-31T18:00", "due_soon"),
        ("2026-07-27T08:30", "2026-07-31T18:00", "2026-07-31T18:00:01", "overdue"),
        # one workday: four working hours
        ("2026-07-27T08:30", "2026-07-27T18:00", "2026-07-27T11:29", "in_time"),
        ("2026-07-27T08:30", "2026-07-27T18:00", "2026-07-27T11:30", "due_soon"),
        # a short limit is due soon from its start
        ("2026-07-27T08:30", "2026-07-27T10:30", "2026-07-27T08:31", "due_soon"),
        ("2026-07-27T08:30", "2026-07-27T10:30", "2026-07-27T10:31", "overdue"),
        # due on Friday evening, asked on Sunday: overdue though nobody has worked since
        ("2026-07-20T08:30", "2026-07-24T18:00", "2026-07-26T10:00", "overdue"),
    ],
)
def test_the_states_of_a_deadline(dispatched, due, now, expected):
    subject = incident("handling", dispatched_at=at(dispatched), due_at=at(due))
    assert deadline(subject, at(now), CALENDAR) == expected
    assert (seconds_left(subject, at(now), CALENDAR) < 0) <= (expected == "overdue")


@pytest.mark.parametrize("state", STATES)
def test_nothing_done_is_ever_due(state):
    late = incident(state, dispatched_at=at("2026-07-01T09:00"), due_at=at("2026-07-02T09:00"))
    assert (deadline(late, at("2026-07-29T09:00"), CALENDAR) == "") is (state in DONE_STATES)
    assert deadline(incident("accepted"), at("2026-07-29T09:00"), CALENDAR) == ""


def test_a_paused_clock_stands():
    late = at("2026-09-01T10:00")
    paused = incident("paused", due_at=at("2026-07-29T11:00"), paused_at=at("2026-07-28T17:00"))
    assert deadline(paused, late, CALENDAR) == "due_soon"
    assert seconds_left(paused, late, CALENDAR) == 3.5 * 3600
    before = incident("paused", due_at=at("2026-07-28T16:00"), paused_at=at("2026-07-28T17:00"))
    assert deadline(before, late, CALENDAR) == "overdue"
    frame = pd.DataFrame([asdict(paused), asdict(before)])
    assert deadlines(frame, late, CALENDAR).tolist() == ["due_soon", "overdue"]
    with clock.frozen(late):
        assert is_overdue(frame).tolist() == [False, True]


MOMENTS = st.integers(0, 60 * 24 * 30).map(
    lambda minutes: at("2026-09-20T00:00") + timedelta(minutes=minutes)
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([*STATES]), MOMENTS, MOMENTS, MOMENTS), min_size=1, max_size=20),
    MOMENTS,
)
def test_a_column_says_what_each_incident_says(rows, now):
    known = [
        incident(state, dispatched_at=one, due_at=two, paused_at=three if state == "paused" else None)
        for state, one, two, three in rows
    ]
    frame = pd.DataFrame([asdict(one) for one in known])
    assert deadlines(frame, now, CALENDAR).tolist() == [deadline(one, now, CALENDAR) for one in known]
    texts = frame.assign(
        **{
            name: [moment.isoformat() if pd.notna(moment) else "" for moment in frame[name]]
            for name in ("dispatched_at", "due_at", "paused_at")
        }
    )
    assert deadlines(texts, now, CALENDAR).tolist() == deadlines(frame, now, CALENDAR).tolist()


def test_frames_without_pauses_or_rows_or_dispatch_are_answered():
    frame = pd.DataFrame(
        {"state": ["handling", "closed", "reported"], "dispatched_at": ["", "", ""],
         "due_at": ["2026-07-29T11:00:00+08:00", "2026-07-29T11:00:00+08:00", ""]}
    )  # fmt: skip
    assert deadlines(frame, at("2026-07-30T09:00"), CALENDAR).tolist() == ["overdue", "", ""]
    assert deadlines(frame, at("2026-07-20T09:00"), CALENDAR).tolist() == ["in_time", "", ""]
    assert deadlines(frame.iloc[:0], at("2026-07-20T09:00"), CALENDAR).tolist() == []


def test_when_it_is_due():
    start = at("2026-07-27T09:00")
    assert due_at(start, "4h", CALENDAR) == at("2026-07-27T15:30")
    assert due_at(start, "4h", CALENDAR, lost_seconds=7 * 3600) == at("2026-07-28T15:30")
    assert due_at(start, "", CALENDAR) is None
    assert accept_due_at(at("2026-07-26T12:00"), "1h", CALENDAR) == at("2026-07-27T09:30")
    assert accept_due_at(start, "", CALENDAR) is None


def test_stages_are_due_one_after_the_other():
    found = stage_dues(
        incident(
            "handling", dispatched_at=at("2026-07-27T09:00"), stages_done=1, paused_seconds_work=7 * 3600
        ),
        STAGED.stages,
        CALENDAR,
    )
    assert [(one.name, one.due_at, one.done) for one in found] == [
        ("停工", at("2026-07-28T15:30"), True),
        ("处罚", at("2026-08-06T18:00"), False),
        ("拆除", at("2026-08-25T18:00"), False),
    ]
    assert stage_dues(incident("accepted"), STAGED.stages, CALENDAR) == []
    assert stage_dues(incident("handling"), "", CALENDAR) == []


@pytest.mark.parametrize("text", ["stop", "stop:", "stop:4x", ":4h", "a b:4h", "stop=4h", "stop:4h:5h"])
def test_stages_that_cannot_be_read_are_refused(text):
    with pytest.raises(BadInput):
        parse_stages(text)


def test_stages_are_read_with_blanks_and_a_last_semicolon():
    assert [str(stage.limit) for stage in parse_stages(" stop : 4h ; demolish:20d; ")] == ["4h", "20d"]
    assert set(DEADLINES) == {"in_time", "due_soon", "overdue"}
