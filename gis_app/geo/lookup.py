"""From points to the areas they lie in, a million at a time.

A raster over the areas answers most points by table: where no border crosses a cell, the whole cell lies in
one area (or in none). Only points in cells with a border are tested, against the few areas that touch the
cell, in the order of their codes: a point on a shared border or corner therefore always belongs to the lowest
code, and a point on the outer border belongs to its area. The exact test is GEOS's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from gis_app.geo.raster import Raster, crossed, edges_of, filled

MIN_CELLS, MAX_CELLS = 1 << 16, 1 << 22
CELLS_PER_BOX = 6  # for the box around a typical area; measured: finer costs more to build than it saves
PREPARE_FROM = 32  # vertices; smaller polygons are tested faster as they are
CROWDED = 32  # areas in one cell, beyond which a search tree is faster


class AreaIndex:
    """An index over polygons with codes; build once, ask from any thread.

    Overlapping, multi-part, holed and empty polygons are allowed; missing ones are never found.
    """

    def __init__(self, geometries: Sequence, codes: Sequence) -> None:
        shapes = np.asarray(geometries, dtype=object)
        names = np.asarray(codes, dtype=object)
        order = np.argsort(names, kind="stable") if len(names) else np.empty(0, dtype=int)
        bounds = shapely.bounds(shapes).reshape(-1, 4)
        order = order[_is_whole(shapes, bounds)[order]]
        self._shapes, bounds = shapes[order], bounds[order]
        self._codes = np.append(names[order], [None])
        if len(self._shapes):
            self._prepare(bounds)
            self._lay_raster(bounds)

    def __len__(self) -> int:
        return len(self._shapes)

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return the code (n,) object of the area each point (n, 2) lies in, None where there is none."""
        return self._codes[self.positions(points)]

    def positions(self, points: np.ndarray) -> np.ndarray:
        """Return the position (n,) of each point's area in the order of codes, -1 where there is none."""
        xy = np.asarray(points, dtype=float).reshape(-1, 2)
        if not len(self._shapes):
            return np.full(len(xy), -1)
        cells = self._raster.cells_of(xy)
        found = self._answer[cells]  # cell -1, the outside, is the last entry
        unsure = np.flatnonzero(found == -2)
        if len(unsure):
            unsure = unsure[np.argsort(cells[unsure])]  # neighbours together: their areas stay in the cache
            found[unsure] = self._test(xy[unsure], cells[unsure])
        return found

    def _prepare(self, bounds: np.ndarray) -> None:
        is_large = shapely.get_num_coordinates(self._shapes) >= PREPARE_FROM
        large = shapely.force_2d(self._shapes[is_large])  # copies: the owner's shapes stay as they are
        self._shapes[is_large] = large
        shapely.prepare(large)
        # the first question builds a prepared shape's own index; ask it here, where only one thread can be
        middle = (bounds[is_large, :2] + bounds[is_large, 2:]) / 2
        shapely.intersects_xy(large, middle[:, 0], middle[:, 1])

    def _lay_raster(self, bounds: np.ndarray) -> None:
        count = len(self._shapes)
        whole = (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))
        raster = Raster.over(whole, _fineness(bounds, whole))
        edges, owner = edges_of(self._shapes, raster)
        edge, border_cells = crossed(edges, raster)
        inside, inside_cells = filled(edges, owner, raster)
        is_border = np.zeros(raster.columns * raster.rows, dtype=bool)
        is_border[border_cells] = True

        answer = np.full(len(is_border) + 1, -1, dtype=np.int32)
        whole = ~is_border[inside_cells]
        by_rank = np.argsort(-inside[whole], kind="stable")
        answer[inside_cells[whole][by_rank]] = inside[whole][by_rank]  # the lowest is written last

        keys = np.concatenate(
            [border_cells * count + owner[edge], inside_cells[~whole] * count + inside[~whole]]
        )
        keys.sort()
        keys = keys[np.append(True, keys[1:] != keys[:-1])]
        cells, self._candidates = keys // count, (keys % count).astype(np.int32)
        starts = np.flatnonzero(np.append(True, cells[1:] != cells[:-1]))
        slot = np.full(len(is_border), -1, dtype=np.int32)
        slot[cells[starts]] = np.arange(len(starts), dtype=np.int32)
        answer[cells[starts]] = -2
        self._raster, self._answer, self._slot = raster, answer, slot
        self._starts = np.append(starts, len(cells)).astype(np.int32)
        crowded = (np.diff(self._starts) > CROWDED).any()
        self._tree = shapely.STRtree(self._shapes) if crowded else None

    def _test(self, xy: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Return the lowest area among each cell's candidates that holds the point, -1 for none."""
        found = np.full(len(xy), -1, dtype=np.int32)
        slot = self._slot[cells]
        start, stop = self._starts[slot], self._starts[slot + 1]
        crowded = stop - start > CROWDED
        if crowded.any():
            found[crowded] = self._search(xy[crowded])
        left = np.flatnonzero(~crowded)
        turn = start[left]
        while len(left):
            candidate = self._candidates[turn]
            hit = shapely.intersects_xy(self._shapes[candidate], xy[left, 0], xy[left, 1])
            found[left[hit]] = candidate[hit]
            turn = turn + 1
            more = ~hit & (turn < stop[left])
            left, turn = left[more], turn[more]
        return found

    def _search(self, xy: np.ndarray) -> np.ndarray:
        point, area = self._tree.query(shapely.points(xy), predicate="intersects")
        found = np.full(len(xy), len(self._shapes), dtype=np.int64)
        np.minimum.at(found, point, area)
        return np.where(found == len(self._shapes), -1, found)


def _is_whole(shapes: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Return (n,) bool: whether a shape is there, not empty, and every coordinate a number."""
    return np.isfinite(bounds).all(axis=1) & np.isfinite(shapely.area(shapes))


def _fineness(bounds: np.ndarray, whole: tuple) -> int:
    """Return how many cells suit the typical area, however far a few others reach."""
    boxes = (bounds[:, 2] - bounds[:, 0]) * (bounds[:, 3] - bounds[:, 1])
    everything = (whole[2] - whole[0]) * (whole[3] - whole[1])
    wanted = CELLS_PER_BOX * everything / max(np.median(boxes), everything / MAX_CELLS, 1e-300)
    most = min(MAX_CELLS, MIN_CELLS + 16 * len(bounds))
    return int(np.clip(wanted, MIN_CELLS, most))
