"""Writes layers in a format and a coordinate system into one file that can be handed over.

`FORMATS` is the table of what there is. A format that holds one layer in several files, or cannot say what it
is, travels as an archive with a note beside it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gis_app.errors import BadInput
from gis_app.exchange.writers.geojson_file import write_geojson
from gis_app.exchange.writers.geopackage import write_geopackage
from gis_app.exchange.writers.kml import write_kml
from gis_app.exchange.writers.model import About, Layer
from gis_app.exchange.writers.shapefile import legend, write_shapefile
from gis_app.exchange.writers.systems import System
from gis_app.exchange.writers.table_files import csv_of, workbook_of

GEODETIC = ("EPSG:4490", "EPSG:4326")
# Texts beside the data, so that the data is the only table in an archive.
NOTE = {"zh": "说明.txt", "en": "about.txt"}
LEGEND = {"zh": "字段对照.txt", "en": "fields.txt"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"


@dataclass(frozen=True)
class Format:
    """One format: its titles, what a person should know, whether it is for reading, and how it is written."""

    code: str
    names: dict[str, str]
    hints: dict[str, str]
    write: Callable[[Sequence[Layer], System, About, Path], Path]
    spreadsheet: bool = False


def write(layers: Sequence[Layer], format: str, system: System, about: About, folder: Path) -> Path:
    """Write the layers (in EPSG:4490) into `folder` and return the one file to hand over.

    Raises BadInput for an unknown format, for KML in another system than longitude and latitude, and where
    there is no layer.
    """
    one = check(format, system)
    if not layers:
        raise BadInput("nothing_to_export", "没有选择要导出的图层", {"tables": "至少选择一项"})
    noted = about.with_notes(*system.warnings(about.language))
    folder.mkdir(parents=True, exist_ok=True)
    return one.write([layer.moved(system.transform) for layer in layers], system, noted, folder)


def check(format: str, system: System) -> Format:
    """Return a format that can be written in a system; raises BadInput for any other."""
    if format not in FORMATS:
        raise BadInput("unknown_format", "没有这种文件格式", {"format": " ".join(FORMATS)})
    if format == "kml" and system.code not in GEODETIC:
        remedy = " ".join(GEODETIC)
        raise BadInput("kml_system", "KML 只能用 WGS 84 经纬度，请改选坐标系或格式", {"crs": remedy})
    return FORMATS[format]


def media_type(path: Path) -> str:
    """Return the media type of a written file."""
    return MEDIA_TYPES[path.suffix]


def _geopackage(layers: Sequence[Layer], system: System, about: About, folder: Path) -> Path:
    path = folder / "export.gpkg"
    write_geopackage(layers, system, about, path)
    return path


def _geojson(layers: Sequence[Layer], system: System, about: About, folder: Path) -> Path:
    files = [folder / f"{layer.name}.geojson" for layer in layers]
    for layer, path in zip(layers, files, strict=True):
        write_geojson(layer, system, about, path)
    return files[0] if len(files) == 1 else _archive(files, about, folder)


def _shapefile(layers: Sequence[Layer], system: System, about: About, folder: Path) -> Path:
    notes = [note for layer in layers for note in write_shapefile(layer, system, folder, about.language)]
    names = {layer.name for layer in layers}
    files = sorted(path for path in folder.iterdir() if path.stem in names)
    (folder / LEGEND[about.language]).write_bytes(legend(list(layers), about.language))
    return _archive([*files, folder / LEGEND[about.language]], about.with_notes(*notes), folder)


def _kml(layers: Sequence[Layer], system: System, about: About, folder: Path) -> Path:
    path = folder / "export.kml"
    write_kml(layers, about, path)
    return path


def _csv(layers: Sequence[Layer], system: System, about: About, folder: Path) -> Path:
    files = [folder / f"{layer.name}.csv" for layer in layers]
    for layer, path in zip(layers, files, strict=True):
        path.write_bytes(csv_of(layer, system))
    return _archive(files, about, folder)


def _xlsx(layers: Sequence[Layer], system: System, about: About, folder: Path) -> Path:
    path = folder / "export.xlsx"
    path.write_bytes(workbook_of(layers, system, about))
    return path


def _archive(files: Sequence[Path], about: About, folder: Path) -> Path:
    """Put files and the note into one archive, without the folders they lay in."""
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NOTE[about.language], b"\xef\xbb\xbf" + about.text().encode())
        for file in files:
            archive.write(file, file.name)
    return path


MEDIA_TYPES = {
    ".gpkg": "application/geopackage+sqlite3",
    ".geojson": "application/geo+json",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".xlsx": XLSX,
    ".zip": ZIP,
}
FORMATS: dict[str, Format] = {
    one.code: one
    for one in (
        Format(
            "gpkg",
            {"zh": "GeoPackage", "en": "GeoPackage"},
            {
                "zh": "QGIS 直接打开，自带样式；多个图层一个文件",
                "en": "Opens styled in QGIS; all layers in one file",
            },
            _geopackage,
        ),
        Format(
            "geojson",
            {"zh": "GeoJSON", "en": "GeoJSON"},
            {
                "zh": "网页和程序通用；多个图层时打包",
                "en": "For web pages and programs; several layers are zipped",
            },
            _geojson,
        ),
        Format(
            "shp",
            {"zh": "Shapefile（.zip）", "en": "Shapefile (.zip)"},
            {
                "zh": "UTF-8；字段名至多 10 字节，附对照表；文字至多 254 字节",
                "en": "UTF-8; field names of at most 10 bytes, with a list; texts of at most 254 bytes",
            },
            _shapefile,
        ),
        Format(
            "kml",
            {"zh": "KML", "en": "KML"},
            {"zh": "手机和地球类软件；只有 WGS 84 经纬度", "en": "For phones and globes; WGS 84 only"},
            _kml,
        ),
        Format(
            "csv",
            {"zh": "CSV（.zip）", "en": "CSV (.zip)"},
            {"zh": "表格，图形为 WKT 一列，附说明", "en": "Tables with shapes as WKT, and a note"},
            _csv,
            True,
        ),
        Format(
            "xlsx",
            {"zh": "XLSX", "en": "XLSX"},
            {
                "zh": "工作簿，每层一页，首页为说明",
                "en": "A workbook: a sheet for each layer, the first tells about it",
            },
            _xlsx,
            True,
        ),
    )
}
