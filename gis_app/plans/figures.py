"""What a plan's grids amount to: households, area, shape, incidents, stations, what changed from the base.

Told from sums over blocks and borders, so that an edit answers at once; no geometry is united here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.plans.canvas import Canvas
from gis_app.plans.state import State
from gis_app.stations.reach_table import ReachTable

REACH_M = 500.0
COLUMNS = (
    "name", "community_code", "households", "buildings", "blocks", "area_m2", "perimeter_m", "polsby_popper",
    "incidents", "stations", "mean", "deviation", "moved_households", "gained_households", "lost_households",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Extras:
    """Which stations are within reach of which block: by block in CSR, `station[begin[i]:begin[i + 1]]`.

    `block_codes` (B,) are those of the uncut canvas, sorted; a piece reaches what its block does.
    """

    block_codes: np.ndarray
    begin: np.ndarray
    station: np.ndarray
    stations: tuple[str, ...]

    @classmethod
    def of(cls, canvas: Canvas, atlas, reach_m: float = REACH_M) -> Extras:
        """Return the stations in service that anybody in a block reaches within `reach_m` on foot.

        As the crow flies where the county has no streets.
        """
        stations = atlas.stations[(atlas.stations["status"] == "open").to_numpy(bool)]
        codes = tuple(stations["station_code"].to_numpy(str).tolist())
        table = ReachTable.build(atlas, stations, cutoff=reach_m)
        home = _find(canvas.block_codes, table.places.frame["block_code"].fillna("").to_numpy(str))
        block, station = home[table.pairs.target], table.pairs.source
        reached = np.unique(np.column_stack([block, station])[block >= 0], axis=0)
        begin = np.searchsorted(reached[:, 0], np.arange(len(canvas) + 1))
        return cls(canvas.block_codes, begin, reached[:, 1], codes)


def figures(state: State, base: State | None = None, extras: Extras | None = None) -> pd.DataFrame:
    """Return the figures of every grid, indexed by key, columns COLUMNS.

    `deviation` is the share by which households differ from the `mean` of the community's grids.
    `moved_households` are those that came from another grid of the base or, where the key stays, left it.
    """
    canvas = state.canvas
    area, border = state.sums(canvas.area_m2), perimeters(state)
    frame = pd.DataFrame(
        {
            "name": np.array(state.names, dtype=object),
            "community_code": np.array(state.communities, dtype=object),
            "households": state.households,
            "buildings": state.sums(canvas.buildings).astype(np.int64),
            "blocks": state.sums(np.ones(len(canvas))).astype(np.int64),
            "area_m2": area,
            "perimeter_m": border,
            "polsby_popper": 4 * np.pi * area / np.maximum(border, 1e-9) ** 2,
            "incidents": state.sums(canvas.incidents).astype(np.int64),
            "stations": _stations(state, extras),
        },
        index=pd.Index(np.array(state.keys, dtype=object), name="grid"),
    )
    frame["mean"] = frame.groupby("community_code")["households"].transform("mean")
    frame["deviation"] = (frame["households"] / frame["mean"].where(frame["mean"] > 0) - 1).fillna(0.0)
    frame["gained_households"], frame["lost_households"] = _moves(state, base or state)
    frame["moved_households"] = frame["gained_households"] + frame["lost_households"]
    return frame[list(COLUMNS)]


def perimeters(state: State) -> np.ndarray:
    """Return the border (G,) of each grid in metres, holes counted."""
    canvas = state.canvas
    count = len(state.keys)
    one, other = state.grid[canvas.pairs[:, 0]], state.grid[canvas.pairs[:, 1]]
    between = one != other
    length = canvas.border_m[between]
    total = state.sums(canvas.outside_m)
    for side in (one[between], other[between]):
        total = total + np.bincount(side[side >= 0], length[side >= 0], minlength=count)
    return total


def border_length(state: State) -> float:
    """Return the metres of border between grids of one community, each border counted once."""
    canvas = state.canvas
    one, other = canvas.pairs.T
    inside = (state.grid[one] != state.grid[other]) & (canvas.community[one] == canvas.community[other])
    return float(canvas.border_m[inside].sum())


def _stations(state: State, extras: Extras | None) -> np.ndarray:
    count = len(state.keys)
    if extras is None or not extras.stations:
        return np.zeros(count, dtype=np.int64)
    home = origins(state.canvas, extras.block_codes)
    many = np.where(home >= 0, np.diff(extras.begin)[home], 0)
    first = np.cumsum(many) - many
    inside = np.arange(many.sum()) - np.repeat(first, many)
    station = extras.station[np.repeat(extras.begin[home], many) + inside]
    grid, wide = np.repeat(state.grid, many), len(extras.stations)
    reached = np.unique((grid * wide + station)[grid >= 0])
    return np.bincount(reached // wide, minlength=count)


def origins(canvas: Canvas, codes: np.ndarray) -> np.ndarray:
    """Return where (B,) each block, or the one it was cut from, stands among sorted codes; -1 = nowhere."""
    if codes is canvas.block_codes:
        return np.arange(len(canvas))
    if codes is canvas.uncut:
        return canvas.origin_at
    at = _find(codes, canvas.block_codes)
    return np.where(at >= 0, at, _find(codes, canvas.origin))


def _find(known: np.ndarray, codes: np.ndarray) -> np.ndarray:
    if not len(known):
        return np.full(len(codes), -1)
    at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return np.where(known[at] == codes, at, -1)


def base_keys(state: State, base: State) -> np.ndarray:
    """Return the key (B,) that each block, or the block it was cut from, has in the base; "" for none."""
    return _base_text(base)[_base_number(state, base)]


def _base_text(base: State) -> np.ndarray:
    return np.array([*base.keys, ""], dtype=str)


def _base_number(state: State, base: State) -> np.ndarray:
    """Return the position (B,) among the base's keys, -1 for none."""
    at = origins(state.canvas, base.canvas.block_codes)
    return np.where(at >= 0, base.grid[at], -1)


def _renumbered(base: State, state: State) -> np.ndarray:
    """Return for each of the base's keys, and at last for none, its position in the state, -2 where gone."""
    return np.array([*(state.key_index.get(key, -2) for key in base.keys), -1])


def moved_blocks(state: State, base: State) -> np.ndarray:
    """Return (B,) bool: blocks whose grid is another than in the base."""
    return _renumbered(base, state)[_base_number(state, base)] != state.grid


def moved_households(state: State, base: State) -> int:
    """Return how many households have another grid than in the base."""
    return int(state.canvas.households[moved_blocks(state, base)].sum())


def _moves(state: State, base: State) -> tuple[np.ndarray, np.ndarray]:
    count = len(state.keys)
    if state is base:
        return np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    before = _renumbered(base, state)[_base_number(state, base)]
    moved = np.flatnonzero(before != state.grid)
    weight, to, source = state.canvas.households[moved], state.grid[moved], before[moved]
    gained = np.bincount(to[to >= 0], weight[to >= 0], minlength=count)
    lost = np.bincount(source[source >= 0], weight[source >= 0], minlength=count)
    return gained.astype(np.int64), lost.astype(np.int64)


def changed(before: State, after: State) -> list[str]:
    """Return the keys of grids whose blocks, name or community differ, gone and new ones too, sorted.

    A block that was cut counts as changed in its grid.
    """
    was, now = _told(before), _told(after)
    keys = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
    if before.canvas is after.canvas:
        old, new = before.grid, after.grid
        differs = _renumbered(before, after)[old] != new
        keys |= {before.keys[number] for number in np.unique(old[differs]).tolist() if number >= 0}
    else:
        old, new = _base_number(after, before), after.grid
        cut = _find(before.canvas.block_codes, after.canvas.block_codes) < 0
        differs = (_renumbered(before, after)[old] != new) | cut
        whole = _find(after.canvas.block_codes, before.canvas.block_codes) < 0
        keys |= {before.keys[n] for n in np.unique(before.grid[whole]).tolist() if n >= 0}
        keys |= {before.keys[number] for number in np.unique(old[differs]).tolist() if number >= 0}
    return sorted(keys | {after.keys[number] for number in np.unique(new[differs]).tolist() if number >= 0})


def _told(state: State) -> Mapping[str, tuple[str, str]]:
    return dict(zip(state.keys, zip(state.names, state.communities, strict=True), strict=True))
