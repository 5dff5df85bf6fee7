"""Who is near whom on foot: all pairs of sources and targets within a cutoff, as a sparse list.

What counts how often a place is reached, or by whom, needs every pair near enough and none of the others; the
list grows with what is near and not with sources times targets. Distance is as `network.py` defines it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import dijkstra

from gis_app.geo.network import Snap, StreetNetwork

CHUNK_CELLS = 2**24  # nodes searched at once, 128 MiB of metres


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs (n,): index of the source, index of the target, metres; by target, then nearest source first."""

    source: np.ndarray
    target: np.ndarray
    metres: np.ndarray

    def __len__(self) -> int:
        return len(self.metres)

    def where(self, kept: np.ndarray) -> Pairs:
        """Return the pairs for which `kept` (n,) is true."""
        return Pairs(self.source[kept], self.target[kept], self.metres[kept])

    @classmethod
    def of(cls, source: np.ndarray, target: np.ndarray, metres: np.ndarray) -> Pairs:
        """Return pairs in their order."""
        order = np.lexsort((source, metres, target))
        return cls(source[order].astype(np.int64), target[order].astype(np.int64), metres[order])


def pairs_within(network: StreetNetwork, sources: Snap, targets: Snap, cutoff: float) -> Pairs:
    """Return every pair of snapped sources and targets at most `cutoff` metres apart on foot."""
    on = np.flatnonzero(sources.found)
    doors = np.flatnonzero(targets.found)
    found = [_along_one_edge(sources, targets, cutoff)]
    size = max(1, CHUNK_CELLS // max(network.nodes, 1))
    for begin in range(0, len(on), size):
        found.append(_by_the_nodes(network, sources, on[begin : begin + size], targets, doors, cutoff))
    source, target, metres = (np.concatenate(parts) for parts in zip(*found, strict=True))
    pairs = Pairs.of(source, target, metres)
    key = pairs.target * max(len(sources.edge), 1) + pairs.source
    _, first = np.unique(key, return_index=True)  # of two ways to one pair the shorter, which stands first
    return pairs.where(np.sort(first))


Found = tuple[np.ndarray, np.ndarray, np.ndarray]


def _by_the_nodes(network, sources: Snap, on: np.ndarray, targets: Snap, doors, cutoff: float) -> Found:
    """Return the pairs whose way leads over an end of the target's edge."""
    metres = dijkstra(
        network.graph_from(sources, on), indices=network.nodes + np.arange(len(on)), limit=cutoff
    )[:, : network.nodes]
    edge, along = targets.edge[doors], targets.position[doors]
    behind = metres[:, network.start[edge]] + along
    total = np.minimum(behind, metres[:, network.end[edge]] + (network.length[edge] - along))
    total += targets.leg[doors]
    row, column = np.nonzero(total <= cutoff)
    return on[row], doors[column], total[row, column]


def _along_one_edge(sources: Snap, targets: Snap, cutoff: float) -> Found:
    """Return the pairs that lie on one and the same edge, by the way straight along it."""
    sites = np.flatnonzero(sources.found)
    sites = sites[np.argsort(sources.edge[sites], kind="stable")]
    doors = np.flatnonzero(targets.found)
    low = np.searchsorted(sources.edge[sites], targets.edge[doors], side="left")
    high = np.searchsorted(sources.edge[sites], targets.edge[doors], side="right")
    many = high - low
    door = np.repeat(doors, many)
    turn = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    site = sites[np.repeat(low, many) + turn]
    metres = np.abs(targets.position[door] - sources.position[site]) + targets.leg[door] + sources.leg[site]
    near = metres <= cutoff
    return site[near], door[near], metres[near]
