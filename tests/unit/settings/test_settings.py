"""Settings: documented, forgiving of blanks, plain about mistakes; and the one secret is kept well."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gis_app.settings import BadSettings, Settings, documented_settings, kept_secret_key, load_settings

LONG = "k" * 32


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.upper().startswith("GIS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_every_setting_is_documented_with_its_reason():
    rows = list(documented_settings())
    assert [row.variable for row in rows] == ["GIS_" + name.upper() for name in Settings.model_fields]
    assert all(row.type and row.description.endswith(".") for row in rows)
    by_name = {row.variable: row for row in rows}
    assert by_name["GIS_WALKING_SPEED"][1:3] == ("number", "1.25")
    assert by_name["GIS_DEMO_ACCOUNTS"][1:3] == ("true or false", "true")
    assert by_name["GIS_TRUSTED_HOSTS"][1:3] == ("comma-separated texts", "")
    assert by_name["GIS_DEFAULT_LANGUAGE"][1:3] == ("zh or en", "zh")


def test_the_defaults_are_those_of_the_house(tmp_path):
    settings = load_settings(secret_key=LONG)
    assert (settings.idle_minutes, settings.absolute_hours) == (30, 12)
    assert (settings.lockout_failures, settings.lockout_minutes) == (5, 15)
    assert (settings.walking_speed, settings.snap_limit) == (1.25, 150.0)
    assert settings.host == "127.0.0.1" and settings.trusted_hosts == ()
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/gis.sqlite3"


def test_variables_are_read_and_options_win(monkeypatch, tmp_path):
    monkeypatch.setenv("GIS_PORT", "8123")
    monkeypatch.setenv("GIS_TRUSTED_HOSTS", "map.example, , www.example")
    monkeypatch.setenv("GIS_INSTANCE_DIR", str(tmp_path / "one"))
    monkeypatch.setenv("GIS_DEMO_ACCOUNTS", "false")
    settings = load_settings(secret_key=LONG, port=9000)
    assert settings.port == 9000 and settings.trusted_hosts == ("map.example", "www.example")
    assert settings.database_url == f"sqlite:///{tmp_path}/one/gis.sqlite3" and not settings.demo_accounts


def test_an_empty_variable_is_unset(monkeypatch):
    for row in documented_settings():
        monkeypatch.setenv(row.variable, "")
    assert load_settings(secret_key=LONG) == Settings(secret_key=LONG)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GIS_PORT", "eighty"),
        ("GIS_PORT", "70000"),
        ("GIS_SECRET_KEY", "dev"),
        ("GIS_WALKING_SPEED", "nan"),
        ("GIS_WALKING_SPEED", "-1"),
        ("GIS_SNAP_LIMIT", "inf"),
        ("GIS_IDLE_MINUTES", "0"),
        ("GIS_DEFAULT_LANGUAGE", "fr"),
        ("GIS_DEMO_ACCOUNTS", "perhaps"),
        ("GIS_DATABASE_URL", "mysql://root:hunter2hunter2@host/name"),
    ],
)
def test_a_bad_value_is_named_in_both_languages_without_being_repeated(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSettings) as refused:
        load_settings()
    message = str(refused.value)
    assert f"设置 {variable} " in message and f"setting {variable} " in message
    assert "hunter2" not in message and list(refused.value.fields) == [variable]


def test_all_mistakes_are_told_at_once(monkeypatch):
    monkeypatch.setenv("GIS_PORT", "x")
    monkeypatch.setenv("GIS_THREADS", "0")
    with pytest.raises(BadSettings) as refused:
        load_settings(nonsense=1)
    assert set(refused.value.fields) == {"GIS_PORT", "GIS_THREADS", "GIS_NONSENSE"}


def test_settings_do_not_change_and_do_not_show_secrets(tmp_path):
    settings = load_settings(secret_key=LONG, tianditu_key="my map key", database_url="postgresql://u:pw@h/n")
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
    assert not any(secret in repr(settings) for secret in (LONG, "my map key", "u:pw"))


def test_a_secret_key_is_made_once_and_kept_for_the_owner_alone(tmp_path):
    folder = tmp_path / "deep" / "instance"
    first, second = load_settings(instance_dir=folder), load_settings(instance_dir=folder)
    assert first.secret_key == second.secret_key and len(first.secret_key) >= 43
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret_key"]
    assert load_settings(instance_dir=tmp_path / "other").secret_key != first.secret_key


def test_servers_that_start_at_once_share_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: kept_secret_key(tmp_path), range(16)))
    assert len(keys) == 1 and [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40])
def test_a_damaged_key_is_said_plainly(tmp_path, content):
    (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(BadSettings, match="secret key"):
        load_settings(instance_dir=tmp_path)


def test_a_folder_that_cannot_be_written_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSettings, match="GIS_INSTANCE_DIR"):
        load_settings(instance_dir=tmp_path / "file" / "instance")
