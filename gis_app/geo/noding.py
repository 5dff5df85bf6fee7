"""Lines made into a network: cut where they meet, so that what meets shares an end exactly.

Works in any plane coordinates. Lines on different levels, and lines that stand apart (bridges, tunnels), are
not joined to what they merely cross; an end that lies on another line, or a vertex that both have, joins
always. Gaps are never closed here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

MOST_MEETINGS = 300_000  # pairs of lines that touch, beyond those
MEETINGS_PER_LINE = 20  # that any line may have; in a county's network it is four
_CHUNK = 64


class Tangled(ValueError):
    """Raised where lines meet so often that they cannot be streets."""


@dataclass(frozen=True)
class Noded:
    """Pieces (m,) and the line each is part of; how many crossings were joined, doubles and stubs dropped."""

    lines: np.ndarray
    source: np.ndarray
    crossings: int
    doubles: int
    stubs: int


def node(
    lines: np.ndarray,
    apart: np.ndarray,
    level: np.ndarray,
    tolerance: float,
    most: int | None = None,
) -> Noded:
    """Return the lines (n,) cut wherever they meet, in order along each; of equal pieces the first is kept.

    `apart` (n,) bool and `level` (n,) int tell which lines cross without meeting; ends and crossings within
    `tolerance` of each other are one. Raises Tangled where more than `most` pairs meet.
    """
    lines, source = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
    lines, source = _simple(lines, source, apart)
    whole = shapely.length(lines) > tolerance
    stubs = int((~whole).sum())
    lines, source = lines[whole], source[whole]
    apart, level = np.asarray(apart, dtype=bool)[source], np.asarray(level)[source]
    most = MOST_MEETINGS + MEETINGS_PER_LINE * len(lines) if most is None else most
    line, xy, crossings = _meetings(lines, apart, level, tolerance, most)
    lines, line, xy = _settled(lines, line, xy, tolerance)
    pieces, owner = _cut(lines, line, xy)
    long = shapely.length(pieces) > tolerance
    stubs += int((~long).sum())
    pieces, owner = pieces[long], source[owner[long]]
    first = _first_of_equals(pieces)
    return Noded(pieces[first], owner[first], crossings, int((~first).sum()), stubs)


def _simple(lines: np.ndarray, source: np.ndarray, apart: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut lines that cross themselves; those that stand apart (a ramp around itself) stay whole."""
    bent = ~shapely.is_simple(lines) & ~np.asarray(apart, dtype=bool)[source]
    if not bent.any():
        return lines, source
    parts, of = shapely.get_parts(shapely.node(lines[bent]), return_index=True)
    all_lines = np.concatenate([lines[~bent], parts])
    owner = np.concatenate([source[~bent], source[bent][of]])
    order = np.argsort(owner, kind="stable")
    return all_lines[order], owner[order]


def _pairs(lines: np.ndarray, tree: shapely.STRtree, tolerance: float, most: int):
    """Return positions a < b of lines whose distance is within the tolerance."""
    found, count = [], 0
    for start in range(0, len(lines), _CHUNK):
        near = tree.query(lines[start : start + _CHUNK], predicate="dwithin", distance=tolerance)
        a, b = near[0] + start, near[1]
        found.append((a[a < b], b[a < b]))
        count += len(found[-1][0])
        if count > most:
            raise Tangled
    return (np.concatenate(part) for part in zip(*found, strict=True)) if found else (np.empty(0, int),) * 2


def _meetings(lines, apart, level, tolerance: float, most: int):
    """Return line numbers and the points (k, 2) at which they are to be cut, and the crossings among them."""
    a, b = _pairs(lines, shapely.STRtree(lines), tolerance, most)
    line, points = [np.empty(0, dtype=int)], [np.empty((0, 2))]
    for one, other in ((a, b), (b, a)):  # an end of one line on the other
        for end in (0, -1):
            spot = shapely.get_point(lines[one], end)
            on = shapely.dwithin(spot, lines[other], tolerance)
            line.append(other[on])
            points.append(shapely.get_coordinates(spot[on]))
    shared = _shared_vertices(lines)
    line.append(shared[0])
    points.append(shared[1])
    level_with = (level[a] == level[b]) & ~apart[a] & ~apart[b]
    a, b = a[level_with], b[level_with]
    crossed, of = _spots(shapely.intersection(lines[a], lines[b]))
    line += [a[of], b[of]]
    points += [crossed, crossed]
    fresh = _inside(lines[a[of]], crossed, tolerance) & _inside(lines[b[of]], crossed, tolerance)
    fresh &= ~_near(crossed, shared[1], tolerance)
    return np.concatenate(line), np.concatenate(points), int(fresh.sum())


def _shared_vertices(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, line by line, the vertices that several lines have."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if len(xy) == 0:
        return np.empty(0, dtype=int), np.empty((0, 2))
    _, vertex = np.unique(xy, axis=0, return_inverse=True)
    vertex = vertex.reshape(-1)
    pair = np.unique(np.column_stack([vertex, line]), axis=0)
    uses = np.bincount(pair[:, 0])
    several = uses[vertex] > 1
    return line[several], xy[several]


def _spots(meeting: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points of meetings: points as they are, of a common stretch both ends; and whose they are."""
    parts, of = shapely.get_parts(meeting, return_index=True)
    nested = shapely.get_type_id(parts) >= 4
    if nested.any():
        inner, inner_of = shapely.get_parts(parts[nested], return_index=True)
        parts, of = (
            np.concatenate([parts[~nested], inner]),
            np.concatenate([of[~nested], of[nested][inner_of]]),
        )
    parts, of = parts[~shapely.is_empty(parts)], of[~shapely.is_empty(parts)]
    dots = shapely.get_type_id(parts) == 0
    stretches, owner = parts[~dots], of[~dots]
    ends = [shapely.get_coordinates(shapely.get_point(stretches, end)) for end in (0, -1)]
    return np.concatenate([shapely.get_coordinates(parts[dots]), *ends]), np.concatenate(
        [of[dots], owner, owner]
    )


def _inside(lines: np.ndarray, xy: np.ndarray, tolerance: float) -> np.ndarray:
    """Tell which points (k, 2) are not an end of their line."""
    spots = shapely.points(xy)
    near = [shapely.dwithin(spots, shapely.get_point(lines, end), tolerance) for end in (0, -1)]
    return ~near[0] & ~near[1]


def _near(xy: np.ndarray, others: np.ndarray, tolerance: float) -> np.ndarray:
    """Tell which points (k, 2) have one of the others within the tolerance."""
    near = np.zeros(len(xy), dtype=bool)
    tree = shapely.STRtree(shapely.points(others))
    near[tree.query(shapely.points(xy), predicate="dwithin", distance=tolerance)[0]] = True
    return near


def _settled(lines: np.ndarray, line: np.ndarray, xy: np.ndarray, tolerance: float):
    """Return lines and cuts with every end or cut within the tolerance of another moved onto one of them."""
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(lines, end)) for end in (0, -1)])
    spots, number = np.unique(np.vstack([ends, xy]), axis=0, return_inverse=True)
    number = number.reshape(-1)
    points = shapely.points(spots)
    a, b = shapely.STRtree(points).query(points, predicate="dwithin", distance=tolerance)
    if (a != b).any():
        links = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(spots),) * 2)
        _, cluster = connected_components(links.tocsr(), directed=False)
        first = np.full(cluster.max() + 1, len(spots))
        np.minimum.at(first, cluster, np.arange(len(spots)))
        spots = spots[first[cluster]]
        lines = _with_ends(lines, spots[number[: len(lines)]], spots[number[len(lines) : 2 * len(lines)]])
    return lines, line, spots[number[2 * len(lines) :]]


def _with_ends(lines: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.append(True, line[1:] != line[:-1])[: len(line)]
    last = np.append(first[1:], True)[: len(line)]
    xy[first], xy[last] = start, stop
    return np.asarray(shapely.linestrings(xy, indices=line), dtype=object)


def _cut(lines: np.ndarray, line: np.ndarray, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pieces of the lines between the cuts, in order along each, and the line each is part of."""
    at = shapely.line_locate_point(lines[line], shapely.points(xy))
    vertices, owner = shapely.get_coordinates(lines, return_index=True)
    if len(vertices) == 0:
        return np.empty(0, dtype=object), np.empty(0, dtype=int)
    step = np.hypot(*np.diff(vertices, axis=0, prepend=vertices[:1]).T)
    step[np.append(True, owner[1:] != owner[:-1])] = 0
    along = np.cumsum(step)
    along -= along[np.searchsorted(owner, np.arange(len(lines)))][owner]
    every = np.vstack([vertices, xy])
    owners, ways = np.concatenate([owner, line]), np.concatenate([along, at])
    cuts = np.concatenate([np.zeros(len(vertices), dtype=bool), np.ones(len(xy), dtype=bool)])
    order = np.lexsort((cuts, ways, owners))
    every, owners, cuts = every[order], owners[order], cuts[order]
    return _between(every, owners, cuts)


def _between(xy: np.ndarray, owner: np.ndarray, cut: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pieces of vertex rows, broken at each row that is a cut; equal neighbours are one vertex."""
    again = np.append(False, (owner[1:] == owner[:-1]) & (xy[1:] == xy[:-1]).all(axis=1))
    group = np.cumsum(~again) - 1
    keep = np.flatnonzero(~again)
    is_cut = np.bincount(group, weights=cut) > 0
    xy, owner = xy[keep], owner[keep]
    first = np.append(True, owner[1:] != owner[:-1])
    last = np.append(first[1:], True)
    twice = is_cut & ~first & ~last
    rows = np.repeat(np.arange(len(xy)), np.where(twice, 2, 1))
    second = np.append(False, rows[1:] == rows[:-1])
    piece = np.cumsum(first[rows] | second) - 1
    size = np.bincount(piece)
    kept = (size > 1)[piece]
    rows, piece = rows[kept], np.unique(piece[kept], return_inverse=True)[1]
    lines = np.asarray(shapely.linestrings(xy[rows], indices=piece), dtype=object)
    begin = np.append(True, piece[1:] != piece[:-1])[: len(piece)]
    return lines, owner[rows[begin]]


def _first_of_equals(pieces: np.ndarray) -> np.ndarray:
    """Tell which pieces (m,) are the first of those with the same shape, in either direction."""
    shapes = shapely.to_wkb(shapely.normalize(pieces))
    _, first = np.unique(np.array([bytes(shape) for shape in shapes], dtype=object), return_index=True)
    keep = np.zeros(len(pieces), dtype=bool)
    keep[first] = True
    return keep
