"""Stores for imports to go into: an empty one, and one with the reference county."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gis_app.storage.engine import Store, open_store
from gis_app.storage.migrations import migrate


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exchange") / "gis.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def empty_store(_template: Path, tmp_path: Path) -> Store:
    """Return a store with the schema and nothing in it."""
    return open_store(f"sqlite:///{shutil.copy(_template, tmp_path / 'empty.sqlite3')}")


@pytest.fixture
def county_store(reference_instance: Path, tmp_path: Path) -> Store:
    """Return a copy of the reference county's store."""
    return open_store(
        f"sqlite:///{shutil.copy(reference_instance / 'gis.sqlite3', tmp_path / 'county.sqlite3')}"
    )
