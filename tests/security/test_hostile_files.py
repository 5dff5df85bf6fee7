"""No hostile file goes in, reads another file or takes long; each is answered by a listed fault."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyogrio
import pytest

from gis_app.errors import Rejected
from gis_app.exchange import sandbox
from gis_app.exchange.importing import import_layer
from gis_app.exchange.limits import MIB, Limits
from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layer, revision
from tests.security import hostile_archives, hostile_databases, hostile_texts
from tests.security.hostile_files import MAKERS, SECRET, vrt

CORPUS = (hostile_archives, hostile_databases, hostile_texts)  # each adds its makers when imported

CPU_SECONDS = 4.0  # of this process and the reading child together, so that a busy machine does not matter


@pytest.fixture(scope="module")
def store(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory):
    """Return a store with the reference county, for the files to bounce off."""
    copy = tmp_path_factory.mktemp("hostile") / "gis.sqlite3"
    shutil.copy(reference_instance / "gis.sqlite3", copy)
    return open_store(f"sqlite:///{copy}")


@pytest.fixture(scope="module", autouse=True)
def _warm(store, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Import libraries before the clock runs."""
    path = tmp_path_factory.mktemp("warm") / "a.csv"
    path.write_text("名称,经度,纬度\n甲,114.4551,34.4731\n", encoding="utf-8")
    import_layer(store, "stations", path, dry_run=True)


def cpu_seconds() -> float:
    """Return the processor time used so far by this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.mark.parametrize("name", MAKERS)
def test_a_hostile_file_is_refused_with_a_fault_and_changes_nothing(name: str, store, tmp_path: Path):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = folder / name
    layer = MAKERS[name](path)
    with store.read() as conn:
        before = revision(conn)
    present = sorted(tmp_path.rglob("*"))
    started = cpu_seconds()

    report = import_layer(store, layer, path)

    assert cpu_seconds() - started < CPU_SECONDS
    assert report.faults and not report.written
    for found in report.faults:
        assert found.message and found.remedy and found.field
        assert str(tmp_path) not in found.message
        assert SECRET not in found.message
    with store.read() as conn:
        assert revision(conn) == before
        assert SECRET not in set(read_layer(conn, "stations")["name"])
    assert sorted(tmp_path.rglob("*")) == present


def test_gdal_would_follow_a_vrt_under_any_name_but_the_child_has_no_driver_that_does(tmp_path: Path):
    """Even past the look at its first bytes: the control reads the secret, the child does not."""
    for kind in ("gpkg", "kml", "shp", "fgb", "dxf"):
        path = tmp_path / f"layer.{kind}"
        vrt(path)
        assert SECRET in str(pyogrio.raw.read(path)[3])
        request = {"kind": kind, "path": str(path), "wanted": [], "dimension": 0, "repair": False}
        table = sandbox._run(request, tmp_path, Limits())
        assert table.faults and not table.rows
        assert SECRET not in str(table)


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        (Limits(memory_bytes=160 * MIB), {"reader_memory"}),
        (Limits(cpu_seconds=1), {"reader_time"}),
        (Limits(wall_seconds=0), {"reader_time"}),
        (Limits(result_bytes=1000), {"reader_failed"}),
    ],
)
def test_a_reader_that_takes_too_much_is_stopped(limits: Limits, codes: set[str], tmp_path: Path):
    path = tmp_path / "a.geojson"
    features = ",".join(
        f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":[{i * 1e-4},1]}}}}'
        for i in range(120_000)
    )
    path.write_text(f'{{"type":"FeatureCollection","features":[{features}]}}', encoding="ascii")
    with pytest.raises(Rejected) as caught:
        sandbox.read_file(path, limits)
    assert {found.message_code for found in caught.value.faults} <= codes
