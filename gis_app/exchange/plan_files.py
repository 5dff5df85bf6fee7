"""A plan in a file: a layer of grids, or a table of blocks, becomes the operation that adopts it in a draft.

Borders of a file are never taken over: each block goes whole to the area that most of its households lie in,
and what does not fit is listed, with its place. The operation is only made here; the studio applies it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gis_app.errors import Fault, Rejected
from gis_app.exchange import columns, limits, sandbox
from gis_app.exchange import crs as placing
from gis_app.exchange.raw import RawTable, refuse
from gis_app.plans.state import State

WHOLE = 0.995  # of a block's households in one area: the rest is the width of a line
# kind of what does not fit -> what it is
MISFITS: dict[str, dict[str, str]] = {
    "split": {"zh": "地块跨越文件中的边界，整块划入户数多的一边", "en": "Block crosses a border of the file"},
    "outside": {"zh": "地块不在文件的任何网格内，暂无网格", "en": "Block lies in no grid of the file"},
    "across_communities": {"zh": "文件中的网格跨社区，已按社区分开", "en": "Grid crosses a community border"},
    "unused": {"zh": "文件中的网格没有分到任何地块", "en": "Grid of the file got no block"},
    "unknown_block": {"zh": "文件中的地块编码不存在，未采用", "en": "Block of the file does not exist"},
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit: a block or a grid of the file, its share that does, and where to look."""

    kind: str
    block_code: str
    grid: str
    share: float
    place: tuple[float, float] | None


@dataclass(slots=True)
class PlanFile:
    """What a file comes to: the operation to apply, what does not fit, and warnings about the file itself."""

    operation: dict[str, Any]
    misfits: list[Misfit] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    grids: int = 0
    blocks: int = 0
    crs: str = ""


def read_plan(
    path: Path | str, state: State, crs: str | None = None, settings: object | None = None
) -> PlanFile:
    """Return what a file of areas, or a table of block and grid codes, means for the blocks of a state.

    `crs` declares the coordinates where the file does not say, or says wrong. Communities that the file does
    not touch are left alone. Raises Rejected with every reason the file was refused.
    """
    path = Path(path)
    table = sandbox.read_file(path, limits.from_settings(settings), ("grids", "网格"), 2, True)
    faults = [found for found in table.faults if found.is_error]
    if faults:
        raise Rejected(faults)
    return _from_table(table, state) if table.table else _from_areas(table, state, crs)


# ── a table of blocks ──
def _from_table(table: RawTable, state: State) -> PlanFile:
    found = columns.find_columns("blocks", list(table.columns))
    for name in ("block_code", "grid_code"):
        if name not in found:
            raise refuse("missing_column", name, value=name)
    frame = pd.DataFrame({name: _texts(table.columns[found[name]]) for name in ("block_code", "grid_code")})
    frame = frame[frame["block_code"] != ""].drop_duplicates()
    twice = frame["block_code"][frame["block_code"].duplicated()]
    if len(twice):
        raise refuse("block_twice", "block_code", value=" ".join(twice.unique()[:5]))
    known = frame["block_code"].isin([*state.canvas.block_codes, *state.canvas.origin])
    misfits = [
        Misfit("unknown_block", row.block_code, row.grid_code, 0.0, None)
        for row in frame[~known].itertuples()
    ]
    frame = frame[known]
    if not len(frame):
        raise refuse("no_known_block", "block_code")
    told = {row.block_code: row.grid_code or None for row in frame.itertuples()}
    return PlanFile(
        {"verb": "adopt", "table": told}, misfits, table.faults, frame["grid_code"].nunique(), len(frame)
    )


def _texts(values: list) -> list[str]:
    whole = (str(int(one)) if isinstance(one, float) and one.is_integer() else one for one in values)
    return ["" if one is None else str(one).strip() for one in whole]


# ── areas ──
def _from_areas(table: RawTable, state: State, crs: str | None) -> PlanFile:
    placed = placing.place(table.geometry, table.rows, table.crs, crs)
    errors = [found for found in placed.faults if found.is_error]
    if errors:
        raise Rejected(errors)
    areas = shapely.transform(placed.shapes, state.canvas.metres)
    polygonal = (shapely.get_dimensions(areas) == 2) & ~shapely.is_empty(areas)
    if not polygonal.any():
        raise refuse("no_areas", "geometry")
    areas = shapely.make_valid(areas[polygonal])
    labels = _labels(table, polygonal)
    share = _shares(state, areas)
    result = _assigned(state, labels, share)
    result.warnings, result.crs = [*table.faults, *placed.faults], placed.source.label
    return result


def _labels(table: RawTable, kept: np.ndarray) -> np.ndarray:
    """Return a name for each area: its grid code where it has one of its own, else its number."""
    found = columns.find_columns("grids", list(table.columns))
    rows = np.array([f"#{row}" for row in table.rows], dtype=object)
    if "grid_code" in found:
        codes = np.array(_texts(table.columns[found["grid_code"]]), dtype=object)
        own = (codes != "") & ~pd.Series(codes).duplicated(keep=False).to_numpy()
        rows = np.where(own, codes, rows)
    return rows[kept]


def _shares(state: State, areas: np.ndarray) -> pd.DataFrame:
    """Return block, area and share: which part of each block lies in which area.

    By households of the buildings where these have any, each with the middle of its footprint; by area else.
    """
    canvas = state.canvas
    tree = shapely.STRtree(areas)
    homes = canvas.homes
    used = np.flatnonzero((homes.block >= 0) & (homes.households > 0))
    at, area = tree.query(shapely.point_on_surface(homes.shapes[used]), predicate="intersects")
    lived = pd.DataFrame({"block": homes.block[used][at], "area": area, "weight": homes.households[used][at]})
    lived = lived.groupby(["block", "area"], as_index=False)["weight"].sum()
    total = np.bincount(homes.block[used], homes.households[used], minlength=len(canvas)).astype(float)
    bare = np.flatnonzero(total == 0)
    at, area = tree.query(canvas.shapes[bare], predicate="intersects")
    parts = shapely.area(shapely.intersection(canvas.shapes[bare][at], areas[area]))
    land = pd.DataFrame({"block": bare[at], "area": area, "weight": parts})
    total[bare] = canvas.area_m2[bare]
    share = pd.concat([lived, land[land["weight"] > 0]], ignore_index=True)
    return share.assign(share=share["weight"] / total[share["block"].to_numpy()])


def _assigned(state: State, labels: np.ndarray, share: pd.DataFrame) -> PlanFile:
    canvas = state.canvas
    ranked = share.sort_values(["block", "share", "area"], ascending=[True, False, True], kind="stable")
    main = ranked.drop_duplicates("block").set_index("block")
    if not len(main):
        raise refuse("no_areas_here", "geometry")
    where = state.community_of_blocks()
    touched = np.isin(where, np.unique(where[main.index]))
    area = np.full(len(canvas), -1)
    area[main.index] = main["area"]
    names, crossing = _named(state, labels, area, where)
    split = main[main["share"] < WHOLE]
    misfits = [_misfit(canvas, "split", one.Index, labels[one.area], one.share) for one in split.itertuples()]
    outside = np.flatnonzero(touched & (area < 0))
    misfits += [_misfit(canvas, "outside", block, "", 0.0) for block in outside]
    misfits += [_misfit(canvas, "across_communities", block, labels[area[block]], 0.0) for block in crossing]
    unused = sorted(set(range(len(labels))) - set(area.tolist()))
    misfits += [Misfit("unused", "", str(labels[one]), 0.0, None) for one in unused]
    told = {str(canvas.block_codes[block]): names[block] for block in np.flatnonzero(touched)}
    used = {name for name in told.values() if name is not None}
    return PlanFile({"verb": "adopt", "table": told}, misfits, [], len(used), len(main))


def _named(state: State, labels: np.ndarray, area: np.ndarray, where: np.ndarray):
    """Return the grid (B,) of each block, None for none, and one block of each area that was divided.

    An area in several communities is one grid in each; only the one with most households keeps its code.
    """
    has = np.flatnonzero(area >= 0)
    rows = pd.DataFrame({"block": has, "area": area[has], "community": where[has]})
    rows["weight"] = state.canvas.households[has]
    parts = rows.groupby(["area", "community"], as_index=False).agg(
        weight=("weight", "sum"), block=("block", "first")
    )
    parts = parts.sort_values(["area", "weight"], ascending=[True, False], kind="stable")
    first = ~parts["area"].duplicated()
    name = {}
    for part, main in zip(parts.itertuples(), first, strict=True):
        label = str(labels[part.area])
        at = state.key_index.get(label)
        own = main and (at is None or state.communities[at] in ("", part.community))
        name[(part.area, part.community)] = label if own else f"{label}@{part.community}"
    names = np.full(len(area), None, dtype=object)
    names[has] = [name[pair] for pair in zip(rows["area"], rows["community"], strict=True)]
    return names, parts.loc[~first, "block"].tolist()


def _misfit(canvas, kind: str, block: int, grid: str, share: float) -> Misfit:
    return Misfit(kind, str(canvas.block_codes[block]), str(grid), float(share), canvas.place(int(block)))
