"""Grow contiguous regions of blocks from seeds: communities over the town, then grids inside each.

Growth prefers to stop at wide streets and at the river, because that is where real borders run. Pure
functions over block numbers; no domain names in here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

CROSSING = np.array([1.0, 1.0, 1.1, 1.6, 3.2])  # cost of growing across a line of rank 0 … 4; none crosses 5


@dataclass(frozen=True)
class BlockGraph:
    """Which blocks share a border, what it costs to grow across it, and where blocks are."""

    a: np.ndarray
    b: np.ndarray
    cost: np.ndarray
    length: np.ndarray
    xy: np.ndarray

    @classmethod
    def of(cls, borders: pd.DataFrame, xy: np.ndarray) -> BlockGraph:
        """Build the graph from borders (a, b, length, rank) and block centres (metres)."""
        borders = borders[(borders.length > 4.0) & (borders["rank"] < len(CROSSING))]
        a, b = borders.a.to_numpy(), borders.b.to_numpy()
        apart = np.hypot(*(xy[a] - xy[b]).T)
        return cls(a, b, apart * CROSSING[borders["rank"].to_numpy()], borders.length.to_numpy(), xy)

    def within(self, members: np.ndarray) -> BlockGraph:
        """Return the graph of these blocks alone, renumbered in their order."""
        number = np.full(len(self.xy), -1)
        number[members] = np.arange(len(members))
        a, b = number[self.a], number[self.b]
        keep = (a >= 0) & (b >= 0)
        return BlockGraph(a[keep], b[keep], self.cost[keep], self.length[keep], self.xy[members])


def grow(graph: BlockGraph, seeds: np.ndarray, head_start: np.ndarray) -> np.ndarray:
    """Return for each block the number of the seed that reaches it first; every region is connected."""
    blocks, regions = len(graph.xy), len(seeds)
    row = np.concatenate([graph.a, graph.b, np.full(regions, blocks)])
    column = np.concatenate([graph.b, graph.a, seeds])
    weight = np.concatenate([graph.cost, graph.cost, head_start + 1.0])
    network = csr_array((weight, (row, column)), shape=(blocks + 1, blocks + 1))
    _, previous = dijkstra(network, indices=blocks, return_predecessors=True)
    label = np.full(blocks + 1, -1)
    label[seeds] = np.arange(regions)
    root = np.arange(blocks + 1)
    for _ in range(blocks):
        waiting = label[root[:blocks]] < 0
        if not waiting.any():
            break
        root[:blocks][waiting] = previous[root[:blocks][waiting]]
    return label[root[:blocks]]


def balance(graph: BlockGraph, seeds: np.ndarray, weight: np.ndarray, rounds: int, pace: float) -> np.ndarray:
    """Return the labels of the growth whose heaviest and lightest regions are closest to the mean weight."""
    head_start = np.zeros(len(seeds))
    best, best_spread, mean = None, np.inf, weight.sum() / len(seeds)
    for _ in range(rounds):
        label = grow(graph, seeds, head_start)
        loads = np.bincount(label, weights=weight, minlength=len(seeds))
        spread = np.abs(loads / mean - 1).max()
        if spread < best_spread:
            best, best_spread = label, spread
        head_start += pace * np.clip(loads / mean - 1, -1, 1)
        head_start -= head_start.min()
    return best


def choose_seeds(xy: np.ndarray, weight: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return `count` blocks far apart: weighted k-means, each centre moved to its nearest block."""
    centres = xy[rng.choice(len(xy), size=count, replace=False, p=weight / weight.sum())]
    for _ in range(25):
        near = np.hypot(xy[:, None, 0] - centres[None, :, 0], xy[:, None, 1] - centres[None, :, 1]).argmin(
            axis=1
        )
        mass = np.bincount(near, weights=weight, minlength=count)
        moved = np.column_stack(
            [np.bincount(near, weights=weight * xy[:, i], minlength=count) for i in (0, 1)]
        )
        centres = np.where(mass[:, None] > 0, moved / np.maximum(mass, 1e-9)[:, None], centres)
    seeds: list[int] = []
    for centre in centres:
        order = np.hypot(*(xy - centre).T).argsort(kind="stable")
        seeds.append(next(int(i) for i in order if int(i) not in seeds))
    return np.array(seeds)


def even_out(
    graph: BlockGraph, label: np.ndarray, weight: np.ndarray, shape: float, rounds: int = 400
) -> np.ndarray:
    """Return labels after moving border blocks, one at a time, where balance and short borders improve.

    `shape` is the price of one metre of border across which regions differ, in squared weight.
    """
    label, count = label.copy(), label.max() + 1
    neighbours = csr_array(
        coo_array(
            (np.tile(graph.length, 2), (np.r_[graph.a, graph.b], np.r_[graph.b, graph.a])),
            shape=(len(label),) * 2,
        )
    )
    loads, mean = np.bincount(label, weights=weight, minlength=count), weight.sum() / count
    for _ in range(rounds):
        best = (-1e-6, -1, -1)
        differs = label[graph.a] != label[graph.b]
        for block in np.union1d(graph.a[differs], graph.b[differs]):
            span = slice(neighbours.indptr[block], neighbours.indptr[block + 1])
            near, length = neighbours.indices[span], neighbours.data[span]
            own, own_length = label[block], length[label[near] == label[block]].sum()
            for other in np.unique(label[near]):
                if other == own:
                    continue
                gain = (
                    (loads[own] - weight[block] - mean) ** 2
                    + (loads[other] + weight[block] - mean) ** 2
                    - (loads[own] - mean) ** 2
                    - (loads[other] - mean) ** 2
                    + shape * (own_length - length[label[near] == other].sum())
                )
                if gain < best[0] and _stays_whole(graph, label, block):
                    best = (gain, block, other)
        if best[1] < 0:
            break
        loads[label[best[1]]] -= weight[best[1]]
        loads[best[2]] += weight[best[1]]
        label[best[1]] = best[2]
    return label


def _stays_whole(graph: BlockGraph, label: np.ndarray, without: int) -> bool:
    members = np.flatnonzero((label == label[without]) & (np.arange(len(label)) != without))
    return len(members) > 0 and is_connected(graph, members)


def is_connected(graph: BlockGraph, members: np.ndarray) -> bool:
    """Tell whether these blocks hang together by shared borders."""
    part = graph.within(members)
    links = coo_array((np.ones(len(part.a)), (part.a, part.b)), shape=(len(members),) * 2)
    return connected_components(links, directed=False)[0] == 1
