"""Cutting one block's shape along a line, going round its buildings. Shapes in metres; it knows no county.

A building that the line would cut goes whole to the side where most of it stands, with a strip around it;
buildings too near to each other to pass between stay together. The pieces come out of one noded set of lines,
so that they share their vertices to the bit.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.plans.borders import objects, segments
from gis_app.plans.sides import faces, two_colours

CLEAR_M = 0.5  # between a building and the cut
WALL_M = 1.5  # a building nearer to the block's border than this leaves no way between
SNAP_M = 0.05  # a cut that comes so near to a corner of the block goes through the corner
SAME_M = 0.02  # a new vertex nearer than this to an old one is the old one
LEAST_M2 = 10.0  # smaller pieces stay with the other side
LEAST_SHARE = 0.02  # of the block: smaller remnants without a building do too


class NoWay(Exception):
    """The line leaves fewer than two pieces; `x`, `y` is where it is stopped."""

    def __init__(self, x: float, y: float) -> None:
        self.x, self.y = x, y
        super().__init__("the line leaves fewer than two pieces")


def cut_shape(shape, line, footprints: np.ndarray) -> np.ndarray:
    """Return the pieces (k ≥ 2) of a polygon cut along a line through it, no footprint cut.

    Raises NoWay where buildings or the block's size leave no two pieces.
    """
    line = shapely.snap(line, shape, SNAP_M)
    left, right = _halves(shape, line)
    if left.is_empty or right.is_empty:
        raise _no_way(shape, line)
    to_left, to_right = _detours(shape, line, footprints, left, right)
    found = faces(shape, line, *(area.boundary for area in (*to_left, *to_right)))
    side = _side_of(found, left, to_left, to_right)
    found, side = _without_crumbs(found, side, footprints)
    parts = [part for which in (0, 1) for part in _joined(found[side == which])]
    pieces = _settled(shape, _whole(objects(parts)))
    if len(pieces) < 2 or not shapely.is_valid(pieces).all() or cuts_any(pieces, footprints):
        raise _no_way(shape, line)
    if abs(shapely.area(pieces).sum() - shape.area) > 1e-3 + 1e-7 * shape.area:
        raise _no_way(shape, line)
    return pieces


def cuts_any(pieces: np.ndarray, footprints: np.ndarray) -> bool:
    """Tell whether the border between pieces goes through a footprint."""
    found = segments(pieces)
    inner = found.ends[(found.owners >= 0).all(axis=1)]
    if not len(inner) or not len(footprints):
        return False
    border = shapely.multilinestrings(shapely.linestrings(inner))
    return bool(shapely.intersects(border, shapely.buffer(footprints, -0.05)).any())


def _halves(shape, line) -> tuple:
    found = faces(shape, line)
    colour = two_colours(found, line)
    empty = shapely.Polygon()
    return tuple(
        shapely.union_all(found[colour == which]) if (colour == which).any() else empty for which in (0, 1)
    )


def _detours(shape, line, footprints: np.ndarray, left, right) -> tuple[list, list]:
    """Return the areas around buildings that go whole to the left, and to the right."""
    if not len(footprints):
        return [], []
    fat = shapely.buffer(footprints, CLEAR_M, join_style="mitre", mitre_limit=2.0)
    clusters = shapely.get_parts(shapely.union_all(fat))
    hit = shapely.intersects(clusters, line)
    solid = shapely.union_all(footprints)
    ways: tuple[list, list] = ([], [])
    for number in np.flatnonzero(hit).tolist():
        inside = shapely.intersection(clusters[number], solid)
        on_left, on_right = (shapely.area(shapely.intersection(inside, half)) for half in (left, right))
        others = np.delete(clusters, number)
        area = shapely.snap(_to_wall(shape, clusters[number], others), shape, SNAP_M)
        area = shapely.make_valid(area) if not area.is_valid else area
        ways[int(on_right > on_left)].append(area)
    return ways


def _to_wall(shape, cluster, others: np.ndarray):
    """Return a cluster led on to the block's border where nothing could pass between."""
    if shapely.distance(shape.boundary, cluster) > WALL_M:
        return cluster
    near = shapely.intersection(
        shapely.buffer(cluster, WALL_M, quad_segs=2), shapely.buffer(shape.boundary, WALL_M, quad_segs=2)
    )
    close = others[shapely.intersects(others, near)]
    return shapely.union(cluster, shapely.difference(near, shapely.union_all(close)) if len(close) else near)


def _side_of(found: np.ndarray, left, to_left: list, to_right: list) -> np.ndarray:
    points = shapely.point_on_surface(found)
    side = np.where(shapely.contains(left, points), 0, 1)
    for which, areas in ((0, to_left), (1, to_right)):
        for area in areas:
            side[shapely.contains(area, points)] = which
    return side


def _without_crumbs(found: np.ndarray, side: np.ndarray, footprints: np.ndarray):
    """Give parts of a side that are too small to be blocks, and hold no building, to the other side."""
    side, least = side.copy(), max(LEAST_M2, LEAST_SHARE * shapely.area(found).sum())
    for which in (0, 1):
        own = np.flatnonzero(side == which)
        parts = _joined(found[own])
        for part in parts:
            holds = len(footprints) and shapely.intersects(footprints, part).any()
            if part.area < (LEAST_M2 if len(parts) == 1 or holds else least):
                inside = shapely.intersects(shapely.point_on_surface(found[own]), part)
                side[own[inside]] = 1 - which
    return found, side


def _joined(parts: np.ndarray) -> np.ndarray:
    if not len(parts):
        return np.empty(0, dtype=object)
    return shapely.get_parts(shapely.coverage_union_all(parts))


def _whole(parts: np.ndarray) -> np.ndarray:
    """Join to a neighbouring piece the parts of the block that the line does not reach.

    A block of several parts is cut only where the line crosses; a part that no other piece touches goes with
    the nearest one.
    """
    owners = segments(parts).owners
    touched = np.unique(owners[(owners >= 0).all(axis=1)])
    alone = np.setdiff1d(np.arange(len(parts)), touched)
    if not len(touched) or not len(alone):
        return parts
    kept = {int(number): [parts[number]] for number in touched}
    for number in alone.tolist():
        nearest = touched[shapely.distance(parts[touched], parts[number]).argmin()]
        kept[int(nearest)].append(parts[number])
    return objects([one[0] if len(one) == 1 else shapely.MultiPolygon(one) for one in kept.values()])


def _settled(shape, pieces: np.ndarray) -> np.ndarray:
    """Return the pieces with new vertices that all but coincide with an old one moved onto it."""
    old = shapely.get_coordinates(shape)
    tree = shapely.STRtree(shapely.points(old))

    def settle(xy: np.ndarray) -> np.ndarray:
        which, near = tree.query_nearest(shapely.points(xy), max_distance=SAME_M, all_matches=False)
        settled = xy.copy()
        settled[which] = old[near]
        return settled

    return shapely.transform(pieces, settle)


def _no_way(shape, line) -> NoWay:
    inside = shapely.intersection(line, shape)
    point = shapely.point_on_surface(shape if inside.is_empty else inside)
    return NoWay(point.x, point.y)
