"""Shortest ways by networkx over every vertex of the raw lines: shares no code with the house's own network.

Points and sources are built into the street they are nearest to as nodes of their own, with a leg off it.
Barriers part what they stand on, by taking the segment out and putting back its two halves, not joined.
"""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import shapely

LIMIT = 150.0


def key(xy) -> tuple[float, float]:
    """Return the node of a coordinate: ends within a millimetre are one."""
    return (round(float(xy[0]), 3) + 0.0, round(float(xy[1]), 3) + 0.0)


class Peer:
    """A street graph with doors, asked door by door."""

    def __init__(self, lines, sources, limit: float = LIMIT, barriers=()) -> None:
        self.lines = np.array([line for line in shapely.get_parts(lines) if line.length > 0], dtype=object)
        self.limit, self.sources = limit, np.asarray(sources, dtype=float).reshape(-1, 2)
        self.breaks: dict[int, list[float]] = {}
        for point in shapely.points(np.asarray(barriers, dtype=float).reshape(-1, 2)):
            gap = shapely.distance(self.lines, point)
            for number in np.flatnonzero((gap <= 1.0) & (gap <= gap.min() + 0.01)):
                xy = shapely.get_coordinates(self.lines[number])
                along = np.append(0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T)))
                at = along[np.hypot(*(xy - shapely.get_coordinates(point)).T) <= 0.01].tolist()
                self.breaks.setdefault(int(number), []).extend(at or [self.lines[number].project(point)])

    def graph(self, targets: np.ndarray) -> nx.MultiGraph:
        """Return the graph in which ("target", i) and ("source", i) are nodes, where they are near enough."""
        doors: dict[int, list] = {}
        for name, points in (("source", self.sources), ("target", targets)):
            for i, point in enumerate(shapely.points(points)):
                gap = shapely.distance(self.lines, point)
                nearest = int(np.argmin(gap))
                if gap[nearest] <= self.limit:
                    along = float(shapely.line_locate_point(self.lines[nearest], point))
                    doors.setdefault(nearest, []).append((along, float(gap[nearest]), (name, i)))
        graph = nx.MultiGraph()
        for number, line in enumerate(self.lines):
            xy = shapely.get_coordinates(line)
            along = np.append(0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T)))
            stops = [(position, 0, key(vertex)) for position, vertex in zip(along, xy, strict=True)]
            for position, leg, door in doors.get(number, []):
                stops.append((position, 1, (number, door)))
                graph.add_edge((number, door), door, weight=leg)
            for position in self.breaks.get(number, []):
                stops = [stop for stop in stops if abs(stop[0] - position) > 0.01 or stop[1] == 1]
                stops.append((position, 2 if position > 0 else -1, None))  # who stands at it is inside
            for (before, _, one), (after, _, other) in pairwise(sorted(stops, key=lambda stop: stop[:2])):
                if one is not None and other is not None:
                    graph.add_edge(one, other, weight=after - before)
        return graph

    def metres(self, targets: np.ndarray) -> np.ndarray:
        """Return (targets, sources) metres, infinite where there is no way."""
        graph = self.graph(targets)
        found = np.full((len(targets), len(self.sources)), np.inf)
        for source in range(len(self.sources)):
            if ("source", source) in graph:
                reached = nx.single_source_dijkstra_path_length(graph, ("source", source))
                for node, metres in reached.items():
                    if node[0] == "target":
                        found[node[1], source] = metres
        return found

    def streets(self) -> nx.Graph:
        """Return which vertices of the raw lines are joined by a segment."""
        graph = nx.Graph()
        for line in self.lines:
            graph.add_edges_from(pairwise(map(key, shapely.get_coordinates(line))))
        return graph


def assert_walkable(path: np.ndarray, streets: nx.Graph, tree: shapely.STRtree) -> None:
    """Check that a path, but for its first and last leg, keeps to streets and never leaps between them."""
    inner = path[1:-1] if len(path) > 3 else path[:0]
    middles = (inner[1:] + inner[:-1]) / 2 if len(inner) else inner
    for spot in shapely.points(np.concatenate([inner, middles])):
        assert len(tree.query(spot, predicate="dwithin", distance=1e-3))
    for one, other in pairwise(map(key, inner[1:-1])):
        assert one == other or streets.has_edge(one, other)


def length(path: np.ndarray) -> float:
    """Return the metres along a path (n, 2)."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum())
