"""The schema that migrations make is the one the code declares, however often it is made and by whom."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gis_app.errors import BadInput, Unavailable
from gis_app.storage import audit, migrations
from gis_app.storage.engine import open_store, parse_url
from gis_app.storage.migrations import concerns_us, head, is_current, migrate
from gis_app.storage.revision import revision
from gis_app.storage.tables import metadata

ROOT = Path(__file__).resolve().parents[2]
MIGRATE = "import sys; from gis_app.storage.migrations import migrate; print(migrate(sys.argv[1]))"


def test_the_migrated_schema_is_the_declared_one(store):
    with store.read() as conn:
        options = {
            "include_object": concerns_us(store.dialect),
            "compare_type": True,
            # SQLite hands a default back as the text it was declared with, which never compares as equal
            "compare_server_default": store.dialect == "postgresql",
        }
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []


def test_migrating_again_changes_nothing(empty_url, opened):
    assert [migrate(empty_url), migrate(empty_url)] == [True, False]
    store = opened(empty_url)
    assert is_current(store)
    with store.read() as conn:
        assert revision(conn) == 0 and audit.verify(conn) is None


def test_a_store_without_schema_is_not_current(empty_url, opened):
    assert not is_current(opened(empty_url))


def test_processes_that_start_at_once_migrate_once(empty_url, opened):
    def start(_number: int) -> str:
        done = subprocess.run(
            [sys.executable, "-c", MIGRATE, empty_url], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(start, range(3))) == ["False", "False", "True"]
    assert is_current(opened(empty_url))


def test_the_newest_migration_is_the_last_file():
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head() == head()


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "mysql://host/name", "oracle", "::"])
def test_an_address_of_another_kind_is_refused(url):
    with pytest.raises(BadInput) as refused:
        open_store(url)
    assert "database_url" in refused.value.fields


@pytest.mark.parametrize("url", ["postgres://u@h/n", "postgresql+psycopg2://u@h/n", "postgresql://u@h/n"])
def test_postgresql_is_reached_by_one_driver(url):
    assert parse_url(url).drivername == "postgresql+psycopg"


def test_a_server_that_does_not_answer_is_unavailable():
    with pytest.raises(Unavailable):
        migrate("postgresql://nobody@127.0.0.1:9/none")
