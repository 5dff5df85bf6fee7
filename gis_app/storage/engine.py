"""Open the store: two small pools of connections, one that can only read and one that writes.

SQLite gets the pragmas of a service that must not lose an acknowledged write; a writer begins IMMEDIATE, so
that two writers wait for each other at the start and never deadlock at the end. PostgreSQL reads in one
REPEATABLE READ snapshot. Any failure of the database itself leaves here as `Unavailable`, any broken
constraint as `Conflict`, so that no room above needs to know SQLAlchemy.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Row, create_engine, event, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gis_app.errors import BadInput, Conflict, Unavailable

__all__ = ["SQLITE_PRAGMAS", "Connection", "Row", "Store", "open_store", "parse_url"]

# name -> (value set on every connection, value that SQLite reports back)
SQLITE_PRAGMAS: dict[str, tuple[str, str | int]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "busy_timeout": ("5000", 5000),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
}
POSTGRESQL_OPTIONS = "-c statement_timeout=60000 -c lock_timeout=10000 -c timezone=UTC"
BUSY_SECONDS, RETRY_SECONDS = 5.0, 0.002
BUSY = "数据库暂时不可用，请稍后再试"
POOL = {"pool_size": 8, "max_overflow": 24, "pool_timeout": 10}


class Store:
    """One database, opened once per process; `read()` and `write()` lend connections.

    Attributes: `url` (SQLAlchemy URL), `dialect` ("sqlite" or "postgresql").
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self.dialect = url.get_backend_name()
        make = _sqlite_engines if self.dialect == "sqlite" else _postgresql_engines
        self._reader, self._writer = make(url)
        self._turn = threading.Lock()
        _open_stores.add(self)
        weakref.finalize(self, _close, self._reader, self._writer)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Lend a connection that sees one moment of the store and can change nothing."""
        with _translated(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self, wait: bool = True) -> Iterator[Connection]:
        """Lend a connection whose changes are all kept when the block ends well, and none otherwise.

        With `wait=False` a store that somebody else is writing raises Unavailable at once.
        """
        writer = self._writer if wait else self._writer.execution_options(gis_wait=False)
        with self._in_turn(wait), _translated(), writer.connect() as connection, connection.begin():
            if not wait and self.dialect == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = '20ms'")
            yield connection

    @contextmanager
    def _in_turn(self, wait: bool) -> Iterator[None]:
        """Let the writers of a process wait for each other here, where who lets go wakes the next at once."""
        if self.dialect != "sqlite":
            yield
            return
        turn = self._turn
        if not turn.acquire(timeout=BUSY_SECONDS if wait else 0):
            raise Unavailable("store_unavailable", BUSY)
        try:
            yield
        finally:
            turn.release()

    def dispose(self) -> None:
        """Close every idle connection; the store opens new ones when asked again."""
        _close(self._reader, self._writer)

    def forget_connections(self) -> None:
        """Drop inherited connections without closing them: they belong to the parent process."""
        _inherited.extend([self._reader.pool, self._writer.pool])
        self._turn = threading.Lock()  # whoever held it in the parent is not here to let go
        self._reader.dispose(close=False)
        self._writer.dispose(close=False)


def _close(*engines: Engine) -> None:
    """Close the idle connections, also of a store that was let go of or that the process ends with."""
    for engine in engines:
        engine.dispose()


def open_store(url: str) -> Store:
    """Open the store at `url`; sqlite:///PATH or postgresql://….

    The schema is made and brought up to date by `migrations.migrate`, not here. Raises BadInput for any other
    kind of address and Unavailable when the folder of a SQLite file cannot be made.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable("store_unavailable", f"无法创建数据库所在的文件夹：{error.strerror}") from None
    return Store(parsed)


def parse_url(url: str) -> URL:
    """Return the address with the one driver this service uses for it; raises BadInput otherwise."""
    if url.startswith("postgres://"):
        url = url.replace("postgres://", "postgresql://", 1)
    try:
        parsed = make_url(url)
    except Exception:
        raise _bad_address() from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite+pysqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise _bad_address()


def _bad_address() -> BadInput:
    allowed = "sqlite:///PATH / postgresql://USER@HOST/NAME"
    return BadInput("bad_database_url", f"数据库地址不可用，应为 {allowed}", {"database_url": allowed})


def _sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    reader, writer = create_engine(url, **POOL), create_engine(url, **POOL)
    for engine, query_only in ((reader, True), (writer, False)):
        engine.dialect.statement_compiler = _HintingCompiler
        event.listen(engine, "connect", _sqlite_connected(query_only))
        event.listen(engine, "begin", _sqlite_begin_read if query_only else _sqlite_begin_write)
    return reader, writer


class _HintingCompiler(SQLiteCompiler):
    """Writes `with_hint(table, "INDEXED BY …")` into the statement, as SQLAlchemy does not for SQLite."""

    def get_from_hint_text(self, _table, text):
        return text


def _sqlite_connected(query_only: bool):
    def set_pragmas(dbapi_connection, _record) -> None:
        dbapi_connection.isolation_level = None  # transactions are begun below, never by the driver
        cursor = dbapi_connection.cursor()
        for name, (value, expected) in SQLITE_PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}={value}")
            if cursor.execute(f"PRAGMA {name}").fetchone()[0] != expected:
                raise Unavailable("store_unsafe", f"数据库所在磁盘不支持 {name}={value}，请使用本地磁盘")
        cursor.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")
        cursor.close()

    return set_pragmas


def _sqlite_begin_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _sqlite_begin_write(connection: Connection) -> None:
    """Begin as soon as no other process writes; SQLite by itself sleeps ever longer between its tries."""
    cursor = connection.connection.cursor()
    end = time.monotonic() + BUSY_SECONDS
    try:
        cursor.execute("PRAGMA busy_timeout=0")
        while connection.get_execution_options().get("gis_wait", True) and time.monotonic() < end:
            try:
                cursor.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(RETRY_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_PRAGMAS['busy_timeout'][0]}")
        cursor.close()


def _postgresql_engines(url: URL) -> tuple[Engine, Engine]:
    arguments = {"options": POSTGRESQL_OPTIONS, "connect_timeout": 5}
    shared = {**POOL, "pool_pre_ping": True, "connect_args": arguments}
    reader = create_engine(
        url,
        **shared,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    return reader, create_engine(url, **shared)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the failures of a database into the errors of this service."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("store_conflict", "数据之间互相矛盾或重复，未写入任何内容") from error
    except DataError as error:
        raise BadInput("store_value", "有一个值超出数据库允许的长度或范围，未写入任何内容") from error
    except (DBAPIError, PoolTimeout) as error:
        if isinstance(error, ProgrammingError) and not error.connection_invalidated:
            raise  # a mistake in the program
        raise Unavailable("store_unavailable", BUSY) from error


_open_stores: weakref.WeakSet[Store] = weakref.WeakSet()
_inherited: list[object] = []  # pools of the parent process, kept so that nothing ever closes them here


def _before_fork() -> None:
    for store in list(_open_stores):
        store.dispose()


def _after_fork() -> None:
    for store in list(_open_stores):
        store.forget_connections()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
