"""What only shapes can tell: which grid encloses blocks of others, which building stands on both sides of a
border. In metres.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.plans.shapes import polygons
from gis_app.plans.state import State

OVER_M2 = 1.0  # a footprint that reaches less into the next block is a drawing's inaccuracy


def holed(state: State) -> list[tuple[int, np.ndarray]]:
    """Return the grids with a hole that holds blocks of others, and the positions of those blocks."""
    shapes = polygons(state)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    suspects = shapely.get_num_interior_rings(parts) > 0
    rings, part = shapely.get_rings(parts[suspects], return_index=True)
    first = np.append(True, part[1:] != part[:-1])[: len(part)]
    inner, grid = rings[~first], owner[suspects][part[~first]]
    if not len(inner):
        return []
    points = shapely.points(state.canvas.centroids)
    hole, block = shapely.STRtree(points).query(shapely.polygons(inner), predicate="contains")
    others = state.grid[block] != grid[hole]
    hole, block = hole[others], block[others]
    return [(int(n), np.unique(block[grid[hole] == n])) for n in np.unique(grid[hole]).tolist()]


def straddled(state: State) -> tuple[np.ndarray, np.ndarray]:
    """Return buildings (n,) that stand in several grids, and the blocks (n,) they reach."""
    canvas = state.canvas
    loose = canvas.loose_homes
    if not len(loose):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    home, block = canvas.tree.query(canvas.homes.shapes[loose], predicate="intersects")
    home = loose[home]
    area = shapely.area(shapely.intersection(canvas.homes.shapes[home], canvas.shapes[block]))
    real = area > OVER_M2
    home, block = home[real], block[real]
    first = np.full(len(canvas.homes.shapes), -2)
    first[home[::-1]] = state.grid[block[::-1]]
    split = np.zeros(len(first), dtype=bool)
    split[home[state.grid[block] != first[home]]] = True
    return home[split[home]], block[split[home]]
