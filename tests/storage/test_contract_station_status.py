"""The status of a station on both databases: who comes second is told, and the county does not move."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gis_app import clock
from gis_app.errors import Conflict
from gis_app.storage import audit, station_status
from gis_app.storage.revision import revision

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=clock.ZONE)


def say(store, version: int, status: str, note: str = "", until=None, code: str = "S1") -> int:
    with store.write() as conn:
        return station_status.set_status(conn, code, version, status, note, until, "he", "duty_staff", NOON)


def test_what_was_said_last_holds_and_everything_is_remembered(store):
    with store.read() as conn:
        before = (station_status.change_number(conn), revision(conn))
    assert say(store, 0, "closed", "停电", NOON + timedelta(hours=2)) == 1
    assert say(store, 1, "open") == 2
    with store.read() as conn:
        assert station_status.change_number(conn) == before[0] + 2
        assert revision(conn) == before[1]
        (row,) = station_status.read_statuses(conn)
        assert (row.station_code, row.status, row.until, row.version) == ("S1", "open", None, 2)
        history = station_status.read_history(conn, "S1")
        assert [(one.status, one.note, one.role) for one in history] == [
            ("open", "", "duty_staff"),
            ("closed", "停电", "duty_staff"),
        ]
        assert history[1].until == NOON + timedelta(hours=2)
        told = audit.read_rows(conn, station_status.CHANGED_TAG)
        assert [(row.actor, row.subject) for row in told] == [("he", "S1")] * 2
        assert audit.verify(conn) is None


@pytest.mark.parametrize("known", [0, 1, 3])
def test_who_knows_another_version_changes_nothing(store, known):
    say(store, 0, "full")
    say(store, 1, "open")
    with pytest.raises(Conflict) as refused:
        say(store, known, "closed")
    assert refused.value.code == "stale_version"
    with store.read() as conn:
        assert [row.status for row in station_status.read_statuses(conn)] == ["open"]
        assert station_status.change_number(conn) == 2


def test_a_station_of_which_nothing_was_said_has_no_version_but_none(store):
    with pytest.raises(Conflict):
        say(store, 1, "closed")
    with store.read() as conn:
        assert list(station_status.read_statuses(conn)) == []
