"""What an instruction names, found in the state: blocks, grids, communities. Refuses what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from gis_app.plans.refusals import listed, place_of, refusal
from gis_app.plans.state import State


def blocks(state: State, codes: Iterable[str], field: str = "blocks") -> np.ndarray:
    """Return the positions of blocks by code, each once; raise BadInput where one is not there."""
    position = state.canvas.position
    unknown = [code for code in codes if code not in position]
    if unknown:
        raise refusal("unknown_block", f"没有这些地块：{listed(unknown)}", field, "刷新地图后重新选择地块")
    return np.unique(np.array([position[code] for code in codes], dtype=np.int64))


def grid(state: State, key: str, field: str = "grid") -> int:
    """Return the position of a grid by key; raise BadInput where it is not there."""
    if key not in state.key_index:
        raise refusal("unknown_grid", f"草案中没有网格 {key[:40]}", field, "刷新地图后重新选择网格")
    return state.key_index[key]


def community(state: State, code: str, field: str = "community") -> int:
    """Return the position of a community by code; raise BadInput where it is not there."""
    if code not in state.canvas.communities:
        raise refusal("unknown_community", f"没有社区 {code[:40]}", field, "从列表中选择社区")
    return state.canvas.communities.index(code)


def same_community(state: State, positions: np.ndarray, code: str, field: str) -> None:
    """Raise BadInput where one of the blocks lies in another community than the one told."""
    if not code:
        return
    found = state.community_of_blocks()[positions]
    other = positions[(found != "") & (found != code)]
    if len(other):
        first = int(other[0])
        raise refusal(
            "across_communities",
            f"地块 {state.canvas.block_codes[first]} 属于社区 {found[positions == first][0]}，网格不能跨社区",
            field,
            "只选同一社区的地块；要移动社区边界，请用“社区边界”工具",
            state.canvas.place(first),
        )


def place_of_grid(state: State, number: int) -> tuple[float, float] | None:
    """Return a point in a grid's largest block as (longitude, latitude)."""
    members = state.blocks_of(number)
    if not len(members):
        return None
    return state.canvas.place(int(members[state.canvas.area_m2[members].argmax()]))


def place_of_point(state: State, xy) -> tuple[float, float] | None:
    """Return a point in metres as (longitude, latitude)."""
    return place_of(xy, state.canvas.crs)


def likely_place(state: State, params: Mapping) -> tuple[float, float] | None:
    """Return the place a refused instruction is about: its block, its grid, else the county's middle."""
    for field in ("block", "blocks"):
        codes = params.get(field) if isinstance(params.get(field), list) else [params.get(field)]
        for code in codes:
            if isinstance(code, str) and code in state.canvas.position:
                return state.canvas.place(state.canvas.position[code])
    for field in ("grid", "to", "key", "grids"):
        keys = params.get(field) if isinstance(params.get(field), list) else [params.get(field)]
        for key in keys:
            if isinstance(key, str) and key in state.key_index:
                return place_of_grid(state, state.key_index[key])
    if not len(state.canvas):
        return None
    middle = state.canvas.centroids.mean(axis=0)
    return state.canvas.place(int(np.hypot(*(state.canvas.centroids - middle).T).argmin()))
