"""What only SQLite needs: pragmas on every connection, writers in line, nothing shared across a fork."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from gis_app.errors import Conflict, Unavailable
from gis_app.storage import audit, tables
from gis_app.storage.engine import SQLITE_PRAGMAS, open_store
from gis_app.storage.migrations import migrate
from gis_app.storage.revision import bump_revision, revision

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def pragmas(conn) -> dict[str, object]:
    return {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in SQLITE_PRAGMAS}


def test_every_connection_keeps_what_was_acknowledged(store):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }
    with store.read() as one, store.read() as two, store.write() as three:
        assert pragmas(one) == pragmas(two) == pragmas(three) == wanted
        assert one.exec_driver_sql("PRAGMA query_only").scalar_one() == 1
    with store.write(wait=False) as four:
        assert pragmas(four) == wanted


def test_a_writer_holds_the_lock_from_its_first_moment(store, store_url):
    with store.write():
        other = sqlite3.connect(store.url.database, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_writers_wait_for_each_other_and_lose_nothing(store):
    def bump() -> None:
        for _ in range(10):
            with store.write() as conn:
                bump_revision(conn)

    threads = [threading.Thread(target=bump) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as conn:
        assert revision(conn) == 40


def test_a_writer_that_does_not_wait_says_so_at_once(store):
    with store.write():
        started = time.perf_counter()
        with pytest.raises(Unavailable), store.write(wait=False):
            pass
        assert time.perf_counter() - started < 0.5


def test_a_reader_sees_one_moment_and_does_not_wait_for_a_writer(store):
    with store.read() as reader:
        assert revision(reader) == 0
        with store.write() as writer:
            bump_revision(writer)
        assert revision(reader) == 0
    with store.read() as reader:
        assert revision(reader) == 1


def test_a_foreign_key_is_kept(store):
    with pytest.raises(Conflict), store.write() as conn:
        conn.execute(insert(tables.grids).values(plan_id=9, grid_code="1", geometry=b"x"))


def test_a_damaged_file_is_unavailable_and_no_crash(store):
    Path(store.url.database).write_bytes(b"this is not a database" * 100)
    with pytest.raises(Unavailable), store.read() as conn:
        conn.execute(text("SELECT 1 FROM revision"))


FORK = """
import os, sys
from gis_app.storage.engine import open_store
from gis_app.storage.revision import bump_revision, revision
store = open_store(sys.argv[1])
with store.read() as conn: revision(conn)
children = []
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        for _ in range(10):
            with store.write() as conn: bump_revision(conn)
            with store.read() as conn: revision(conn)
        os._exit(0)
    children.append(pid)
    with store.write() as conn: bump_revision(conn)
assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0, 0]
with store.read() as conn: print(revision(conn))
"""


def test_processes_forked_from_one_that_used_the_store_lose_nothing(store_url):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORK, store_url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("33", "")
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


KILLED = """
import sys
from gis_app.storage import audit
from gis_app.storage.engine import open_store
from gis_app.storage.revision import bump_revision
store = open_store(sys.argv[1])
while True:
    with store.write() as conn:
        number = bump_revision(conn)
        audit.append(conn, "layers:layer:replaced", "system", str(number))
    print(number, flush=True)
"""


def test_a_killed_writer_loses_no_acknowledged_change_and_leaves_no_half(store_url, store):
    for _ in range(5):
        writer = subprocess.Popen(
            [sys.executable, "-c", KILLED, store_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        acknowledged = [int(writer.stdout.readline()) for _ in range(15)]
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().split()]
        writer.stdout.close()
        writer.wait()
        with store.read() as conn:
            assert revision(conn) in (acknowledged[-1], acknowledged[-1] + 1)
            assert audit.verify(conn) is None
            assert audit.read_rows(conn)[0].subject == str(revision(conn))


def test_a_folder_that_does_not_exist_is_made(tmp_path, store_url):
    url = f"sqlite:///{tmp_path / 'a' / 'b' / 'gis.sqlite3'}"
    assert migrate(url)
    assert os.path.exists(tmp_path / "a" / "b" / "gis.sqlite3")


def test_a_store_whose_lock_cannot_be_taken_is_unavailable(tmp_path, store_url):
    (tmp_path / "gis.sqlite3.lock").mkdir()
    with pytest.raises(Unavailable):
        migrate(store_url)


def test_a_store_in_a_folder_that_cannot_be_made_is_unavailable(tmp_path, store_url):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        open_store(f"sqlite:///{tmp_path / 'file' / 'gis.sqlite3'}")
