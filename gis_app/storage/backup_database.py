"""Copy a whole database while it is used, and put a copy back: SQLite's online backup, PostgreSQL's pg_dump.

A copy is one moment of the store. What else belongs to a backup, and where it is kept, stands elsewhere.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, inspect, select, text
from sqlalchemy.engine import URL

from gis_app.errors import Conflict, Rejected, Unavailable
from gis_app.storage.audit import verify
from gis_app.storage.engine import Connection, Store, open_store
from gis_app.storage.migrations import schema_of
from gis_app.storage.revision import revision
from gis_app.storage.tables import metadata

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
PAGES_AT_ONCE = 2_000
TOOL_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Inside:
    """What a store holds: the schema's name, the revision, rows by table, the trail's first broken row."""

    schema: str
    revision: int
    rows: Mapping[str, int]
    broken: int | None


def inside(conn: Connection) -> Inside:
    """Return what a store holds, as of the one moment that `conn` sees; raises Rejected for another's."""
    schema = schema_of(conn)
    if schema is None:
        raise Rejected(code="backup_foreign", message="这不是本系统的数据库")
    there = set(inspect(conn).get_table_names())  # an older schema has fewer
    counted = {
        table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
        if table.name in there
    }
    return Inside(schema, revision(conn), counted, verify(conn))


def copy(store: Store, target: Path, progress: Callable[[float], None]) -> Inside:
    """Write a copy of the store to `target` and return what is in it."""
    if store.dialect == "sqlite":
        return _copy_sqlite(Path(store.url.database), target, progress)
    with store.read() as conn:
        snapshot = conn.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        found = inside(conn)
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _tool("pg_dump", store.url, [*options, f"--file={target}"])
    return found


def _copy_sqlite(source: Path, target: Path, progress: Callable[[float], None]) -> Inside:
    def told(_status: int, left: int, total: int) -> None:
        progress(1 - left / max(total, 1))

    with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as one:
        one.execute("PRAGMA busy_timeout=10000")
        one.execute("BEGIN")
        one.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees one moment
        with closing(sqlite3.connect(target)) as other:
            one.backup(other, pages=PAGES_AT_ONCE, progress=told)
    return look_into(target)


def look_into(path: Path) -> Inside:
    """Return what a SQLite file holds, left as one whole file; raises Rejected where it is damaged."""
    store = open_store(f"sqlite:///{path}")
    try:
        with store.read() as conn:
            sound = conn.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            astray = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
            if sound != "ok" or astray is not None:
                raise Rejected(code="backup_damaged", message="数据库文件已损坏")
            return inside(conn)
    except Unavailable as error:
        raise Rejected(code="backup_damaged", message="数据库文件已损坏") from error
    finally:
        store.dispose()
        settle(path)


def settle(path: Path) -> None:
    """Fold the journal of a SQLite file into it; raises Conflict while somebody else has it open."""
    try:
        with closing(sqlite3.connect(path, timeout=0.5)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Conflict("store_in_use", "数据库正在使用中；请先停止服务再恢复") from None
    except sqlite3.DatabaseError:
        return  # damaged: kept as it is


def load_dump(url: URL, dump: Path, replace: bool) -> None:
    """Put a dump of PostgreSQL into the database of `url`: all of it, or nothing is changed.

    PostGIS must be there already: what belongs to an extension is no part of a dump.
    """
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--schema=public"]
    options += ["--clean", "--if-exists"] if replace else []
    _tool("pg_restore", url, [*options, f"--dbname={url.database}", str(dump)])


def _tool(name: str, url: URL, options: list[str]) -> None:
    """Run one of PostgreSQL's own programs; the password travels in its environment, never as an argument."""
    program = shutil.which(name)
    if program is None:
        raise Unavailable("no_postgresql_client", f"找不到 {name}；请安装 postgresql-client 后重试")
    where = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGDATABASE": url.database}
    known = {key: str(value) for key, value in where.items() if value} | {"PGCONNECT_TIMEOUT": "10"}
    known |= {"PGPASSWORD": url.password} if url.password else {}
    try:
        done = subprocess.run(
            [program, *options],
            env=os.environ | known,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TOOL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable("backup_tool_failed", f"{name} 超过 {TOOL_SECONDS} 秒没有完成") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines() or [""]
        raise Unavailable("backup_tool_failed", f"{name} 未能完成：{words[0][:200]}")
