"""Which cells of a raster a polygon's border crosses and which lie inside: the arithmetic under `lookup`.

Everything is in cell units: cell (column, row) covers [column, column + 1) × [row, row + 1). Borders get a
margin far above the rounding of a division and far below a cell: "no border here" can be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

MARGIN = 1e-6


@dataclass(frozen=True, slots=True)
class Raster:
    """A raster over a bounding box: origin, cell size, columns and rows."""

    x0: float
    y0: float
    dx: float
    dy: float
    columns: int
    rows: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], cells: int) -> Raster:
        """Lay about `cells` nearly square cells over the bounds, with half a cell to spare on every side."""
        x0, y0, x1, y1 = bounds
        least = 1e-6 * max(abs(x0), abs(y0), abs(x1), abs(y1), 100.0)  # keeps rounding far below the margin
        width, height = max(x1 - x0, least), max(y1 - y0, least)
        columns = int(np.clip(np.sqrt(cells * width / height), 1, cells))
        rows = max(1, cells // columns)
        dx, dy = width / columns, height / rows
        return cls(x0 - dx / 2, y0 - dy / 2, dx, dy, columns + 1, rows + 1)

    def cells_of(self, xy: np.ndarray) -> np.ndarray:
        """Return the cell number (n,) of each point (n, 2), -1 outside the raster or where not finite."""
        with np.errstate(invalid="ignore"):
            u = (xy[:, 0] - self.x0) / self.dx
            v = (xy[:, 1] - self.y0) / self.dy
            inside = (u >= 0) & (u < self.columns) & (v >= 0) & (v < self.rows)
        if inside.all():
            return v.astype(np.int32) * np.int32(self.columns) + u.astype(np.int32)
        cells = np.full(len(xy), -1, dtype=np.int32)
        cells[inside] = v[inside].astype(np.int32) * np.int32(self.columns) + u[inside].astype(np.int32)
        return cells


def _spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for runs of the given lengths the run of each item and its place within the run."""
    owner = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - starts[owner]


def _whole(values: np.ndarray) -> np.ndarray:
    """Return the cells of positions; a raster's spare half cell keeps every position above zero."""
    return values.astype(np.int64)


def edges_of(polygons: np.ndarray, raster: Raster) -> tuple[np.ndarray, np.ndarray]:
    """Return all border edges (4, m) in cell units as u0, v0, u1, v1, and the polygon (m,) of each."""
    if (shapely.get_num_interior_rings(polygons) == 0).all() and (shapely.get_type_id(polygons) == 3).all():
        points, ring = shapely.get_coordinates(polygons, return_index=True)
        owner = np.arange(len(polygons))
    else:
        parts, part_owner = shapely.get_parts(polygons, return_index=True)
        rings, ring_part = shapely.get_rings(parts, return_index=True)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        owner = part_owner[ring_part]
    u, v = (points[:, 0] - raster.x0) / raster.dx, (points[:, 1] - raster.y0) / raster.dy
    start = np.flatnonzero(ring[1:] == ring[:-1])
    return np.array([u[start], v[start], u[start + 1], v[start + 1]]), owner[ring[start]]


def crossed(edges: np.ndarray, raster: Raster) -> tuple[np.ndarray, np.ndarray]:
    """Return (edge, cell) pairs for every cell an edge touches; neighbours within the margin come along."""
    u0, v0, u1, v1 = edges
    left, right = _whole(np.minimum(u0, u1) - MARGIN), _whole(np.maximum(u0, u1) + MARGIN)
    low, high = _whole(np.minimum(v0, v1) - MARGIN), _whole(np.maximum(v0, v1) + MARGIN)
    straight = (left == right) | (low == high)  # most edges are short: every cell of their box is touched
    edge = np.flatnonzero(straight)
    across = right[edge] - left[edge]
    piece, step = _spread(across + high[edge] - low[edge] + 1)
    first = low[edge] * raster.columns + left[edge]
    stride = np.where(across > 0, 1, raster.columns)
    slanted = np.flatnonzero(~straight)
    far, far_cells = _crossed_slanted(edges[:, slanted], low[slanted], high[slanted], raster)
    return (
        np.concatenate([edge[piece], slanted[far]]),
        np.concatenate([first[piece] + step * stride[piece], far_cells]),
    )


def _crossed_slanted(edges, low, high, raster) -> tuple[np.ndarray, np.ndarray]:
    u0, v0, u1, v1 = edges
    edge, step = _spread(high - low + 1)
    row = low[edge] + step
    # the part of the edge that lies in the row's band, as a range of columns
    a, b, va, vb = u0[edge], u1[edge], v0[edge], v1[edge]
    rise = np.where(vb == va, MARGIN, vb - va)  # within the margin of a row's end, yet level: all of the edge
    t0 = np.where(vb == va, 0.0, (row - MARGIN - va) / rise)
    t1 = np.where(vb == va, 1.0, (row + 1 + MARGIN - va) / rise)
    ta, tb = np.clip(np.minimum(t0, t1), 0, 1), np.clip(np.maximum(t0, t1), 0, 1)
    ua, ub = a + ta * (b - a), a + tb * (b - a)
    left, right = _whole(np.minimum(ua, ub) - MARGIN), _whole(np.maximum(ua, ub) + MARGIN)
    piece, step = _spread(right - left + 1)
    return edge[piece], row[piece] * raster.columns + left[piece] + step


def filled(edges: np.ndarray, owner: np.ndarray, raster: Raster) -> tuple[np.ndarray, np.ndarray]:
    """Return (polygon, cell) pairs for the cells whose centre lies inside the polygon, by scan lines."""
    u0, v0, u1, v1 = edges
    low = np.ceil(np.minimum(v0, v1) - 0.5).astype(np.int64)
    high = np.ceil(np.maximum(v0, v1) - 0.5).astype(np.int64)
    edge, step = _spread(high - low)
    row = low[edge] + step
    u = u0[edge] + (row + 0.5 - v0[edge]) / (v1[edge] - v0[edge]) * (u1[edge] - u0[edge])
    order = np.lexsort((u, owner[edge] * np.int64(raster.rows) + row))
    enter, leave = order[0::2], order[1::2]
    first = np.ceil(u[enter] - 0.5).astype(np.int64)
    last = np.ceil(u[leave] - 0.5).astype(np.int64)
    run, step = _spread(np.maximum(last - first, 0))
    return owner[edge[enter]][run], row[enter][run] * raster.columns + first[run] + step
