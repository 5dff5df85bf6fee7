"""Which grid became which: the crosswalk in households, the kind of each step, and the codes of new grids.

A code names one area for good: a retired one is never given again, and a grid keeps its code only while it
holds the largest part of the households it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from gis_app.layers.codes import MAX_SEQUENCE, UNKNOWN_COUNTY, level_of, reading_order
from gis_app.plans.canvas import COMMUNITY_DIGITS
from gis_app.plans.figures import base_keys
from gis_app.plans.refusals import conflict
from gis_app.plans.shapes import polygons
from gis_app.plans.state import State

KINDS = ("kept", "changed", "split", "merged", "new", "retired")
COLUMNS = ("from_grid", "to_grid", "households", "share_from", "share_to", "blocks")


def crosswalk(
    base_table: pd.Series,
    new_table: pd.Series,
    households: pd.Series,
    origin: pd.Series | None = None,
) -> pd.DataFrame:
    """Return how many households of each former grid are now in which: columns COLUMNS, sorted.

    Tables and households go by block_code; `origin` names the former block of one that was cut since. Shares
    are of the former grid's and of the new grid's households, of their blocks where they have none.
    """
    former = base_table.reindex(new_table.index if origin is None else origin.reindex(new_table.index))
    weight = households.reindex(new_table.index).fillna(0)
    return _walk(_text(former.to_numpy(object)), _text(new_table.to_numpy(object)), weight.to_numpy(np.int64))


def crosswalk_of(base: State, state: State) -> pd.DataFrame:
    """Return the crosswalk from one state to another of the same county."""
    now = np.array([*state.keys, ""], dtype=str)[state.grid]
    return _walk(base_keys(state, base), now, state.canvas.households)


def _text(values: np.ndarray) -> np.ndarray:
    return np.where(pd.isna(values), "", values).astype(str)


def _walk(former: np.ndarray, now: np.ndarray, households: np.ndarray) -> pd.DataFrame:
    rows = pd.DataFrame({"from_grid": former, "to_grid": now, "households": households, "blocks": 1})
    walk = rows.groupby(["from_grid", "to_grid"], as_index=False, sort=True).sum()
    for side, share in (("from_grid", "share_from"), ("to_grid", "share_to")):
        total = walk.groupby(side)[["households", "blocks"]].transform("sum")
        walk[share] = np.where(
            total["households"] > 0,
            walk["households"] / total["households"].clip(lower=1),
            walk["blocks"] / total["blocks"].clip(lower=1),
        )
    return walk[list(COLUMNS)]


def lineage(walk: pd.DataFrame) -> pd.DataFrame:
    """Return the crosswalk with a column `kind`, one of KINDS, closed both ways.

    Every former grid stands in `from_grid` and every new one in `to_grid`; "" on one side means that there
    is nobody: a grid of blocks that had none, or one whose blocks have none now.
    """
    walk = walk[(walk["from_grid"] != "") | (walk["to_grid"] != "")].reset_index(drop=True)
    former, present = set(walk["from_grid"]) - {""}, set(walk["to_grid"]) - {""}
    source, target = walk["from_grid"], walk["to_grid"]
    alone = ~source.duplicated(keep=False) & ~target.duplicated(keep=False)
    gone, fresh = ~source.isin(present), ~target.isin(former)
    several = walk.groupby("from_grid")["to_grid"].transform("size") > 1
    kind = np.select(
        [
            source == "",
            target == "",
            (source == target) & alone,
            source == target,
            gone & fresh & alone,
            fresh & (several | ~gone),
            gone,
        ],
        ["new", "retired", "kept", "changed", "changed", "split", "merged"],
        "changed",
    )
    return walk.assign(kind=kind)


def final_codes(
    state: State, base: State | Mapping[str, str] | pd.Series, used_codes: Iterable[str] = ()
) -> dict[str, str]:
    """Return the 15-digit code each key is published under.

    `base` is the plan in force, as a state or as its table block_code → grid_code; `used_codes` are those of
    any plan ever published. New codes continue each community's sequence in reading order, west to east and
    north to south. Raises Conflict where a community has used up its 999.
    """
    former = _former(state, base)
    keeps = _keepers(state, former)
    used = {str(code) for code in used_codes} | set(former.tolist()) | set(keeps)
    fresh = [number for number, key in enumerate(state.keys) if key not in keeps]
    codes = {key: key for key in keeps}
    homes = [_community(state, former, number) for number in fresh]
    shapes = polygons(state)
    for community in sorted(set(homes)):
        mine = [number for number, home in zip(fresh, homes, strict=True) if home == community]
        ordered = np.array(mine)[reading_order(shapes[mine])].tolist()
        for number, code in zip(ordered, _free(community, used, len(ordered)), strict=True):
            codes[state.keys[number]] = code
    return {key: codes[key] for key in state.keys}


def _former(state: State, base: State | Mapping[str, str] | pd.Series) -> np.ndarray:
    if isinstance(base, State):
        return base_keys(state, base)
    table = pd.Series(dict(base), dtype=object)
    by_code = table.reindex(state.canvas.block_codes).to_numpy(object)
    by_origin = table.reindex(state.canvas.origin).to_numpy(object)
    return _text(np.where(pd.isna(by_code), by_origin, by_code))


def _keepers(state: State, former: np.ndarray) -> set[str]:
    """Return the keys that are codes and hold the largest part of what the code had."""
    now = np.array([*state.keys, ""], dtype=str)[state.grid]
    rows = pd.DataFrame(
        {
            "former": former,
            "now": now,
            "households": state.canvas.households,
            "area": state.canvas.area_m2,
        }
    )
    parts = (
        rows[(rows["former"] != "") & (rows["now"] != "")].groupby(["former", "now"], as_index=False).sum()
    )
    parts["own"] = parts["former"] == parts["now"]
    largest = parts.sort_values(["households", "own", "area"]).groupby("former").tail(1)
    kept = set(largest.loc[largest["own"], "now"])
    homes = dict(zip(state.keys, state.communities, strict=True))
    return {key for key in kept if level_of(key) == "grid" and homes[key] in ("", key[:COMMUNITY_DIGITS])}


def _community(state: State, former: np.ndarray, number: int) -> str:
    """Return the community under which a grid is numbered: its own, else that of the grids it came from."""
    own = state.communities[number]
    if level_of(own) == "community":
        return own
    codes = [code[:COMMUNITY_DIGITS] for code in former[state.grid == number] if level_of(code) == "grid"]
    return max(sorted(set(codes)), key=codes.count) if codes else f"{UNKNOWN_COUNTY}001001"


def _free(community: str, used: set[str], count: int) -> list[str]:
    """Return the next codes of a community that no plan has ever used; gaps only when the end is reached."""
    taken = {
        int(code[COMMUNITY_DIGITS:]) for code in used if level_of(code) == "grid" and code[:12] == community
    }
    last = max(taken, default=0)
    free = [*range(last + 1, MAX_SEQUENCE + 1), *(n for n in range(1, last) if n not in taken)]
    if len(free) < count:
        remedy = f"每个社区最多 {MAX_SEQUENCE} 个编码"
        raise conflict("too_many_grids", f"社区 {community} 的网格编码已用完", "grid", remedy)
    return [f"{community}{number:03d}" for number in free[:count]]
