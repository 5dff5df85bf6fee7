"""A plan comes in from any layer of areas or table of blocks, and goes out in every format and CRS."""

from __future__ import annotations

import io
import shutil
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from gis_app.errors import BadInput, Rejected
from gis_app.exchange.plan_exports import WRITERS, export_plan
from gis_app.exchange.plan_files import read_plan
from gis_app.plans.operations import apply
from gis_app.storage.engine import open_store
from gis_app.storage.layers import replace_layer
from gis_app.storage.migrations import migrate
from gis_app.studio import drafts, drawn, editing
from tests.storage import plan_county as county


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Return the file of a store with the county of four grids."""
    path = tmp_path_factory.mktemp("template") / "gis.sqlite3"
    migrate(f"sqlite:///{path}")
    filled = open_store(f"sqlite:///{path}")
    county.fill(filled)
    filled.dispose()
    return path


@pytest.fixture
def store(template, tmp_path):
    """Return a store of the test's own with the county of four grids."""
    shutil.copyfile(template, tmp_path / "gis.sqlite3")
    opened = open_store(f"sqlite:///{tmp_path / 'gis.sqlite3'}")
    yield opened
    opened.dispose()


@pytest.fixture
def state(store):
    """Return the state of the plan in force."""
    return editing.draft_state(store, drafts.open_draft(store, "一", "planner"))


def column(number: int, rows: tuple[float, float] = (0, 4), shift: float = 0.0) -> shapely.Polygon:
    """Return the area of a column of blocks, moved eastward by a share of a block."""
    west = county.X0 + (number + shift) * county.SIZE
    south, north = (county.Y0 + row * county.SIZE for row in rows)
    return shapely.box(west, south, west + county.SIZE, north)


def written(path, shapes, crs="EPSG:4490", **columns):
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4490").to_crs(crs).to_file(path)
    return path


def kinds(found) -> dict[str, int]:
    return pd.Series([one.kind for one in found.misfits]).value_counts().to_dict()


def test_a_layer_of_areas_becomes_grids_of_whole_blocks(state, tmp_path):
    shapes = [column(number) for number in range(6)]
    found = read_plan(written(tmp_path / "新网格.gpkg", shapes, name=list("abcdef")), state)
    assert (found.misfits, found.grids, found.blocks, found.crs) == ([], 6, 24, "EPSG:4490")
    after = apply(state, found.operation)
    assert sorted(after.households) == [240] * 6


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:3857", "EPSG:4326"])
def test_the_coordinate_system_of_the_file_does_not_matter(state, tmp_path, crs):
    shapes = [column(number) for number in range(6)]
    found = read_plan(written(tmp_path / "grids.gpkg", shapes, crs), state)
    assert (found.grids, found.misfits) == (6, [])


def test_a_block_goes_where_most_of_its_households_live_and_is_listed(state, tmp_path):
    shapes = [column(0), column(1), column(1, shift=0.6), column(2, shift=0.6)]
    shapes[1] = shapely.difference(shapes[1], shapes[2])
    found = read_plan(written(tmp_path / "grids.gpkg", shapes), state)
    table = found.operation["table"]
    # the houses stand at 0.3 to 0.5 of a block's width
    assert table["B01"] == "#2" and table["B02"] == "#3"
    assert table["B03"] == "#4" and kinds(found) == {"outside": 8}


def test_an_area_in_two_communities_is_one_grid_in_each(state, tmp_path):
    wide = shapely.union_all([column(1), column(2), column(3)])
    found = read_plan(written(tmp_path / "grids.gpkg", [column(0), wide, column(4), column(5)]), state)
    assert kinds(found) == {"across_communities": 1} and found.grids == 5
    table = found.operation["table"]
    assert (table["B01"], table["B03"]) == ("#2", f"#2@{county.EAST}")
    assert sorted(apply(state, found.operation).households) == [240, 240, 240, 240, 480]


def test_a_block_without_households_goes_by_its_area(store, tmp_path):
    layers = county.layers()
    homes = layers["buildings"].assign(households=0)
    with store.write() as conn:
        replace_layer(conn, "buildings", homes)
    bare = editing.draft_state(store, drafts.open_draft(store, "空", "planner"))
    shapes = [column(0, shift=-0.1), column(1, shift=-0.1), column(2, shift=-0.1)]
    found = read_plan(written(tmp_path / "grids.gpkg", shapes), bare)
    assert found.operation["table"]["B01"] == "#2"
    assert kinds(found) == {"split": 12}
    assert {round(one.share, 2) for one in found.misfits} == {0.9}
    lon, lat = found.misfits[0].place
    assert county.X0 < lon < county.X0 + 0.006 and county.Y0 < lat < county.Y0 + 0.004


def test_communities_that_the_file_does_not_touch_keep_their_grids(state, tmp_path):
    found = read_plan(written(tmp_path / "west.gpkg", [column(0), column(1)]), state)
    assert set(found.operation["table"]) == {county.block(r, c) for r in range(4) for c in range(3)}
    assert found.operation["table"]["B02"] is None and kinds(found) == {"outside": 4}
    after = apply(state, found.operation)
    assert {county.B1, county.B2} <= set(after.keys)


def test_areas_that_carry_the_code_of_a_grid_are_that_grid(state, tmp_path):
    shapes = [shapely.union_all([column(0), column(1)]), column(2)]
    path = written(tmp_path / "grids.geojson", shapes, grid_code=[county.A1, county.A2])
    table = read_plan(path, state).operation["table"]
    assert (table["B00"], table["B02"]) == (county.A1, county.A2)


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
def test_a_table_of_blocks_becomes_grids(state, tmp_path, name):
    blocks = [county.block(row, c) for row in range(4) for c in range(3)]
    frame = pd.DataFrame({"地块编码": [*blocks, "B99"], "网格编码": [*(["甲"] * 6), *(["乙"] * 6), "甲"]})
    path = tmp_path / name
    frame.to_csv(path, index=False) if name.endswith("csv") else frame.to_excel(path, index=False)
    found = read_plan(path, state)
    assert kinds(found) == {"unknown_block": 1} and found.blocks == 12
    assert apply(state, found.operation).households.tolist().count(360) == 4


@pytest.mark.parametrize(
    "text",
    ["地块编码,网格编码\nB00,甲\nB00,乙\n", "地块编码\nB00\n", "地块编码,网格编码\nX1,甲\n", "",
     "a,b\n1,2\n"],
)  # fmt: skip
def test_a_table_that_says_nothing_or_two_things_is_refused(state, tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Rejected) as refused:
        read_plan(path, state)
    assert refused.value.faults and all(found.remedy for found in refused.value.faults)


def test_areas_elsewhere_are_refused(state, tmp_path):
    path = written(tmp_path / "grids.gpkg", [shapely.box(113.0, 33.0, 113.1, 33.1)])
    with pytest.raises(Rejected):
        read_plan(path, state)


@pytest.fixture
def layers(store):
    """Return a draft with a split, as layers."""
    draft_id = drafts.open_draft(store, "导出", "planner")
    line = [[114.4015, 34.3995], [114.4015, 34.4025]]
    editing.edit(store, draft_id, 1, {"verb": "split_line", "grid": county.A1, "line": line}, "planner")
    return drawn.draft_layers(store, draft_id)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547", "EPSG:3857"])
@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp"])
def test_what_is_written_is_read_back_the_same_in_any_crs(layers, tmp_path, kind, crs):
    done = export_plan(kind, layers, crs)
    path = tmp_path / f"plan{done.suffix}"
    path.write_bytes(done.content)
    where = f"zip://{path}!grids.shp" if kind == "shp" else path
    read = gpd.read_file(where, **({"layer": "grids"} if kind == "gpkg" else {}))
    assert read.crs.to_epsg() == int(crs[5:])
    read = read.sort_values("grid_code")
    assert read["grid_code"].tolist() == [county.A1, county.A2, f"{county.WEST}003", county.B1, county.B2]
    assert read["name"].tolist()[1] == "网格002" and read["households"].sum() == 24 * county.HOUSEHOLDS
    back = read.geometry.to_crs(4490).values
    apart = shapely.hausdorff_distance(np.asarray(back), layers["grids"].geometry.values)
    assert apart.max() < 1e-7


def test_a_shapefile_says_that_its_text_is_utf8(layers):
    with zipfile.ZipFile(io.BytesIO(export_plan("shp", layers).content)) as archive:
        names = set(archive.namelist())
        assert {"grids.shp", "grids.dbf", "grids.shx", "grids.prj", "grids.cpg", "blocks.cpg"} <= names
        assert archive.read("grids.cpg").strip() == b"UTF-8"


def test_the_workbook_is_the_crosswalk(layers):
    book = openpyxl.load_workbook(io.BytesIO(export_plan("xlsx", layers, "EPSG:4547").content))
    assert book.sheetnames == ["沿革", "网格", "地块"]
    rows = [[cell.value for cell in row] for row in book["沿革"].iter_rows(min_row=2)]
    assert [county.A1, f"{county.WEST}003", "拆分", 120] in [row[:4] for row in rows]
    x = [row[4].value for row in book["网格"].iter_rows(min_row=2)]
    assert all(400_000 < value < 700_000 for value in x)


@pytest.mark.parametrize(
    ("kind", "crs"), [("dxf", "EPSG:4490"), ("gpkg", "GCJ-02"), ("gpkg", "EPSG:1"), ("shp", "")]
)
def test_a_format_or_crs_that_is_none_is_refused(layers, kind, crs):
    with pytest.raises(BadInput) as refused:
        export_plan(kind, layers, crs)
    assert refused.value.fields


def test_every_format_of_the_issue_is_written():
    assert set(WRITERS) == {"gpkg", "geojson", "shp", "xlsx"}
