"""The nearest of a few places from any point, with the way there: looked up, not searched for.

For each source (a station) the distance to every node of the network is worked out once; what is open now is
a mask over the sources and never a new search. Distance is as `network.py` defines it. Where that table would
grow too large for memory, one search from the point takes its place, with the same answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import dijkstra

from gis_app.geo.network import OK, SNAP_LIMIT, UNREACHABLE, UNSNAPPED, Snap, StreetNetwork
from gis_app.geo.way_lines import Vertices, joined

TABLE_MIB = 256  # a table of 62 stations and 82,900 nodes takes 59
CELL_BYTES = 12
FIRST_SEARCH, DETOUR = 1000.0, 1.5  # metres, or times the straight distance, that a search goes at first
NO_WAY = np.empty((0, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The way to one source: metres along it (NaN if there is none), why, and its line (n, 2) in metres.

    `leg_m` is the part at the point's end that is off the streets, `crow_m` the straight distance. The path
    goes from the point to the source, both legs included, and is empty where there is no way.
    """

    source: int
    distance_m: float
    leg_m: float
    crow_m: float
    path: np.ndarray
    reason: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A point on the network: its edge, metres along it, and metres off it."""

    edge: int
    position: float
    leg: float


@dataclass(frozen=True, eq=False)
class RouteTable:
    """For each source (k,) the metres to every node, and the node before it on the way; make with `build`."""

    network: StreetNetwork
    sources: np.ndarray
    at: Snap
    vertices: Vertices
    metres: np.ndarray | None
    onward: np.ndarray | None

    @classmethod
    def build(
        cls,
        network: StreetNetwork,
        sources: np.ndarray,
        snap_limit: float = SNAP_LIMIT,
        table_mib: float = TABLE_MIB,
    ) -> RouteTable:
        """Return the routes to sources (k, 2) in metres, without a table if it would exceed `table_mib`."""
        sources = np.asarray(sources, dtype=float).reshape(-1, 2)
        at = network.snap(sources, snap_limit)
        fits = len(sources) * network.nodes * CELL_BYTES <= table_mib * 2**20
        tables = _tables(network, at) if fits else (None, None)
        return cls(network, sources, at, Vertices.of(network), *tables)

    def nearest(
        self,
        xy: np.ndarray,
        mask: np.ndarray | None = None,
        count: int = 1,
        snap_limit: float = SNAP_LIMIT,
    ) -> list[Way]:
        """Return the ways from a point (x, y) to its nearest sources where `mask` (k,) is true, in order.

        Of sources equally near the first one counts. Those that no way leads to come after, by their straight
        distance, with the reason: "unsnapped" where the point or the source is further than `snap_limit` from
        any street, else "unreachable".
        """
        xy = np.asarray(xy, dtype=float).reshape(2)
        asked = np.ones(len(self.sources), dtype=bool) if mask is None else np.asarray(mask, dtype=bool)
        place = _Place(*self.network.snap_one(xy, snap_limit))
        near = asked & (self.at.leg <= snap_limit)
        ways: list[Way] = []
        if place.edge >= 0:
            ways = list(self._reached(xy, place, near, count))
        if len(ways) < count:
            lost = asked.copy()
            lost[[way.source for way in ways]] = False
            ways += self._lost(xy, place.leg, lost, near & (place.edge >= 0), count - len(ways))
        return ways

    def _reached(self, xy: np.ndarray, place: _Place, near: np.ndarray, count: int) -> Iterator[Way]:
        """Yield the ways to the nearest sources that can be reached."""
        search = _FromTable(self) if self.metres is not None else _FromPoint(self, xy, place, near, count)
        total = search.totals(place)
        straight = np.where(self.at.edge == place.edge, np.abs(self.at.position - place.position), np.inf)
        straight += self.at.leg
        best = np.where(near, np.minimum(total, straight), np.inf) + place.leg
        for source in np.argsort(best, kind="stable")[:count].tolist():
            if not np.isfinite(best[source]):
                return
            edge, position = int(self.at.edge[source]), float(self.at.position[source])
            if straight[source] <= total[source]:
                parts = [self.vertices.part(edge, place.position, position)]
            else:
                nodes = search.nodes(place, source)
                parts = [
                    self._to_node(place.edge, place.position, nodes[0]),
                    *self._between(nodes),
                    self._to_node(edge, position, nodes[-1])[::-1],
                ]
            path = joined([xy[None], *parts, self.sources[source][None]])
            yield Way(source, float(best[source]), place.leg, self._crow(xy, source), path, OK)

    def _lost(self, xy, leg: float, lost: np.ndarray, near: np.ndarray, count: int) -> Iterator[Way]:
        """Yield what no way leads to, by straight distance; `near` tells which have a street at both ends."""
        sources = np.flatnonzero(lost)
        crow = np.hypot(*(self.sources[sources] - xy).T)
        for source in sources[np.argsort(crow, kind="stable")[:count]].tolist():
            reason = UNREACHABLE if near[source] else UNSNAPPED
            yield Way(source, np.nan, leg, self._crow(xy, source), NO_WAY, reason)

    def _crow(self, xy: np.ndarray, source: int) -> float:
        return float(np.hypot(*(self.sources[source] - xy)))

    def _to_node(self, edge: int, position: float, node: int) -> np.ndarray:
        """Return the line along an edge from a position to a node, the shorter way if it is both ends."""
        behind, ahead = _to_end(self.network, edge, position, node)
        return self.vertices.part(edge, position, 0.0 if behind <= ahead else self.network.length[edge])

    def _between(self, nodes: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the lines of the edges from each of the nodes to the next."""
        edges = self.network.arcs.edges_along(nodes)
        forward = self.network.start[edges] == nodes[:-1]
        for edge, ahead in zip(edges.tolist(), forward.tolist(), strict=True):
            yield self.vertices.whole(edge, ahead)


def _to_end(network: StreetNetwork, edge: int, position: float, node: int) -> tuple[float, float]:
    """Return the metres back and ahead along an edge to a node, infinite where that end is another."""
    behind = position if network.start[edge] == node else np.inf
    ahead = network.length[edge] - position if network.end[edge] == node else np.inf
    return float(behind), float(ahead)


def _tables(network: StreetNetwork, at: Snap) -> tuple[np.ndarray, np.ndarray]:
    """Return (k, nodes) metres and the node before on the way from the source, at first the source's own."""
    on = np.flatnonzero(at.found)
    if not len(on):
        nowhere = np.full((len(at.edge), network.nodes), np.inf)
        return nowhere, np.full(nowhere.shape, -1, dtype=np.int32)
    metres, before = dijkstra(
        network.graph_from(at, on), indices=network.nodes + np.arange(len(on)), return_predecessors=True
    )
    if len(on) < len(at.edge):  # what is on no street keeps a row, of nothing
        row = np.where(at.found, np.cumsum(at.found) - 1, 0)
        metres, before = np.where(at.found[:, None], metres[row], np.inf), before[row]
    return metres[:, : network.nodes], before[:, : network.nodes]


class _FromTable:
    """Answers out of the table."""

    def __init__(self, routes: RouteTable) -> None:
        self.routes, self.network = routes, routes.network

    def totals(self, place: _Place) -> np.ndarray:
        """Return (k,) metres by way of either end of the point's edge, without the leg there."""
        behind, ahead = self._by_either_end(place)
        return np.minimum(behind, ahead)

    def nodes(self, place: _Place, source: int) -> np.ndarray:
        """Return the nodes passed on the way to a source."""
        behind, ahead = self._by_either_end(place)
        ends = self.network.start, self.network.end
        node = int(ends[int(ahead[source] < behind[source])][place.edge])
        onward, passed = self.routes.onward[source], []
        while 0 <= node < self.network.nodes:
            passed.append(node)
            node = int(onward[node])
        return np.array(passed)

    def _by_either_end(self, place: _Place) -> tuple[np.ndarray, np.ndarray]:
        start, end = self.network.start[place.edge], self.network.end[place.edge]
        rest = self.network.length[place.edge] - place.position
        return self.routes.metres[:, start] + place.position, self.routes.metres[:, end] + rest


class _FromPoint:
    """Answers of a search from the point, as far as it takes to reach enough of the wanted sources."""

    def __init__(self, routes: RouteTable, xy, place: _Place, wanted: np.ndarray, count: int) -> None:
        self.routes, self.network = routes, routes.network
        piece = self.network.pieces
        wanted = wanted & (piece[routes.at.edge] == piece[place.edge])
        needed = min(count, int(wanted.sum()))
        crow = np.sort(np.hypot(*(routes.sources[wanted] - xy).T))[:needed]
        limit = max(FIRST_SEARCH, DETOUR * crow.max(initial=0.0))
        arcs = self.network.graph
        self.ends = np.unique([self.network.start[place.edge], self.network.end[place.edge]])
        while True:
            self.metres, self.before = dijkstra(
                arcs, indices=self.ends, limit=limit, return_predecessors=True
            )
            total = self.totals(place)
            if np.isinf(limit) or (wanted & (total <= limit)).sum() >= needed:
                return
            limit = limit * 2 if limit < self.network.length.sum() else np.inf

    def totals(self, place: _Place) -> np.ndarray:
        """Return (k,) metres by way of either end of the point's edge, without the leg there."""
        return self._all(place).min(axis=(0, 1))

    def _all(self, place: _Place) -> np.ndarray:
        """Return (ends of the point's edge, ends of the source's edge, k) metres."""
        network, at = self.network, self.routes.at
        first = np.array(
            [min(_to_end(network, place.edge, place.position, end)) for end in self.ends.tolist()]
        )
        edge = np.where(at.found, at.edge, 0)
        last = np.stack([at.position, network.length[edge] - at.position]) + at.leg
        middle = self.metres[:, np.stack([network.start[edge], network.end[edge]])]
        return np.where(at.found, first[:, None, None] + middle + last, np.inf)

    def nodes(self, place: _Place, source: int) -> np.ndarray:
        """Return the nodes passed on the way to a source."""
        way = self._all(place)[:, :, source]
        start, stop = np.unravel_index(int(way.argmin()), way.shape)
        ends = self.network.start, self.network.end
        node, passed = int(ends[stop][self.routes.at.edge[source]]), []
        while node >= 0:
            passed.append(node)
            node = int(self.before[start][node])
        return np.array(passed[::-1])
