"""The reading child follows no pointer to another file and is stopped where it takes too much.

The corpus itself, file by file, is tried in tests/exchange/hostile.
"""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from gis_app.errors import Rejected
from gis_app.exchange import sandbox
from gis_app.exchange.limits import MIB, Limits
from tests.security.hostile_files import SECRET, vrt


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
