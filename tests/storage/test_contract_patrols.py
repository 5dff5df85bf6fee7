"""Patrols are two numbers per grid and day; the last word counts, on both databases."""

from __future__ import annotations

from datetime import date

from gis_app.storage import patrols

FIRST, SECOND = date(2024, 5, 1), date(2024, 5, 2)


def told(store, first: date = FIRST, last: date = SECOND) -> list[tuple]:
    """Return what the store holds of some days."""
    with store.read() as conn:
        return [tuple(row) for row in patrols.read_counts(conn, first, last)]


def test_what_was_said_last_counts(store):
    with store.write() as conn:
        patrols.set_count(conn, "G2", FIRST, 1, 9)
        patrols.set_count(conn, "G1", SECOND, 4, 4)
        patrols.set_count(conn, "G2", FIRST, 3, 8)
        patrols.set_count(conn, "G1", FIRST, 0, 5)
    every = [("G1", "2024-05-01", 0, 5), ("G2", "2024-05-01", 3, 8), ("G1", "2024-05-02", 4, 4)]
    assert told(store) == every
    assert told(store, SECOND, SECOND) == every[2:]
    assert told(store, SECOND, FIRST) == []
