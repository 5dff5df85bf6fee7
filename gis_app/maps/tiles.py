"""Vector tiles: shapes in Web Mercator to the bytes of one Mapbox Vector Tile (version 2.1), by whole arrays.

Written by hand because the libraries for it work feature by feature: a tile of 550 polygons takes them some
hundred milliseconds. It knows neither zoom rules nor collections; whoever asks has chosen the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import shapely

from gis_app.maps import wire

EXTENT, BUFFER = 4096, 64
HALF_WORLD = 20037508.342789244
POINT, LINE, AREA = 1, 2, 3
# shapely's type number -> what a tile calls it
KINDS = np.array([POINT, LINE, LINE, AREA, POINT, LINE, AREA, 0])
MOVE_ONE, CLOSE = 9, 15
Box = tuple[float, float, float, float]


class Parts(NamedTuple):
    """Vertices in tile units: to which part each belongs, to which feature and kind each part belongs."""

    xy: np.ndarray
    part: np.ndarray
    feature: np.ndarray
    kind: np.ndarray


def tile_box(zoom: int, column: int, row: int) -> Box:
    """Return the bounds of a tile in metres of Web Mercator; row 0 is the northernmost."""
    side = 2 * HALF_WORLD / 2**zoom
    west, north = column * side - HALF_WORLD, HALF_WORLD - row * side
    return west, north - side, west + side, north


def buffered(box: Box) -> Box:
    """Return the bounds a little larger, as far as a tile draws over its edge."""
    edge = (box[2] - box[0]) * BUFFER / EXTENT
    return box[0] - edge, box[1] - edge, box[2] + edge, box[3] + edge


def encode(
    name: str, shapes: np.ndarray, ids: np.ndarray, properties: Mapping[str, np.ndarray], box: Box
) -> bytes:
    """Return a tile with one layer of these shapes (Web Mercator), clipped; b"" where nothing is left.

    `ids` are whole numbers, and `properties` arrays as long as `shapes`, of texts, numbers, truths; None is
    left out.
    """
    features, geometries, kinds = _geometries(shapes, box)
    if not len(features):
        return b""
    chosen = {key: values[features] for key, values in properties.items()}
    return wire.layer(name, EXTENT, ids[features], kinds, geometries, chosen)


def _geometries(shapes: np.ndarray, box: Box) -> tuple[np.ndarray, list[bytes], np.ndarray]:
    """Return the rows that lie in the tile, the commands of each, and what each is."""
    parts = _parts(shapes, box)
    if not len(parts.part):
        return np.empty(0, dtype=int), [], np.empty(0, dtype=int)
    commands, owner = _commands(parts)
    features, starts = np.unique(owner, return_index=True)
    kinds = parts.kind[np.searchsorted(parts.feature, features)]
    return features, wire.pieces(commands, starts), kinds


def _parts(shapes: np.ndarray, box: Box) -> Parts:
    clipped = shapely.clip_by_rect(shapely.force_2d(shapes), *buffered(box))
    clipped = shapely.transform(clipped, lambda xy: _quantised(xy, box))
    pieces, owner = shapely.get_parts(clipped, return_index=True)
    nested = shapely.get_type_id(pieces) == 7
    pieces, owner = pieces[~nested], owner[~nested]
    kind = KINDS[shapely.get_type_id(pieces)]
    kind_of = np.zeros(len(shapes), dtype=int)
    np.maximum.at(kind_of, owner, kind)  # what a clip leaves of lower dimension is dropped
    kept = (kind == kind_of[owner]) & ~shapely.is_empty(pieces)
    pieces, owner, kind = pieces[kept], owner[kept], kind[kept]
    areas = kind == AREA
    # seen on the screen an outer ring runs clockwise; rows of a tile grow southwards
    rings, polygon = shapely.get_rings(
        shapely.orient_polygons(pieces[areas], exterior_cw=False), return_index=True
    )
    outer = _begins(polygon)
    lines = np.concatenate([pieces[~areas], rings])
    owner = np.concatenate([owner[~areas], owner[areas][polygon]])
    kind = np.concatenate([kind[~areas], np.full(len(rings), AREA)])
    group = np.concatenate([np.full(int((~areas).sum()), -1), polygon])
    outer = np.concatenate([np.zeros(int((~areas).sum()), dtype=bool), outer])
    order = np.argsort(owner, kind="stable")
    return _thinned(lines[order], owner[order], kind[order], group[order], outer[order])


def _quantised(xy: np.ndarray, box: Box) -> np.ndarray:
    scale = EXTENT / (box[2] - box[0])
    return np.rint(np.column_stack([(xy[:, 0] - box[0]) * scale, (box[3] - xy[:, 1]) * scale]))


def _thinned(
    lines: np.ndarray, owner: np.ndarray, kind: np.ndarray, group: np.ndarray, outer: np.ndarray
) -> Parts:
    """Drop vertices that fell together, parts that are none any more, and holes of areas that are gone."""
    xy, part = shapely.get_coordinates(lines, return_index=True)
    again = ~_begins(part)
    again[1:] &= (xy[1:] == xy[:-1]).all(axis=1)
    xy, part = xy[~again], part[~again]
    closing = _begins(part[::-1])[::-1] & (kind[part] == AREA)  # a ring's last vertex is its first
    xy, part = xy[~closing], part[~closing]
    count = np.bincount(part, minlength=len(lines))
    good = count >= np.select([kind == POINT, kind == LINE], [1, 2], 3)
    good &= (kind != AREA) | (_ring_areas(xy, part, len(lines)) != 0)
    gone = group[outer & ~good]
    good &= ~(np.isin(group, gone) & (group >= 0))
    keep = good[part]
    renumbered = np.cumsum(good) - 1
    return Parts(xy[keep].astype("int64"), renumbered[part[keep]], owner[good], kind[good])


def _ring_areas(xy: np.ndarray, part: np.ndarray, count: int) -> np.ndarray:
    """Return twice the area of each part taken as a ring."""
    if not len(part):
        return np.zeros(count)
    first = np.r_[0, np.flatnonzero(part[1:] != part[:-1]) + 1]
    following = np.arange(1, len(part) + 1)
    following[np.r_[first[1:] - 1, len(part) - 1]] = first
    cross = xy[:, 0] * xy[following, 1] - xy[following, 0] * xy[:, 1]
    return np.bincount(part, cross, minlength=count)


def _commands(parts: Parts) -> tuple[np.ndarray, np.ndarray]:
    """Return the commands of all parts in a row, and to which feature each belongs.

    A line is: move, line, line …; a ring also closes. Places are told from the place before, from 0, 0 in
    each feature.
    """
    feature = parts.feature[parts.part]
    fresh = _begins(feature)
    before = np.where(fresh[:, None], 0, np.roll(parts.xy, 1, axis=0))
    step = parts.xy - before
    steps = (step << 1) ^ (step >> 63)
    first = _begins(parts.part)
    count = np.bincount(parts.part)
    drawn, areas = parts.kind != POINT, parts.kind == AREA
    length = 1 + 2 * count + drawn + areas
    start = np.cumsum(length) - length
    out = np.empty(int(length.sum()), dtype="int64")
    out[start] = MOVE_ONE
    within = np.arange(len(parts.part)) - np.flatnonzero(first)[parts.part]
    place = start[parts.part] + 1 + 2 * within + (within > 0)
    out[place], out[place + 1] = steps[:, 0], steps[:, 1]
    out[start[drawn] + 3] = ((count[drawn] - 1) << 3) | 2
    out[(start + length - 1)[areas]] = CLOSE
    return out, np.repeat(parts.feature, length)


def _begins(numbers: np.ndarray) -> np.ndarray:
    """Return (n,) bool where a number differs from the one before it."""
    return np.r_[True, numbers[1:] != numbers[:-1]][: len(numbers)]


def pixels(xy: np.ndarray, box: Box) -> np.ndarray:
    """Return (n,) the number of the pixel (256 lie across a tile) in which each point (n, 2) lies."""
    xy = np.floor(_quantised(xy, box) / (EXTENT / 256)).astype("int64")
    return xy[:, 1] * 2**20 + xy[:, 0]
