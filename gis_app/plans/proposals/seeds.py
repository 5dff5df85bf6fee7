"""Where a search may begin when today is no help: METIS's cuts, or grids grown by our own hand.

METIS's answers are raw material: it returns empty and torn parts, so whatever comes is mended before use.
Blocks that are fixed, and parts that no bridge joins, are held to here as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from gis_app.plans.proposals.candidate import keeps_locks, matched
from gis_app.plans.proposals.problem import Problem, bits, counts, parts_of

try:
    import pymetis
except ImportError:  # no wheel for this machine: grown seeds serve, a little worse
    pymetis = None

UFACTORS = (60, 100, 160)


def from_today(problem: Problem, seed: int = 0) -> np.ndarray | None:
    """Return today's plan as a start: stray blocks given away, and the largest grids halved for new ones.

    None where today has no grid at all, or one that cannot be halved.
    """
    labels = np.where(problem.kept, problem.today, -1)
    missing = sorted(set(range(problem.n)) - set(labels.tolist()))
    if len(missing) == problem.n:
        return None
    for label in missing:
        loads = np.bincount(labels[labels >= 0], problem.households[labels >= 0], problem.n)
        members = np.flatnonzero(labels == np.argmax(loads))
        free = members[~problem.fixed[members]]
        half = _half(problem, members, seed) if len(members) > 1 and len(free) == len(members) else None
        if half is None:
            return None
        labels[half] = label
    return mended(problem, labels)


def _half(problem: Problem, members: np.ndarray, seed: int) -> np.ndarray | None:
    """Return one of two balanced halves of some blocks."""
    part = problem.part(members, 2)
    drawn = (next(seeds(part, seed + turn)) for turn in range(4))
    found = min(drawn, key=lambda labels: _uneven(part, labels))
    return members[found == 1] if 0 < found.sum() < len(found) else None


def _uneven(problem: Problem, labels: np.ndarray) -> float:
    return float(np.bincount(labels, problem.households, 2).max())


def seeds(problem: Problem, seed: int = 0) -> Iterator[np.ndarray]:
    """Yield labellings without end, whole and with fixed blocks in their grids wherever that can be."""
    rng = random.Random(seed)
    today = from_today(problem, seed) if problem.fixed.any() else None
    parts = parts_of(problem.neighbours, (1 << len(problem.households)) - 1)
    if len(parts) > 1 and today is None:
        yield from _apart(problem, [np.array(bits(part)) for part in parts], seed)
    cuts = pymetis is not None and today is None and len(parts) == 1 < problem.n < len(problem.households)
    raw = _metis(problem, seed) if cuts else None
    while True:
        labels = None if raw is None else next(raw)
        labels = mended(problem, labels) if labels is not None else None
        labels = _grown(problem, rng) if labels is None else labels
        yield today if today is not None and not keeps_locks(problem, matched(problem, labels)) else labels


def _apart(problem: Problem, parts: list[np.ndarray], seed: int) -> Iterator[np.ndarray]:
    """Yield labellings of parts that no way joins: to each its share of the grids, and a seed of its own."""
    sizes = [int(problem.households[part].sum()) for part in parts]
    shares = [max(1, counts(size, problem.band).start) for size in sizes]
    while sum(shares) < problem.n:
        least = max(range(len(parts)), key=lambda number: sizes[number] / shares[number])
        shares[least] += 1
    if sum(shares) > problem.n or any(len(p) < share for p, share in zip(parts, shares, strict=True)):
        return
    offsets = np.cumsum([0, *shares[:-1]])
    ways = [seeds(problem.part(part, share), seed) for part, share in zip(parts, shares, strict=True)]
    while True:
        labels = np.empty(len(problem.households), int)
        for part, offset, way in zip(parts, offsets, ways, strict=True):
            labels[part] = next(way) + offset
        yield labels


def _metis(problem: Problem, seed: int) -> Iterator[np.ndarray]:
    """Yield METIS's cuts, torn or not; empty blocks weigh nothing."""
    open_ = problem.passable
    pairs = problem.edges[open_]
    metres = np.maximum((problem.lengths * problem.weight)[open_], 1).astype(int)
    both, weights = np.vstack([pairs, pairs[:, ::-1]]), np.tile(metres, 2)
    order = np.argsort(both[:, 0], kind="stable")
    starts = np.searchsorted(both[order, 0], np.arange(len(problem.households) + 1))
    graph = pymetis.CSRAdjacency(starts.tolist(), both[order, 1].tolist())
    weights, households = weights[order].tolist(), problem.households.tolist()
    while True:
        options = pymetis.Options(contig=1, seed=seed, ufactor=UFACTORS[seed % len(UFACTORS)])
        _, parts = pymetis.part_graph(
            problem.n, graph, vweights=households, eweights=weights, options=options, recursive=False
        )
        seed += 1
        yield np.array(parts)


def mended(problem: Problem, labels: np.ndarray) -> np.ndarray | None:
    """Return the labels with stray pieces, and blocks without a grid, given to a neighbour.

    None where a grid of the n is missing.
    """
    labels = np.where(labels < problem.n, labels, -1)
    masks = _masks(problem.n, labels.tolist())
    if not all(masks):
        return None
    torn = [parts_of(problem.neighbours, mask) for mask in masks]
    if (labels >= 0).all() and all(len(parts) == 1 for parts in torn):
        return labels
    size, held = problem.households, sum(1 << block for block in np.flatnonzero(problem.fixed).tolist())
    kept = [
        max(parts, key=lambda part: ((part & held).bit_count(), size[bits(part)].sum(), part.bit_count()))
        for parts in torn
    ]
    return _filled(problem, kept)


def _grown(problem: Problem, rng: random.Random) -> np.ndarray:
    """Return grids grown from far-apart blocks, the smallest grid that can grow going first."""
    masks = _masks(problem.n, np.where(problem.fixed & problem.kept, problem.today, -1).tolist())
    masks = [max(parts_of(problem.neighbours, mask), key=int.bit_count, default=0) for mask in masks]
    for label, block in zip(
        [label for label, mask in enumerate(masks) if not mask], _far_apart(problem, masks, rng), strict=False
    ):
        masks[label] = 1 << block
    return _filled(problem, masks)


def _far_apart(problem: Problem, masks: Sequence[int], rng: random.Random) -> list[int]:
    """Return a first block for each grid without one: one in every separate part, then the farthest."""
    everything = (1 << len(problem.households)) - 1
    taken = 0
    for mask in masks:
        taken |= mask
    chosen = []
    for part in sorted(parts_of(problem.neighbours, everything), key=int.bit_count, reverse=True):
        if not part & taken:
            chosen.append(rng.choice(bits(part)))
    has = bits(taken) + chosen
    free = np.array([block for block in bits(everything & ~taken) if block not in chosen], int)
    while len(free) and len(chosen) < masks.count(0):
        if not has:
            pick = rng.choice(free.tolist())
        else:
            away = np.linalg.norm(problem.centres[free][:, None] - problem.centres[has][None], axis=2)
            pick = int(free[np.argmax(away.min(axis=1) * [rng.uniform(0.6, 1) for _ in free])])
        chosen.append(pick)
        has.append(pick)
        free = free[free != pick]
    return chosen[: masks.count(0)]


def _filled(problem: Problem, masks: Sequence[int]) -> np.ndarray:
    """Give every block left over to a grid beside it, the smallest grid first; islands go to the nearest."""
    masks, size = list(masks), problem.households
    labels = np.full(len(size), -1)
    for label, mask in enumerate(masks):
        labels[bits(mask)] = label
    loads = np.bincount(labels[labels >= 0], size[labels >= 0], problem.n)
    borders = [0] * problem.n
    for label, mask in enumerate(masks):
        for block in bits(mask):
            borders[label] |= problem.neighbours[block]
    free = (1 << len(size)) - 1
    for mask in masks:
        free &= ~mask
    while free:
        grows = [label for label in range(problem.n) if borders[label] & free]
        if not grows:
            labels[bits(free)] = 0
            break
        label = min(grows, key=lambda label: loads[label])
        at = problem.centres[bits(masks[label])].mean(axis=0)
        beside = bits(borders[label] & free)
        block = beside[int(np.argmin(((problem.centres[beside] - at) ** 2).sum(axis=1)))]
        labels[block] = label
        masks[label] |= 1 << block
        borders[label] |= problem.neighbours[block]
        loads[label] += size[block]
        free &= ~(1 << block)
    return labels


def _masks(n: int, labels: Sequence[int]) -> list[int]:
    """Return the blocks of each label as bits."""
    masks = [0] * n
    for block, label in enumerate(labels):
        if label >= 0:
            masks[label] |= 1 << block
    return masks
