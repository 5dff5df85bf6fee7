"""Hostile KML, GeoJSON and CSV: entities, depth, numbers that are none, shapes and places that are wrong."""

from __future__ import annotations

import struct
from pathlib import Path

import shapely

from tests.security.hostile_files import (
    CORNERS,
    MAKERS,
    SECRET,
    collection,
    comb,
    maker,
    polygon,
    shapefile_parts,
)


@maker("doctype.kml")
def _doctype(path: Path) -> str:
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&x;</name>'
        "<Point><coordinates>114.45,34.45</coordinates></Point></Placemark></kml>",
        encoding="utf-8",
    )
    return "stations"


@maker("laughs.kml")
def _laughs(path: Path) -> str:
    lines = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)]
    path.write_text(
        f'<?xml version="1.0"?><!-- {"x" * 20_000} --><!DOCTYPE kml [{"".join(lines)}]>'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&a11;</name></Placemark></kml>',
        encoding="utf-8",
    )
    return "stations"


@maker("utf16_doctype.kml")
def _utf16_doctype(path: Path) -> str:
    _doctype(path)
    text = path.read_text("utf-8").replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
    path.write_bytes(text.encode("utf-16"))
    return "stations"


@maker("odd_encoding.kml")
def _odd_encoding(path: Path) -> str:
    path.write_bytes(b'<?xml version="1.0" encoding="UTF-7"?><kml></kml>')
    return "stations"


@maker("network_link.kml")
def _network_link(path: Path) -> str:
    secret = path.with_name("secret.kml")
    secret.write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>' + SECRET + "</name>"
        "<Point><coordinates>114.45,34.45</coordinates></Point></Placemark></kml>",
        encoding="utf-8",
    )
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>{secret}</href></Link>'
        "</NetworkLink></Document></kml>",
        encoding="utf-8",
    )
    return "stations"


for _name, _number in {
    "nan": "NaN",
    "infinity": "-Infinity",
    "1e400": "1e400",
    "digits": "1" + "0" * 400,
}.items():

    def _not_a_number(path: Path, number: str = _number) -> str:
        text = collection(polygon(CORNERS), polygon(CORNERS)).replace("114.5", number, 1)
        path.write_text(text, encoding="utf-8")
        return "grids"

    MAKERS[f"{_name}.geojson"] = _not_a_number


@maker("nan.csv")
def _nan_csv(path: Path) -> str:
    path.write_text("名称,经度,纬度\n甲,114.45,nan\n乙,inf,34.45\n丙,1e999,34.45\n丁,,\n", encoding="utf-8")
    return "stations"


@maker("nan.shp")
def _nan_shapefile(path: Path) -> str:
    parts = shapefile_parts([shapely.Point(114.45, 34.45)], path.parent / "nan-parts")
    data = bytearray(parts[".shp"])
    data[112:128] = struct.pack("<2d", float("nan"), float("nan"))
    for suffix, content in (parts | {".shp": bytes(data)}).items():
        path.with_suffix(suffix).write_bytes(content)
    return "stations"


@maker("deep.geojson")
def _deep(path: Path) -> str:
    path.write_text("[" * 100_000 + "]" * 100_000, encoding="ascii")
    return "grids"


@maker("deep_open.geojson")
def _deep_open(path: Path) -> str:
    path.write_text('{"type":"FeatureCollection","features":' + '{"a":' * 100_000, encoding="ascii")
    return "grids"


@maker("deep_coordinates.geojson")
def _deep_coordinates(path: Path) -> str:
    nested: list = [114.4, 34.4]
    for _ in range(60):
        nested = [nested]
    path.write_text(collection({"type": "Polygon", "coordinates": nested}), encoding="utf-8")
    return "grids"


@maker("bow_tie.geojson")
def _bow_tie(path: Path) -> str:
    ring = [[114.4, 34.4], [114.5, 34.5], [114.5, 34.4], [114.4, 34.5], [114.4, 34.4]]
    path.write_text(collection(polygon(CORNERS), polygon(ring)), encoding="utf-8")
    return "grids"


@maker("comb.geojson")
def _comb(path: Path) -> str:
    """Cross a comb with itself: mending this takes GEOS minutes by its default method."""
    path.write_text(collection(comb(400)), encoding="utf-8")
    return "grids"


@maker("too_many_vertices.geojson")
def _too_many_vertices(path: Path) -> str:
    ring = [[114.4 + 1e-6 * (i % 60_000), 34.4 + 1e-6 * (i // 30_000)] for i in range(60_000)]
    path.write_text(collection(polygon([*ring, ring[0]])), encoding="utf-8")
    return "grids"


@maker("projected_as_degrees.geojson")
def _projected(path: Path) -> str:
    ring = [[x * 1000 - 114_000 + 500_000, y * 1000 + 3_780_000] for x, y in CORNERS]
    path.write_text(collection(polygon(ring)), encoding="utf-8")
    return "grids"


@maker("swapped.geojson")
def _swapped(path: Path) -> str:
    path.write_text(collection(polygon([[y, x] for x, y in CORNERS])), encoding="utf-8")
    return "grids"


@maker("swapped_row.csv")
def _swapped_row(path: Path) -> str:
    path.write_text("名称,经度,纬度\n甲,114.4551,34.4731\n乙,34.4732,114.4552\n", encoding="utf-8")
    return "stations"


@maker("outside.csv")
def _outside(path: Path) -> str:
    path.write_text("名称,经度,纬度\n甲,116.39,39.91\n", encoding="utf-8")
    return "stations"


for _suffix in ("geojson", "gpkg", "csv", "kml", "shp", "fgb", "dxf", "zip", "xlsx"):

    def _empty(path: Path) -> str:
        path.write_bytes(b"")
        return "grids"

    MAKERS[f"empty.{_suffix}"] = _empty


@maker("no_features.geojson")
def _no_features(path: Path) -> str:
    path.write_text('{"type":"FeatureCollection","features":[]}', encoding="ascii")
    return "grids"


@maker("header_only.csv")
def _header_only(path: Path) -> str:
    path.write_text("名称,经度,纬度\n", encoding="utf-8")
    return "stations"


@maker("not_utf8.geojson")
def _not_utf8(path: Path) -> str:
    path.write_bytes(b'{"type":"FeatureCollection","features":[\xff\xfe\xfa]}')
    return "grids"


@maker("topojson.json")
def _topojson(path: Path) -> str:
    path.write_text('{"type":"Topology","objects":{},"arcs":[]}', encoding="ascii")
    return "grids"


@maker("strings.geojson")
def _strings(path: Path) -> str:
    ring = [[str(x), str(y)] for x, y in CORNERS]
    path.write_text(collection(polygon(ring), {"type": "Polygon"}, {"type": "Circle"}, 7), encoding="utf-8")
    return "grids"
