"""Ways as lines: the vertices of the edges one walks along, from a place on one to a place on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis_app.geo.network import StreetNetwork


@dataclass(frozen=True, slots=True, eq=False)
class Vertices:
    """All vertices of a network's edges (v, 2), metres along the edge (v,), where each begins (m+1,)."""

    xy: np.ndarray
    along: np.ndarray
    begin: np.ndarray

    @classmethod
    def of(cls, network: StreetNetwork) -> Vertices:
        """Return the vertices of a network."""
        xy, edge = shapely.get_coordinates(network.lines, return_index=True)
        begin = np.searchsorted(edge, np.arange(len(network.lines) + 1))
        step = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))[: len(xy)]
        step[begin[:-1]] = 0.0
        walked = np.cumsum(step)
        return cls(xy, walked - walked[begin[:-1]][edge], begin)

    def whole(self, edge: int, forward: bool) -> np.ndarray:
        """Return an edge's vertices in the direction walked."""
        vertices = self.xy[self.begin[edge] : self.begin[edge + 1]]
        return vertices if forward else vertices[::-1]

    def part(self, edge: int, start: float, stop: float) -> np.ndarray:
        """Return the line along an edge between two positions in metres, backwards where stop < start."""
        one, past = self.begin[edge], self.begin[edge + 1]
        along, low, high = self.along[one:past], min(start, stop), max(start, stop)
        inner = slice(one + along.searchsorted(low, "right"), one + along.searchsorted(high, "left"))
        ends = [self._at(edge, low), self._at(edge, high)]
        line = np.vstack([ends[0], self.xy[inner], ends[1]])
        return line if start <= stop else line[::-1]

    def _at(self, edge: int, position: float) -> np.ndarray:
        one, past = self.begin[edge], self.begin[edge + 1]
        along = self.along[one:past]
        after = min(max(int(along.searchsorted(position)), 1), past - one - 1)
        share = (position - along[after - 1]) / (along[after] - along[after - 1])
        share = min(max(float(share), 0.0), 1.0)
        return self.xy[one + after - 1] * (1 - share) + self.xy[one + after] * share


def joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return one line (n, 2) of parts that follow each other, no vertex twice in a row."""
    line = np.concatenate(parts)
    moved = np.append(True, (line[1:] != line[:-1]).any(axis=1))
    return line[moved]
