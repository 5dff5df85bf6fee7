"""Imports of the desk in the store, on both databases: a version is left once, and what is old is erased."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gis_app import clock
from gis_app.errors import NotFound, Stale
from gis_app.storage import imports

ONE, OTHER = "0" * 15 + "1", "0" * 15 + "2"


def insert(store, import_id: str = ONE, state: str = "choosing", account_id: int = 7, days: int = 0) -> None:
    at = clock.now() - timedelta(days=days)
    values = {"import_id": import_id, "account_id": account_id, "state": state, "file": "通许网格.zip"}
    with store.write() as conn:
        imports.insert_import(conn, values | {"created_at": at, "changed_at": at})


def test_a_version_is_left_by_one_change_only(store):
    insert(store)
    with store.write() as conn:
        assert imports.change(conn, ONE, 1, ("choosing",), clock.now(), {"state": "checking"}) == 2
    for version, states in ((1, ("checking",)), (2, ("choosing",)), (3, ("checking",))):
        with pytest.raises(Stale), store.write() as conn:
            imports.change(conn, ONE, version, states, clock.now(), {"state": "checked"})
    with store.read() as conn:
        row = imports.find_import(conn, ONE)
    assert (row.state, row.version, row.file) == ("checking", 2, "通许网格.zip")


def test_an_import_of_another_account_is_not_found(store):
    insert(store)
    with store.read() as conn:
        assert imports.find_import(conn, ONE, 7).account_id == 7
        for number, account_id in ((ONE, 8), (OTHER, None)):
            with pytest.raises(NotFound):
                imports.find_import(conn, number, account_id)


def test_the_job_is_noted_for_the_step_it_was_given_for(store):
    insert(store)
    with store.write() as conn:
        imports.note_job(conn, ONE, 1, 5)
        imports.note_job(conn, ONE, 2, 6)
        assert imports.find_import(conn, ONE).job_id == 5


def test_the_newest_come_first_and_are_counted(store):
    insert(store, ONE, days=2)
    insert(store, OTHER, days=1)
    insert(store, "f" * 16, account_id=8)
    with store.read() as conn:
        rows, total = imports.read_imports(conn, 7, 1)
        assert ([row.import_id for row in rows], total) == ([OTHER], 2)
        assert [row.import_id for row in imports.read_imports(conn, None, 10, 1)[0]] == [OTHER, ONE]
        assert imports.count_open(conn, 7) == 2


def test_the_latest_taken_in_is_the_one_that_is_not_undone(store):
    insert(store, ONE, "taken_in")
    insert(store, OTHER, "taken_in")
    now = clock.now()
    with store.write() as conn:
        imports.change(conn, ONE, 1, ("taken_in",), now, {"taken_in_at": now, "revision_after": 4})
        imports.change(conn, OTHER, 1, ("taken_in",), now, {"taken_in_at": now, "revision_after": 5})
        assert imports.latest_taken_in(conn).import_id == OTHER
        imports.change(conn, OTHER, 2, ("taken_in",), now, {"state": "undone"})
        assert imports.latest_taken_in(conn).import_id == ONE


def test_what_is_old_is_erased_unless_it_is_in_work(store):
    insert(store, ONE, days=31)
    insert(store, OTHER, "checking", days=31)
    insert(store, "f" * 16, days=29)
    with store.write() as conn:
        assert imports.delete_old(conn, clock.now() - timedelta(days=30)) == [ONE]
        assert imports.known_imports(conn) == {OTHER, "f" * 16}
