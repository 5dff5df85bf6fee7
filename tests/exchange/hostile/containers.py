"""Hostile containers: workbooks that run or swell, tables that lie, disguised text, nested archives."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import shapely

from tests.security.hostile_files import (
    CORNERS,
    MAKERS,
    collection,
    lying_shapefile,
    maker,
    polygon,
    vrt,
    zipped,
)

HEADER = "名称,经度,纬度\n"
INSIDE = "114.4551,34.4731"

MAKERS |= {"vrt.kmz": vrt, "vrt.tsv": vrt}


@maker("vrt.osm")
def _vrt_osm(path: Path) -> str:
    vrt(path)
    return "streets"


@maker("vrt.pbf")
def _vrt_pbf(path: Path) -> str:
    vrt(path)
    return "streets"


def workbook(*rows: list) -> dict[str, bytes]:
    """Return the members of a workbook with these rows."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


ROWS = (["名称", "经度", "纬度"], ["驿站", 114.4551, 34.4731])


@maker("macros.xlsx")
def _macros(path: Path) -> str:
    zipped(path, workbook(*ROWS) | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(2000)})
    return "stations"


@maker("old_macros.xlsx")
def _old_macros(path: Path) -> str:
    zipped(path, workbook(*ROWS) | {"xl/macrosheets/sheet1.xml": b"<xm:macrosheet/>"})
    return "stations"


@maker("laughing_strings.xlsx")
def _laughs(path: Path) -> str:
    entities = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)]
    strings = f'<?xml version="1.0"?><!DOCTYPE sst [{"".join(entities)}]><sst><si><t>&a11;</t></si></sst>'
    zipped(path, workbook(*ROWS) | {"xl/sharedStrings.xml": strings.encode()})
    return "stations"


@maker("three_million_strings.xlsx")
def _many_strings(path: Path) -> str:
    strings = b"".join(b"<si><t>%d</t></si>" % (i * 2_654_435_761 % 10**9) for i in range(100_000)) * 30
    zipped(path, workbook(*ROWS) | {"xl/sharedStrings.xml": b"<sst>" + strings + b"</sst>"})
    return "stations"


@maker("date_beyond_time.xlsx")
def _date(path: Path) -> str:
    members = workbook(["名称", "经度", "纬度", "开放时间"])
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    row = f'<row r="2"><c r="A2" t="d"><v>{"9" * 5000}</v></c></row></sheetData>'
    members["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", row).encode()
    zipped(path, members)
    return "stations"


@maker("no_sheet.xlsx")
def _no_sheet(path: Path) -> str:
    members = workbook(*ROWS)
    members.pop("xl/worksheets/sheet1.xml")
    zipped(path, members)
    return "stations"


@maker("header_only.xlsx")
def _header_only(path: Path) -> str:
    zipped(path, workbook(ROWS[0]))
    return "stations"


@maker("formula.xlsx")
def _formula(path: Path) -> str:
    rows = workbook(ROWS[0], ["HERE", 114.4551, 34.4731])
    for name, data in rows.items():
        rows[name] = data.replace(b"HERE", b"=HYPERLINK(&quot;x&quot;)")
    zipped(path, rows)
    return "stations"


for _encoding in ("utf-16", "gb18030", "utf-8-sig"):

    def _formula_csv(path: Path, encoding: str = _encoding) -> str:
        path.write_bytes((HEADER + f"\"=cmd|'/c calc'!A0\",{INSIDE}\n好站,{INSIDE}\n").encode(encoding))
        return "stations"

    MAKERS[f"formula_{_encoding}.csv"] = _formula_csv


@maker("formula.geojson")
def _formula_geojson(path: Path) -> str:
    shape = {"type": "Point", "coordinates": [114.4551, 34.4731]}
    text = collection(shape).replace("网格0", "@SUM(1+1)*cmd|' /C calc'!A0")
    path.write_text(text, encoding="utf-8")
    return "stations"


@maker("hidden_formula.csv")
def _hidden_formula(path: Path) -> str:
    path.write_text(HEADER + f'"\t\'=1+1",{INSIDE}\n', encoding="utf-8")
    return "stations"


@maker("utf16_without_mark.csv")
def _no_mark(path: Path) -> str:
    path.write_bytes((HEADER + f"甲,{INSIDE}\n").encode("utf-16-le"))
    return "stations"


@maker("endless_quote.csv")
def _endless_quote(path: Path) -> str:
    path.write_text(HEADER + '"' + "a,1,1\n" * 200_000, encoding="utf-8")
    return "stations"


@maker("wide.csv")
def _wide(path: Path) -> str:
    path.write_text(",".join(f"c{i}" for i in range(100_000)) + "\n1\n", encoding="utf-8")
    return "stations"


@maker("deep_wkt.csv")
def _deep_wkt(path: Path) -> str:
    deep = "GEOMETRYCOLLECTION(" * 2000 + "POINT(1 1)" + ")" * 2000
    path.write_text(f'名称,wkt\n甲,"{deep}"\n', encoding="utf-8")
    return "grids"


@maker("duplicate_keys.geojson")
def _duplicate_keys(path: Path) -> str:
    text = collection(polygon(CORNERS))
    path.write_text(text.replace('"geometry":', '"geometry": null, "geometry":', 1), encoding="utf-8")
    return "grids"


@maker("two_names.geojson")
def _two_names(path: Path) -> str:
    text = collection(polygon(CORNERS), polygon(CORNERS))
    path.write_text(text.replace('"name": "网格1"', '"name": "网格1", "n\\u0061me": "x"'), encoding="utf-8")
    return "grids"


@maker("million_escapes.geojson")
def _escapes(path: Path) -> str:
    path.write_text('{"type":"' + '\\"' * 1_000_000, encoding="ascii")
    return "grids"


@maker("half_a_file.geojson")
def _half(path: Path) -> str:
    path.write_text(collection(*[polygon(CORNERS)] * 50)[:-700], encoding="utf-8")
    return "grids"


def _lying_table(path: Path, rows: int) -> None:
    boxes = [shapely.box(114.4 + i / 10, 34.4, 114.45 + i / 10, 34.5) for i in range(3)]
    lying_shapefile(path, boxes, ".dbf", 4, rows)


@maker("fewer_rows.zip")
def _fewer_rows(path: Path) -> str:
    _lying_table(path, 1)
    return "grids"


@maker("no_row_at_all.zip")
def _no_row(path: Path) -> str:
    _lying_table(path, 0)
    return "grids"


@maker("four_billion_rows.zip")
def _four_billion(path: Path) -> str:
    _lying_table(path, 0xFFFFFFFF)
    return "grids"


@maker("archive_called_layer.zip")
def _archive_called_layer(path: Path) -> str:
    inner = path.with_suffix(".inner")
    zipped(inner, {"doc.kml": b"<kml/>"})
    zipped(path, {"layer.kml": inner.read_bytes()})
    return "grids"


@maker("nested.kmz")
def _nested_kmz(path: Path) -> str:
    zipped(path, {"inner.kmz": b"PK\x03\x04" + bytes(100)})
    return "stations"


@maker("traversal.kmz")
def _traversal_kmz(path: Path) -> str:
    zipped(path, {"../../doc.kml": b"<kml/>"})
    return "stations"


@maker("bomb.kmz")
def _bomb_kmz(path: Path) -> str:
    zipped(path, {"doc.kml": b"<kml>" + b" " * (60 << 20) + b"</kml>"})
    return "stations"


@maker("locked.zip")
def _locked(path: Path) -> str:
    zipped(path, {"a.shp": bytes(1000)})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    return "grids"


@maker("two_layers.zip")
def _two_layers(path: Path) -> str:
    zipped(path, {"a.geojson": b"{}", "b.geojson": b"{}"})
    return "grids"


@maker("laughs.osm")
def _laughs_osm(path: Path) -> str:
    head = '<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    path.write_text(f'<?xml version="1.0"?>{head}<osm version="0.6"><node id="1">&b;</node></osm>')
    return "streets"


@maker("block_beyond_its_size.pbf")
def _pbf(path: Path) -> str:
    path.write_bytes(struct.pack(">I", 13) + b"\n\x09OSMHeader" + b"\x18\xff\xff\xff\x7f" + bytes(50))
    return "streets"
