"""A block cut in the county: its pieces take its place, its neighbours get the new corners, its households go
with their buildings. Only what lies around the block is worked out anew.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import shapely

from gis_app.layers.codes import reading_order
from gis_app.plans.borders import objects, with_nodes
from gis_app.plans.canvas import Canvas, holds, neighbours
from gis_app.plans.cutting import NoWay, cut_shape
from gis_app.plans.refusals import place_of, refusal
from gis_app.plans.shapes import GAP_M
from gis_app.plans.things import Things, nearest

LONGEST_CODE = 32
NODE_M = 0.01


def cut(canvas: Canvas, block: int, line) -> tuple[Canvas, np.ndarray]:
    """Return the canvas with a block cut along a line, and the old position (B',) of each of its blocks.

    Pieces are called <code>-1, <code>-2, … in reading order. Raises BadInput where the block cannot be cut.
    """
    shape = canvas.shapes[block]
    try:
        pieces = cut_shape(shape, line, footprints(canvas, shape))
    except (NoWay, shapely.errors.GEOSException) as stopped:
        raise _in_the_way(canvas, block, stopped) from None
    pieces = pieces[reading_order(pieces)]
    around, noded = _noded_neighbours(canvas, block, pieces)
    local = np.concatenate([pieces, noded])
    before = np.concatenate([[shape], canvas.shapes[around]])
    if any(_valid(before, width) and not _valid(local, width) for width in (0.0, GAP_M)):
        raise _in_the_way(canvas, block, None)
    return _replaced(canvas, block, pieces, around, noded)


def footprints(canvas: Canvas, shape) -> np.ndarray:
    """Return the footprints of the buildings that stand in a block, whosever they are."""
    found = canvas.home_tree.query(shape, predicate="intersects")
    shapes = canvas.homes.shapes[np.sort(found)]
    inside = shapely.area(shapely.intersection(shapes, shape))
    return shapes[inside > 0.01]


def _in_the_way(canvas: Canvas, block: int, stopped) -> Exception:
    spot = (stopped.x, stopped.y) if isinstance(stopped, NoWay) else canvas.centroids[block]
    return refusal(
        "cannot_cut",
        f"地块 {canvas.block_codes[block]} 无法沿这条线切开：建筑连成一片，或切下的部分太小、太窄",
        "line",
        "换一个位置画线，从建筑之间的空隙穿过",
        place_of(spot, canvas.crs),
    )


def _noded_neighbours(canvas: Canvas, block: int, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the blocks around, and their shapes with the pieces' new corners."""
    shape = canvas.shapes[block]
    x0, y0, x1, y1 = shape.bounds + np.array([-GAP_M, -GAP_M, GAP_M, GAP_M]) * 1.5
    left, low, right, high = canvas.bounds.T
    near = np.flatnonzero((left <= x1) & (right >= x0) & (low <= y1) & (high >= y0))
    near = near[shapely.distance(canvas.shapes[near], shape) <= GAP_M]
    around = np.setdiff1d(np.union1d(canvas.pairs[_of(canvas, block)], near), [block])
    corners = np.unique(shapely.get_coordinates(pieces), axis=0)
    old = {tuple(corner) for corner in shapely.get_coordinates(shape).tolist()}
    new = np.array([corner for corner in corners.tolist() if tuple(corner) not in old]).reshape(-1, 2)
    outer = shapely.dwithin(shape.boundary, shapely.points(new), NODE_M) if len(new) else np.empty(0, bool)
    new = new[outer]
    shapes = canvas.shapes[around]
    return around, objects([with_nodes(one, new, NODE_M) for one in shapes]) if len(new) else shapes


def _valid(shapes: np.ndarray, gap_m: float) -> bool:
    return bool(shapely.coverage_is_valid(shapes, gap_width=gap_m))


def _of(canvas: Canvas, block: int) -> np.ndarray:
    """Return (P,) bool: the pairs that a block is in."""
    return (canvas.pairs[:, 0] == block) | (canvas.pairs[:, 1] == block)


def _replaced(canvas: Canvas, block: int, pieces: np.ndarray, around: np.ndarray, noded: np.ndarray):
    codes = _codes(canvas, block, len(pieces))
    kept = np.delete(np.arange(len(canvas)), block)
    at = np.searchsorted(canvas.block_codes[kept], codes)
    source, places = np.insert(kept, at, block), at + np.arange(len(pieces))
    new_of = np.full(len(canvas), -1)
    new_of[kept] = np.delete(np.arange(len(source)), places)
    shapes = canvas.shapes.copy()
    shapes[around] = noded
    points = shapely.get_coordinates(canvas.calls.shapes).reshape(-1, 2)
    homes = _rehoused(canvas.homes, canvas.home_points, block, pieces, places, new_of)
    shares = _shared_out(canvas, block, pieces, homes, places)
    joined, metres, barrier, outside = _around(canvas, block, pieces, around, noded, places, new_of)
    wide = max(canvas.block_codes.dtype.itemsize // 4, *map(len, codes))
    result = replace(
        canvas,
        block_codes=_put(canvas.block_codes.astype(f"U{wide}"), source, places, codes),
        shapes=_put(shapes, source, places, pieces),
        households=_put(canvas.households, source, places, shares),
        community=canvas.community[source],
        origin_at=canvas.origin_at[source],
        homes=homes,
        calls=_rehoused(canvas.calls, points, block, pieces, places, new_of),
        pairs=joined,
        border_m=metres,
        barrier=barrier,
        outside_m=_put(canvas.outside_m, source, places, outside),
        in_river=_put(canvas.in_river, source, places, canvas.barriers.in_river(pieces)),
    )
    _keep_known(canvas, result, source, places, pieces)
    return result, source


def _put(values: np.ndarray, source: np.ndarray, places: np.ndarray, own) -> np.ndarray:
    """Return values (B,) for the new blocks, the pieces' own put in."""
    result = values[source]
    result[places] = own
    return result


def _keep_known(canvas: Canvas, result: Canvas, source, places, pieces: np.ndarray) -> None:
    """Carry over what is already worked out, so that a cut in a large county is quick."""
    middles = shapely.get_coordinates(shapely.point_on_surface(pieces))
    result.__dict__.update(
        area_m2=_put(canvas.area_m2, source, places, shapely.area(pieces)),
        bounds=_put(canvas.bounds, source, places, shapely.bounds(pieces)),
        centroids=_put(canvas.centroids, source, places, middles),
        home_points=canvas.home_points,
        home_tree=canvas.home_tree,
        loose_homes=canvas.loose_homes,
    )


def _codes(canvas: Canvas, block: int, count: int) -> list[str]:
    code = str(canvas.block_codes[block])
    codes: list[str] = []
    for number in itertools.count(1):
        piece = f"{code}-{number}"
        if not (holds(canvas.block_codes, piece) or holds(canvas.uncut, piece)):
            codes.append(piece)
        if len(codes) == count:
            break
    if max(map(len, codes)) > LONGEST_CODE:
        raise refusal(
            "cut_too_often", f"地块 {code} 已被切过太多次", "line", "选择别的地块", canvas.place(block)
        )
    return sorted(codes)


def _rehoused(things: Things, points: np.ndarray, block: int, pieces, places, new_of) -> Things:
    """Return the things with the pieces they lie in, and everything else renumbered."""
    own = np.flatnonzero(things.block == block)
    now = np.where(things.block >= 0, new_of[things.block], -1)
    if len(own):
        now[own] = places[nearest(pieces, points[own])]
    return replace(things, block=now)


def _shared_out(
    canvas: Canvas, block: int, pieces: np.ndarray, homes: Things, places: np.ndarray
) -> np.ndarray:
    """Return the households (k,) of the pieces: those of their buildings, else by ground; the sum is kept."""
    total = int(canvas.households[block])
    weight = np.array(
        [homes.households[homes.block == place].sum() for place in places.tolist()], dtype=float
    )
    if weight.sum() == total:
        return weight.astype(np.int64)
    if weight.sum() == 0:
        weight = shapely.area(pieces)
    exact = weight * total / weight.sum()
    whole = np.floor(exact).astype(np.int64)
    most = np.argsort(-(exact - whole), kind="stable")[: total - int(whole.sum())]
    whole[most] += 1
    return whole


def _around(canvas: Canvas, block: int, pieces, around, noded, places, new_of):
    """Return all pairs, metres and barriers with the pieces' own, and the pieces' metres alone."""
    found, metres, barrier, outside = neighbours(np.concatenate([pieces, noded]), canvas.barriers)
    mine = (found < len(pieces)).any(axis=1)
    number = np.concatenate([places, new_of[around]])
    fresh = np.sort(number[found[mine]], axis=1)
    stay = ~_of(canvas, block)
    joined = np.concatenate([new_of[canvas.pairs[stay]], fresh])
    return (
        joined,
        np.append(canvas.border_m[stay], metres[mine]),
        np.append(canvas.barrier[stay], barrier[mine]),
        outside[: len(pieces)],
    )
