"""`gis-app export` for scripts: one file, told as JSON, nothing half written, and a line in the trail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner, Result

from gis_app.cli import main
from gis_app.layers import schema
from gis_app.storage import audit
from gis_app.storage.engine import open_store
from tests.factory import GRIDS
from tests.web.county import make_instance


@pytest.fixture(scope="module")
def _toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli_export") / "instance"
    make_instance(folder)
    return folder


@pytest.fixture
def instance(_toy: Path, tmp_path: Path) -> Path:
    """Return an instance with the toy county."""
    return Path(shutil.copytree(_toy, tmp_path / "instance"))


@pytest.fixture
def run(instance: Path, tmp_path: Path):
    """Return a function that runs an export into out.<suffix> and expects an exit code."""

    def export(*arguments: str, out: str = "out.gpkg", code: int = 0) -> Result:
        words = ["export", *arguments, "--out", str(tmp_path / out)]
        done = CliRunner().invoke(main, words, env={"GIS_INSTANCE_DIR": str(instance)})
        assert done.exit_code == code, f"{done.output}{done.exception!r}"
        return done

    return export


def trail(instance: Path) -> list:
    store = open_store(f"sqlite:///{instance / 'gis.sqlite3'}")
    with store.read() as conn:
        rows = audit.read_rows(conn, "exchange:layer:exported")
    store.dispose()
    return rows


def test_without_a_name_the_whole_county_comes_out(run, tmp_path: Path, instance: Path):
    told = json.loads(run("--json").stdout)
    assert [one["name"] for one in told["tables"]] == list(schema.LAYERS)
    assert told["written"] and told["bytes"] == (tmp_path / "out.gpkg").stat().st_size
    assert gpd.read_file(tmp_path / "out.gpkg", layer="网格")["grid_code"].tolist() == sorted(GRIDS)
    assert trail(instance)[0].actor == "gis-app export"


def test_a_filter_leaves_its_rows(run, tmp_path: Path):
    told = json.loads(run("grids", "--filter", f"grid_code={GRIDS[0]}", "--json").stdout)
    assert told["tables"][0]["rows"] == 1
    assert gpd.read_file(tmp_path / "out.gpkg", layer="网格")["grid_code"].tolist() == [GRIDS[0]]


def test_mediation_is_in_no_file(run, tmp_path: Path):
    run("incidents", "--format", "geojson", "--values", "codes", out="out.geojson")
    found = json.loads((tmp_path / "out.geojson").read_text())["features"]
    assert found and "mediation" not in {one["properties"]["category"] for one in found}


def test_a_dry_run_counts_and_writes_nothing(run, tmp_path: Path, instance: Path):
    told = json.loads(run("grids", "--dry-run", "--json").stdout)
    assert told["tables"][0]["rows"] == len(GRIDS) and not told["written"]
    assert not (tmp_path / "out.gpkg").exists() and trail(instance) == []


def test_a_file_is_only_replaced_by_force(run, tmp_path: Path):
    (tmp_path / "out.gpkg").write_text("mine")
    run("grids", code=2)
    assert (tmp_path / "out.gpkg").read_text() == "mine"
    run("grids", "--force")
    assert (tmp_path / "out.gpkg").read_bytes().startswith(b"SQLite format 3")


def test_offset_positions_come_with_a_warning(run):
    assert "有意偏移" in run("stations", "--crs", "gcj-02").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["grids", "--crs", "EPSG:3857"],
        ["grids", "--format", "kml", "--crs", "BD-09"],
        ["grids", "--format", "dwg"],
        ["grids", "blocks", "--filter", "q=1"],
        ["grids", "--filter", "secret=1"],
        ["grids", "--filter", "households=many"],
    ],
)
def test_what_is_wrong_ends_with_two_and_leaves_nothing(run, tmp_path: Path, instance: Path, arguments):
    run(*arguments, code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["instance"] and trail(instance) == []


def test_a_folder_that_is_not_there_is_told(run):
    assert "不能写入" in run("grids", out="nowhere/out.gpkg", code=1).output
