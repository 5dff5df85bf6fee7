"""Which blocks share a border and how long it is, told from the segments of their rings. In metres.

Blocks that come out of one tessellation share vertices exactly, so a border is a segment that two rings own;
`matched` first puts into each ring the vertices that only the neighbour has. No domain word beyond the block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

SNAP_M = 0.01  # a neighbour's vertex nearer than this lies on the segment


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Distinct segments of all rings: end points (s, 2, 2), owners (s, 2), -1 = nobody, metres (s,).

    The first owner lies to the left of the segment as it runs, the second to the right.
    """

    ends: np.ndarray
    owners: np.ndarray
    metres: np.ndarray


def segments(shapes: np.ndarray) -> Segments:
    """Return the segments of polygons (n,) with who owns them."""
    rings, ring_owner = _rings(shapes)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    follows = np.flatnonzero(ring[1:] == ring[:-1])
    vertex = _vertex_ids(xy)
    start, end = vertex[follows], vertex[follows + 1]
    real = start != end
    follows, start, end = follows[real], start[real], end[real]
    low, high = np.minimum(start, end), np.maximum(start, end)
    key = low.astype(np.int64) * (int(vertex.max(initial=0)) + 1) + high
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    owner = ring_owner[ring[follows]]
    same_way = start == start[first][inverse]
    owners = np.full((len(first), 2), -1)
    owners[inverse[same_way], 0] = owner[same_way]
    owners[inverse[~same_way], 1] = owner[~same_way]
    ends = np.stack([xy[follows[first]], xy[follows[first] + 1]], axis=1)
    return Segments(ends, owners, np.hypot(*(ends[:, 1] - ends[:, 0]).T))


def _rings(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all rings, polygons' shells running with the area to their left, and whose they are."""
    parts, owner = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return rings, owner[part]


def _vertex_ids(xy: np.ndarray) -> np.ndarray:
    """Return a number for each vertex (n,), the same where both coordinates are the same to the bit."""
    if not len(xy):
        return np.empty(0, dtype=np.int64)
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    ordered = xy[order]
    new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    ids = np.empty(len(xy), dtype=np.int64)
    ids[order] = np.cumsum(new) - 1
    return ids


def pairs(found: Segments, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return neighbours (p, 2) with i < j, metres (p,), the pair of each segment (s,), metres alone (n,)."""
    low, high = found.owners.min(axis=1), found.owners.max(axis=1)
    shared = (low >= 0) & (low != high)
    key = low[shared].astype(np.int64) * count + high[shared]
    distinct, inverse = np.unique(key, return_inverse=True)
    metres = np.bincount(inverse, found.metres[shared], minlength=len(distinct))
    pair_of = np.full(len(low), -1)
    pair_of[shared] = inverse
    alone = (low < 0) & (high >= 0)
    outside = np.bincount(high[alone], found.metres[alone], minlength=count)
    return np.column_stack([distinct // count, distinct % count]), metres, pair_of, outside


def matched(shapes: np.ndarray, tolerance: float = SNAP_M) -> np.ndarray:
    """Return the shapes with the vertices that only a neighbour has put into their rings.

    Where all borders match already, which is the common case, the shapes come back as they are.
    """
    found = segments(shapes)
    alone = np.flatnonzero((found.owners < 0).any(axis=1))
    points = np.unique(found.ends[alone].reshape(-1, 2), axis=0)
    if not len(points):
        return shapes
    lines = shapely.linestrings(found.ends[alone])
    which, near = shapely.STRtree(lines).query(
        shapely.points(points), predicate="dwithin", distance=tolerance
    )
    ends = found.ends[alone][near]
    apart = np.hypot(*(ends - points[which][:, None]).transpose(2, 0, 1)).min(axis=1) > tolerance
    owner = found.owners[alone][near].max(axis=1)
    result = shapes.copy()
    for block in np.unique(owner[apart]).tolist():
        result[block] = with_nodes(shapes[block], points[which[apart & (owner == block)]], tolerance)
    return result


def objects(shapes: list) -> np.ndarray:
    """Return shapes as an array (n,) of objects, whatever they are."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def with_nodes(shape, points: np.ndarray, tolerance: float = SNAP_M):
    """Return a polygon with points (n, 2) that lie on its rings made vertices of them."""
    polygons = []
    for part in shapely.get_parts(shape):
        rings = map(shapely.get_coordinates, shapely.get_rings(part))
        shell, *holes = (_noded(ring, points, tolerance) for ring in rings)
        polygons.append(shapely.Polygon(shell, holes))
    return polygons[0] if shape.geom_type == "Polygon" else shapely.MultiPolygon(polygons)


def _noded(ring: np.ndarray, points: np.ndarray, tolerance: float) -> np.ndarray:
    start, step = ring[:-1], np.diff(ring, axis=0)
    square = np.maximum((step**2).sum(axis=1), 1e-18)
    away = points[:, None] - start[None]
    along = np.clip((away * step).sum(axis=2) / square, 0.0, 1.0)
    distance = np.hypot(*(away - along[..., None] * step).transpose(2, 0, 1))
    at_vertex = np.hypot(*(points[:, None] - ring[None]).transpose(2, 0, 1)).min(axis=1) <= tolerance
    segment = distance.argmin(axis=1)
    rows = np.arange(len(points))
    wanted = (distance[rows, segment] <= tolerance) & ~at_vertex
    if not wanted.any():
        return ring
    order = np.lexsort((along[rows, segment][wanted], segment[wanted]))
    return np.insert(ring, segment[wanted][order] + 1, points[wanted][order], axis=0)
