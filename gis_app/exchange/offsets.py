"""Suspect an undeclared GCJ-02 or BD-09 offset: compare what comes in with what is there already.

The offsets are some hundred metres: too small to be seen as wrong by themselves, plain beside known places.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from gis_app.errors import Fault
from gis_app.exchange.context import Existing
from gis_app.exchange.crs import METRES_PER_DEGREE, OFFSETS, Source
from gis_app.exchange.messages import fault
from gis_app.geo import crs as geo
from gis_app.layers import schema

FORWARD = {"GCJ-02": geo.wgs84_to_gcj02, "BD-09": geo.wgs84_to_bd09}
LEAST_METRES = 100.0  # the offsets are 300 to 700 m, BD-09's up to 1.5 km
BETTER = 0.25
NEAR_METRES = 30.0
OUTLINE_SHARE = 0.02


def suspicions(layer: str, frame: gpd.GeoDataFrame, source: Source, existing: Existing) -> list[Fault]:
    """Return at most one warning that names the suspected system; `frame` is in EPSG:4490."""
    distance = (
        _paired(layer, frame, existing)
        or _nearest(layer, frame, existing)
        or _outlines(frame, layer, existing)
    )
    if distance is None:
        return []
    as_given = distance(lambda xy: xy)
    if not as_given > LEAST_METRES:
        return []
    if source.offset:
        without = distance(FORWARD[source.offset])
        found = without < BETTER * as_given
        return (
            [fault("suspected_no_offset", "crs", value=source.offset, detail=_metres(without))]
            if found
            else []
        )
    by_system = {label: distance(back) for label, back in OFFSETS.items()}
    best = min(by_system, key=by_system.get)
    if by_system[best] < BETTER * as_given:
        return [fault("suspected_offset", "crs", value=best, detail=_metres(as_given))]
    return []


def _metres(distance: float) -> str:
    return f"{distance:,.0f} 米"


def _middles(frame: gpd.GeoDataFrame) -> np.ndarray:
    points = shapely.centroid(frame.geometry.values)
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _gap(a: np.ndarray, b: np.ndarray) -> float:
    """Return the median distance in metres between points (n, 2) in degrees."""
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(np.nanmean(b[:, 1]))), 1.0])
    return float(np.nanmedian(np.hypot(*((a - b) * scale).T)))


def _paired(layer: str, frame: gpd.GeoDataFrame, existing: Existing):
    """Compare the same things, known by code, else by name."""
    there = existing.layers[layer]
    for column in (schema.code_column(layer), "name"):
        if column not in frame or column not in there or len(there) == 0:
            continue
        mine = frame[frame[column].notna()].drop_duplicates(column, keep=False).set_index(column)
        theirs = there[there[column] != ""].drop_duplicates(column, keep=False).set_index(column)
        both = mine.index.intersection(theirs.index)
        if len(both):
            a, b = _middles(mine.loc[both]), _middles(theirs.loc[both])
            return lambda move: _gap(move(a), b)
    return None


def _nearest(layer: str, frame: gpd.GeoDataFrame, existing: Existing):
    """Compare points with the nearest known ones, where correcting brings them onto each other."""
    there = existing.layers[layer]
    if layer != "stations" or len(there) < 3 or len(frame) < 3:
        return None
    a, b = _middles(frame), _middles(there)
    a = a[np.isfinite(a).all(axis=1)]
    if len(a) < 3:
        return None
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(b[:, 1].mean())), 1.0])
    tree = cKDTree(b * scale)

    def distance(move) -> float:
        return float(np.median(tree.query(move(a) * scale)[0]))

    if min(distance(back) for back in (*OFFSETS.values(), *FORWARD.values())) > NEAR_METRES:
        return None
    return distance


def _outlines(frame: gpd.GeoDataFrame, layer: str, existing: Existing):
    """Compare the outlines of two sets of areas; the measure is metres of shift, near enough."""
    there = existing.layers[layer]
    if len(there) == 0 or schema.geometry_types(layer) != schema.AREA:
        return None
    try:
        mine = shapely.union_all(shapely.make_valid(frame.geometry.values))
    except shapely.errors.GEOSException:
        return None
    theirs = shapely.union_all(there.geometry.values)
    if mine.is_empty or not mine.intersects(theirs):
        return None

    def distance(move) -> float:
        moved = shapely.transform(mine, move)
        apart = shapely.area(shapely.symmetric_difference(shapely.make_valid(moved), theirs))
        if apart < OUTLINE_SHARE * theirs.area:
            return 0.0
        return float(apart / shapely.length(theirs.convex_hull) * METRES_PER_DEGREE * 2)

    return distance
