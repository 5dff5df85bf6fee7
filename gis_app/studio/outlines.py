"""Blocks back from metres to longitude and latitude, each corner exactly where the county's own data have it.

A round trip through a projection moves a corner by less than the eye can see, and by enough to open a border:
so corners that were there before get the very numbers they had, and only new ones are reckoned back.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.studio.states import Base


def lonlat_shapes(base: Base, shapes: np.ndarray) -> np.ndarray:
    """Return shapes (n,) in the metres of the base's canvas as shapes in longitude and latitude."""
    blocks = base.atlas.blocks
    known_lonlat = shapely.get_coordinates(blocks.geometry.values)
    known = shapely.get_coordinates(blocks.geometry.to_crs(base.canvas.crs).values)
    wanted = shapely.get_coordinates(shapes)
    at = _find(known, wanted)
    result = np.empty_like(wanted)
    result[at >= 0] = known_lonlat[at[at >= 0]]
    if (at < 0).any():
        result[at < 0] = base.canvas.lonlat(wanted[at < 0])
    return shapely.set_coordinates(shapes.copy(), result)


def _find(known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return for each wanted point (n, 2) the row of `known` that equals it to the last bit, else -1."""
    if not len(known) or not len(wanted):
        return np.full(len(wanted), -1)
    order = np.lexsort((known[:, 1], known[:, 0]))
    ordered = np.ascontiguousarray(known[order]).view(_PAIR).ravel()
    asked = np.ascontiguousarray(wanted).view(_PAIR).ravel()
    at = np.minimum(np.searchsorted(ordered, asked), len(known) - 1)
    return np.where(ordered[at] == asked, order[at], -1)


_PAIR = np.dtype([("x", float), ("y", float)])
