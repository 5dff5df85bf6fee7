"""Says a style as QML, the words in which QGIS keeps one, so that a GeoPackage is drawn when it is opened.

Each symbol says its properties twice, as `Option` (QGIS 3.26 and later) and as `prop` (before).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as xml

from gis_app.exchange.writers.styles import AREA, LINE, POINT, Style

VERSION = "3.22.0"
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
GEOMETRY_TYPE = {POINT: "0", LINE: "1", AREA: "2"}
CLASSES = {POINT: "SimpleMarker", LINE: "SimpleLine", AREA: "SimpleFill"}
DASHES = {False: "solid", True: "dash"}
REST = {"zh": "其他", "en": "Other"}


def qml(style: Style, fields: Mapping[str, str], label: str = "", language: str = "zh") -> str:
    """Return a style as QML; `fields` are the layer's fields with their titles, `label` the one written."""
    root = xml.Element("qgis", version=VERSION, styleCategories="AllStyleCategories")
    root.set("labelsEnabled", "1" if label else "0")
    if style.scale:
        root.set("hasScaleBasedVisibilityFlag", "1")
        root.set("minScale", str(style.scale))
        root.set("maxScale", "0")
    _renderer(root, style, fields, language)
    if label:
        _labels(root, label, style.kind)
    _aliases(root, fields)
    xml.SubElement(root, "layerGeometryType").text = GEOMETRY_TYPE[style.kind]
    return DOCTYPE + xml.tostring(root, encoding="unicode")


def _renderer(root: xml.Element, style: Style, fields: Mapping[str, str], language: str) -> None:
    sorted_out = bool(style.by and style.by in fields)
    kind = "categorizedSymbol" if sorted_out else "singleSymbol"
    renderer = xml.SubElement(root, "renderer-v2", type=kind, forceraster="0", symbollevels="0")
    renderer.set("enableorderby", "0")
    main = style.line if style.kind == LINE else style.fill
    if not sorted_out:
        _symbol(xml.SubElement(renderer, "symbols"), "0", style, main)
        return
    renderer.set("attr", style.by)
    classes = [*((value, *said) for value, said in style.classes.items()), ("", main, REST[language])]
    categories, symbols = xml.SubElement(renderer, "categories"), xml.SubElement(renderer, "symbols")
    for number, (value, colour, title) in enumerate(classes):
        title = title if language == "zh" else value or title
        attributes = {"value": value, "label": title, "symbol": str(number), "render": "true"}
        xml.SubElement(categories, "category", attributes, type="string")
        _symbol(symbols, str(number), style, colour)


def _symbol(parent: xml.Element, name: str, style: Style, colour: str) -> None:
    symbol = xml.SubElement(parent, "symbol", name=name, type=style.kind, clip_to_extent="1")
    symbol.set("alpha", str(style.opacity))
    symbol.set("force_rhr", "0")
    layer = xml.SubElement(symbol, "layer", {"class": CLASSES[style.kind], "pass": "0", "locked": "0"})
    layer.set("enabled", "1")
    properties = _PROPERTIES[style.kind](style, colour)
    options = xml.SubElement(layer, "Option", type="Map")
    for key, value in properties.items():
        xml.SubElement(options, "Option", name=key, value=value, type="QString")
    for key, value in properties.items():
        xml.SubElement(layer, "prop", k=key, v=value)


def _fill(style: Style, colour: str) -> dict[str, str]:
    return {
        "color": rgba(colour or "#ffffff"),
        "style": "solid" if colour else "no",
        "outline_color": rgba(style.line),
        "outline_style": DASHES[style.dash],
        "outline_width": str(style.width),
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }


def _line(style: Style, colour: str) -> dict[str, str]:
    return {
        "line_color": rgba(colour),
        "line_style": DASHES[style.dash],
        "line_width": str(style.width),
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }


def _marker(style: Style, colour: str) -> dict[str, str]:
    return {
        "name": "circle",
        "color": rgba(colour),
        "outline_color": rgba(style.line),
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "size": str(style.width),
        "size_unit": "MM",
    }


_PROPERTIES = {POINT: _marker, LINE: _line, AREA: _fill}


def rgba(colour: str) -> str:
    """Return #rrggbb as the four numbers of QML."""
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _labels(root: xml.Element, name: str, kind: str) -> None:
    labelling = xml.SubElement(root, "labeling", type="simple")
    settings = xml.SubElement(labelling, "settings", calloutType="simple")
    text = xml.SubElement(settings, "text-style", fieldName=name, isExpression="0", fontSize="8")
    text.set("fontSizeUnit", "Point")
    text.set("textColor", "31,41,55,255")
    buffer = xml.SubElement(text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM")
    buffer.set("bufferColor", "255,255,255,255")
    placement = xml.SubElement(settings, "placement", placement={POINT: "6", LINE: "2", AREA: "4"}[kind])
    placement.attrib |= {"priority": "5", "placementFlags": "10"}  # the least priority yields to any shape
    xml.SubElement(settings, "rendering", drawLabels="1", obstacle="1", obstacleType="1")


def _aliases(root: xml.Element, fields: Mapping[str, str]) -> None:
    aliases = xml.SubElement(root, "aliases")
    for number, (name, title) in enumerate(fields.items()):
        xml.SubElement(
            aliases, "alias", field=name, index=str(number + 1), name=title if title != name else ""
        )
