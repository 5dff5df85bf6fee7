"""Hostile GeoPackages, Shapefiles and other binary files: cut short, lying about size, or something else."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import shapely

from tests.security.hostile_files import lying_shapefile, maker, shapefile_parts, zipped


def _geopackage(path: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[shapely.Point(114.45, 34.45)], crs=4490)
    frame.to_file(path, driver="GPKG")


@maker("truncated.gpkg")
def _truncated(path: Path) -> str:
    _geopackage(path)
    path.write_bytes(path.read_bytes()[:20_000])
    return "stations"


@maker("garbage.gpkg")
def _garbage(path: Path) -> str:
    _geopackage(path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\x5a" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    return "stations"


@maker("plain_sqlite.gpkg")
def _plain_sqlite(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    return "stations"


@maker("view.gpkg")
def _view(path: Path) -> str:
    _geopackage(path)
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIEW v AS SELECT * FROM sqlite_master")
    connection.commit()
    connection.close()
    return "stations"


@maker("huge_table.zip")
def _huge_table(path: Path) -> str:
    parts = shapefile_parts([shapely.box(114.4, 34.4, 114.5, 34.5)], path.parent / "parts")
    table = bytearray(parts[".dbf"])
    table[4:8] = struct.pack("<I", 200_000)
    zipped(path, {f"a{suffix}": data for suffix, data in (parts | {".dbf": bytes(table)}).items()})
    return "grids"


@maker("huge_shape.zip")
def _huge_shape(path: Path) -> str:
    points_of_the_first = 148
    lying_shapefile(path, [shapely.box(114.4, 34.4, 114.5, 34.5)], ".shp", points_of_the_first, 2_000_000_000)
    return "grids"


@maker("no_layer.zip")
def _no_layer(path: Path) -> str:
    zipped(path, {"readme.txt": b"x", "a.dbf": b"x"})
    return "grids"


@maker("photo.kml")
def _photo(path: Path) -> str:
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20)
    return "grids"


@maker("broken.fgb")
def _broken_fgb(path: Path) -> str:
    path.write_bytes(b"fgb\x03fgb\x00" + b"\xff" * 5000)
    return "grids"


@maker("broken.dxf")
def _broken_dxf(path: Path) -> str:
    path.write_text("  0\nSECTION\n  2\nENTITIES\n  0\nLWPOLYLINE\n 90\n2000000000\n", encoding="ascii")
    return "grids"


@maker("program.xlsx")
def _program(path: Path) -> str:
    zipped(path, {"__main__.py": b"print('x')"})
    return "stations"
