"""The walking network, and the one definition of walking distance.

distance = straight leg from the door to the nearest street + way along that street + way through the network
+ the same at the other end; the lesser over both ends of the street, and straight along it where both doors
lie on one street. Nothing is rounded to the nearest node, and what cannot be reached is NaN, never 0 and
never a large number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from gis_app.geo.edges import cut_at_shared_vertices, near_together, part_at_barriers

SNAP_LIMIT = 150.0

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


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """From node to node: sorted keys (tail x nodes + head), where each tail's begin, heads, metres, edges.

    Of parallel edges only the shortest is here, since a sparse matrix would add them up.
    """

    key: np.ndarray
    offset: np.ndarray
    head: np.ndarray
    weight: np.ndarray
    edge: np.ndarray

    def edges_along(self, nodes: np.ndarray) -> np.ndarray:
        """Return the edges (n - 1,) walked from each of the nodes (n,) to the next."""
        size = len(self.offset) - 1
        return self.edge[np.searchsorted(self.key, nodes[:-1] * size + nodes[1:])]


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Edges between junctions: both end nodes, length in metres, line, row of the street it is part of."""

    start: np.ndarray
    end: np.ndarray
    length: np.ndarray
    lines: np.ndarray
    street: np.ndarray
    nodes: int
    tree: shapely.STRtree

    @classmethod
    def build(
        cls, streets: gpd.GeoDataFrame | gpd.GeoSeries, barriers: np.ndarray | None = None
    ) -> StreetNetwork:
        """Return the network of noded lines in metres, with no way through `barriers` (n, 2), in metres too.

        Lines meet wherever they share a vertex; lines that cross without one (a bridge) do not. A street that
        passes within a metre of a barrier, such as a closed gate, is parted there.
        """
        lines, row = shapely.get_parts(np.asarray(streets.geometry.values, dtype=object), return_index=True)
        edges = cut_at_shared_vertices(lines, row)
        if barriers is not None and len(barriers) and len(edges.lines):
            edges = part_at_barriers(edges, barriers)
        edges = near_together(edges)
        return cls(
            edges.start,
            edges.end,
            shapely.length(edges.lines),
            edges.lines,
            edges.street,
            edges.nodes,
            shapely.STRtree(edges.lines),
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

    def snap_one(self, xy: np.ndarray, limit: float = SNAP_LIMIT) -> tuple[int, float, float]:
        """Return (edge, position, leg) as `snap` does for one point, several times quicker."""
        if not len(self.lines) or not np.isfinite(xy).all():
            return -1, float("nan"), float("nan")
        point = shapely.points(xy)
        near, gap = self.tree.query_nearest(point, return_distance=True)
        if gap[0] > limit:
            return -1, float("nan"), float("nan")
        edge = int(near.min())
        return edge, float(shapely.line_locate_point(self.lines[edge], point)), float(gap[0])

    def distances(self, sources: np.ndarray, targets: np.ndarray, limit: float = SNAP_LIMIT) -> Walk:
        """Return the walk from each target (n, 2) to its nearest source (m, 2), snapping within `limit`."""
        return self.walk(self.snap(sources, limit), self.snap(targets, limit))

    def walk(
        self, sources: Snap, targets: Snap, searched: tuple[np.ndarray, np.ndarray] | None = None
    ) -> Walk:
        """Return the walk from each snapped target to its nearest snapped source.

        `searched` is what `from_sources` returns, where that has been worked out already.
        """
        count = len(targets.edge)
        best, who = np.full(count, np.inf), np.full(count, -1)
        at_node, source_of = self.from_sources(sources) if searched is None else searched
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
        return self.pieces

    @cached_property
    def pieces(self) -> np.ndarray:
        """Return what `components` does, worked out once."""
        if not len(self.lines):
            return np.empty(0, dtype=int)
        _, piece = connected_components(self.graph, directed=False)
        totals = np.bincount(piece[self.start], weights=self.length)
        rank = np.argsort(np.argsort(-totals, kind="stable"), kind="stable")
        return rank[piece[self.start]]

    def from_sources(self, sources: Snap) -> tuple[np.ndarray, np.ndarray]:
        """Return for each node the metres to the nearest source (inf if none) and that source's index."""
        on = np.flatnonzero(sources.found)
        if not len(on):
            return np.full(self.nodes, np.inf), np.full(self.nodes, -1)
        distance, _, origin = dijkstra(
            self.graph_from(sources, on),
            indices=self.nodes + np.arange(len(on)),
            min_only=True,
            return_predecessors=True,
        )
        origin = origin[: self.nodes].astype(np.int64)
        reached = np.isfinite(distance[: self.nodes])
        source_of = np.where(reached, on[np.where(reached, origin - self.nodes, 0)], -1)
        return distance[: self.nodes], source_of

    @cached_property
    def arcs(self) -> Arcs:
        """Return the way from node to node, both ways along each edge."""
        edge = np.arange(len(self.lines))
        tail, head = np.concatenate([self.start, self.end]), np.concatenate([self.end, self.start])
        weight, edge = np.tile(self.length, 2), np.tile(edge, 2)
        order = np.lexsort((edge, weight, head, tail))
        tail, head, weight, edge = tail[order], head[order], weight[order], edge[order]
        first = np.append(True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1]))[: len(tail)]
        tail, head = tail[first], head[first]
        offset = np.append(0, np.cumsum(np.bincount(tail, minlength=self.nodes)))
        return Arcs(tail * self.nodes + head, offset, head, weight[first], edge[first])

    @cached_property
    def graph(self) -> csr_array:
        """Return the metres from node to node as a sparse matrix."""
        return _csr(self.arcs.offset, self.arcs.head, self.arcs.weight)

    def graph_from(self, sources: Snap, on: np.ndarray) -> csr_array:
        """Return the graph with one more node for each of the sources `on`, that only leads away from it.

        Those nodes come after the network's own, and the leg off the street is part of the way.
        """
        arcs, edge = self.arcs, sources.edge[on]
        back, ahead = sources.position[on], self.length[edge] - sources.position[on]
        loop = self.start[edge] == self.end[edge]
        heads = np.column_stack([self.start[edge], self.end[edge]])
        weights = np.column_stack([np.where(loop, np.minimum(back, ahead), back), ahead])
        kept = np.column_stack([np.ones(len(on), dtype=bool), ~loop])
        return _csr(
            np.append(arcs.offset, arcs.offset[-1] + np.cumsum(kept.sum(axis=1))),
            np.append(arcs.head, heads[kept]),
            np.append(arcs.weight, (weights + sources.leg[on, None])[kept]),
        )

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


def _csr(offset: np.ndarray, head: np.ndarray, weight: np.ndarray) -> csr_array:
    size = len(offset) - 1
    return csr_array((weight, head.astype(np.int32), offset.astype(np.int32)), shape=(size, size))
