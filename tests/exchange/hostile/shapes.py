"""Hostile shapes and places: too long, tangled, in a wrong zone, over the date line, of a wrong kind."""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from tests.security.hostile_files import CORNERS, collection, comb, maker, polygon, shapefile_parts, zipped

MANY = 2_000_000
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>{}</Placemark></Document></kml>'


def long_ring(count: int) -> shapely.Polygon:
    """Return a circle of so many vertices."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return shapely.Polygon(np.column_stack([114.45 + 0.01 * np.cos(angle), 34.45 + 0.01 * np.sin(angle)]))


def frame_of(*shapes: shapely.Geometry, crs: object = 4490, name: str = "网格") -> gpd.GeoDataFrame:
    """Return a layer of these shapes."""
    return gpd.GeoDataFrame(
        {"name": [f"{name}{i}" for i in range(len(shapes))]}, geometry=list(shapes), crs=crs
    )


@maker("two_million.geojson")
def _two_million(path: Path) -> str:
    points = b"[114.41,34.41],[114.42,34.42]," * (MANY // 2)
    head, tail = collection(polygon([["HERE"]])).encode().split(b'["HERE"]')
    path.write_bytes(head + points + b"[114.41,34.41]" + tail)
    return "grids"


@maker("two_million.kml")
def _two_million_kml(path: Path) -> str:
    ring = "114.41,34.41 114.42,34.42 " * (MANY // 2)
    shape = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
    path.write_text(KML.format(f"<name>甲</name><Polygon>{shape}</Polygon>"), encoding="utf-8")
    return "grids"


@maker("two_million.gpkg")
def _two_million_gpkg(path: Path) -> str:
    frame_of(long_ring(MANY)).to_file(path, driver="GPKG", engine="pyogrio", SPATIAL_INDEX="NO")
    return "grids"


@maker("two_million.fgb")
def _two_million_fgb(path: Path) -> str:
    frame_of(long_ring(MANY)).to_file(path, driver="FlatGeobuf", engine="pyogrio", SPATIAL_INDEX="NO")
    return "grids"


@maker("two_million.zip")
def _two_million_zip(path: Path) -> str:
    zipped(path, {f"a{k}": v for k, v in shapefile_parts([long_ring(MANY)], path.parent / "long").items()}, 0)
    return "grids"


@maker("half_million_features.geojson")
def _half_million(path: Path) -> str:
    one = b'{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,1]}},'
    path.write_bytes(b'{"type":"FeatureCollection","features":[' + (one * 500_000)[:-1] + b"]}")
    return "stations"


@maker("longest_comb.geojson")
def _longest_comb(path: Path) -> str:
    """Cross a comb of as many vertices as may be with itself."""
    path.write_text(collection(comb(9_900)), encoding="utf-8")
    return "grids"


@maker("collection.geojson")
def _collection(path: Path) -> str:
    inner = {
        "type": "GeometryCollection",
        "geometries": [polygon(CORNERS), {"type": "Point", "coordinates": CORNERS[0]}],
    }
    path.write_text(collection(inner), encoding="utf-8")
    return "grids"


@maker("collection.gpkg")
def _collection_gpkg(path: Path) -> str:
    mixed = shapely.GeometryCollection([shapely.Polygon(CORNERS), shapely.Point(CORNERS[0])])
    frame_of(mixed).to_file(path, driver="GPKG")
    return "grids"


@maker("lines_as_grids.fgb")
def _lines(path: Path) -> str:
    frame_of(shapely.LineString(CORNERS)).to_file(path, driver="FlatGeobuf")
    return "grids"


@maker("z_is_no_number.geojson")
def _z_nan(path: Path) -> str:
    text = collection(polygon([[x, y, 7.5] for x, y in CORNERS])).replace("7.5", "NaN", 1)
    path.write_text(text, encoding="utf-8")
    return "grids"


@maker("m_only_points.zip")
def _m_points(path: Path) -> str:
    """Write points with M where areas are wanted."""
    parts = shapefile_parts([shapely.Point(114.45, 34.45)], path.parent / "m")
    record = struct.pack(">2i", 1, 14) + struct.pack("<i3d", 21, 114.45, 34.45, 3.0)
    head = bytearray(parts[".shp"][:100])
    head[24:28], head[32:36] = struct.pack(">i", (100 + len(record)) // 2), struct.pack("<i", 21)
    index = bytearray(parts[".shx"])
    index[32:36], index[104:108] = struct.pack("<i", 21), struct.pack(">i", 14)
    parts |= {".shp": bytes(head) + record, ".shx": bytes(index)}
    zipped(path, {f"a{suffix}": data for suffix, data in parts.items()})
    return "grids"


@maker("wrong_zone.gpkg")
def _wrong_zone(path: Path) -> str:
    """Say zone 40 (120° E) of coordinates in zone 38 (114° E)."""
    frame_of(shapely.box(541_000, 3_815_000, 541_400, 3_815_400), crs="EPSG:4549").to_file(
        path, driver="GPKG"
    )
    return "grids"


@maker("wrong_zone_number.gpkg")
def _wrong_zone_number(path: Path) -> str:
    """Write eastings with the number of their zone, and a system without."""
    box = shapely.box(38_541_000, 3_815_000, 38_541_400, 3_815_400)
    frame_of(box, crs="EPSG:4547").to_file(path, driver="GPKG")
    return "grids"


@maker("antimeridian.geojson")
def _antimeridian(path: Path) -> str:
    ring = [[179.9, 34.4], [-179.9, 34.4], [-179.9, 34.5], [179.9, 34.5], [179.9, 34.4]]
    path.write_text(collection(polygon(ring)), encoding="utf-8")
    return "grids"


@maker("beyond_the_date_line.geojson")
def _beyond(path: Path) -> str:
    path.write_text(collection(polygon([[x + 360, y] for x, y in CORNERS])), encoding="utf-8")
    return "grids"


@maker("whole_earth.geojson")
def _whole_earth(path: Path) -> str:
    path.write_text(collection(polygon([[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]])))
    return "grids"


@maker("swapped.gpkg")
def _swapped(path: Path) -> str:
    frame_of(shapely.box(34.4, 114.4, 34.5, 114.5), crs="EPSG:4490").to_file(path, driver="GPKG")
    return "grids"


@maker("layer_without_rows.gpkg")
def _no_rows(path: Path) -> str:
    frame_of(shapely.box(114.4, 34.4, 114.5, 34.5)).iloc[:0].to_file(
        path, driver="GPKG", geometry_type="Polygon"
    )
    return "grids"


@maker("shapefile_without_rows.zip")
def _no_shapes(path: Path) -> str:
    folder = path.parent / "none"
    folder.mkdir()
    rows = frame_of(shapely.box(114.4, 34.4, 114.5, 34.5)).iloc[:0]
    rows.to_file(folder / "a.shp", geometry_type="Polygon")
    zipped(path, {one.name: one.read_bytes() for one in folder.iterdir()})
    return "grids"


@maker("nothing_marked.kml")
def _nothing_marked(path: Path) -> str:
    path.write_text(KML.format("<name>甲</name>"), encoding="utf-8")
    return "stations"


@maker("null_shapes.geojson")
def _null_shapes(path: Path) -> str:
    path.write_text(collection(None, None), encoding="utf-8")
    return "grids"
