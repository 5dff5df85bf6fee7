"""What every request and every start pays in the store stays within its budget."""

from __future__ import annotations

import time

import pytest

from gis_app.people import accounts, sessions
from gis_app.storage import people as table
from gis_app.storage.incidents import read_incidents, replace_incidents
from gis_app.storage.layers import read_layer, read_layers, replace_layer
from tests.storage import samples

ONLY_SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def best_of(times: int, work) -> float:
    """Return the least time in seconds that `work` took: the machine may be busy with other things."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


@ONLY_SQLITE
def test_a_session_is_found_within_200_microseconds(store):
    accounts.create_account(store, "wang", "correct horse battery", "leader")
    with store.write() as conn:
        token = sessions.open(conn, table.find_credentials(conn, "wang").account_id)

    def hundred() -> None:
        for _ in range(100):
            assert sessions.find(store, token) is not None

    assert best_of(10, hundred) / 100 < 200e-6


def test_the_layers_of_a_county_town_are_read_within_a_second(store):
    with store.write() as conn:
        for name, frame in samples.large_county().items():
            replace_layer(conn, name, frame)

    def buildings_and_streets() -> None:
        with store.read() as conn:
            assert len(read_layer(conn, "buildings")) == 7_000 and len(read_layer(conn, "streets")) == 4_000

    def everything() -> None:
        with store.read() as conn:
            read_layers(conn)

    assert best_of(3, buildings_and_streets) < 0.5
    assert best_of(3, everything) < 1


def test_ten_thousand_incidents_are_read_within_half_a_second(store):
    with store.write() as conn:
        replace_incidents(conn, samples.incidents(10_000))

    def read() -> None:
        with store.read() as conn:
            assert len(read_incidents(conn)) == 10_000

    assert best_of(3, read) < 0.5
