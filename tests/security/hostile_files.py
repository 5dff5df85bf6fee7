"""The corpus of hostile files, made here: each maker writes one file and returns the layer it is for."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd

MAKERS: dict[str, Callable[[Path], str]] = {}
SECRET = "秘密-不得外泄"
CORNERS = [[114.4, 34.4], [114.5, 34.4], [114.5, 34.5], [114.4, 34.5], [114.4, 34.4]]


def maker(name: str):
    """Register a maker under the name of the file it writes."""

    def register(function: Callable[[Path], str]):
        MAKERS[name] = function
        return function

    return register


def collection(*geometries: object, **properties: object) -> str:
    """Return a FeatureCollection as text; NaN and infinite numbers are written as they are."""
    features = [
        {"type": "Feature", "properties": {"name": f"网格{i}", **properties}, "geometry": geometry}
        for i, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def polygon(ring: list) -> dict:
    """Return a GeoJSON polygon."""
    return {"type": "Polygon", "coordinates": [ring]}


def shapefile_parts(shapes: list, folder: Path) -> dict[str, bytes]:
    """Return the bytes of a Shapefile by suffix."""
    folder.mkdir()
    gpd.GeoDataFrame({"name": [f"g{i}" for i in range(len(shapes))]}, geometry=shapes, crs=4490).to_file(
        folder / "a.shp"
    )
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


def lying_shapefile(path: Path, shapes: list, suffix: str, at: int, number: int) -> None:
    """Write a zipped Shapefile with another number, four bytes from `at` on, in one of its files."""
    parts = shapefile_parts(shapes, path.parent / "lying")
    lying = bytearray(parts[suffix])
    lying[at : at + 4] = struct.pack("<I", number)
    zipped(path, {f"a{each}": data for each, data in (parts | {suffix: bytes(lying)}).items()})


def comb(teeth: int) -> dict:
    """Return a comb of so many teeth crossed with itself, which makes checks of validity crawl."""
    up = [[114.4 + 0.1 * i / teeth, 34.4 + 0.1 * (i % 2)] for i in range(teeth)]
    side = [[114.4 + 0.1 * (i % 2), 34.5 - 0.1 * i / teeth] for i in range(teeth)]
    return polygon([*up, *side, up[0]])


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> None:
    """Write an archive of these members."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def vrt(path: Path) -> str:
    """Write a VRT that would read a file of this machine."""
    secret = path.parent / "secret.csv"
    secret.write_text(f"name,lon,lat\n{SECRET},114.45,34.45\n", encoding="utf-8")
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "<GeometryType>wkbPoint</GeometryType><LayerSRS>EPSG:4490</LayerSRS>"
        '<GeometryField encoding="PointFromColumns" x="lon" y="lat"/></OGRVRTLayer></OGRVRTDataSource>',
        encoding="utf-8",
    )
    return "stations"
