"""Puts a QGIS project into a GeoPackage, so that the whole county opens as one map with its layers in order.

The project lies where QGIS keeps its own: a table `qgis_projects` with a zipped project as hexadecimal text.
It names the file it lies in, as QGIS does, so it opens under the name that the file was given.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as xml

import numpy as np
import shapely

from gis_app import clock
from gis_app.exchange.writers.model import About, Layer, present
from gis_app.exchange.writers.qml import DOCTYPE, VERSION, qml
from gis_app.exchange.writers.styles import AREA, LINE, POINT, Style
from gis_app.exchange.writers.systems import System

TABLE = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"
GEOMETRY = {POINT: "Point", LINE: "Line", AREA: "Polygon"}
NO_GEOMETRY = "No geometry"
MARGIN = 0.03
IDENTITY = "gis_app_layer"  # QGIS gives a layer another identity where its own has ten characters or fewer


def add_project(
    layers: Sequence[tuple[Layer, Style | None, str]], system: System, about: About, path: Path, name: str
) -> None:
    """Add a project of these layers (the uppermost first, each with its style and its label) to a GeoPackage.

    `name` is the file name under which the package will be opened.
    """
    title = about.facts.get("county") or Path(name).stem
    root = _project(layers, system, about, title, name)
    text = DOCTYPE + xml.tostring(root, encoding="unicode")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qgs", text)
    told = json.dumps({"last_modified_time": clock.now().isoformat(), "last_modified_user": ""})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(TABLE)
        row = (title, told, packed.getvalue().hex())
        connection.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", row)


def _project(layers, system: System, about: About, title: str, name: str) -> xml.Element:
    root = xml.Element("qgis", projectname=title, version=VERSION)
    xml.SubElement(root, "title").text = title
    _system(xml.SubElement(root, "projectCrs"), system)
    tree = xml.SubElement(root, "layer-tree-group")
    canvas = xml.SubElement(root, "mapcanvas", name="theMapCanvas")
    _extent(xml.SubElement(canvas, "extent"), [layer for layer, _style, _label in layers])
    _system(xml.SubElement(canvas, "destinationsrs"), system)
    kept = xml.SubElement(root, "projectlayers")
    for number, (layer, style, label) in enumerate(layers):
        source = f"./{name}|layername={layer.title}"
        identity = f"{IDENTITY}_{layer.name}_{number}"
        leaf = {"id": identity, "name": layer.title, "source": source, "providerKey": "ogr"}
        xml.SubElement(tree, "layer-tree-layer", leaf, checked="Qt::Checked", expanded="0")
        kept.append(_layer(layer, style, label, identity, source, system, about.language))
    _properties(root, system)
    metadata = xml.SubElement(root, "projectMetadata")
    xml.SubElement(metadata, "title").text = title
    xml.SubElement(metadata, "abstract").text = about.text()
    return root


def _layer(
    layer: Layer, style: Style | None, label: str, identity: str, source: str, system: System, lang: str
) -> xml.Element:
    """Return one layer: where it is, and the same style as in the table of styles."""
    found = xml.Element("maplayer", type="vector", geometry=GEOMETRY[style.kind] if style else NO_GEOMETRY)
    xml.SubElement(found, "id").text = identity
    xml.SubElement(found, "datasource").text = source
    xml.SubElement(found, "layername").text = layer.title
    _system(xml.SubElement(found, "srs"), system)
    xml.SubElement(found, "provider", encoding="UTF-8").text = "ogr"
    if style is not None:
        titles = {name: layer.titles.get(name, name) for name in layer.frame.columns}
        drawn = xml.fromstring(qml(style, titles, label, lang).removeprefix(DOCTYPE))
        found.attrib |= {key: value for key, value in drawn.attrib.items() if key != "version"}
        found.extend(list(drawn))
    return found


def _system(parent: xml.Element, system: System) -> None:
    known = xml.SubElement(parent, "spatialrefsys")
    if system.crs is not None:
        xml.SubElement(known, "wkt").text = system.crs.to_wkt()
        xml.SubElement(known, "authid").text = system.code


def _properties(root: xml.Element, system: System) -> None:
    """Let QGIS take the project's system, and measure on its ellipsoid rather than in degrees."""
    if system.crs is None:
        return
    properties = xml.SubElement(root, "properties")
    enabled = xml.SubElement(xml.SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int")
    enabled.text = "1"
    known = system.crs.ellipsoid.to_json_dict().get("id")
    if known:
        ellipsoid = xml.SubElement(xml.SubElement(properties, "Measure"), "Ellipsoid", type="QString")
        ellipsoid.text = f"{known['authority']}:{known['code']}"


def _extent(parent: xml.Element, layers: Sequence[Layer]) -> None:
    """Say what is seen first: everything, with a margin."""
    shapes = [layer.shapes[present(layer.shapes)] for layer in layers if layer.shapes is not None]
    bounds = shapely.total_bounds(np.concatenate(shapes)) if sum(map(len, shapes)) else np.zeros(4)
    x0, y0, x1, y1 = bounds.tolist()
    dx, dy = MARGIN * (x1 - x0), MARGIN * (y1 - y0)
    for name, value in {"xmin": x0 - dx, "ymin": y0 - dy, "xmax": x1 + dx, "ymax": y1 + dy}.items():
        xml.SubElement(parent, name).text = repr(value)
