"""Which files are taken, told by suffix and by content; where the two disagree, the file is refused.

GDAL does not choose a driver by suffix: a VRT called `.geojson` would be followed and read any file of the
server. So the kind is settled here, from the first bytes, before any library sees the file.
"""

from __future__ import annotations

import re
from pathlib import Path

KINDS = {
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".zip": "zip",
    ".shp": "shp",
    ".fgb": "fgb",
    ".kml": "kml",
    ".kmz": "kmz",
    ".dxf": "dxf",
    ".osm": "osm",
    ".pbf": "pbf",
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
}
TITLES = {
    "geojson": "GeoJSON",
    "gpkg": "GeoPackage",
    "zip": "ZIP 压缩包",
    "shp": "Shapefile",
    "fgb": "FlatGeobuf",
    "kml": "KML",
    "kmz": "KMZ",
    "dxf": "DXF",
    "osm": "OpenStreetMap XML",
    "pbf": "OpenStreetMap PBF",
    "csv": "CSV 表格",
    "xlsx": "Excel 表格（xlsx）",
    "xml": "XML 文本",
    "vrt": "OGR VRT（指向其他文件的说明）",
    "xls": "旧版 Excel（xls）或加密的 Excel",
    "dwg": "DWG 图形",
    "sqlite": "SQLite 数据库",
    "text": "文本",
    "binary": "二进制数据",
    "html": "网页",
    "empty": "空文件",
}
HEAD_BYTES = 8192
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ROOT = re.compile(r"<\s*([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PROLOGUE = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE.*?>", re.DOTALL | re.IGNORECASE)


def kind_of_name(path: Path) -> str | None:
    """Return the kind that a file name promises, None for a suffix that is not taken."""
    return KINDS.get(path.suffix.lower())


def kind_of_content(head: bytes) -> str:
    """Return the kind that the first bytes of a file show (see `TITLES`)."""
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return "empty"
    for magic, kind in (
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
        (b"fgb\x03fgb", "fgb"),
        (b"\x00\x00\x27\x0a", "shp"),
        (b"\xd0\xcf\x11\xe0", "xls"),
        (b"AutoCAD Binary DXF", "dxf"),
        (b"AC10", "dwg"),
    ):
        if head.startswith(magic):
            return kind
    if head[4:15] == b"\n\x09OSMHeader":
        return "pbf"
    if head.startswith(b"SQLite format 3\0"):
        return "gpkg" if head[68:72] in (b"GPKG", b"GP10", b"GP11") else "sqlite"
    return _kind_of_text(decode_head(head))


def _kind_of_text(text: str | None) -> str:
    if text is None:
        return "binary"
    words = text.lstrip("\ufeff \t\r\n")
    if words.startswith("<"):
        return _kind_of_markup(words)
    if words.startswith(("{", "[")):
        return "geojson"
    if re.match(r"(999\r?\n.*\r?\n\s*)*0\s*\r?\n\s*SECTION\b", words):
        return "dxf"
    return "text"


def _kind_of_markup(words: str) -> str:
    root = _ROOT.search(_PROLOGUE.sub("", words))
    name = root[2].lower() if root else ""
    return {"kml": "kml", "osm": "osm", "ogrvrtdatasource": "vrt", "html": "html"}.get(name, "xml")


def decode_head(head: bytes) -> str | None:
    """Return the first bytes as text, None where they are no text in any encoding that is taken."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head.decode(encoding, errors="ignore")
    if b"\0" in head:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return head.decode(encoding)
        except UnicodeDecodeError as found:
            if found.start >= len(head) - 4:
                return head[: found.start].decode(encoding)
    return None


def agrees(promised: str, shown: str) -> bool:
    """Tell whether the content may be what the name promises."""
    if promised in ("kmz", "xlsx", "zip"):
        return shown == "zip"
    if promised == "csv":
        return shown == "text"
    return promised == shown
