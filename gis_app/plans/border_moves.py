"""Pulling the border between two grids to a drawn line, blocks flipping as it passes; and cutting a block.

Where the line leaves the old border and comes back, only the ground between the two changes hands; where it
runs from edge to edge of the two grids, it is their whole new border.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from gis_app.errors import BadInput
from gis_app.plans import asked
from gis_app.plans.borders import segments
from gis_app.plans.contiguity import components_of
from gis_app.plans.cuts import cut
from gis_app.plans.instructions import CutBlock, MoveBorder
from gis_app.plans.lines import across, drawn, no_effect
from gis_app.plans.refusals import refusal
from gis_app.plans.shapes import union_of
from gis_app.plans.sides import faces, share_inside, two_colours
from gis_app.plans.splitting import tidied
from gis_app.plans.state import State

CUT_SHARE = 0.02  # a block with less of its ground than this beyond the line is not worth a cut
CUT_M2 = 20.0


def cut_block(state: State, told: CutBlock) -> State:
    """Return the state with a block in pieces, all of the same grid."""
    block = int(asked.blocks(state, [told.block], "block")[0])
    line = across(state.canvas, drawn(state.canvas, told.line), state.canvas.shapes[block])
    return _cut(state, block, line)


def _cut(state: State, block: int, line) -> State:
    canvas, source = cut(state.canvas, block, line)
    return replace(state, canvas=canvas, grid=state.grid[source])


def move_border(state: State, told: MoveBorder) -> State:
    """Return the state with the border between two neighbours where the line is."""
    canvas = state.canvas
    number = asked.grid(state, told.grid)
    line = drawn(canvas, told.line)
    other = _other(state, number, told.other, line)
    members = np.flatnonzero(np.isin(state.grid, (number, other)))
    area, border = union_of(canvas.shapes[members]), _border(state, members)
    line = across(canvas, line, area, shapely.union(area.boundary, border), pulled=True)
    region = _region(state, number, members, faces(area, border, line), line)
    after = _with_cuts(state, members, line, region) if told.cut else state
    members = np.flatnonzero(np.isin(after.grid, (number, other)))
    side = (share_inside(after.canvas, members, region) < 0.5).astype(np.int64)
    if side.min() != side.max():
        side = tidied(after, members, side, line, _pieces(state, number) + _pieces(state, other))
    grid = after.grid.copy()
    grid[members] = np.where(side == 0, number, other)
    if (grid == after.grid).all():
        raise no_effect(canvas, line, "把边界拉得更远，使它越过地块的大部分住户，或按住切割键切开地块")
    return after.with_grid(grid)


def _pieces(state: State, number: int) -> int:
    return int(components_of(state.canvas, state.blocks_of(number)).max()) + 1


def _other(state: State, number: int, key: str | None, line) -> int:
    """Return the neighbour whose border is meant: the one told, else the one the line runs through most."""
    canvas = state.canvas
    one, two = state.grid[canvas.pairs[:, 0]], state.grid[canvas.pairs[:, 1]]
    touching = np.where(one == number, two, np.where(two == number, one, -1))
    near = np.unique(touching[(touching >= 0) & (touching != number) & (canvas.border_m > 0)])
    if key is not None:
        other = asked.grid(state, key, "other")
        if other != number and state.communities[other] != state.communities[number]:
            raise _across_communities(state, other)
        if other == number or other not in near:
            raise _not_neighbours(state, number, "选择与该网格有公共边界的网格")
        return other
    same = [int(n) for n in near if state.communities[int(n)] == state.communities[number]]
    if not same:
        raise _not_neighbours(
            state, number, "该网格在本社区内没有相邻网格；要移动社区边界，请用“社区边界”工具"
        )
    areas = [union_of(canvas.shapes[state.blocks_of(n)]) for n in same]
    run = [(shapely.length(shapely.intersection(line, a)), -shapely.distance(line, a)) for a in areas]
    return same[max(range(len(same)), key=lambda index: run[index])]


def _across_communities(state: State, other: int):
    return refusal(
        "across_communities", "两个网格不在同一社区", "other", "要移动社区边界，请用“社区边界”工具",
        asked.place_of_grid(state, other),
    )  # fmt: skip


def _not_neighbours(state: State, number: int, remedy: str):
    return refusal(
        "not_neighbours", "两个网格没有公共边界", "other", remedy, asked.place_of_grid(state, number)
    )


def _border(state: State, members: np.ndarray) -> shapely.MultiLineString:
    """Return the border between two grids, given all their blocks."""
    found = segments(state.canvas.shapes[members])
    shared = (found.owners >= 0).all(axis=1)
    grid = state.grid[members][found.owners]
    between = found.ends[shared & (grid[:, 0] != grid[:, 1])]
    return shapely.MultiLineString(list(between))


def _region(state: State, number: int, members: np.ndarray, pieces: np.ndarray, line):
    """Return the ground the grid has once its border is the line: the reading that moves fewest households.

    Beside the line, one side is the grid's and the other its neighbour's; what the line does not touch stays.
    """
    own = union_of(state.canvas.shapes[state.blocks_of(number)])
    shapely.prepare(own)
    was = shapely.contains(own, shapely.point_on_surface(pieces))
    colour = two_colours(pieces, line)
    before = (state.grid[members] == number).astype(float)
    best, least = own, None
    for left in (0, 1):
        mine = np.where(colour < 0, was, colour == left)
        region, rest = shapely.union_all(pieces[mine]), shapely.union_all(pieces[~mine])
        gone = region.is_empty or rest.is_empty
        torn = len(shapely.get_parts(region)) + len(shapely.get_parts(rest))
        moved = (
            np.abs(share_inside(state.canvas, members, region) - before) @ state.canvas.households[members]
        )
        cost = (gone, torn, float(moved), float(shapely.area(pieces[mine != was]).sum()))
        if least is None or cost < least:
            best, least = region, cost
    return best


def _with_cuts(state: State, members: np.ndarray, line, region) -> State:
    """Return the state with the blocks cut that the line divides; one that cannot be cut stays whole."""
    shapes = state.canvas.shapes[members]
    inside = shapely.area(shapely.intersection(shapes, region))
    least = np.maximum(CUT_SHARE * shapely.area(shapes), CUT_M2)
    divided = (inside > least) & (shapely.area(shapes) - inside > least)
    for code in state.canvas.block_codes[members[divided]].tolist():
        block = state.canvas.position[code]
        try:
            state = _cut(state, block, line)
        except BadInput:  # buildings in the way: the block goes where most of its households live
            continue
    return state
