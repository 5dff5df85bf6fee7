"""Writes a layer as GeoJSON, with what is said of it in a member `metadata` of the collection.

Longitude and latitude need no declared system (RFC 7946); metres name theirs in the older member `crs`, and
offset positions name their offset there. GDAL passes over a name it does not know and takes such a file for
WGS 84, so the name stands in the metadata and in the file's name too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import shapely

from gis_app.exchange.writers.model import About, Layer, plain, present
from gis_app.exchange.writers.systems import System


def write_geojson(layer: Layer, system: System, about: About, path: Path) -> None:
    """Write one layer; `layer` is in the system already."""
    head = orjson.dumps(_head(layer, system, about)).decode()
    columns = {str(name): plain(layer.frame[name]) for name in layer.frame.columns}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    shapes = _texts(layer, system.decimals)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{head[:-1]},"features":[\n')
        features = (
            f'{{"type":"Feature","properties":{_properties(row)},"geometry":{shape}}}'
            for row, shape in zip(rows, shapes, strict=True)
        )
        file.write(",\n".join(features))
        file.write("\n]}\n")


def _properties(row: dict) -> str:
    return orjson.dumps(row, default=str).decode()


def _head(layer: Layer, system: System, about: About) -> dict:
    head = {"type": "FeatureCollection", "name": layer.title, "metadata": dict(about.rows())}
    head["metadata"]["fields"] = dict(layer.titles)
    if not system.offset and system.crs.is_geographic:
        return head
    name = system.code if system.offset else f"urn:ogc:def:crs:{system.code.replace(':', '::')}"
    return head | {"crs": {"type": "name", "properties": {"name": name}}}


def _texts(layer: Layer, decimals: int) -> list[str]:
    if layer.shapes is None:
        return ["null"] * len(layer)
    if not len(layer):
        return []
    rounded = shapely.transform(layer.shapes, lambda xy: np.round(xy, decimals))
    rounded = _oriented(rounded)
    texts = shapely.to_geojson(rounded)
    return [text if there else "null" for text, there in zip(texts, present(rounded), strict=True)]


def _oriented(shapes: np.ndarray) -> np.ndarray:
    """Return the shapes with outer rings counter-clockwise, as RFC 7946 wants them."""
    return shapely.orient_polygons(shapes)
