"""What a test of the field page starts with: a server that can be stopped, a signed-in phone, photos."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from gis_app.photos.processing import process
from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layer
from tests.browser.phone import Phone, Switched, picture, switched
from tests.conftest import settings_of

SENT = "() => document.querySelectorAll('#queue-sent [data-code]').length >= {}"


@pytest.fixture(scope="module")
def _module_server(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switched]:
    copy = Path(shutil.copytree(reference_instance, tmp_path_factory.mktemp("field") / "instance"))
    with switched(copy) as running:
        yield running


@pytest.fixture
def server(_module_server: Switched) -> Switched:
    """Give a server of the module's own that can be stopped; its worker has reported nothing."""
    if _module_server.process is None:
        _module_server.on()
    with database(_module_server) as conn:
        conn.execute(
            "UPDATE incidents SET idempotency_key = NULL, reporter_id = NULL, state = 'evaluated'"
            " WHERE idempotency_key IS NOT NULL"
        )
    return _module_server


@pytest.fixture
def place(server: Switched) -> tuple[float, float]:
    """Return a place in the middle of a grid of the worker's community."""
    with open_store(settings_of(server.instance_dir).database_url).read() as conn:
        grids = read_layer(conn, "grids")
    scope = rows(server, "SELECT scope_code FROM accounts WHERE username = 'worker'")[0][0]
    point = grids[grids["grid_code"].str.startswith(scope)].geometry.representative_point().iloc[0]
    return point.x, point.y


@pytest.fixture
def phone(
    driver: Playwright, server: Switched, place: tuple[float, float], tmp_path: Path
) -> Iterator[Phone]:
    """Give a phone that is signed in as the grid worker and has all it needs without a network."""
    one = Phone(driver, tmp_path / "phone", server.url, place)
    one.on()
    one.sign_in()
    yield one
    one.off()
    if one.errors:
        raise AssertionError(one.errors)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Make three photos that nobody could take for another."""
    return [picture(tmp_path / f"photo{number}.jpg", number) for number in (1, 2, 3)]


def database(server: Switched) -> sqlite3.Connection:
    """Open the server's database; it commits at the end of a `with` block."""
    return sqlite3.connect(server.instance_dir / "gis.sqlite3", timeout=30)


def rows(server: Switched, statement: str, *values) -> list[tuple]:
    """Ask the server's database."""
    with database(server) as conn:
        return conn.execute(statement, values).fetchall()


def reported(server: Switched) -> list[str]:
    """Return the codes of the incidents that were reported with a key, in order."""
    found = rows(
        server,
        "SELECT incident_code FROM incidents WHERE idempotency_key IS NOT NULL AND reporter_id IS NOT NULL"
        " ORDER BY incident_code",
    )
    return [code for (code,) in found]


def photos_of(server: Switched, code: str) -> set[str]:
    """Return the names of an incident's photos on the server."""
    found = rows(server, "SELECT photo_hash FROM incident_photos WHERE incident_code = ?", code)
    return {name for (name,) in found}


def hash_of(photo: Path) -> str:
    """Return under which name the server keeps this very photo."""
    return process(photo.read_bytes()).photo_hash


def check_arrived(server: Switched, photos: list[Path]) -> None:
    """Check that each photo is on the server with one incident of its own, in order, its file intact."""
    assert [photos_of(server, code) for code in reported(server)] == [{hash_of(photo)} for photo in photos]
    for photo in photos:
        kept = list((server.instance_dir / "photos").rglob(f"{hash_of(photo)}*"))
        assert any(file.read_bytes() == process(photo.read_bytes()).jpeg for file in kept)
