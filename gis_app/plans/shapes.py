"""Plans as shapes: the grids' areas united from their blocks, the borders between blocks as arcs, validity.

Borders are never edited as shapes; what stands here is for looking at, measuring holes and publishing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from gis_app.layers import schema
from gis_app.plans.barriers import KINDS
from gis_app.plans.borders import Segments, objects, segments
from gis_app.plans.canvas import Canvas
from gis_app.plans.state import State

GAP_M = 1.0  # an open slit narrower than this is a fault too


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Borders of blocks: lines (a,) in metres, blocks left and right (a,), -1 = nobody, barrier (a,).

    A line runs from junction to junction with the block `left`, the first of the two, to its left. `barrier`
    points into `kinds`.
    """

    lines: np.ndarray
    left: np.ndarray
    right: np.ndarray
    barrier: np.ndarray
    kinds: tuple[str, ...] = KINDS


def polygons(state: State) -> np.ndarray:
    """Return the area (G,) of each grid, in metres and in the order of the keys."""
    return united(state.canvas.shapes, state.grid, len(state.keys))


def united(shapes: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    """Return (count,) the union of the blocks of each group; blocks of group -1 are left out."""
    order = np.argsort(group, kind="stable")
    order = order[group[order] >= 0]
    starts = np.searchsorted(group[order], np.arange(count + 1))
    ordered = shapes[order]
    return objects([union_of(ordered[a:b]) for a, b in pairwise(starts.tolist())])


def union_of(parts: np.ndarray):
    """Return the union of blocks that share their borders."""
    try:
        area = shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:  # borders of the county's own data that do not match
        area = shapely.union_all(parts)
    return area if area.geom_type in ("Polygon", "MultiPolygon") else shapely.union_all(parts)


def as_layer(state: State) -> gpd.GeoDataFrame:
    """Return the grids as a layer in longitude and latitude: grid_code (the key), name, community_code."""
    frame = gpd.GeoDataFrame(
        {
            "grid_code": list(state.keys),
            "name": list(state.names),
            "community_code": list(state.communities),
        },
        geometry=list(polygons(state)),
        crs=state.canvas.crs,
    )
    return frame.to_crs(schema.CRS)


def arcs(canvas: Canvas) -> Arcs:
    """Return the borders of the canvas, merged into one arc (or few) per pair of neighbours."""
    found = _from_the_left(segments(canvas.shapes))
    _, group, size = np.unique(found.owners, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")
    lines = shapely.linestrings(found.ends[order])
    bundles = shapely.multilinestrings(lines, indices=group[order])
    merged = shapely.line_merge(bundles, directed=True)
    parts, bundle = shapely.get_parts(merged, return_index=True)
    first = order[np.append(0, np.cumsum(size)[:-1]).astype(np.int64)] if len(size) else order
    owners = found.owners[first][bundle]
    return Arcs(parts, owners[:, 0], owners[:, 1], _barriers(canvas, owners))


def _from_the_left(found: Segments) -> Segments:
    """Return segments turned so that the first block is on the left, nobody on the right."""
    one, other = found.owners.T
    turned = (one < 0) | ((other >= 0) & (one > other))
    ends = np.where(turned[:, None, None], found.ends[:, ::-1], found.ends)
    return Segments(ends, np.where(turned[:, None], found.owners[:, ::-1], found.owners), found.metres)


def _barriers(canvas: Canvas, owners: np.ndarray) -> np.ndarray:
    low, high = owners.min(axis=1), owners.max(axis=1)
    wide = len(canvas) + 1
    known = canvas.pairs[:, 0] * wide + canvas.pairs[:, 1]
    order = np.argsort(known)
    if not len(known):
        return np.zeros(len(owners), dtype=np.int8)
    at = np.minimum(np.searchsorted(known[order], low * wide + high), len(known) - 1)
    hit = (known[order][at] == low * wide + high) & (low >= 0)
    return np.where(hit, canvas.barrier[order][at], 0).astype(np.int8)


def is_valid(canvas: Canvas, gap_m: float = GAP_M) -> bool:
    """Tell whether the blocks neither overlap nor leave a slit narrower than `gap_m`, borders matching."""
    return bool(shapely.coverage_is_valid(canvas.shapes, gap_width=gap_m))
