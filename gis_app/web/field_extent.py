"""How much of the county a phone carries: all of a small one, else the worker's area and what is around.

What is left out is answered by the server while there is a network; nothing here knows where anybody is.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gis_app.people.permissions import in_scope
from gis_app.web.current import Snapshot

MOST_GRIDS, MOST_EDGES = 150, 10_000
AROUND = 1500.0  # metres beyond the own grids, so that the nearest station is carried too
TOUCHING = 1.0  # metres: what is a neighbour


@dataclass(frozen=True)
class Extent:
    """Masks over grids and stations, and the numbers of the edges carried; `whole` is all there is."""

    own: np.ndarray
    grids: np.ndarray
    stations: np.ndarray
    edges: np.ndarray
    whole: bool


def extent_of(found: Snapshot, scope_code: str) -> Extent:
    """Return what a phone whose account has this scope carries, worked out once per snapshot."""
    return found.memo(("field-extent", scope_code), lambda: _extent(found, scope_code))


def _extent(found: Snapshot, scope_code: str) -> Extent:
    atlas = found.atlas
    own = np.array([in_scope(scope_code, code) for code in atlas.grids["grid_code"]], dtype=bool)
    lines = atlas.street_network.lines
    every = side_by_side(lines)
    if len(own) <= MOST_GRIDS and len(lines) <= MOST_EDGES:
        all_stations = np.ones(len(atlas.stations), dtype=bool)
        return Extent(own, np.ones(len(own), dtype=bool), all_stations, every, True)
    shapes = atlas.grids.geometry.to_crs(atlas.metric_crs).to_numpy()
    home = shapely.union_all(shapes[own]) if own.any() else shapely.Polygon()
    shapely.prepare(home)
    around = shapely.dwithin(shapes, home, TOUCHING) | own
    places = atlas.stations.geometry.to_crs(atlas.metric_crs).to_numpy()
    near = shapely.dwithin(places, home, AROUND)
    edges = every[shapely.dwithin(lines[every], home, AROUND)]
    if len(edges) > 4 * MOST_EDGES:  # a whole large county: a phone shows its stations, the server finds ways
        edges = every[:0]
    return Extent(own, around, near, edges, False)


def side_by_side(lines: np.ndarray) -> np.ndarray:
    """Return the numbers of lines so that neighbours follow each other, which packs best."""
    if not len(lines):
        return np.empty(0, dtype=int)
    middles = gpd.GeoSeries(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    return np.argsort(middles.hilbert_distance().to_numpy(), kind="stable")
