"""What lies in blocks and is counted with them: buildings with their households, last year's incidents.

A thing goes with the block it lies in, also when that is cut; it is never cut itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis_app.geo.crs import LONLAT, project


@dataclass(frozen=True, slots=True, eq=False)
class Things:
    """What lies in blocks and goes with the piece it lies in: shapes, block and households, all (n,)."""

    shapes: np.ndarray
    block: np.ndarray
    households: np.ndarray
    codes: np.ndarray

    @classmethod
    def none(cls) -> Things:
        """Return no things."""
        none = np.empty(0, dtype=object)
        return cls(none, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), none)


def homes_of(atlas, codes: np.ndarray) -> Things:
    """Return the buildings of an Atlas with the position of their block among sorted codes."""
    buildings = atlas.buildings.to_crs(atlas.metric_crs)
    named = buildings["block_code"].fillna("").to_numpy(str)
    at = np.clip(np.searchsorted(codes, named), 0, max(len(codes) - 1, 0))
    block = np.where(codes[at] == named, at, -1) if len(codes) else np.full(len(named), -1)
    return Things(
        np.asarray(buildings.geometry.values, dtype=object),
        block,
        buildings["households"].to_numpy(np.int64),
        buildings["building_code"].to_numpy(str),
    )


def calls_of(shapes: np.ndarray, lonlat, crs) -> Things:
    """Return incidents at points (n, 2) of longitude and latitude with the block they lie in."""
    if lonlat is None or not len(lonlat) or not len(shapes):
        return Things.none()
    lonlat = np.asarray(lonlat, dtype=float).reshape(-1, 2)
    xy = project(lonlat[np.isfinite(lonlat).all(axis=1)], LONLAT, crs)
    points = shapely.points(xy[np.isfinite(xy).all(axis=1)])
    which, found = shapely.STRtree(shapes).query(points, predicate="intersects")
    block = np.full(len(points), -1)
    block[which[::-1]] = found[::-1]
    return Things(points, block, np.zeros(len(points), dtype=np.int64), np.arange(len(points)).astype(str))


def resettled(things: Things, points: np.ndarray, source: np.ndarray, shapes: np.ndarray) -> Things:
    """Return things with the new position of their block; in a block that was cut, of the nearest piece."""
    now = np.full(len(things.block), -1)
    many = np.bincount(source)
    new_of = np.zeros(len(many), dtype=np.int64)
    new_of[source] = np.arange(len(source))
    known = (things.block >= 0) & (things.block < len(many))
    single = known & (many[np.where(known, things.block, 0)] == 1)
    now[single] = new_of[things.block[single]]
    for old in np.unique(things.block[known & ~single]).tolist():
        places, own = np.flatnonzero(source == old), np.flatnonzero(things.block == old)
        if len(places):
            now[own] = places[nearest(shapes[places], points[own])]
    return replace(things, block=now)


def nearest(pieces: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return which of a few pieces each point (n, 2) lies in, or is nearest to; the first of equals."""
    return shapely.distance(pieces[:, None], shapely.points(points)[None]).argmin(axis=0)
