"""Read Shapefile, GeoPackage, FlatGeobuf, KML and DXF by GDAL, one driver at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import partial
from itertools import accumulate, count
from pathlib import Path

import numpy as np
import shapely

from gis_app.errors import Fault
from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import RawTable, check_longest, check_shapes, left_out, refuse
from gis_app.exchange.readers import drawing, drawing_guard, geopackage, open_rings, shapefile
from gis_app.exchange.readers.gdal import open_gdal
from gis_app.exchange.xml_guard import XmlGuard

_CHUNK = 1 << 20
MOST_LAYERS = 40
_VERTEX_LETTERS = 100  # three numbers as text, with room
KML_EXTRAS = frozenset(
    [
        "id",
        "timestamp",
        "begin",
        "end",
        "altitudemode",
        "tessellate",
        "extrude",
        "visibility",
        "draworder",
        "icon",
        "description",
        "snippet",
    ]
)


def read(path: Path, request: dict, limits: Limits) -> RawTable:
    """Read the one layer of a file, or the layer named like one of `wanted`."""
    kind = request["kind"]
    encoding = _before_opening(kind, path, limits)
    pyogrio = open_gdal(kind)
    names = _layers(pyogrio, path, kind, request["wanted"])
    table = _whole(pyogrio, path, kind, names, encoding, limits)
    return _checked(_of_dimension(kind, table, request["dimension"]), limits)


def read_every(path: Path, request: dict, limits: Limits) -> Iterator[tuple[str, Callable[[], RawTable]]]:
    """Yield the name of each layer of a file, "" for the only one, and what reads it or raises Rejected."""
    kind = request["kind"]
    encoding = _before_opening(kind, path, limits)
    pyogrio = open_gdal(kind)
    found = _every_layer(pyogrio, path)
    if kind == "gpkg" and len(found) > 1:
        for name in found[:MOST_LAYERS]:
            yield name, partial(_one, pyogrio, path, name, encoding, limits)
        if len(found) > MOST_LAYERS:
            yield "", partial(left_out, len(found) - MOST_LAYERS, MOST_LAYERS)
        return
    whole = _whole(pyogrio, path, kind, found, encoding, limits)
    for dimension, name in drawing.NAMES.items() if kind == "dxf" else [(None, "")]:
        yield name, lambda dimension=dimension: _checked(_of_dimension(kind, whole, dimension), limits)


def _one(pyogrio, path: Path, name: str, encoding: str | None, limits: Limits) -> RawTable:
    return _checked(_read_layer(pyogrio, path, name, encoding, limits), limits)


def _whole(
    pyogrio, path: Path, kind: str, names: list[str], encoding: str | None, limits: Limits
) -> RawTable:
    """Read layers as one table, with the columns that mean something and texts in their own encoding."""
    tables = [_read_layer(pyogrio, path, name, encoding, limits) for name in names]
    table = tables[0] if len(tables) == 1 else _joined(tables)
    table.encoding = encoding.upper() if encoding else None
    if kind == "kml":
        table.columns = {n: v for n, v in table.columns.items() if n.lower() not in KML_EXTRAS}
    if kind == "dxf":
        table.encoding = os.environ["DXF_ENCODING"]
        table.columns["Text"] = drawing.mended_texts(table.columns.get("Text", []), table.encoding)
    return table


def _of_dimension(kind: str, table: RawTable, dimension: int | None) -> RawTable:
    return drawing.only_wanted(table, dimension) if kind == "dxf" else table


def _checked(table: RawTable, limits: Limits) -> RawTable:
    if len(table.rows) > limits.features:
        raise refuse("too_many_features", value=f"> {limits.features}", detail=limits.features)
    if not table.rows:
        raise refuse("empty_layer_file")
    check_shapes(table.geometry, limits)
    return table


def _before_opening(kind: str, path: Path, limits: Limits) -> str | None:
    """Check what GDAL would not; return the encoding of the attributes where the file does not fix it."""
    if kind == "shp":
        shapefile.check_sizes(path, limits)
        return shapefile.attribute_encoding(path)
    if kind == "gpkg":
        geopackage.check(path, limits)
    if kind == "kml":
        _guard_kml(path, limits)
    if kind == "dxf":
        drawing_guard.check(path, limits)
        os.environ["DXF_ENCODING"] = drawing.text_encoding(path)
        return "utf-8"  # what GDAL makes of it
    return None


def _guard_kml(path: Path, limits: Limits) -> None:
    guard, longest, run = XmlGuard(), 0, 0
    with open(path, "rb") as file:
        start = file.read(200).lower()
        file.seek(0)
        while chunk := file.read(_CHUNK):
            guard.feed(chunk)
            first, *others = chunk.split(b"<")
            longest = max(longest, run + len(first), *map(len, others))
            run = len(others[-1]) if others else run + len(chunk)
    check_longest(longest, _VERTEX_LETTERS, limits)
    if b'encoding="gb' in start or b"encoding='gb" in start:
        text = path.read_bytes().decode("gb18030", errors="replace")
        path.write_text('<?xml version="1.0" encoding="UTF-8"?>' + text.split("?>", 1)[1], encoding="utf-8")


def _layers(pyogrio, path: Path, kind: str, wanted: list[str]) -> list[str]:
    found = _every_layer(pyogrio, path)
    if len(found) == 1 or kind in ("kml", "dxf"):
        return found
    named = [name for name in found if name.strip().lower() in wanted]
    if len(named) != 1:
        raise refuse("two_layers", value="、".join(found))
    return named


def _every_layer(pyogrio, path: Path) -> list[str]:
    found = [str(name) for name, shape in pyogrio.list_layers(path) if shape is not None]
    if not found:
        raise refuse("no_layer")
    return found


def _read_layer(pyogrio, path: Path, name: str, encoding: str | None, limits: Limits) -> RawTable:
    meta, _, shapes, values = pyogrio.raw.read(
        path,
        layer=name,
        encoding="ISO-8859-1" if encoding else None,
        force_2d=True,
        max_features=limits.features + 1,
        datetime_as_string=True,
    )
    geometry, faults = _shapes(shapes if shapes is not None else np.empty(0, object))
    columns = {}
    for field, column in zip(meta["fields"], values, strict=True):
        columns[_unlike(_decoded(str(field), encoding), columns)] = _plain(column, encoding)
    return RawTable(columns, list(range(1, len(geometry) + 1)), geometry, meta["crs"], faults)


def _shapes(data: np.ndarray) -> tuple[np.ndarray, list[Fault]]:
    """Return the shapes of WKB, areas with an open ring as lines, with a note for each."""
    shapes = shapely.from_wkb(data, on_invalid="ignore")
    lost = np.flatnonzero(
        shapely.is_missing(shapes) & np.array([part is not None for part in data], dtype=bool)
    )
    found = [(at, line) for at in lost if (line := open_rings.from_wkb(data[at])) is not None]
    for at, line in found:
        shapes[at] = line
    return shapes, [open_rings.note(int(at) + 1) for at, _ in found]


def _decoded(text: str, encoding: str | None) -> str:
    """Give text that was read byte by byte its own encoding."""
    return text.encode("latin-1", "replace").decode(encoding, "ignore") if encoding else text


def _unlike(name: str, others: Collection[str]) -> str:
    """Return a name that no other column has: names cut to ten bytes may be alike."""
    names = (f"{name}_{number}" if number > 1 else name for number in count(1))
    return next(one for one in names if one not in others)


def _plain(column: np.ndarray, encoding: str | None) -> list:
    if column.dtype.kind == "f":
        return [None if not np.isfinite(v) else int(v) if v.is_integer() else v for v in column.tolist()]
    if column.dtype.kind in "iub":
        return column.tolist()
    if column.dtype.kind == "M":
        return [None if np.isnat(v) else str(v) for v in column]
    return [_plain_value(value, encoding) for value in column]


def _plain_value(value: object, encoding: str | None) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return _decoded(str(value), encoding).strip() or None


def _joined(tables: list[RawTable]) -> RawTable:
    """Put the folders of one KML document under each other."""
    names = dict.fromkeys(name for table in tables for name in table.columns)
    columns = {
        name: [v for table in tables for v in table.columns.get(name, [None] * len(table.rows))]
        for name in names
    }
    geometry = np.concatenate([table.geometry for table in tables])
    before = accumulate((len(table.rows) for table in tables), initial=0)
    faults = [
        replace(one, row=one.row + rows)
        for table, rows in zip(tables, before, strict=False)
        for one in table.faults
    ]
    return RawTable(columns, list(range(1, len(geometry) + 1)), geometry, tables[0].crs, faults)
