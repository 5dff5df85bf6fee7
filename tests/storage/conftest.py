"""The store on both databases: a test that takes `store` runs on SQLite and on PostgreSQL with PostGIS."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg import sql

from gis_app.people import passwords
from gis_app.storage.engine import Store, open_store
from gis_app.storage.migrations import migrate
from gis_app.storage.tables import metadata
from tests import postgres

DATABASES = ("sqlite", "postgresql")
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """Run a PostgreSQL server for this test run; fails with the command to type where there is none."""
    with postgres.running() as address:
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the schema and nothing in it."""
    path = tmp_path_factory.mktemp("template") / "gis.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url(postgres_address: str) -> str:
    """Return the address of a PostgreSQL database with the schema, that one test after the other may fill."""
    create_database(postgres_address, "gis")
    migrate(f"{postgres_address}gis")
    return f"{postgres_address}gis"


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database without any schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty' / 'gis.sqlite3'}"
    address, name = request.getfixturevalue("postgres_address"), f"empty_{next(_numbers)}"
    create_database(address, name)
    return address + name


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database with the schema and nothing else in it."""
    if request.param == "sqlite":
        copy = tmp_path / "gis.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
        return f"sqlite:///{copy}"
    url = request.getfixturevalue("postgres_url")
    clear_database(url)
    return url


@pytest.fixture
def opened() -> Iterator[Callable[[str], Store]]:
    """Return a function that opens a store, which is closed after the test."""
    stores = []

    def open_one(url: str) -> Store:
        stores.append(open_store(url))
        return stores[-1]

    yield open_one
    for store in stores:
        store.dispose()


@pytest.fixture
def store(store_url: str, opened: Callable[[str], Store]) -> Store:
    """Return an empty store of the test's own."""
    return opened(store_url)


@pytest.fixture
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash passwords with the least work: for tests that are not about the cost of a guess."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


def create_database(address: str, name: str) -> None:
    """Create a database on our own server."""
    with psycopg.connect(f"{address}postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def clear_database(url: str) -> None:
    """Empty every table, the guarded ones too, and start all numbers from one again."""
    names = sql.SQL(", ").join(sql.Identifier(table.name) for table in metadata.sorted_tables)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER USER")
        connection.execute("ALTER TABLE audit_head DISABLE TRIGGER USER")
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
        connection.execute("ALTER TABLE audit ENABLE TRIGGER USER")
        connection.execute("ALTER TABLE audit_head ENABLE TRIGGER USER")
        connection.execute("INSERT INTO revision VALUES (1, 0, now())")
        connection.execute("INSERT INTO audit_head VALUES (1, 0, %s)", ["0" * 64])
        connection.execute("INSERT INTO incident_changes VALUES (1, 0, 0)")
        connection.execute("INSERT INTO station_status_changes VALUES (1, 0)")
