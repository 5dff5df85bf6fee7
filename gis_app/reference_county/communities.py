"""Divide the town into its real communities' invented territories, and the communities into 89 grids.

The names and codes are the published ones; where the borders run is invented. Grids were balanced "when they
were drawn"; growth.py then lets the town outgrow some of them.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from gis_app.layers.codes import reading_order
from gis_app.reference_county import skeleton
from gis_app.reference_county.regions import BlockGraph, balance, choose_seeds, even_out, is_connected

GRID_COUNT = 89
NUMERALS = "一二三四五六七八九十"


def read_divisions(path: Path) -> pd.DataFrame:
    """Return the published communities: code and name of each, and of its subdistrict."""
    with path.open(encoding="utf-8", newline="") as file:
        return pd.DataFrame(list(csv.DictReader(file))).sort_values("community_code").reset_index(drop=True)


def community_of_blocks(graph: BlockGraph, divisions: pd.DataFrame, weight: np.ndarray) -> np.ndarray:
    """Return the community number (row of divisions) of each block; every community is connected."""
    places = np.array([skeleton.COMMUNITY_SEEDS[name] for name in divisions.community_name])
    seeds = np.array([np.hypot(*(graph.xy - place).T).argmin() for place in places])
    label = balance(graph, seeds, weight, rounds=40, pace=170.0)
    label = _absorb_enclosed_edges(graph, label)
    for number, name in enumerate(divisions.community_name):
        if not is_connected(graph, np.flatnonzero(label == number)):
            raise RuntimeError(f"{name} fell apart")
    return label


def _absorb_enclosed_edges(graph: BlockGraph, label: np.ndarray) -> np.ndarray:
    """Straighten borders: move a block to the community it shares by far the longer border with."""
    label = label.copy()
    for _ in range(4):
        moved = 0
        for block in range(len(label)):
            touching = np.concatenate([graph.b[graph.a == block], graph.a[graph.b == block]])
            length = np.concatenate([graph.length[graph.a == block], graph.length[graph.b == block]])
            shared = np.bincount(label[touching], weights=length, minlength=label.max() + 1)
            best = shared.argmax()
            if shared[best] > 1.6 * shared[label[block]] and best != label[block]:
                rest = np.flatnonzero((label == label[block]) & (np.arange(len(label)) != block))
                if len(rest) and is_connected(graph, rest):
                    label[block], moved = best, moved + 1
        if not moved:
            break
    return label


def grids_per_community(label: np.ndarray, households: np.ndarray) -> np.ndarray:
    """Share the 89 grids out by households (largest remainder), at least two each."""
    loads = np.bincount(label, weights=households)
    quota = loads / loads.sum() * GRID_COUNT
    counts = np.maximum(np.floor(quota).astype(int), 2)
    while counts.sum() < GRID_COUNT:
        counts[(quota - counts).argmax()] += 1
    while counts.sum() > GRID_COUNT:
        counts[np.where(counts > 2, counts - quota, -np.inf).argmax()] -= 1
    return counts


def grid_of_blocks(
    graph: BlockGraph, community: np.ndarray, households: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return the grid number 0 … 88 of each block, in order of their communities."""
    counts, result, first = grids_per_community(community, households), np.full(len(community), -1), 0
    for number, count in enumerate(counts):
        members = np.flatnonzero(community == number)
        part, weight = graph.within(members), households[members].astype(float)
        label = _best_division(part, weight, count, rng)
        result[members] = first + label
        first += count
    return result


def in_reading_order(grid: np.ndarray, community: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """Return the grid numbers changed so that they rise in reading order inside each community."""
    shapes = np.array(
        [shapely.coverage_union_all(blocks[grid == g]) for g in range(grid.max() + 1)], dtype=object
    )
    owner = np.zeros(len(shapes), dtype=int)
    owner[grid] = community
    rank = np.empty(len(shapes), dtype=int)
    for number in range(community.max() + 1):
        own = np.flatnonzero(owner == number)
        rank[own[reading_order(shapes[own])]] = own
    return rank[grid]


def _best_division(part: BlockGraph, weight: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    best, best_score = None, np.inf
    for _ in range(8):
        seeds = choose_seeds(part.xy, weight + 4.0, count, rng)
        label = balance(part, seeds, weight + 1.0, rounds=30, pace=120.0)
        label = even_out(part, label, weight, shape=9.0)
        loads = np.bincount(label, weights=weight, minlength=count)
        cut = part.length[label[part.a] != label[part.b]].sum()
        score = ((loads / loads.mean() - 1) ** 2).sum() * 40 + cut / 900
        if score < best_score:
            best, best_score = label, score
    return best


def grid_name(community_name: str, sequence: int) -> str:
    """Return the name of a community's grid, as 下洼社区第一网格."""
    return f"{community_name}第{NUMERALS[sequence - 1]}网格"
