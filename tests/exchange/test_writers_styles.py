"""A GeoPackage of ours is drawn by QGIS when it is opened: its table of styles, and what QML has to hold."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from pathlib import Path
from xml.etree import ElementTree as xml

import geopandas as gpd
import pyogrio
import pytest

from gis_app.exchange.writers.geopackage import write_geopackage
from gis_app.exchange.writers.qml import GEOMETRY_TYPE, qml
from gis_app.exchange.writers.shape_names import short_names
from gis_app.exchange.writers.styles import AREA, PLAIN, STYLES, style_of
from tests.exchange.written import ABOUT, SYSTEMS, areas, lines, points, table

# The columns that QGIS makes when it saves a style into a database, and asks for when it opens a layer.
COLUMNS = {
    "id", "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName", "styleQML",
    "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time",
}  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a GeoPackage of two layers of areas and points, a line, and a table."""
    path = tmp_path / "export.gpkg"
    write_geopackage([lines(), areas(), points(), table()], SYSTEMS["EPSG:4490"], ABOUT, path)
    return path


def rows(package: Path, query: str) -> list[tuple]:
    connection = sqlite3.connect(package)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_layers_are_named_in_chinese_and_the_uppermost_comes_first(package: Path):
    assert pyogrio.list_layers(package)[:, 0].tolist() == [
        "站点",
        "网格",
        "路网",
        "责任",
        "layer_styles",
        "说明",
    ]


def test_the_table_of_styles_is_the_one_that_qgis_looks_for(package: Path):
    assert {row[1] for row in rows(package, "PRAGMA table_info(layer_styles)")} == COLUMNS
    kept = rows(
        package,
        "SELECT f_table_name, f_geometry_column FROM layer_styles "
        "WHERE f_table_catalog = '' AND f_table_schema = '' AND useAsDefault = 1",
    )
    columns = rows(package, "SELECT table_name, column_name FROM gpkg_geometry_columns")
    assert sorted(kept) == sorted(columns)


def test_every_style_is_qml_with_a_renderer_whose_symbols_are_there(package: Path):
    found = gpd.read_file(package, layer="layer_styles")
    assert len(found) == 3
    for style in found.itertuples():
        root = xml.fromstring(style.styleQML.partition("\n")[2])
        fields = set(pyogrio.read_info(package, layer=style.f_table_name)["fields"])
        renderer = root.find("renderer-v2")
        drawn = {symbol.get("name") for symbol in renderer.findall("symbols/symbol")}
        assert root.tag == "qgis" and drawn
        assert {one.get("symbol") for one in renderer.findall("categories/category")} <= drawn
        assert renderer.get("attr") is None or renderer.get("attr") in fields
        label = root.find("labeling/settings/text-style")
        assert label is None or label.get("fieldName") in fields
        assert {alias.get("field") for alias in root.findall("aliases/alias")} == fields


def test_fields_are_called_in_chinese(package: Path):
    style = gpd.read_file(package, layer="layer_styles").set_index("f_table_name").loc["网格", "styleQML"]
    aliases = xml.fromstring(style.partition("\n")[2]).findall("aliases/alias")
    assert {alias.get("field"): alias.get("name") for alias in aliases}["grid_code"] == "网格编码"


@pytest.mark.parametrize("name", STYLES)
def test_each_layer_has_a_symbol_of_its_kind_said_in_both_ways(name: str):
    style = STYLES[name]
    root = xml.fromstring(qml(style, {style.by or "name": "名称"}, "name").partition("\n")[2])
    for symbol in root.iter("symbol"):
        layer = symbol.find("layer")
        assert symbol.get("type") == style.kind
        said = {one.get("name"): one.get("value") for one in layer.findall("Option/Option")}
        assert said and said == {one.get("k"): one.get("v") for one in layer.findall("prop")}
        for key, value in said.items():
            if "color" in key:
                assert all(0 <= int(part) <= 255 for part in value.split(",")) and value.count(",") == 3
    assert root.find("layerGeometryType").text == GEOMETRY_TYPE[style.kind]


def test_what_has_no_style_of_its_own_or_other_shapes_is_drawn_plainly():
    assert style_of("unknown", 2) == PLAIN[AREA]
    assert style_of("stations", 2) == PLAIN[AREA]


def test_the_file_says_what_it_is_in_metadata_and_in_a_table(package: Path):
    assert pyogrio.read_info(package, layer="网格")["layer_metadata"]["边界方案"] == "第 3 版"
    about = gpd.read_file(package, layer="说明")
    assert ("审图号", "豫S〔2023〕1号") in list(about.itertuples(index=False, name=None))


def test_the_package_holds_a_project_with_every_layer_in_order_and_its_style(package: Path):
    ((name, told, content),) = rows(package, "SELECT name, metadata, content FROM qgis_projects")
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
        (inside,) = archive.namelist()
        root = xml.fromstring(archive.read(inside).decode().partition("\n")[2])
    assert name == "测试县" and "last_modified_time" in json.loads(told) and inside.endswith(".qgs")
    leaves = [leaf.get("id") for leaf in root.findall("layer-tree-group/layer-tree-layer")]
    kept = {layer.findtext("id"): layer for layer in root.findall("projectlayers/maplayer")}
    assert leaves == list(kept) and root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:4490"
    known = set(pyogrio.list_layers(package)[:, 0])
    sources = [layer.findtext("datasource") for layer in kept.values()]
    assert (
        {source.partition("|layername=")[2] for source in sources}
        == {"站点", "网格", "路网", "责任"}
        <= known
    )
    assert {source.partition("|")[0] for source in sources} == {f"./{package.name}"}
    drawn = [layer for layer in kept.values() if layer.get("geometry") != "No geometry"]
    assert len(drawn) == 3 and all(layer.find("renderer-v2/symbols/symbol") is not None for layer in drawn)
    assert (
        float(root.findtext("mapcanvas/extent/xmin")) < 114.4 < float(root.findtext("mapcanvas/extent/xmax"))
    )


def test_a_package_of_tables_alone_and_of_offset_positions_has_a_project_too(tmp_path: Path):
    write_geopackage([table()], SYSTEMS["GCJ-02"], ABOUT, tmp_path / "tables.gpkg")
    assert len(rows(tmp_path / "tables.gpkg", "SELECT name FROM qgis_projects")) == 1


def test_the_package_is_sound(package: Path):
    assert rows(package, "PRAGMA integrity_check") == [("ok",)]
    assert rows(package, "PRAGMA application_id") == [(0x47504B47,)]


@pytest.mark.parametrize(
    "names",
    [
        ["subdistrict_code", "subdistrict_name", "subdistricts"],
        ["所在网格编码", "所在网格", "所在网格名", "面积（平方公里）"],
        [f"communities_{n}" for n in range(120)],
        ["NAME", "name", "Name"],
        ["😀😀😀", "😀😀"],
    ],
)
def test_short_names_fit_differ_and_are_never_cut_inside_a_letter(names: list[str]):
    short = short_names(names)
    assert list(short) == names
    assert all(0 < len(one.encode()) <= 10 and "�" not in one for one in short.values())
    assert len({one.casefold() for one in short.values()}) == len(names)
