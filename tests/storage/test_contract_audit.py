"""The audit trail is appended to and nothing else; what was changed in spite of that is found."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, insert, text, update

from gis_app.audit import trail
from gis_app.audit.tags import UnknownTag
from gis_app.errors import Conflict
from gis_app.storage import audit, tables
from gis_app.storage.engine import open_store

TAG = "layers:layer:imported"
COPIED = "at, tag, actor, subject, detail"


def append(store, number: int = 1) -> None:
    with store.write() as conn:
        for index in range(number):
            audit.append(conn, TAG, "admin", f"layer {index}", {"rows": index, "file": "网格.geojson"})


def tamper(store, *statements: str) -> int | None:
    """Change the trail as somebody would who owns the database, and return what verification finds."""
    off = {
        "sqlite": [f"DROP TRIGGER audit_no_{verb}" for verb in ("update", "delete", "replace")],
        "postgresql": ["SET LOCAL session_replication_role = replica"],
    }
    with store.write() as conn:
        for statement in (*off[store.dialect], *statements):
            conn.execute(text(statement))
    with store.read() as conn:
        return audit.verify(conn)


def test_an_untouched_trail_is_sound(store):
    with store.read() as conn:
        assert audit.verify(conn) is None
    append(store, 5)
    with store.read() as conn:
        assert audit.verify(conn) is None
        rows = audit.read_rows(conn, tag=TAG, before=5, limit=2)
    assert [row.sequence for row in rows] == [4, 3]
    assert rows[0].detail == '{"file":"网格.geojson","rows":3}' and rows[0].actor == "admin"


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE sequence = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE sequence = 1", 1),
        ("UPDATE audit SET at = '2020-01-01' WHERE sequence = 5", 5),
        ("DELETE FROM audit WHERE sequence = 2", 2),
        ("DELETE FROM audit WHERE sequence >= 4", 4),
        ("DELETE FROM audit", 1),
        (f"INSERT INTO audit SELECT 6, {COPIED}, hash, hash FROM audit WHERE sequence = 5", 6),
        ("UPDATE audit_head SET hash = '0'", 5),
        ("UPDATE audit_head SET sequence = 9", 6),
    ],
)
def test_a_changed_missing_or_added_row_is_found(store, statement, broken):
    append(store, 5)
    assert tamper(store, statement) == broken


@pytest.mark.parametrize("change", [update(tables.audit).values(actor="x"), delete(tables.audit)])
def test_the_database_refuses_to_change_or_delete_rows(store, change):
    append(store, 2)
    with pytest.raises(Conflict), store.write() as conn:
        conn.execute(change)
    with pytest.raises(Conflict), store.write() as conn:
        conn.execute(delete(tables.audit_head))
    with store.read() as conn:
        assert audit.verify(conn) is None and len(audit.read_rows(conn)) == 2


def test_the_database_refuses_to_replace_a_row(store):
    append(store, 2)
    row = {column.name: "1" for column in tables.audit.columns} | {"sequence": 1}
    statement = insert(tables.audit).values(row)
    if store.dialect == "sqlite":
        statement = statement.prefix_with("OR REPLACE")
    with pytest.raises(Conflict), store.write() as conn:
        conn.execute(statement)
    with store.read() as conn:
        assert audit.verify(conn) is None


def test_a_tag_that_is_not_in_the_table_is_refused(store):
    with pytest.raises(UnknownTag), store.write() as conn:
        audit.append(conn, "layers:layer:invented", "admin")
    with store.read() as conn:
        assert audit.read_rows(conn) == []


def test_a_change_that_is_taken_back_leaves_no_row(store):
    with pytest.raises(ZeroDivisionError), store.write() as conn:
        audit.append(conn, TAG)
        raise ZeroDivisionError
    append(store)
    with store.read() as conn:
        assert [row.sequence for row in audit.read_rows(conn)] == [1]


def test_appends_at_once_make_one_unbroken_chain(store_url, store):
    def append_some(_number: int) -> None:
        own = open_store(store_url)
        try:
            for _ in range(10):
                append(own)
        finally:
            own.dispose()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(append_some, range(6)))
    with store.read() as conn:
        assert audit.verify(conn) is None
        assert [row.sequence for row in audit.read_rows(conn)] == list(range(60, 0, -1))


def test_ten_thousand_rows_are_verified_in_two_seconds(store):
    rows, head = [], trail.START
    for number in range(10_000):
        rows.append(trail.seal(head, "2023-05-01T00:00:00", TAG, "admin", str(number), {"rows": number}))
        head = trail.Head(rows[-1].sequence, rows[-1].hash)
    with store.write() as conn:
        conn.execute(insert(tables.audit), [row._asdict() for row in rows])
        conn.execute(update(tables.audit_head).values(head._asdict()))
    started = time.perf_counter()
    with store.read() as conn:
        assert audit.verify(conn) is None
    assert time.perf_counter() - started < 2
