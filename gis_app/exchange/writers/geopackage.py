"""Writes layers into one GeoPackage: named in people's words, drawn by QGIS on opening, and described.

What is said of the file stands in it twice: in the metadata that QGIS shows, and in a table anybody can read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import pandas as pd
import shapely

from gis_app import clock
from gis_app.exchange.writers.frames import write_frame
from gis_app.exchange.writers.model import About, Layer, present
from gis_app.exchange.writers.qgis_project import add_project
from gis_app.exchange.writers.qml import qml
from gis_app.exchange.writers.styles import AREA, LINE, POINT, Style, order_of, style_of
from gis_app.exchange.writers.systems import System
from gis_app.exchange.writers.table_files import ABOUT

DRIVER, GEOMETRY, STYLES = "GPKG", "geom", "layer_styles"
VERSION = {"VERSION": "1.2"}  # programs of some years ago warn of every later one
DIMENSION = {POINT: 0, LINE: 1, AREA: 2}


def write_geopackage(layers: Sequence[Layer], system: System, about: About, path: Path) -> None:
    """Write the layers, which are in the system already, with a style for each that has places."""
    told = dict(about.rows())
    ordered = sorted(layers, key=lambda one: order_of(one.name))
    for layer in ordered:
        options = {"IDENTIFIER": layer.title, "DESCRIPTION": about.text().replace("\r\n", "; ")}
        if layer.shapes is not None:
            options["GEOMETRY_NAME"] = GEOMETRY
        whole = {"layer": layer.title, "layer_options": options, "layer_metadata": told}
        whole["dataset_options"] = VERSION
        write_frame(layer.frame, layer.shapes, system, path, DRIVER, dataset_metadata=told, **whole)
    drawn = [(layer, *_drawn(layer)) for layer in ordered]
    styles = [
        _style(layer, style, label, about.language) for layer, style, label in drawn if style is not None
    ]
    if styles:
        _table(pd.DataFrame(styles), STYLES, system, path, FID="id")
    title, *columns = ABOUT[about.language]
    _table(pd.DataFrame(about.rows(), columns=columns), title, system, path)
    add_project(drawn, system, about, path, f"{about.name}{path.suffix}")


def _table(frame: pd.DataFrame, name: str, system: System, path: Path, **options: str) -> None:
    write_frame(frame, None, system, path, DRIVER, layer=name, layer_options=options)


def _drawn(layer: Layer) -> tuple[Style | None, str]:
    """Return how a layer is drawn and which field it is labelled with; None and "" for a table."""
    if layer.shapes is None:
        return None, ""
    style = style_of(layer.name, dimension_of(layer))
    return style, layer.label if style.labelled and layer.label in layer.frame.columns else ""


def _style(layer: Layer, style: Style, label: str, language: str) -> dict[str, object]:
    return {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": layer.title,
        "f_geometry_column": GEOMETRY,
        "styleName": layer.title,
        "styleQML": qml(style, {name: layer.titles.get(name, name) for name in layer.frame}, label, language),
        "styleSLD": "",
        "useAsDefault": True,
        "description": layer.title,
        "owner": "",
        "ui": "",
        "update_time": clock.now().astimezone(UTC).replace(microsecond=0, tzinfo=None),
    }


def dimension_of(layer: Layer) -> int:
    """Return 0 for points, 1 for lines, 2 for areas: the most that any shape of the layer has."""
    there = layer.shapes[present(layer.shapes)]
    return int(shapely.get_dimensions(there).max()) if len(there) else DIMENSION[AREA]
