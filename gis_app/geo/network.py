"""The walking network, and the one definition of walking distance.

distance = straight leg from the door to the nearest street + way along that street + way through the network
+ the same at the other end; the lesser over both ends of the street, and straight along it where both doors
lie on one street. Nothing is rounded to the nearest node, and what cannot be reached is NaN, never 0 and
never a large number.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

SNAP_LIMIT = 150.0
NODE_DIGITS = 3  # ends within a millimetre are one node

OK, UNREACHABLE, UNSNAPPED = "ok", "unreachable", "unsnapped"


@dataclass(frozen=True, slots=True)
class Snap:
    """Where doors meet the streets: arrays (n,), metres; edge -1 where no street is within the limit."""

    edge: np.ndarray
    position: np.ndarray
    leg: np.ndarray

    @property
    def found(self) -> np.ndarray:
        """Return (n,) bool: whether a street was found."""
        return self.edge >= 0


@dataclass(frozen=True, slots=True)
class Walk:
    """For each target (n,): metres to the nearest source (NaN if none), its index (-1 if none), and why."""

    distance: np.ndarray
    source: np.ndarray
    reason: np.ndarray


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Edges between junctions, each with both end nodes, a length in metres and its line."""

    start: np.ndarray
    end: np.ndarray
    length: np.ndarray
    lines: np.ndarray
    nodes: int
    tree: shapely.STRtree

    @classmethod
    def build(cls, streets: gpd.GeoDataFrame | gpd.GeoSeries) -> StreetNetwork:
        """Return the network of noded lines in metres.

        Lines meet wherever they share a vertex; lines that cross without one (a bridge) do not.
        """
        lines = shapely.get_parts(np.asarray(streets.geometry.values, dtype=object))
        lines = lines[shapely.length(lines) > 0]
        xy, line = shapely.get_coordinates(lines, return_index=True)
        fresh = np.append(True, (line[1:] != line[:-1]) | (xy[1:] != xy[:-1]).any(axis=1))[: len(xy)]
        xy, line = xy[fresh], line[fresh]
        if len(xy) == 0:
            nothing = np.empty(0, dtype=int)
            return cls(
                nothing, nothing, nothing.astype(float), nothing.astype(object), 0, shapely.STRtree([])
            )
        _, vertex, uses = np.unique(
            np.round(xy, NODE_DIGITS), axis=0, return_inverse=True, return_counts=True
        )
        vertex = vertex.reshape(-1)
        first = np.append(True, line[1:] != line[:-1])
        last = np.append(first[1:], True)
        junction = first | last | (uses[vertex] > 1)
        edges, start, end = _cut(xy, vertex, junction, first, last)
        names, numbers = np.unique(np.concatenate([start, end]), return_inverse=True)
        length = shapely.length(edges)
        return cls(
            numbers[: len(start)], numbers[len(start) :], length, edges, len(names), shapely.STRtree(edges)
        )

    def snap(self, xy: np.ndarray, limit: float = SNAP_LIMIT) -> Snap:
        """Return where points (n, 2) meet the network, at most `limit` metres away, inclusive.

        Of several streets equally near, the first one counts, always.
        """
        xy = np.asarray(xy, dtype=float).reshape(-1, 2)
        edge = np.full(len(xy), -1)
        position, leg = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
        usable = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if len(self.lines) and len(usable):
            points = shapely.points(xy[usable])
            reach = {"max_distance": limit * (1 + 1e-9) + 1e-9} if np.isfinite(limit) else {}
            (point, near), gap = self.tree.query_nearest(points, return_distance=True, **reach)
            kept = gap <= limit
            point, near, gap = point[kept], near[kept], gap[kept]
            order = np.lexsort((near, point))
            point, near, gap = point[order], near[order], gap[order]
            first = np.append(True, point[1:] != point[:-1])[: len(point)]
            point, near, gap = point[first], near[first], gap[first]
            edge[usable[point]], leg[usable[point]] = near, gap
            position[usable[point]] = shapely.line_locate_point(self.lines[near], points[point])
        return Snap(edge, position, leg)

    def distances(self, sources: np.ndarray, targets: np.ndarray, limit: float = SNAP_LIMIT) -> Walk:
        """Return the walk from each target (n, 2) to its nearest source (m, 2), snapping within `limit`."""
        return self.walk(self.snap(sources, limit), self.snap(targets, limit))

    def walk(self, sources: Snap, targets: Snap) -> Walk:
        """Return the walk from each snapped target to its nearest snapped source."""
        count = len(targets.edge)
        best, who = np.full(count, np.inf), np.full(count, -1)
        at_node, source_of = self._from_sources(sources)
        on = np.flatnonzero(targets.found)
        edge = targets.edge[on]
        for node, along in (
            (self.start[edge], targets.position[on]),
            (self.end[edge], self.length[edge] - targets.position[on]),
        ):
            total = at_node[node] + along + targets.leg[on]
            _improve(best, who, on, total, source_of[node])
        self._along_one_edge(sources, targets, best, who)
        reason = np.where(np.isfinite(best), OK, np.where(targets.found, UNREACHABLE, UNSNAPPED))
        return Walk(np.where(np.isfinite(best), best, np.nan), who, reason.astype(object))

    def components(self) -> np.ndarray:
        """Return for each edge (m,) the number of the connected piece it is in, the longest piece first."""
        if not len(self.lines):
            return np.empty(0, dtype=int)
        _, piece = connected_components(self._graph(), directed=False)
        totals = np.bincount(piece[self.start], weights=self.length)
        rank = np.argsort(np.argsort(-totals, kind="stable"), kind="stable")
        return rank[piece[self.start]]

    def _from_sources(self, sources: Snap) -> tuple[np.ndarray, np.ndarray]:
        """Return for each node the metres to the nearest source (inf if none) and that source's index."""
        on = np.flatnonzero(sources.found)
        if not len(on):
            return np.full(self.nodes, np.inf), np.full(self.nodes, -1)
        edge, virtual = sources.edge[on], self.nodes + np.arange(len(on))
        graph = self._graph(
            np.concatenate([virtual, virtual]),
            np.concatenate([self.start[edge], self.end[edge]]),
            np.concatenate([sources.position[on], self.length[edge] - sources.position[on]])
            + np.tile(sources.leg[on], 2),
        )
        distance, _, origin = dijkstra(
            graph, directed=True, indices=virtual, min_only=True, return_predecessors=True
        )
        origin = origin[: self.nodes].astype(np.int64)
        reached = np.isfinite(distance[: self.nodes])
        source_of = np.where(reached, on[np.where(reached, origin - self.nodes, 0)], -1)
        return distance[: self.nodes], source_of

    def _graph(self, tails=(), heads=(), weights=()) -> csr_array:
        """Return the weighted graph, both ways along each edge, with one-way extras from virtual nodes.

        Of parallel edges only the shortest is kept, since a sparse matrix would add them up.
        """
        tail = np.concatenate([self.start, self.end, np.asarray(tails, dtype=int)])
        head = np.concatenate([self.end, self.start, np.asarray(heads, dtype=int)])
        weight = np.concatenate([self.length, self.length, np.asarray(weights, dtype=float)])
        size = max(self.nodes, int(tail.max(initial=-1)) + 1)
        order = np.lexsort((weight, head, tail))
        tail, head, weight = tail[order], head[order], weight[order]
        first = np.append(True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1]))[: len(tail)]
        counts = np.bincount(tail[first], minlength=size)
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return csr_array((weight[first], head[first].astype(np.int32), indptr), shape=(size, size))

    def _along_one_edge(self, sources: Snap, targets: Snap, best: np.ndarray, who: np.ndarray) -> None:
        """Take, in place, the straight way along the street where source and target lie on the same one."""
        sites = np.flatnonzero(sources.found)
        sites = sites[np.argsort(sources.edge[sites], kind="stable")]
        doors = np.flatnonzero(targets.found)
        low = np.searchsorted(sources.edge[sites], targets.edge[doors], side="left")
        high = np.searchsorted(sources.edge[sites], targets.edge[doors], side="right")
        for turn in range(int((high - low).max(initial=0))):
            here = low + turn < high
            door, site = doors[here], sites[low[here] + turn]
            along = np.abs(targets.position[door] - sources.position[site])
            _improve(best, who, door, along + targets.leg[door] + sources.leg[site], site)


def _improve(best: np.ndarray, who: np.ndarray, where: np.ndarray, total: np.ndarray, source) -> None:
    better = total < best[where]
    best[where[better]] = total[better]
    who[where[better]] = source[better]


def _cut(xy, vertex, junction, first, last) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the edges between junctions as lines, with the vertex number of both ends."""
    twice = junction & ~first & ~last  # ends one edge and begins the next
    copies = np.repeat(np.arange(len(xy)), np.where(twice, 2, 1))
    opens = junction[copies] & ~last[copies]
    second = np.append(False, copies[1:] == copies[:-1])
    opens &= second | first[copies]
    edge = np.cumsum(opens) - 1
    size = np.bincount(edge)
    kept = (size > 1)[edge]
    copies, edge = copies[kept], np.unique(edge[kept], return_inverse=True)[1]
    lines = shapely.linestrings(xy[copies], indices=edge)
    begin = np.append(True, edge[1:] != edge[:-1])[: len(edge)]
    stop = np.append(begin[1:], True)[: len(edge)]
    return np.asarray(lines, dtype=object), vertex[copies[begin]], vertex[copies[stop]]
