"""The reference folder goes in whole or not at all, and the commands around it do what they say."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from gis_app.errors import Rejected
from gis_app.exchange.geodata import load_geodata
from gis_app.storage.layers import read_layers
from tests.conftest import ROOT, gis_app
from tests.exchange import samples


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the reference folder."""
    return Path(
        shutil.copytree(ROOT / "geodata", tmp_path / "geodata", ignore=shutil.ignore_patterns("sources"))
    )


def test_a_changed_file_keeps_the_folder_out(folder: Path, empty_store):
    (folder / "members.csv").write_text((folder / "members.csv").read_text() + "ORG001,x,3\n")
    with pytest.raises(Rejected) as caught:
        load_geodata(empty_store, folder)
    assert [one.message_code for one in caught.value.faults] == ["checksum"]
    assert samples.revision_of(empty_store) == 0


def test_a_reference_that_leads_nowhere_keeps_the_folder_out(folder: Path, empty_store):
    (folder / "catalogue.json").unlink()
    (folder / "members.csv").write_text("organisation_code,grid_code,members\nORG001,410222999999999,3\n")
    with pytest.raises(Rejected) as caught:
        load_geodata(empty_store, folder)
    assert [(one.row, one.message_code) for one in caught.value.faults] == [(2, "unknown_reference")]
    assert samples.revision_of(empty_store) == 0


def test_a_folder_with_grids_alone_goes_in(folder: Path, empty_store, tmp_path: Path):
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(folder / "grids.geojson", alone)
    steps: list[str] = []
    assert load_geodata(empty_store, alone, steps.append)["grids"] == 89
    assert steps
    with empty_store.read() as conn:
        assert {name for name, frame in read_layers(conn).items() if len(frame)} == {"grids"}


def state_of(instance: Path) -> tuple:
    """Return what a second start must not change."""
    with sqlite3.connect(instance / "gis.sqlite3") as connection:
        tables = ("audit", "accounts", "grids", "plans", "revision")
        found = tuple(connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in tables)
    connection.close()
    return found


def test_a_second_init_changes_nothing(own_instance: Path):
    before = state_of(own_instance)
    gis_app("init", instance_dir=own_instance)
    assert state_of(own_instance) == before


def test_an_empty_instance_takes_a_county_and_init_leaves_it_alone(tmp_path: Path):
    instance = tmp_path / "instance"
    gis_app("init", "--empty", instance_dir=instance)
    path = samples.write(samples.grids(), tmp_path / "g.geojson", engine="pyogrio")
    gis_app("import", "grids", path, "--crs", "EPSG:4547", instance_dir=instance)
    gis_app("init", instance_dir=instance)
    assert state_of(instance)[2] == (9,)


def test_the_audit_trail_is_verified(own_instance: Path):
    assert "完整" in gis_app("verify-audit", instance_dir=own_instance).stdout
    connection = sqlite3.connect(own_instance / "gis.sqlite3")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE audit SET actor = 'somebody' WHERE sequence = 2")
    connection.commit()
    connection.close()
    assert "第 2 行" in gis_app("verify-audit", instance_dir=own_instance, fails=2).stderr


def test_accounts_are_kept_by_command(own_instance: Path):
    password = "Chaonei-Dajie-81-hao"
    gis_app("user", "add", "zhang", "--role", "planner", "--password", password, instance_dir=own_instance)
    assert "zhang" in gis_app("user", "list", instance_dir=own_instance).stdout
    gis_app("user", "disable", "zhang", instance_dir=own_instance)
    gis_app("user", "reset", "zhang", "--password", password + "x", instance_dir=own_instance)
    gis_app("user", "add", "li", "--role", "king", "--password", password, instance_dir=own_instance, fails=2)
    gis_app("user", "disable", "nobody", instance_dir=own_instance, fails=2)


def test_every_setting_is_printed(tmp_path: Path):
    done = gis_app("settings", instance_dir=tmp_path)
    assert "GIS_PORT" in done.stdout and "GIS_DATABASE_URL" in done.stdout


def test_a_bad_setting_is_a_sentence_and_not_a_traceback(tmp_path: Path):
    done = gis_app("init", instance_dir=tmp_path, fails=2, GIS_PORT="many")
    assert "GIS_PORT" in done.stderr and "Traceback" not in done.stderr
