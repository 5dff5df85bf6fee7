"""Splitting a grid: along a drawn line, or into balanced parts. The larger part keeps the key."""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.plans import asked
from gis_app.plans.contiguity import components_of
from gis_app.plans.instructions import SplitLine, SplitParts
from gis_app.plans.lines import across, drawn, no_effect
from gis_app.plans.parts import balanced_parts
from gis_app.plans.refusals import refusal
from gis_app.plans.shapes import union_of
from gis_app.plans.sides import faces, share_inside, two_colours
from gis_app.plans.state import State


def split_line(state: State, told: SplitLine) -> State:
    """Return the state with a grid in two, each block on the side where most of its households live."""
    number = asked.grid(state, told.grid)
    canvas, members = state.canvas, state.blocks_of(number)
    area = union_of(canvas.shapes[members])
    line = across(canvas, drawn(canvas, told.line), area)
    pieces = faces(area, line)
    colour = two_colours(pieces, line)
    region = shapely.union_all(pieces[colour == 0])
    side = (share_inside(canvas, members, region) < 0.5).astype(np.int64)
    if side.min() == side.max():
        raise no_effect(canvas, line, "把线画得更靠近网格中部，或先用线切开地块")
    side = tidied(state, members, side, line)
    return split(state, number, members, side)


def tidied(state: State, members: np.ndarray, side: np.ndarray, line, allowed: int = 0) -> np.ndarray:
    """Return the sides with strays given to the other side; raise BadInput where a side stays in pieces."""
    canvas = state.canvas
    allowed = max(allowed, int(components_of(canvas, members).max()) + 2)
    if _pieces(state, members, side) <= allowed:
        return side
    mended = side.copy()
    for which in (0, 1):
        own = np.flatnonzero(side == which)
        mended[own[_strays(state, members[own])]] = 1 - which
    if mended.min() == mended.max():
        raise no_effect(canvas, line, "换一个位置画线，使两侧各自连成一片")
    if _pieces(state, members, mended) > allowed:
        stray = next(m[_strays(state, m)] for m in (members[side == 0], members[side == 1]) if len(m))
        place = canvas.place(int(stray[0])) if len(stray) else asked.place_of_point(state, line.coords[0])
        raise refusal(
            "side_not_contiguous", "线的一侧不连成一片", "line", "换一个位置画线，只穿过网格一次", place
        )
    return mended


def _pieces(state: State, members: np.ndarray, side: np.ndarray) -> int:
    parts = [members[side == which] for which in np.unique(side).tolist()]
    return sum(int(components_of(state.canvas, part).max()) + 1 for part in parts)


def _strays(state: State, members: np.ndarray) -> np.ndarray:
    """Return (m,) bool: blocks outside the largest connected piece."""
    found = components_of(state.canvas, members)
    weight = np.bincount(found, state.canvas.households[members] + 1e-9 * state.canvas.area_m2[members])
    return found != weight.argmax()


def split_parts(state: State, told: SplitParts) -> State:
    """Return the state with a grid in so many contiguous parts of about the same households."""
    number = asked.grid(state, told.grid)
    members = state.blocks_of(number)
    if told.parts > len(members):
        raise refusal(
            "too_few_blocks",
            f"该网格只有 {len(members)} 个地块，不能分成 {told.parts} 份",
            "parts",
            f"2–{len(members)}，或先切开地块" if len(members) > 2 else "先切开地块",
            asked.place_of_grid(state, number),
        )
    found = components_of(state.canvas, members)
    if found.max() + 1 > told.parts:
        stray = members[found != np.bincount(found).argmax()]
        raise refusal(
            "grid_not_contiguous",
            f"该网格分成互不相连的 {found.max() + 1} 块，不能分成 {told.parts} 份",
            "parts",
            f"至少分成 {found.max() + 1} 份，或先消除飞地",
            state.canvas.place(int(stray[0])),
        )
    return split(state, number, members, balanced_parts(state.canvas, members, told.parts))


def split(state: State, number: int, members: np.ndarray, part: np.ndarray) -> State:
    """Return the state with a grid's blocks in parts (m,) from 0; the largest part stays the grid."""
    area = np.bincount(part, state.canvas.area_m2[members])
    households = np.bincount(part, state.canvas.households[members])
    kept = max(range(len(area)), key=lambda which: (households[which], area[which], -which))
    grid = state.grid.copy()
    for which in range(len(area)):
        if which != kept:
            state, new = state.with_new(state.communities[number])
            grid[members[part == which]] = new
    return state.with_grid(grid)
