"""A store that fails says so in the words of this service, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gis_app.errors import Conflict, Unavailable
from gis_app.storage.revision import bump_revision, revision


def test_a_reader_can_change_nothing(store):
    with pytest.raises(Unavailable), store.read() as conn:
        bump_revision(conn)
    with store.read() as conn:
        assert revision(conn) == 0


def test_a_broken_rule_is_a_conflict(store):
    with pytest.raises(Conflict), store.write() as conn:
        conn.execute(text("INSERT INTO revision (id, number, changed_at) VALUES (2, 5, '2023-01-01')"))


def test_an_error_of_the_block_is_the_error_of_the_block(store):
    with pytest.raises(KeyError), store.write() as conn:
        bump_revision(conn)
        raise KeyError
    with store.read() as conn:
        assert revision(conn) == 0


def test_a_disposed_store_opens_again(store):
    store.dispose()
    with store.write() as conn:
        assert bump_revision(conn) == 1
