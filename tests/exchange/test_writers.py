"""What is written comes back: shapes to the centimetre, every value as it was, in every format and system."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from openpyxl import load_workbook

from gis_app.errors import BadInput
from gis_app.exchange.crs import Source, declared_source
from gis_app.exchange.writers.model import Layer, plain
from gis_app.exchange.writers.systems import system_of
from gis_app.exchange.writers.write import FORMATS, write
from tests.exchange.written import (
    ABOUT,
    FORMULA,
    METRIC,
    SYSTEMS,
    apart,
    areas,
    lines,
    points,
    table,
    unzipped,
)

CENTIMETRE = 0.01
LAYERS = [areas, points, lines]
BY_LAYER = pytest.mark.parametrize("make", LAYERS, ids=lambda make: make.__name__)
DECLARED = ("EPSG:4490", "EPSG:4326", "EPSG:4547")


def values_of(frame: pd.DataFrame, layer: Layer, renamed: dict[str, str] | None = None) -> dict[str, list]:
    names = renamed or {name: name for name in layer.frame.columns}
    return {name: plain(frame[names[name]]) for name in layer.frame.columns}


def wanted(layer: Layer) -> dict[str, list]:
    return {name: plain(layer.frame[name]) for name in layer.frame.columns}


@pytest.mark.parametrize("code", DECLARED)
@BY_LAYER
def test_a_geopackage_comes_back_equal(tmp_path: Path, make, code: str):
    layer = make()
    path = write([layer], "gpkg", SYSTEMS[code], ABOUT, tmp_path)
    found = gpd.read_file(path, layer=layer.title)
    assert found.crs == SYSTEMS[code].crs
    assert values_of(found, layer) == wanted(layer)
    assert apart(found.geometry, layer.shapes, found.crs) < CENTIMETRE


@pytest.mark.parametrize("code", DECLARED)
@BY_LAYER
def test_geojson_comes_back_equal(tmp_path: Path, make, code: str):
    layer = make()
    path = write([layer], "geojson", SYSTEMS[code], ABOUT, tmp_path)
    found = gpd.read_file(path)
    assert found.crs.is_projected == SYSTEMS[code].crs.is_projected
    assert values_of(found, layer) == wanted(layer)
    assert apart(found.geometry, layer.shapes, found.crs) < CENTIMETRE


@pytest.mark.parametrize("code", DECLARED)
@BY_LAYER
def test_a_shapefile_comes_back_equal_under_its_short_names(tmp_path: Path, make, code: str):
    layer = make()
    folder = unzipped(write([layer], "shp", SYSTEMS[code], ABOUT, tmp_path))
    assert (folder / f"{layer.name}.cpg").read_text() == "UTF-8" and (folder / f"{layer.name}.prj").exists()
    legend = pd.read_csv(folder / "字段对照.txt", dtype=str)
    short = dict(zip(legend["原字段"], legend["字段名"], strict=True))
    assert max(len(name.encode()) for name in short.values()) <= 10
    found = gpd.read_file(folder / f"{layer.name}.shp")
    assert found.crs == SYSTEMS[code].crs
    assert values_of(found, layer, short) == wanted(layer)
    assert apart(found.geometry, layer.shapes, found.crs) < CENTIMETRE


@BY_LAYER
def test_kml_comes_back_equal_in_crs84(tmp_path: Path, make):
    layer = make()
    path = write([layer], "kml", SYSTEMS["EPSG:4490"], ABOUT, tmp_path)
    found = gpd.read_file(path, layer=layer.title)
    assert found.crs == "EPSG:4326"
    names = {name: "Name" if name == "name" else name for name in layer.frame.columns}
    assert values_of(found, layer, names) == wanted(layer)
    assert apart(found.geometry, layer.shapes, found.crs) < CENTIMETRE


@BY_LAYER
def test_csv_opens_as_it_is_with_its_shapes_as_wkt(tmp_path: Path, make):
    layer = make()
    folder = unzipped(write([layer], "csv", SYSTEMS["EPSG:4547"], ABOUT, tmp_path))
    raw = (folder / f"{layer.name}.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw
    found = pd.read_csv(folder / f"{layer.name}.csv", dtype=str, keep_default_na=False)
    assert list(found.columns) == [*layer.frame.columns, "WKT"]
    shapes = gpd.GeoSeries(shapely.from_wkt([text or None for text in found["WKT"]]))
    assert apart(shapes, layer.shapes, "EPSG:4547") < CENTIMETRE
    assert "坐标系" not in ABOUT.facts and "审图号：豫S〔2023〕1号" in (folder / "说明.txt").read_text(
        "utf-8-sig"
    )


def test_a_workbook_has_a_sheet_for_each_layer_and_one_about_itself(tmp_path: Path):
    layers = [areas(), points(), table()]
    book = load_workbook(write(layers, "xlsx", SYSTEMS["EPSG:4490"], ABOUT, tmp_path))
    assert book.sheetnames == ["说明", "网格", "站点", "责任"]
    assert ("审图号", "豫S〔2023〕1号") in list(book["说明"].values)
    rows = list(book["网格"].values)
    assert rows[0] == (*areas().frame.columns, "WKT")
    assert [row[2] for row in rows[1:]] == [120, 0, 2**40]
    shapes = gpd.GeoSeries(shapely.from_wkt([row[-1] for row in rows[1:]]))
    assert apart(shapes, areas().shapes, "EPSG:4490") < CENTIMETRE


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝", "＋", " =", "\r", "\n"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str):
    text = f"{start}cmd|'/c calc'!A0"
    layer = Layer("t", "表", pd.DataFrame({text: [text, "平常"]}), {})
    folder = unzipped(write([layer], "csv", SYSTEMS["EPSG:4490"], ABOUT, tmp_path / "csv"))
    found = pd.read_csv(folder / "t.csv", dtype=str)
    assert found.columns[0].startswith("'") and found.iloc[0, 0].startswith("'")
    book = load_workbook(write([layer], "xlsx", SYSTEMS["EPSG:4490"], ABOUT, tmp_path / "xlsx"))
    cells = [cell for row in book["表"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value.startswith("'") for cell in cells] == [True, True, False]


def test_numbers_below_zero_stay_numbers(tmp_path: Path):
    layer = Layer("t", "表", pd.DataFrame({"n": [-1.5, 2.0]}), {})
    folder = unzipped(write([layer], "csv", SYSTEMS["EPSG:4490"], ABOUT, tmp_path))
    assert pd.read_csv(folder / "t.csv")["n"].tolist() == [-1.5, 2.0]


@pytest.mark.parametrize("code", ["GCJ-02", "BD-09"])
@pytest.mark.parametrize("format", ["gpkg", "geojson", "shp"])
def test_offset_positions_declare_no_true_system_say_so_and_come_back(tmp_path: Path, format: str, code: str):
    layer = points()
    path = write([layer], format, SYSTEMS[code], ABOUT, tmp_path)
    folder = unzipped(path) if path.suffix == ".zip" else path.parent
    file = folder / "stations.shp" if format == "shp" else path
    found = gpd.read_file(file, layer="站点") if format == "gpkg" else gpd.read_file(file)
    if format == "geojson":
        assert json.loads(path.read_text())["crs"]["properties"]["name"] == code
    else:
        assert found.crs is None or found.crs.name.startswith("Undefined")
    assert apart(found.geometry, layer.shapes, "EPSG:4490") > 100
    source: Source = declared_source(code)
    back = shapely.transform(found.geometry.to_numpy(), source.to_lonlat)
    assert apart(gpd.GeoSeries(back), layer.shapes, "EPSG:4490") < CENTIMETRE
    told = {
        "gpkg": lambda: gpd.read_file(path, layer="说明").to_string(),
        "geojson": lambda: path.read_text(),
        "shp": lambda: (folder / "说明.txt").read_text("utf-8-sig"),
    }[format]()
    assert f"{code} 是有意偏移的坐标" in told


@pytest.mark.parametrize("code", ["EPSG:4547", "GCJ-02", "BD-09"])
def test_kml_is_refused_in_what_it_cannot_be(tmp_path: Path, code: str):
    with pytest.raises(BadInput) as refused:
        write([points()], "kml", SYSTEMS[code], ABOUT, tmp_path)
    assert refused.value.code == "kml_system" and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_layer_without_rows_is_written_with_its_fields(tmp_path: Path, format: str):
    whole = areas()
    none = Layer(whole.name, whole.title, whole.frame.iloc[:0], whole.titles, whole.shapes[:0], "name")
    path = write([none], format, SYSTEMS["EPSG:4490"], ABOUT, tmp_path)
    if format == "gpkg":
        assert pyogrio.read_info(path, layer="网格")["features"] == 0
        assert list(gpd.read_file(path, layer="网格").columns[:2]) == ["grid_code", "name"]
    assert path.stat().st_size > 0


@pytest.mark.parametrize("format", FORMATS)
def test_a_table_without_places_is_written_in_every_format(tmp_path: Path, format: str):
    path = write([table(), points()], format, SYSTEMS["EPSG:4490"], ABOUT, tmp_path)
    if format == "shp":
        found = gpd.read_file(unzipped(path) / "assignments.dbf")
        assert found["holder_nam"].tolist() == ["张三", "+8613800000000"]
    if format == "gpkg":
        assert gpd.read_file(path, layer="责任")["area_code"].tolist() == ["410222", "410222001"]
    assert path.stat().st_size > 0


def test_a_text_too_long_for_a_shapefile_is_cut_at_a_letter_and_that_is_said(tmp_path: Path):
    layer = Layer("t", "表", pd.DataFrame({"description": ["网" * 100, "短"]}), {})
    folder = unzipped(write([layer], "shp", SYSTEMS["EPSG:4490"], ABOUT, tmp_path))
    assert gpd.read_file(folder / "t.dbf").iloc[:, 0].tolist() == ["网" * 84, "短"]
    assert "1 个文字值超过" in (folder / "说明.txt").read_text("utf-8-sig")


@pytest.mark.parametrize("text", ["epsg:4547", "4547", " EPSG:4547 "])
def test_a_system_is_known_however_written(text: str):
    assert system_of(text, METRIC).code == "EPSG:4547"


@pytest.mark.parametrize("text", ["EPSG:3857", "EPSG:1", "火星", "EPSG:²", "'; --"])
def test_an_unknown_system_is_refused_with_the_choices(text: str):
    with pytest.raises(BadInput) as refused:
        system_of(text, METRIC)
    assert "GCJ-02" in refused.value.fields["crs"]


def test_a_formula_in_a_name_stays_as_it_is_where_nothing_runs_it(tmp_path: Path):
    path = write([points()], "gpkg", SYSTEMS["EPSG:4490"], ABOUT, tmp_path)
    assert gpd.read_file(path, layer="站点")["name"].tolist()[1] == FORMULA
