"""Every hostile file is refused for the right reason, quickly and in little memory, and the server answers.

Times are of the processor, this process and the reading child together, so that a busy machine changes
nothing; memory is what the child says of itself at its end, so a child that was killed fails the test.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import urllib.request
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis_app.exchange.importing import import_layer
from gis_app.exchange.limits import MIB
from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layer
from tests.exchange import samples
from tests.exchange.hostile import containers, drawings, expected, shapes
from tests.security import hostile_archives, hostile_databases, hostile_texts
from tests.security.hostile_files import MAKERS, SECRET
from tests.serving import serve

CORPUS = (
    hostile_archives,
    hostile_databases,
    hostile_texts,
    containers,
    drawings,
    shapes,
)
"""Imported for what they add to MAKERS."""
CODES = expected.codes()
CPU_SECONDS, CHILD_BYTES = 2.0, 300 * MIB
HEAVY = ("two_million.geojson", "two_million.fgb", "half_million_features.geojson", "longest_comb.geojson",
         "three_million_strings.xlsx", "million_escapes.geojson", "bomb.zip", "deep.geojson")  # fmt: skip


class Used(logging.Handler):
    """Keeps what the log tells of each child."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[dict] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.msg)


@pytest.fixture
def used():
    """Return what children took during the test."""
    handler, log = Used(), logging.getLogger("gis_app.exchange.sandbox")
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield handler.told
    log.removeHandler(handler)
    log.setLevel(level)


@pytest.fixture(scope="module")
def store(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory):
    """Return a store with the reference county, its libraries imported before the clock runs."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copy(reference_instance / "gis.sqlite3", folder / "gis.sqlite3")
    opened = open_store(f"sqlite:///{folder / 'gis.sqlite3'}")
    path = folder / "warm.csv"
    path.write_text("名称,经度,纬度\n甲,114.4551,34.4731\n", encoding="utf-8")
    import_layer(opened, "stations", path, dry_run=True)
    yield opened
    opened.dispose()


def cpu_seconds() -> float:
    """Return the processor time used so far by this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def content(path: str) -> list[bytes]:
    """Return the bytes of a database and of its journal, which change with any row."""
    return [file.read_bytes() for file in (Path(path), Path(f"{path}-wal")) if file.is_file()]


def test_the_corpus_is_large_and_every_file_has_its_reason():
    assert set(MAKERS) == set(CODES) and len(MAKERS) >= 120 and len(expected._BY_CODE) >= 40


@pytest.mark.parametrize("name", sorted(CODES))
def test_a_hostile_file_is_refused_for_its_reason(name: str, store, used, tmp_path: Path, monkeypatch):
    folder, temporary = tmp_path / "a" / "b", tmp_path / "tmp"
    folder.mkdir(parents=True)
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    layer = MAKERS[name](folder / name)
    before, present, started = content(store.url.database), sorted(tmp_path.rglob("*")), cpu_seconds()

    report = import_layer(store, layer, folder / name)
    taken = cpu_seconds() - started

    assert {found.message_code for found in report.faults} - expected.BESIDE == CODES[name]
    assert taken < CPU_SECONDS
    assert all(one["exit"] == 0 and one["peak_bytes"] < CHILD_BYTES for one in used)
    assert not report.written and content(store.url.database) == before
    assert sorted(tmp_path.rglob("*")) == present
    for found in report.faults:
        assert found.message and found.remedy and found.field
        assert str(tmp_path) not in found.message and SECRET not in found.message
    with store.read() as conn:
        assert SECRET not in set(read_layer(conn, "stations")["name"])


def test_repairing_a_tangle_is_bounded_too(store, used, tmp_path: Path):
    path = tmp_path / "longest_comb.geojson"
    layer, started = MAKERS[path.name](path), cpu_seconds()
    report = import_layer(store, layer, path, repair=True, dry_run=True)
    assert cpu_seconds() - started < CPU_SECONDS
    assert "repair_refused" in {found.message_code for found in report.faults}
    assert used[0]["peak_bytes"] < CHILD_BYTES


def test_a_drawing_with_blocks_as_people_draw_goes_in(empty_store, tmp_path: Path):
    path = samples.write(samples.grids(), tmp_path / "a.dxf")
    lamp = drawings.block("LAMP", "0\nLINE\n8\n0\n10\n0\n20\n0\n11\n1\n21\n1\n" * 30)
    lamps = "".join(drawings.INSERT.format("Lamp", 542_000 + at) for at in range(900))
    body = path.read_text(encoding="utf-8").partition("ENTITIES\n")[2]
    path.write_text(drawings.drawing(lamp, lamps + body).partition("0\nEOF\n")[0], encoding="utf-8")
    report = import_layer(empty_store, "grids", path, crs="EPSG:4547")
    assert report.faults == [] and report.inserted == len(samples.NAMES)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".zip", ".fgb"])
def test_heights_of_honest_shapes_are_dropped(suffix: str, empty_store, tmp_path: Path):
    grids = samples.grids("EPSG:4490")
    grids["geometry"] = gpd.GeoSeries(shapely.force_3d(grids.geometry.values, 61.5), crs=grids.crs)
    report = import_layer(
        empty_store, "grids", samples.write(grids, tmp_path / f"a{suffix}"), crs="EPSG:4490"
    )
    assert report.written
    assert not samples.layer_of(empty_store, "grids").has_z.any()


def test_a_name_with_a_sign_that_people_write_goes_in(empty_store, tmp_path: Path):
    grids = samples.grids("EPSG:4490")
    grids.loc[0, "网格名称"] = "-1层东区"
    assert import_layer(empty_store, "grids", samples.write(grids, tmp_path / "a.geojson")).written


def test_the_server_answers_while_hostile_files_are_read(own_instance: Path, tmp_path: Path):
    done, failed = threading.Event(), []

    def attack() -> None:
        store = open_store(f"sqlite:///{own_instance / 'gis.sqlite3'}")
        try:
            for name in HEAVY:
                report = import_layer(store, MAKERS[name](tmp_path / name), tmp_path / name)
                failed.extend([name] if report.written else [])
                (tmp_path / name).unlink()
        finally:
            store.dispose()
            done.set()

    with serve(own_instance) as server:
        attacker, answers = threading.Thread(target=attack), []
        attacker.start()
        while not done.wait(0.05):
            with urllib.request.urlopen(f"{server.url}/readyz", timeout=10) as answer:
                answers.append(answer.status)
        attacker.join()
    assert failed == [] and len(answers) >= len(HEAVY) and set(answers) == {200}
