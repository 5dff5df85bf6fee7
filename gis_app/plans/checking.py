"""How each rule of a plan is checked: a table from rule to check, each told over the whole plan at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from gis_app.plans import contiguity
from gis_app.plans.barriers import NONE
from gis_app.plans.faults import WORDS, PlanFault, Rule
from gis_app.plans.figures import base_keys, figures, moved_blocks
from gis_app.plans.holes import holed, straddled
from gis_app.plans.state import State

LISTED = 200  # blocks told with a fault


@dataclass(frozen=True, eq=False)
class Subject:
    """A plan under inspection, with what several checks need."""

    state: State
    base: State

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Return the figures of the grids."""
        return figures(self.state, self.base)

    @cached_property
    def anchors(self) -> np.ndarray:
        """Return the largest block (G,) of each grid."""
        order = np.lexsort((self.state.canvas.area_m2, self.state.grid))
        last = np.searchsorted(self.state.grid[order], np.arange(len(self.state.keys)), side="right") - 1
        return order[last]

    def fault(self, rule: Rule, grid: int, blocks: np.ndarray, at: int, **args) -> PlanFault:
        """Return a fault of a grid (-1 for none) with its blocks and the block to look at."""
        canvas = self.state.canvas
        key = self.state.keys[grid] if grid >= 0 else ""
        codes = tuple(canvas.block_codes[blocks[:LISTED]].tolist())
        _, message, remedy = WORDS[rule.rule_id]
        told = {"grid": key, **args}
        place = tuple(self._places[at].tolist()) if at >= 0 else None
        return PlanFault(rule.rule_id, rule.hard, key, codes, place, message, told, remedy)

    @cached_property
    def _places(self) -> np.ndarray:
        return self.state.canvas.lonlats

    def of_grids(self, rule: Rule, wrong: np.ndarray, told: Callable[[int], dict]) -> list[PlanFault]:
        """Return one fault for each of the grids (G,) bool that are wrong."""
        nothing = np.empty(0, dtype=np.int64)
        return [
            self.fault(rule, n, nothing, int(self.anchors[n]), **told(n))
            for n in np.flatnonzero(wrong).tolist()
        ]

    def by_grid(self, rule: Rule, wrong: np.ndarray, told: Callable[[np.ndarray], dict]) -> list[PlanFault]:
        """Return one fault for each grid with wrong blocks (B,) bool, at the largest of them."""
        found = np.flatnonzero(wrong)
        area, grid = self.state.canvas.area_m2, self.state.grid
        return [
            self.fault(rule, int(n), own, int(own[area[own].argmax()]), **told(own))
            for n in np.unique(grid[found]).tolist()
            for own in [found[grid[found] == n]]
        ]


def unassigned(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find blocks without a grid."""
    canvas = subject.state.canvas
    return subject.by_grid(
        rule,
        subject.state.grid < 0,
        lambda own: {"count": len(own), "households": int(canvas.households[own].sum())},
    )


def foreign(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find blocks of another community than their grid's."""
    state = subject.state
    home = np.array([*state.communities, ""], dtype=str)[state.grid]
    own = state.community_of_blocks()
    wrong = (state.grid >= 0) & (home != "") & (own != "") & (home != own)
    return subject.by_grid(rule, wrong, lambda blocks: {"count": len(blocks)})


def torn(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find grids that one cannot walk through without leaving them."""
    state = subject.state
    stray = _strays(state, contiguity.labels(state.canvas, state.grid))
    many = contiguity.pieces(state.canvas, state.grid, len(state.keys))
    return subject.by_grid(rule, stray, lambda own: {"pieces": int(many[state.grid[own[0]]])})


def exclaves(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find parts of grids that do not touch the rest at all, be it across water."""
    state = subject.state
    stray = _strays(state, contiguity.touching(state.canvas, state.grid))
    return subject.by_grid(rule, stray, lambda own: {"count": len(own)})


def _strays(state: State, label: np.ndarray) -> np.ndarray:
    """Return (B,) bool: blocks outside their grid's fullest piece."""
    has = np.flatnonzero(label >= 0)
    weight = state.canvas.households + 1e-9 * state.canvas.area_m2
    piece, inverse = np.unique(label[has], return_inverse=True)
    load = np.bincount(inverse, weight[has], minlength=len(piece))
    grid = np.zeros(len(piece), dtype=np.int64)
    grid[inverse] = state.grid[has]
    order = np.lexsort((load, grid))
    fullest = np.zeros(len(piece), dtype=bool)
    fullest[order[np.append(grid[order][1:] != grid[order][:-1], True)[: len(order)]]] = True
    stray = np.zeros(len(label), dtype=bool)
    stray[has] = ~fullest[inverse]
    return stray


def holes(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find grids that wholly enclose blocks of others."""
    return [
        subject.fault(rule, grid, blocks, int(blocks[0]), count=len(blocks))
        for grid, blocks in holed(subject.state)
    ]


def buildings(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find buildings that stand on both sides of a grid's border."""
    home, block = straddled(subject.state)
    if not len(home):
        return []
    grid = subject.state.grid[block]
    return [
        subject.fault(rule, int(n), np.unique(block[grid == n]), int(block[grid == n][0]),
                      count=len(np.unique(home[grid == n])))
        for n in np.unique(grid[grid >= 0]).tolist()
    ]  # fmt: skip


def loads(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find grids with too few or too many households."""
    households, least, most = subject.state.households, rule.params["least"], rule.params["most"]
    return subject.of_grids(
        rule,
        (households < least) | (households > most),
        lambda n: {"households": int(households[n]), "least": least, "most": most},
    )


def balance(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find grids too far from the mean of their community."""
    deviation, limit = subject.figures["deviation"].to_numpy(), rule.params["share"]
    return subject.of_grids(
        rule,
        np.abs(deviation) > limit + 1e-9,
        lambda n: {"share": _percent(deviation[n]), "limit": _percent(limit)},
    )


def compactness(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find grids whose shape is too long or too ragged."""
    value, least = subject.figures["polsby_popper"].to_numpy(), rule.params["least"]
    return subject.of_grids(
        rule, value < least, lambda n: {"value": f"{value[n]:.2f}", "least": f"{least:.2f}"}
    )


def preferred(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find grids whose border with others of their community follows main roads and rivers too little."""
    state, canvas = subject.state, subject.state.canvas
    one, other = state.grid[canvas.pairs[:, 0]], state.grid[canvas.pairs[:, 1]]
    home = np.append(state.communities, "")
    between = (one != other) & (home[one] == home[other])
    total, along = np.zeros(len(state.keys)), np.zeros(len(state.keys))
    for side in (one, other):
        own = between & (side >= 0)
        total += np.bincount(side[own], canvas.border_m[own], minlength=len(total))
        own &= canvas.barrier != NONE
        along += np.bincount(side[own], canvas.border_m[own], minlength=len(total))
    share = np.where(total > 0, along / np.maximum(total, 1e-9), 1.0)
    least = rule.params["share"]
    return subject.of_grids(
        rule, share < least - 1e-9, lambda n: {"share": _percent(share[n]), "least": _percent(least)}
    )


def locked(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find blocks that crossed a locked border since the base."""
    state = subject.state
    before = base_keys(state, subject.base)
    now = np.array([*state.keys, ""], dtype=str)[state.grid]
    result = []
    for key in sorted(key for what, key in state.locks if what == "border"):
        one, _, other = key.partition("|")
        crossed = np.flatnonzero(((before == one) & (now == other)) | ((before == other) & (now == one)))
        if len(crossed):
            grid = state.key_index.get(one, -1)
            told = {"other": other, "count": len(crossed)}
            result.append(subject.fault(rule, grid, crossed, int(crossed[0]), **told))
    return result


def moved(subject: Subject, rule: Rule) -> list[PlanFault]:
    """Find whether more households change grid than allowed."""
    canvas = subject.state.canvas
    blocks = np.flatnonzero(moved_blocks(subject.state, subject.base))
    total = int(canvas.households[blocks].sum())
    if total <= rule.params["most"]:
        return []
    at = int(blocks[canvas.households[blocks].argmax()])
    return [subject.fault(rule, -1, blocks, at, households=total, most=rule.params["most"])]


def _percent(share: float) -> str:
    return f"{100 * share:+.0f} %" if share < 0 else f"{100 * share:.0f} %"


CHECKS: dict[str, Callable[[Subject, Rule], Iterable[PlanFault]]] = {
    "every_block_in_a_grid": unassigned,
    "one_community": foreign,
    "contiguous": torn,
    "no_exclave": exclaves,
    "no_building_cut": buildings,
    "locked_borders": locked,
    "households": loads,
    "no_hole": holes,
    "balance": balance,
    "compactness": compactness,
    "preferred_borders": preferred,
    "moved": moved,
}
