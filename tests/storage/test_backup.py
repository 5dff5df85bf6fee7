"""A backup is one moment of a store that is in use; what is put back equals it, or nothing is changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import threading
import zipfile
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from gis_app import clock
from gis_app.errors import BadInput, Conflict, GisError, NotFound, Rejected
from gis_app.storage import api_keys, backup, migrations
from gis_app.storage.backup_archive import beside, digest_of
from gis_app.storage.engine import open_store
from gis_app.storage.migrations import migrate
from gis_app.storage.tables import metadata
from tests.storage.conftest import create_database

FILES = {"photos/ab/one.jpg": b"\xff\xd8photo", "voices/cd/two.webm": b"voice", "jobs/files/3.zip": b"PK",
         "secret_key": b"k" * 43}  # fmt: skip
LEFT_OUT = ("jobs/queue.sqlite3", "serve.log", "photos/ab/.draft", "backups/old.zip", "jobs/files/4.part")


def silent(_share: float, _words: str = "") -> None:
    """Hear how far it is and say nothing."""


def fill(store, instance: Path) -> None:
    """Put rows into the store and files beside it."""
    with store.write() as conn:
        for number in range(40):
            api_keys.insert_api_key(conn, f"key-{number}", f"单位{number}", "", 60, clock.now(), "test")
    for name, body in [*FILES.items(), *((name, b"x") for name in LEFT_OUT)]:
        (instance / name).parent.mkdir(parents=True, exist_ok=True)
        (instance / name).write_bytes(body)


def content(store) -> dict[str, list]:
    """Return every row of every table."""
    with store.read() as conn:
        return {
            table.name: sorted(map(repr, conn.execute(table.select()).all()))
            for table in metadata.sorted_tables
        }


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of FILES and LEFT_OUT that are there."""
    return {name: (folder / name).read_bytes() for name in (*FILES, *LEFT_OUT) if (folder / name).is_file()}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """Return the folder of the instance that is backed up."""
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


@pytest.fixture
def made(sqlite_template: Path, instance: Path, tmp_path: Path) -> Path:
    """Return a backup of a SQLite instance."""
    shutil.copyfile(sqlite_template, instance / "gis.sqlite3")
    store = open_store(url_of(instance))
    fill(store, instance)
    backup.make(store, instance, tmp_path / "kept" / "b.zip", silent, "test")
    store.dispose()
    return tmp_path / "kept" / "b.zip"


def url_of(folder: Path) -> str:
    """Return the address of the SQLite store in a folder."""
    return f"sqlite:///{folder / 'gis.sqlite3'}"


def test_what_is_put_into_an_empty_instance_equals_what_was_backed_up(
    store_url: str, instance: Path, tmp_path: Path, request, opened
):
    store = opened(store_url)
    fill(store, instance)
    told = backup.make(store, instance, tmp_path / "b.zip", silent, "test")
    assert told.sha256 == digest_of(tmp_path / "b.zip")
    assert stat.S_IMODE(os.stat(tmp_path / "b.zip").st_mode) == 0o600
    other, target = tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'gis.sqlite3'}"
    if store.dialect == "postgresql":
        address = request.getfixturevalue("postgres_address")
        create_database(address, "restored")
        target = f"{address}restored"
    done = backup.restore(tmp_path / "b.zip", other, target, silent)
    assert done.written and not done.updated and done.aside == ""
    again = opened(target)
    assert content(again) == content(store)
    assert files(other) == FILES
    with again.write() as conn:
        api_keys.insert_api_key(conn, "later", "之后", "", 60, clock.now(), "test")
    before = content(again)
    again.dispose()
    with pytest.raises(Conflict, match="instance_not_empty"):
        backup.restore(tmp_path / "b.zip", other, target, silent)
    assert content(again) == before
    again.dispose()
    assert backup.restore(tmp_path / "b.zip", other, target, silent, replace=True).aside
    assert content(opened(target)) == content(store)


def test_a_backup_tells_the_trail_and_holds_that_row_itself(made: Path, tmp_path: Path):
    backup.restore(made, tmp_path / "o", url_of(tmp_path / "o"), silent)
    store = open_store(url_of(tmp_path / "o"))
    with store.read() as conn:
        assert conn.execute(text("SELECT tag, actor, subject FROM audit ORDER BY sequence DESC")).first() == (
            "store:backup:made",
            "test",
            "b.zip",
        )
    store.dispose()


def test_a_backup_while_others_write_is_one_whole_moment(
    sqlite_template: Path, instance: Path, tmp_path: Path
):
    shutil.copyfile(sqlite_template, instance / "gis.sqlite3")
    store, stop = open_store(url_of(instance)), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with store.write() as conn:  # a row and its row in the trail, together or not at all
                api_keys.insert_api_key(conn, f"n{number}", "单位", "", 60, clock.now(), "test")
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            made = backup.make(store, instance, tmp_path / f"{number}.zip", silent, "test")
            issued = made.rows["audit"] - number - 1
            assert made.rows["api_keys"] == issued - base_audit(sqlite_template)
    finally:
        stop.set()
        writer.join()
    store.dispose()


def base_audit(template: Path) -> int:
    """Return how many rows the trail of an empty store has."""
    connection = sqlite3.connect(template)
    found = connection.execute("SELECT count(*) FROM audit").fetchone()[0]
    connection.close()
    return found


def test_a_dry_run_of_either_changes_nothing(made: Path, instance: Path, tmp_path: Path):
    store = open_store(url_of(instance))
    before = content(store)
    assert backup.plan(store, instance).rows == {name: len(rows) for name, rows in before.items()}
    done = backup.restore(made, tmp_path / "o", url_of(tmp_path / "o"), silent, dry_run=True)
    assert not done.written and list((tmp_path / "o").iterdir()) == []
    assert content(store) == before
    store.dispose()


def test_replacing_puts_what_was_there_aside(made: Path, instance: Path):
    (instance / "photos" / "ab" / "later.jpg").write_bytes(b"later")
    done = backup.restore(made, instance, url_of(instance), silent, replace=True)
    assert (instance / done.aside / "photos" / "ab" / "later.jpg").read_bytes() == b"later"
    assert not (instance / "photos" / "ab" / "later.jpg").exists()
    assert (instance / done.aside / "gis.sqlite3").is_file()


def test_an_instance_in_use_is_not_replaced(made: Path, instance: Path):
    connection = sqlite3.connect(instance / "gis.sqlite3")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("SELECT count(*) FROM audit").fetchone()
    before = files(instance)
    with pytest.raises(Conflict, match="store_in_use"):
        backup.restore(made, instance, url_of(instance), silent, replace=True)
    connection.close()
    assert files(instance) == before and (instance / "gis.sqlite3").is_file()
    assert sorted(path.name for path in instance.glob("*restore*")) == []


def changed(made: Path, change) -> Path:
    """Return a copy of a backup whose members were changed, with no checksum beside it."""
    with zipfile.ZipFile(made) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    other = made.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return other


def manifest(members: dict, **facts) -> None:
    """Change facts of the list."""
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | facts).encode()


CHANGES = {
    "photo": (lambda m: m.update({"files/photos/ab/one.jpg": b"another"}), "backup_checksum"),
    "database": (lambda m: m.update({"database.sqlite3": m["database.sqlite3"][:-4096]}), "backup_checksum"),
    "missing": (lambda m: m.pop("files/secret_key"), "backup_unreadable"),
    "added": (lambda m: m.update({"files/../../x": b"x"}), "backup_unreadable"),
    "no list": (lambda m: m.pop("manifest.json"), "backup_unreadable"),
    "no JSON": (lambda m: m.update({"manifest.json": b"{"}), "backup_unreadable"),
    "rows": (lambda m: manifest(m, rows={"audit": 1}), "backup_checksum"),
    "newer schema": (lambda m: manifest(m, schema="9999_future"), "backup_newer"),
    "newer format": (lambda m: manifest(m, format=2), "backup_newer"),
    "another database": (lambda m: manifest(m, database="oracle"), "backup_unreadable"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_backup_that_was_changed_is_refused_and_changes_nothing(name: str, made: Path, tmp_path: Path):
    change, code = CHANGES[name]
    target = tmp_path / "o"
    with pytest.raises(Rejected) as caught:
        backup.restore(changed(made, change), target, url_of(target), silent)
    assert caught.value.code == code
    assert not target.exists() or list(target.iterdir()) == []


def test_a_backup_whose_own_checksum_differs_is_refused(made: Path, tmp_path: Path):
    assert beside(made).read_text().split() == [digest_of(made), "b.zip"]
    with open(made, "r+b") as file:
        file.seek(100)
        file.write(b"\0\0\0\0")
    with pytest.raises(Rejected, match="backup_checksum"):
        backup.read(made)


def test_a_trail_that_was_tampered_with_is_not_put_back(made: Path, instance: Path, tmp_path: Path):
    connection = sqlite3.connect(instance / "gis.sqlite3")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("UPDATE audit SET actor = 'somebody' WHERE sequence = 2")
    connection.commit()
    connection.close()
    store = open_store(url_of(instance))
    with pytest.raises(Rejected, match="audit_broken"):
        backup.make(store, instance, tmp_path / "b2.zip", silent, "test")
    store.dispose()
    assert sorted(path.name for path in tmp_path.iterdir() if "b2" in path.name) == []


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"x" * 1000, None])
def test_what_is_no_backup_is_refused(body: bytes | None, tmp_path: Path):
    path = tmp_path / "b.zip"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises((Rejected, NotFound)):
        backup.restore(path, tmp_path / "o", url_of(tmp_path / "o"), silent)


def test_a_backup_of_one_database_does_not_go_into_another(made: Path, tmp_path: Path):
    with pytest.raises(BadInput, match="backup_other_database"):
        backup.restore(made, tmp_path / "o", "postgresql://nobody@127.0.0.1:1/none", silent)


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path, instance: Path):
    older = "0012_leader"
    bring_to(instance / "gis.sqlite3", older)
    store = open_store(url_of(instance))
    backup.make(store, instance, tmp_path / "b.zip", silent, "test")
    store.dispose()
    done = backup.restore(tmp_path / "b.zip", tmp_path / "o", url_of(tmp_path / "o"), silent)
    assert done.updated and done.backup.schema == older
    assert not migrate(url_of(tmp_path / "o"))


def bring_to(path: Path, schema: str) -> None:
    """Make a store with an older schema."""
    store = open_store(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.write() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, schema)
    store.dispose()


def test_a_backup_never_overwrites_a_file(made: Path, instance: Path):
    store = open_store(url_of(instance))
    before = made.read_bytes()
    with pytest.raises(GisError, match="backup_exists"):
        backup.make(store, instance, made, silent, "test")
    store.dispose()
    assert made.read_bytes() == before
