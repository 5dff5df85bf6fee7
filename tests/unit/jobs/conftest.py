"""A store and an instance folder of the test's own, and a runner that knows the tests' kinds of work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gis_app.jobs import jobs
from gis_app.jobs.kinds import Kind
from gis_app.jobs.runner import Runner
from gis_app.storage.engine import Store, open_store
from gis_app.storage.migrations import migrate

NAMES = ("add", "patient", "stubborn", "deep", "dies", "crash", "raises", "refuses", "writes")
KINDS = {name: Kind(f"tests.unit.jobs.work:{name}", 60, name, name) for name in NAMES}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """Return an empty instance folder."""
    return tmp_path / "instance"


@pytest.fixture
def store(instance: Path) -> Iterator[Store]:
    """Return an empty store in the instance folder."""
    url = f"sqlite:///{instance / 'gis.sqlite3'}"
    instance.mkdir()
    migrate(url)
    opened = open_store(url)
    yield opened
    opened.dispose()


@pytest.fixture
def runner(store: Store, instance: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Return a runner of the tests' kinds."""
    for name, kind in KINDS.items():
        monkeypatch.setitem(jobs.KINDS, name, kind)
    return Runner(store, instance, KINDS)
