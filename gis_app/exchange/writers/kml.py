"""Writes layers as one KML: a folder for each, drawn in its colours, every field as typed data.

KML knows longitude and latitude of WGS 84 alone (CRS84), so it is written in nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd
import shapely

from gis_app.exchange.writers.geopackage import dimension_of
from gis_app.exchange.writers.model import About, Layer, plain, present
from gis_app.exchange.writers.styles import AREA, POINT, Style, style_of

DECIMALS, NAME = 7, "name"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write_kml(layers: Sequence[Layer], about: About, path: Path) -> None:
    """Write the layers, which are in WGS 84 already."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD)
        file.write(f"<name>{said(about.facts.get('layers', ''))}</name>\n")
        file.write(f"<description>{said(about.text())}</description>\n")
        for layer in layers:
            file.writelines(_schema(layer))
            file.write(_style(layer))
        for layer in layers:
            file.write(f"<Folder><name>{said(layer.title)}</name>\n")
            file.writelines(_placemarks(layer))
            file.write("</Folder>\n")
        file.write("</Document>\n</kml>\n")


def said(value: object) -> str:
    """Return a value as text that XML can hold, "" for None."""
    return escape(_CONTROL.sub("", "" if value is None else str(value)))


def _schema(layer: Layer) -> Iterator[str]:
    yield f"<Schema name={_name(layer.name)} id={_name(layer.name)}>\n"
    for name in _fields(layer):
        title = f"<displayName>{said(layer.titles.get(name, name))}</displayName>"
        kind = _kind(layer.frame[name])
        yield f"<SimpleField name={_name(name)} type={_name(kind)}>{title}</SimpleField>\n"
    yield "</Schema>\n"


def _fields(layer: Layer) -> list[str]:
    """Return the fields that are told as data; a name has an element of its own in every placemark."""
    return [name for name in layer.frame.columns if name != NAME]


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "bool"
    if not pd.api.types.is_numeric_dtype(values):
        return "string"
    whole = pd.api.types.is_integer_dtype(values) and bool((values.abs() < 2**31).all())
    return "int" if whole else "double"


def _name(text: str) -> str:
    return quoteattr(_CONTROL.sub("", text))


def _style(layer: Layer) -> str:
    style: Style = style_of(layer.name, dimension_of(layer) if layer.shapes is not None else 0)
    width = f"<LineStyle><color>{_abgr(style.line)}</color><width>{style.width * 4:g}</width></LineStyle>"
    if style.kind == POINT:
        body = f"<IconStyle><color>{_abgr(style.fill)}</color></IconStyle>"
    elif style.kind == AREA:
        fill = f"<color>{_abgr(style.fill or '#ffffff', 0.6)}</color><fill>{int(bool(style.fill))}</fill>"
        body = f"{width}<PolyStyle>{fill}</PolyStyle>"
    else:
        body = width
    return f'<Style id="style-{layer.name}">{body}</Style>\n'


def _abgr(colour: str, opacity: float = 1.0) -> str:
    """Return #rrggbb as the eight digits of KML: opacity, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}"


def _placemarks(layer: Layer) -> Iterator[str]:
    columns = {name: plain(layer.frame[name]) for name in layer.frame.columns}
    shapes = layer.shapes if layer.shapes is not None else np.full(len(layer), None, dtype=object)
    names = columns.pop(NAME, None) or columns.get(layer.label) or next(iter(columns.values()), [])
    heads = [f"<SimpleData name={_name(name)}>" for name in columns]
    there = present(shapes)
    for at, row in enumerate(zip(*columns.values(), strict=True)):
        told = "".join(
            f"{head}{said(_text(value))}</SimpleData>"
            for head, value in zip(heads, row, strict=True)
            if value is not None
        )
        shape = _shape(shapes[at]) if there[at] else ""
        name = f"<name>{said(names[at])}</name><styleUrl>#style-{layer.name}</styleUrl>"
        data = f"<SchemaData schemaUrl={_name('#' + layer.name)}>{told}</SchemaData>"
        yield f"<Placemark>{name}<ExtendedData>{data}</ExtendedData>{shape}</Placemark>\n"


def _text(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def _shape(shape: shapely.Geometry) -> str:
    parts = shapely.get_parts(shape)
    if len(parts) > 1:
        return f"<MultiGeometry>{''.join(_shape(part) for part in parts)}</MultiGeometry>"
    one = parts[0]
    if one.geom_type == "Polygon":
        inner = "".join(f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in one.interiors)
        return f"<Polygon><outerBoundaryIs>{_ring(one.exterior)}</outerBoundaryIs>{inner}</Polygon>"
    kind = "Point" if one.geom_type == "Point" else "LineString"
    return f"<{kind}><coordinates>{_coordinates(one)}</coordinates></{kind}>"


def _ring(ring: shapely.Geometry) -> str:
    return f"<LinearRing><coordinates>{_coordinates(ring)}</coordinates></LinearRing>"


def _coordinates(shape: shapely.Geometry) -> str:
    return " ".join(f"{x:.{DECIMALS}f},{y:.{DECIMALS}f}" for x, y in shapely.get_coordinates(shape).tolist())
