"""Hostile archives and workbooks: bombs, ways out of the folder, links, documents that point elsewhere."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import openpyxl

from tests.security.hostile_files import MAKERS, maker, vrt, zipped

for _suffix in ("geojson", "json", "gpkg", "csv", "kml", "shp", "fgb", "dxf", "zip", "xlsx", "txt"):
    MAKERS[f"vrt.{_suffix}"] = vrt


@maker("vrt_in_archive.zip")
def _vrt_in_archive(path: Path) -> str:
    vrt(path.with_suffix(".vrt"))
    zipped(path, {"layer.shp": path.with_suffix(".vrt").read_bytes(), "layer.dbf": b"", "layer.shx": b""})
    return "stations"


@maker("vrt_member.zip")
def _vrt_member(path: Path) -> str:
    vrt(path.with_suffix(".vrt"))
    zipped(path, {"layer.vrt": path.with_suffix(".vrt").read_bytes()})
    return "stations"


@maker("bomb.zip")
def _bomb(path: Path) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.shp", "w") as member:
        for _ in range(60):
            member.write(bytes(1 << 20))
    return "grids"


@maker("lying_bomb.zip")
def _lying_bomb(path: Path) -> str:
    """Declare ten bytes where sixty million come out."""
    _bomb(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    return "grids"


@maker("bomb.xlsx")
def _bomb_xlsx(path: Path) -> str:
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    with zipfile.ZipFile(book) as source:
        members = {name: source.read(name) for name in source.namelist()}
    members["xl/worksheets/sheet1.xml"] = b"<worksheet>" + bytes(60 << 20) + b"</worksheet>"
    zipped(path, members)
    return "stations"


@maker("entities.xlsx")
def _entities_xlsx(path: Path) -> str:
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    with zipfile.ZipFile(book) as source:
        members = {name: source.read(name) for name in source.namelist()}
    declared = b'<?xml version="1.0"?>' + b" " * 70_000 + b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    members["xl/worksheets/sheet1.xml"] = declared + members["xl/worksheets/sheet1.xml"]
    zipped(path, members)
    return "stations"


@maker("huge_sheet.xlsx")
def _huge_sheet(path: Path) -> str:
    book = openpyxl.Workbook()
    book.active.append(["name", "lon", "lat"])
    book.active.cell(1_048_576, 16_384, "x")
    book.save(path)
    return "stations"


@maker("merged_header.xlsx")
def _merged_header(path: Path) -> str:
    book = openpyxl.Workbook()
    book.active.append(["站点一览", None, None])
    book.active.merge_cells("A1:C1")
    book.active.append(["名称", "经度", "纬度"])
    book.active.append(["驿站", 114.45, 34.45])
    book.save(path)
    return "stations"


@maker("many_members.zip")
def _many_members(path: Path) -> str:
    zipped(path, {f"{i}.shp": b"" for i in range(500)})
    return "grids"


for _name, _member in {
    "traversal.zip": "../../outside.shp",
    "absolute.zip": "/outside.shp",
    "drive.zip": "C:\\outside.shp",
    "backslash.zip": "..\\..\\outside.shp",
    "nested.zip": "inner.zip",
    "script.zip": "layer.py",
}.items():

    def _named(path: Path, member: str = _member) -> str:
        zipped(path, {member: b"x"})
        return "grids"

    MAKERS[_name] = _named


@maker("symlink.zip")
def _symlink(path: Path) -> str:
    info = zipfile.ZipInfo("a.shp")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return "grids"


@maker("device.zip")
def _device(path: Path) -> str:
    info = zipfile.ZipInfo("a.shp")
    info.create_system, info.external_attr = 3, (stat.S_IFCHR | 0o666) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "")
    return "grids"


@maker("broken.zip")
def _broken(path: Path) -> str:
    zipped(path, {"a.shp": bytes(1000)})
    path.write_bytes(path.read_bytes()[:60])
    return "grids"
