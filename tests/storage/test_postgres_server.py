"""Our own PostgreSQL leaves nothing behind, and says what to type where there is none."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import postgres


def test_without_postgresql_the_command_to_install_it_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "ROOTS", (str(tmp_path),))
    with pytest.raises(postgres.PostgresMissing) as missing, postgres.running():
        pass
    assert "apt-get install postgresql-15 postgresql-15-postgis-3" in str(missing.value)


def test_a_server_is_stopped_and_its_folder_deleted_even_after_a_failure():
    before = set(Path(postgres.tempfile.gettempdir()).glob("gis-app-pg-*"))
    with pytest.raises(ZeroDivisionError), postgres.running() as address:
        with psycopg.connect(f"{address}postgres") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        port = urlsplit(address).port
        raise ZeroDivisionError
    assert set(Path(postgres.tempfile.gettempdir()).glob("gis-app-pg-*")) <= before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
