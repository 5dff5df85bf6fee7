"""A desk over an empty store, and one over the reference county."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gis_app.settings import Settings
from gis_app.storage.engine import open_store
from gis_app.storage.migrations import migrate
from tests.unit.desk.hand import Desk, person


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "gis.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


def _desk(database: Path, folder: Path) -> Iterator[Desk]:
    folder.mkdir()
    url = f"sqlite:///{shutil.copy(database, folder / 'gis.sqlite3')}"
    store = open_store(url)
    yield Desk(store, Settings(instance_dir=folder, database_url=url, secret_key="x" * 40), person())
    store.dispose()


@pytest.fixture
def new_desk(_empty: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return a planner's desk where no county is yet."""
    yield from _desk(_empty, tmp_path / "instance")


@pytest.fixture
def county_desk(reference_instance: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return a planner's desk in the reference county."""
    yield from _desk(reference_instance / "gis.sqlite3", tmp_path / "instance")
