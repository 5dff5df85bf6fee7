"""A collection as its tiles draw it: in Web Mercator, by zoom no finer than a screen shows.

Areas that share borders are thinned together, so that no gap opens between them. Each zoom is made on first
use and kept; from `FINEST` on shapes are as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gis_app.geo.crs import project
from gis_app.maps import tiles
from gis_app.web.current import Snapshot
from gis_app.web.ogc.collections import Collection
from gis_app.web.ogc.incidents import IncidentCollection
from gis_app.web.ogc.layers import LayerCollection

WEB_MERCATOR = 3857
LEAST, MOST, FINEST = 0, 18, 16
# from which zoom a collection is drawn; an answer from before would be too large and too small to see
FROM_ZOOM = {
    "county": 0, "subdistricts": 6, "communities": 8, "grids": 9, "stations": 8, "incidents": 8, "water": 9,
    "streets": 11, "blocks": 11, "buildings": 13, "gates": 14,
}  # fmt: skip
MOST_FEATURES = 20_000
PIXELS = 256


@dataclass(frozen=True)
class Level:
    """What one zoom draws: shapes with their index, and the properties beside them."""

    shapes: np.ndarray
    tree: shapely.STRtree
    properties: Mapping[str, np.ndarray]

    def tile(self, name: str, zoom: int, column: int, row: int) -> bytes:
        """Return the bytes of a tile, b"" where nothing lies in it."""
        box = tiles.tile_box(zoom, column, row)
        rows = np.sort(self.tree.query(shapely.box(*tiles.buffered(box))))
        rows = self._seen(rows, box)
        told = {key: values[rows] for key, values in self.properties.items()}
        return tiles.encode(name, self.shapes[rows], rows + 1, told, box)

    def _seen(self, rows: np.ndarray, box: tiles.Box) -> np.ndarray:
        """Return those of very many that a screen tells apart: a point for each pixel, the largest shapes."""
        if len(rows) <= MOST_FEATURES:
            return rows
        shapes = self.shapes[rows]
        if (shapely.get_type_id(shapes) == 0).all():
            _, first = np.unique(tiles.pixels(shapely.get_coordinates(shapes), box), return_index=True)
            return rows[np.sort(first)]
        west, south, east, north = shapely.bounds(shapes).T
        largest = np.argsort(np.maximum(east - west, north - south))[-MOST_FEATURES:]
        return rows[np.sort(largest)]


def level_of(found: Snapshot, one: LayerCollection | IncidentCollection, zoom: int) -> Level:
    """Return what a zoom draws of a collection; a layer's is kept with the snapshot."""
    zoom = min(zoom, FINEST)
    if isinstance(one, LayerCollection):
        return found.memo(("ogc-level", one.name, zoom), lambda: _level(one, zoom))
    return one.memo("level", lambda: _level(one, FINEST))


def limits(one: Collection) -> list[tuple[int, int, int, int, int]]:
    """Return (zoom, first row, last row, first column, last column) of every zoom that has tiles."""
    if one.bounds is None:
        return []
    corners = np.array(one.bounds).reshape(2, 2)
    (west, south), (east, north) = project(corners, 4326, WEB_MERCATOR)
    found = []
    for zoom in range(FROM_ZOOM.get(one.name, LEAST), MOST + 1):
        side, last = 2 * tiles.HALF_WORLD / 2**zoom, 2**zoom - 1
        rows = np.clip(np.floor((tiles.HALF_WORLD - np.array([north, south])) / side), 0, last)
        columns = np.clip(np.floor((np.array([west, east]) + tiles.HALF_WORLD) / side), 0, last)
        found.append((zoom, *(int(number) for number in (*rows, *columns))))
    return found


def _level(one: Collection, zoom: int) -> Level:
    shapes, properties = one.drawn()
    drawn = shapely.transform(shapely.force_2d(shapes), lambda xy: project(xy, 4326, WEB_MERCATOR))
    if zoom < FINEST:
        drawn = _thinned(drawn, 2 * tiles.HALF_WORLD / 2**zoom / PIXELS)
    return Level(drawn, shapely.STRtree(drawn), properties)


def _thinned(shapes: np.ndarray, pixel: float) -> np.ndarray:
    """Return shapes without what is smaller than a pixel (metres); borders that were shared stay shared."""
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    if areas.all() and shapely.coverage_is_valid(shapes):
        return shapely.coverage_simplify(shapes, pixel)
    return shapely.simplify(shapes, pixel / 2, preserve_topology=True)
