"""QGIS shows what we export as it is meant to look, and what QGIS writes comes in whole."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from gis_app.exchange.importing import import_layer
from gis_app.exchange.writers.geopackage import write_geopackage
from gis_app.exchange.writers.styles import LINE, STYLES
from gis_app.storage.engine import open_store
from gis_app.storage.migrations import migrate
from tests.conftest import gis_app
from tests.exchange import samples
from tests.exchange.written import ABOUT, SYSTEMS, areas, points
from tests.foreign.desktop import qgis

LAYERS = {
    "站点": "stations",
    "小区出入口": "gates",
    "县": "county",
    "街道": "subdistricts",
    "社区": "communities",
    "网格": "grids",
    "路网": "streets",
    "楼栋": "buildings",
    "水系": "water",
    "地块": "blocks",
}
# file -> how QGIS is asked for it
WRITTEN = {
    "网格.gpkg": {"driver": "GPKG", "crs": "EPSG:4547", "layer": "网格"},
    "网格.geojson": {"driver": "GeoJSON", "crs": "EPSG:4490", "options": ["RFC7946=NO"]},
    "rfc.geojson": {"driver": "GeoJSON", "crs": "EPSG:4326", "options": ["RFC7946=YES"]},
    "网格.fgb": {"driver": "FlatGeobuf", "crs": "EPSG:4549"},
    "网格.kml": {"driver": "LIBKML", "crs": "EPSG:4326", "layer": "网格"},
    "utf8.shp": {"driver": "ESRI Shapefile", "crs": "EPSG:4526"},
    "gbk.shp": {"driver": "ESRI Shapefile", "crs": "EPSG:4547", "encoding": "GBK"},
    "网格.csv": {"driver": "CSV", "crs": "EPSG:4547", "options": ["GEOMETRY=AS_WKT"]},
    "网格.dxf": {"driver": "DXF", "crs": "EPSG:4547"},
}  # fmt: skip
UNDECLARED = {"网格.csv": "EPSG:4547", "网格.dxf": "EPSG:4547"}
WITHOUT_VALUES = {"网格.dxf"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("qgis")


@pytest.fixture(scope="module")
def county(reference_instance: Path) -> dict[str, int]:
    """Return the rows of every layer of the reference county."""
    from gis_app.storage.layers import read_layers

    store = open_store(f"sqlite:///{reference_instance / 'gis.sqlite3'}")
    with store.read() as conn:
        rows = {name: len(layer) for name, layer in read_layers(conn).items()}
    store.dispose()
    return rows


def test_the_whole_county_opens_as_a_map(own_instance, county, folder):
    package = folder / "通许县.gpkg"
    gis_app("export", "--out", package, instance_dir=own_instance)
    told = qgis("open_project", folder, package=package, picture=folder / "county.png")
    assert told["read"] and told["title"] == "通许县" and "示范数据" in told["abstract"]
    assert (told["crs"], told["ellipsoid"]) == ("EPSG:4490", "EPSG:1024")
    assert told["layers"] == list(LAYERS)
    assert [one["name"] for one in told["drawn"]] == list(LAYERS)
    for layer in told["drawn"]:
        assert layer["valid"] and layer["count"] == county[LAYERS[layer["name"]]]
        assert layer["crs"] == "EPSG:4490" and layer["crs_valid"]
        assert drawing(layer) == styled(LAYERS[layer["name"]])
        assert "名称" in layer["titles"].values() or layer["name"] == "楼栋"
    assert told["errors"] == [] and told["colours"] > 100
    assert {"毛庄社区", "毛李社区"} <= set(told["written"])
    alone = qgis("open_layers", folder, package=package, names=list(LAYERS))
    assert [drawing(alone[name]) for name in LAYERS] == [styled(name) for name in LAYERS.values()]


def drawing(told: dict) -> tuple:
    """Return what QGIS tells of how a layer is drawn."""
    classes = [tuple(one) for one in told.get("classes", [])]
    return told["renderer"], told.get("by"), classes, told["labels"], told["scale"]


def styled(name: str) -> tuple:
    """Return what our table of styles says of a layer."""
    style = STYLES[name]
    plain = style.line if style.kind == LINE else style.fill
    classes = [(value, title, colour) for value, (colour, title) in style.classes.items()]
    renderer = "categorizedSymbol" if style.by else "singleSymbol"
    rest = [("", "其他", plain)] if style.by else []
    return renderer, style.by or None, classes + rest, "name" if style.labelled else None, style.scale


def test_offset_positions_are_of_no_system_that_qgis_would_trust(folder):
    package = folder / "export.gpkg"
    write_geopackage([areas(), points()], SYSTEMS["GCJ-02"], ABOUT, package)
    told = qgis("open_layers", folder, package=package, names=["网格", "站点"])
    for one in told.values():
        assert one["valid"] and (one["crs"], one["crs_title"]) == ("", "Undefined SRS")


@pytest.fixture(scope="module")
def written(folder) -> Path:
    """Return the folder into which QGIS has written nine grids in every format."""
    there = folder / "written"
    there.mkdir()
    source = samples.write(samples.grids(), folder / "source.gpkg")
    files = [{"path": str(there / name)} | asked for name, asked in WRITTEN.items()]
    told = qgis("write_files", folder, source=str(source), files=files)
    assert set(told.values()) == {""}, told
    return there


@pytest.mark.parametrize("name", WRITTEN)
def test_what_qgis_writes_comes_in_whole(name: str, written: Path, tmp_path: Path):
    address = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    migrate(address)
    store = open_store(address)
    report = import_layer(store, "grids", packed(written / name, tmp_path), crs=UNDECLARED.get(name))
    assert report.faults == [] and report.inserted == len(samples.NAMES)
    found = samples.layer_of(store, "grids")
    wanted = samples.grids("EPSG:4490").rename(columns={"网格名称": "name"})
    if name in WITHOUT_VALUES:
        found, wanted = in_order(found), in_order(wanted)
    assert samples.farthest(found, wanted) < 0.01
    if name not in WITHOUT_VALUES:
        households = samples.layer_of(store, "blocks").set_index("name")["households"]
        assert households.to_dict() == dict(zip(samples.NAMES, samples.HOUSEHOLDS, strict=True))
    store.dispose()


def in_order(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return shapes named by their order from the west and the south, for files that carry no names."""
    middle = frame.geometry.to_crs(samples.METRIC).centroid
    ordered = frame.iloc[
        sorted(range(len(frame)), key=lambda at: (round(middle.iloc[at].x), middle.iloc[at].y))
    ]
    return ordered.assign(name=[f"{at:03d}" for at in range(len(frame))])


def packed(path: Path, folder: Path) -> Path:
    """Return a file as a person would send it: a Shapefile's parts in one archive."""
    if path.suffix != ".shp":
        return path
    archive = folder / f"{path.stem}.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for part in sorted(path.parent.glob(f"{path.stem}.*")):
            file.write(part, part.name)
    return archive
