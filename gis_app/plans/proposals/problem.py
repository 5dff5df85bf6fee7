"""What is asked of a proposal: the blocks of one community as arrays, the band, and what may not change.

A problem knows no geometry and no codes but those of its blocks and grids, so that made-up and real counties
are asked alike. A label is the position of a grid key: today's grids first, then new ones. A block
of a grid that the problem does not keep has a label of `n` or more today; one of no grid has -1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

MOST_GRIDS = 10_000
GOALS = ("least_change", "balance", "compact", "from_nothing")


@dataclass(frozen=True)
class Problem:
    """The blocks (B) of one community or selection, their borders (E), and today's grids (n).

    `lengths` (E,) are metres of border that the two blocks of `edges` (E, 2) share; `passable` (E,) is
    False where a grid may not reach across (a river without a bridge). `outside` (B,) are metres of border
    with everything else, `area` (B,) square metres, `centres` (B, 2) metres. `households` (B,) and `today`
    (B,) are whole numbers, `fixed` (B,) tells the blocks that keep today's grid. `weight` (E,) is what a
    metre of border costs there, less than 1 along preferred borders. `n` grids are wanted; `keys` (n) names
    them, and `people` the names of those who answer for each label of today.
    """

    codes: Sequence[str]
    households: np.ndarray
    edges: np.ndarray
    lengths: np.ndarray
    outside: np.ndarray
    area: np.ndarray
    centres: np.ndarray
    today: np.ndarray
    n: int
    band: tuple[int, int] = (300, 500)
    passable: np.ndarray | None = None
    fixed: np.ndarray | None = None
    weight: np.ndarray | None = None
    keys: tuple[str, ...] = ()
    people: tuple[tuple[str, ...], ...] = ()
    community: str = ""

    def __post_init__(self) -> None:
        edges = np.asarray(self.edges, int).reshape(-1, 2)
        blocks = len(self.households)
        object.__setattr__(self, "edges", edges)
        for name, empty in (
            ("passable", np.ones(len(edges), bool)),
            ("fixed", np.zeros(blocks, bool)),
            ("weight", np.ones(len(edges))),
        ):
            if getattr(self, name) is None:
                object.__setattr__(self, name, empty)
        if not self.keys:
            object.__setattr__(self, "keys", tuple(f"g{number}" for number in range(self.n)))

    @property
    def total(self) -> int:
        """How many households there are."""
        return int(self.households.sum())

    @cached_property
    def kept(self) -> np.ndarray:
        """Tell (B,) the blocks whose grid of today is one of the n."""
        return (self.today >= 0) & (self.today < self.n)

    def part(self, members: np.ndarray, n: int) -> Problem:
        """Return some of the blocks as a problem of their own, without today and locks."""
        place = np.full(len(self.households), -1)
        place[members] = np.arange(len(members))
        inside = (place[self.edges] >= 0).all(axis=1)
        return Problem(
            codes=(), households=self.households[members], edges=place[self.edges[inside]],
            lengths=self.lengths[inside], outside=self.outside[members], area=self.area[members],
            centres=self.centres[members], today=np.full(len(members), -1), n=n, band=self.band,
            passable=self.passable[inside], weight=self.weight[inside],
        )  # fmt: skip

    @cached_property
    def neighbours(self) -> tuple[int, ...]:
        """The blocks that a grid may reach from each block, as bits of a number."""
        masks = [0] * len(self.households)
        for (first, second), open_ in zip(self.edges.tolist(), self.passable.tolist(), strict=True):
            if open_:
                masks[first] |= 1 << second
                masks[second] |= 1 << first
        return tuple(masks)

    @cached_property
    def borders(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """Each block's neighbours with the weighted metres of border between, across barriers too."""
        lists: list[list[tuple[int, float]]] = [[] for _ in range(len(self.households))]
        metres = (self.lengths * self.weight).tolist()
        for (first, second), length in zip(self.edges.tolist(), metres, strict=True):
            lists[first].append((second, length))
            lists[second].append((first, length))
        return tuple(tuple(pairs) for pairs in lists)


def counts(households: int, band: tuple[int, int]) -> range:
    """Return into how many grids so many households can be cut within the band."""
    low, high = band
    most = households // low if low else MOST_GRIDS
    return range(max(1, math.ceil(households / high)), most + 1)


def parts_of(neighbours: Sequence[int], blocks: int) -> list[int]:
    """Return the connected parts of a set of blocks, each as bits, that of the lowest block first."""
    parts = []
    while blocks:
        part = reached(neighbours, blocks & -blocks, blocks)
        parts.append(part)
        blocks &= ~part
    return parts


def reached(neighbours: Sequence[int], start: int, within: int) -> int:
    """Return what is reached from some blocks without leaving `within`, all as bits."""
    seen = fresh = start & within
    while fresh:
        low = fresh & -fresh
        fresh ^= low
        new = neighbours[low.bit_length() - 1] & within & ~seen
        seen |= new
        fresh |= new
    return seen


def bits(mask: int) -> list[int]:
    """Return the blocks of a mask, lowest first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
