"""Lines into edges: cut wherever lines share a vertex, and parted where a barrier stands.

Lines that cross without a shared vertex (a bridge) are not joined. This file makes the edges and numbers
their ends; how far it is along them is for `network.py` to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice, pairwise

import numpy as np
import shapely
from shapely.ops import substring

NODE_DIGITS = 3  # ends within a millimetre are one node
BARRIER_REACH = 1.0  # metres: a street passing so near to a barrier is parted by it
SAME_SPOT = 0.01  # metres: streets that meet at the barrier itself are all parted


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges (m,) as lines, the number of the node at both ends, and the row of the street each is part of."""

    lines: np.ndarray
    start: np.ndarray
    end: np.ndarray
    street: np.ndarray
    nodes: int


def cut_at_shared_vertices(lines: np.ndarray, street: np.ndarray) -> Edges:
    """Return the edges of lines (n,), where `street` (n,) tells the row each line came from."""
    kept = shapely.length(lines) > 0
    lines, street = lines[kept], street[kept]
    xy, line = shapely.get_coordinates(lines, return_index=True)
    fresh = np.append(True, (line[1:] != line[:-1]) | (xy[1:] != xy[:-1]).any(axis=1))[: len(xy)]
    xy, line = xy[fresh], line[fresh]
    if len(xy) == 0:
        nothing = np.empty(0, dtype=int)
        return Edges(nothing.astype(object), nothing, nothing, nothing, 0)
    place = np.round(xy, NODE_DIGITS).copy().view(complex)[:, 0]  # pairs as one number sort much faster
    _, vertex, uses = np.unique(place, return_inverse=True, return_counts=True)
    first = np.append(True, line[1:] != line[:-1])
    last = np.append(first[1:], True)
    junction = first | last | (uses[vertex] > 1)
    copies, begin, stop, edge = _copies(junction, first, last)
    edges = np.asarray(shapely.linestrings(xy[copies], indices=edge), dtype=object)
    ends = np.concatenate([vertex[copies[begin]], vertex[copies[stop]]])
    names, numbers = np.unique(ends, return_inverse=True)
    return Edges(edges, *np.split(numbers, 2), street[line[copies[begin]]], len(names))


def _copies(junction, first, last) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return for each vertex of an edge which vertex it is, whether it begins or ends it, and the edge."""
    twice = junction & ~first & ~last  # ends one edge and begins the next
    copies = np.repeat(np.arange(len(junction)), np.where(twice, 2, 1))
    opens = junction[copies] & ~last[copies]
    second = np.append(False, copies[1:] == copies[:-1])
    opens &= second | first[copies]
    edge = np.cumsum(opens) - 1
    size = np.bincount(edge)
    kept = (size > 1)[edge]
    copies, edge = copies[kept], np.unique(edge[kept], return_inverse=True)[1]
    begin = np.append(True, edge[1:] != edge[:-1])[: len(edge)]
    stop = np.append(begin[1:], True)[: len(edge)]
    return copies, begin, stop, edge


def near_together(edges: Edges) -> Edges:
    """Return the edges with their nodes numbered along a curve that fills the plane (Morton's).

    Nodes near each other are then near each other in memory, and a search over a million of them takes about
    half as long as in the order of their coordinates.
    """
    if not edges.nodes:
        return edges
    xy = np.zeros((edges.nodes, 2))
    xy[edges.end] = shapely.get_coordinates(shapely.get_point(edges.lines, -1))
    xy[edges.start] = shapely.get_coordinates(shapely.get_point(edges.lines, 0))
    low, high = xy.min(axis=0), xy.max(axis=0)
    cell = ((xy - low) / max(float((high - low).max()), 1e-9) * 0xFFFF).astype(np.uint64)
    number = np.empty(edges.nodes, dtype=np.int64)
    number[np.argsort(_spread(cell[:, 0]) | (_spread(cell[:, 1]) << np.uint64(1)), kind="stable")] = (
        np.arange(edges.nodes)
    )
    return Edges(edges.lines, number[edges.start], number[edges.end], edges.street, edges.nodes)


def _spread(value: np.ndarray) -> np.ndarray:
    """Return 16 bits with a zero between each two."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        value = (value | (value << np.uint64(shift))) & np.uint64(mask)
    return value


def part_at_barriers(edges: Edges, barriers: np.ndarray) -> Edges:
    """Return the edges with no way through any of the barriers, points (n, 2) in metres.

    The street nearest to a barrier, at most a metre away, ends on both sides of it; where several meet at
    that very spot, all do. Nothing is taken away: one may still walk up to the barrier from either side.
    """
    cuts = _cuts(edges, np.asarray(barriers, dtype=float).reshape(-1, 2))
    if not cuts:
        return edges
    fresh = count(edges.nodes)
    lines, start, end, parent = [], [], [], []
    for edge, positions in cuts.items():
        line, length = edges.lines[edge], edges.lines[edge].length
        inner = [p for p in positions if SAME_SPOT < p < length - SAME_SPOT]
        stops = [0.0, *inner, length]
        lines += [substring(line, one, other) for one, other in pairwise(stops)]
        start += [next(fresh) if positions[0] <= SAME_SPOT else edges.start[edge], *islice(fresh, len(inner))]
        at_end = next(fresh) if positions[-1] >= length - SAME_SPOT else edges.end[edge]
        end += [*islice(fresh, len(inner)), at_end]
        parent += [edge] * (len(inner) + 1)
    whole = np.setdiff1d(np.arange(len(edges.lines)), list(cuts))
    parent = np.concatenate([whole, parent]).astype(int)
    order = np.argsort(
        parent, kind="stable"
    )  # pieces stay where the whole was: the first street still counts
    pieces = np.empty(len(lines), dtype=object)
    pieces[:] = lines
    ends = np.concatenate(
        [np.append(edges.start[whole], start)[order], np.append(edges.end[whole], end)[order]]
    )
    names, numbers = np.unique(ends.astype(int), return_inverse=True)
    lines = np.concatenate([edges.lines[whole], pieces])[order]
    return Edges(lines, *np.split(numbers, 2), edges.street[parent[order]], len(names))


def _cuts(edges: Edges, barriers: np.ndarray) -> dict[int, list[float]]:
    """Return for each edge that is parted the sorted positions in metres along it."""
    points = shapely.points(barriers[np.isfinite(barriers).all(axis=1)])
    point, edge = shapely.STRtree(edges.lines).query(points, predicate="dwithin", distance=BARRIER_REACH)
    if not len(point):
        return {}
    gap = shapely.distance(edges.lines[edge], points[point])
    least = np.full(len(points), np.inf)
    np.minimum.at(least, point, gap)
    near = gap <= least[point] + SAME_SPOT
    lines, spots, edge = edges.lines[edge[near]], points[point[near]], edge[near]
    cuts: dict[int, set[float]] = {}
    for position, there in (
        (shapely.line_locate_point(lines, spots), True),
        (np.zeros(len(lines)), shapely.distance(shapely.get_point(lines, 0), spots) <= SAME_SPOT),
        (shapely.length(lines), shapely.distance(shapely.get_point(lines, -1), spots) <= SAME_SPOT),
    ):  # a ring may be met at both its ends
        for number, metres in zip(
            edge[there].ravel().tolist(), position[there].ravel().tolist(), strict=True
        ):
            cuts.setdefault(number, set()).add(round(metres, NODE_DIGITS))
    return {number: sorted(found) for number, found in cuts.items()}
