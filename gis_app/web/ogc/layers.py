"""A layer of the Atlas as a collection: made once per snapshot, so that a page is a join of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import orjson
import pandas as pd
import shapely

from gis_app.layers import schema
from gis_app.web import geojson
from gis_app.web.bytes import digest
from gis_app.web.current import Snapshot
from gis_app.web.ogc.collections import Asked, Field
from gis_app.web.ogc.crs import System
from gis_app.web.table_columns import TABLES

KINDS = {"str": "string", "int64": "integer", "bool": "boolean"}
IN_TILES = ("name", "kind", "status", "road_class", "land_use", "households", "grid_code")


def layer_collection(found: Snapshot, name: str) -> LayerCollection:
    """Return the collection of a layer, the same one for the life of a snapshot."""
    parts = found.memo(("ogc-layer", name), lambda: LayerParts(found, name))
    return LayerCollection(parts)


class LayerParts:
    """What is the same for everybody and in every language: rows, shapes, and their texts by system."""

    def __init__(self, found: Snapshot, name: str) -> None:
        frame = found.atlas.layer(name)
        self.name = name
        self.code = schema.code_column(name)
        self.rows: pd.DataFrame = pd.DataFrame(frame.drop(columns="geometry"))
        self.shapes: np.ndarray = np.asarray(frame.geometry.values, dtype=object)
        self.tag = digest("ogc", found.tag, name)
        self.numbers = {code: number for number, code in enumerate(self.rows[self.code])}
        self._found = found

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """Return the properties of every row."""
        return geojson.records(self.rows)

    @cached_property
    def heads(self) -> list[str]:
        """Return the beginning of every feature's text, up to its geometry."""
        return [
            f'{{"type":"Feature","id":{orjson.dumps(row[self.code]).decode()},'
            f'"properties":{orjson.dumps(row, option=orjson.OPT_SERIALIZE_NUMPY).decode()},"geometry":'
            for row in self.records
        ]

    def texts(self, system: System) -> list[str]:
        """Return every geometry's text in a system."""
        key = ("ogc-texts", self.name, system.uri)
        return self._found.memo(key, lambda: system.texts(self.in_system(system)))

    def in_system(self, system: System) -> np.ndarray:
        """Return every shape in a system, x before y."""
        if system.in_degrees:
            return self.shapes
        key = ("ogc-shapes", self.name, system.epsg)
        return self._found.memo(key, lambda: system.shapes(self.shapes))

    def tree(self, system: System) -> shapely.STRtree:
        """Return the index of the shapes in a system."""
        key = ("ogc-tree", self.name, 0 if system.in_degrees else system.epsg)
        return self._found.memo(key, lambda: shapely.STRtree(self.in_system(system)))


class LayerCollection:
    """A layer, asked in the language of a request."""

    kind, period = "layer", None

    def __init__(self, parts: LayerParts) -> None:
        self._parts = parts
        self.name, self.code, self.tag = parts.name, parts.code, parts.tag
        self.title = str(TABLES[parts.name].title)

    @property
    def fields(self) -> Mapping[str, Field]:
        """Return the columns of the layer."""
        declared = schema.schema(self.name).columns
        titles = {column.key: str(column.label) for column in TABLES[self.name].columns}
        return {
            name: Field(titles.get(name, name), KINDS[column.metadata["kind"]])
            for name, column in declared.items()
            if name != "geometry"
        }

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north, None where no shape is known."""
        found = shapely.total_bounds(self._parts.shapes)
        return tuple(found.tolist()) if np.isfinite(found).all() else None

    def select(self, asked: Asked) -> np.ndarray:
        """Return the rows that fit, in order; what has no time fits every time."""
        rows = np.arange(len(self._parts.rows))
        if asked.boxes:
            tree = self._parts.tree(asked.box_system)
            boxes = shapely.box(*np.array(asked.boxes, dtype=float).T)
            rows = np.unique(tree.query(boxes, predicate="intersects")[1])
        for name, value in asked.equals:
            column = self._parts.rows[name]
            fits = (column == value).fillna(False).to_numpy(dtype=bool)
            rows = rows[fits[rows]]
        return rows

    def find(self, code: str) -> np.ndarray:
        """Return the row with this code, or no row."""
        number = self._parts.numbers.get(code)
        return np.array([] if number is None else [number], dtype=int)

    def features(self, rows: np.ndarray, system: System) -> list[str]:
        """Return these rows as GeoJSON texts."""
        heads, texts = self._parts.heads, self._parts.texts(system)
        return [f"{heads[row]}{texts[row]}}}" for row in rows.tolist()]

    def records(self, rows: np.ndarray) -> Sequence[Mapping[str, Any]]:
        """Return the properties of these rows."""
        return [self._parts.records[row] for row in rows.tolist()]

    def drawn(self) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
        """Return every shape and the few properties that a tile holds."""
        rows = self._parts.rows
        names = [self.code, *(name for name in IN_TILES if name in rows and name != self.code)]
        return self._parts.shapes, {name: rows[name].to_numpy(dtype=object, na_value=None) for name in names}
