"""Two plans side by side: figures of each grid before and after, what moved, in sum and block by block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.plans.figures import Extras, base_keys, border_length, figures
from gis_app.plans.lineage import crosswalk_of
from gis_app.plans.state import State

SIDES = (
    "households", "buildings", "blocks", "area_m2", "perimeter_m", "polsby_popper", "incidents", "stations",
    "deviation",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What a plan changes.

    `grids`: by key, `<figure>_before`, `_after`, `_change` (NaN where a grid is on one side only) and
    `change` ("kept", "changed", "new", "gone"). `moved`: block_code, from_grid, to_grid, households,
    incidents. `crosswalk`: see lineage. `totals`: figures of the whole, before and after, by name.
    """

    grids: pd.DataFrame
    moved: pd.DataFrame
    crosswalk: pd.DataFrame
    totals: pd.DataFrame

    @property
    def affected(self) -> list[str]:
        """Return the keys of every grid that is not the same as before."""
        return self.grids.index[self.grids["change"] != "kept"].tolist()


def compare(
    before: State, after: State, extras: Extras | None = None, codes: Mapping[str, str] | None = None
) -> Comparison:
    """Return the differences between two plans of one county.

    With `codes` (by key) the grids of `after` are told by those, as they would be published.
    """
    codes = dict(codes or {})
    moved = _moved(before, after, codes)
    grids, totals = _grids(before, after, moved, extras, codes), _totals(before, after, moved)
    walk = crosswalk_of(before, after)
    return Comparison(grids, moved, walk.assign(to_grid=_coded(walk["to_grid"], codes)), totals)


def _coded(keys: Iterable[str], codes: Mapping[str, str]) -> list[str]:
    return [codes.get(key, key) for key in keys]


def _moved(before: State, after: State, codes: Mapping[str, str]) -> pd.DataFrame:
    canvas = after.canvas
    rows = pd.DataFrame(
        {
            "block_code": canvas.block_codes,
            "from_grid": base_keys(after, before),
            "to_grid": np.array([*_coded(after.keys, codes), ""], dtype=str)[after.grid],
            "households": canvas.households,
            "incidents": canvas.incidents,
        }
    )
    return rows[rows["from_grid"] != rows["to_grid"]].reset_index(drop=True)


def _grids(
    before: State, after: State, moved: pd.DataFrame, extras: Extras | None, codes: Mapping[str, str]
) -> pd.DataFrame:
    one, two = figures(before, before, extras), figures(after, before, extras).rename(index=codes)
    keys = one.index.union(two.index)
    one, two = one.reindex(keys), two.reindex(keys)
    table = pd.DataFrame(index=keys)
    table["name"] = two["name"].fillna(one["name"])
    table["community_code"] = two["community_code"].fillna(one["community_code"])
    for figure in SIDES:
        was, now = one[figure].astype(float), two[figure].astype(float)
        table[f"{figure}_before"], table[f"{figure}_after"], table[f"{figure}_change"] = was, now, now - was
    touched = keys.isin(set(moved["from_grid"]) | set(moved["to_grid"]))
    table["change"] = np.select(
        [one["blocks"].isna(), two["blocks"].isna(), touched], ["new", "gone", "changed"], "kept"
    )
    return table


def _totals(before: State, after: State, moved: pd.DataFrame) -> pd.DataFrame:
    rows = {}
    for side, state in (("before", before), ("after", after)):
        found = figures(state)
        rows[side] = {
            "grids": len(found),
            "households": int(state.canvas.households.sum()),
            "least_households": int(found["households"].min()) if len(found) else 0,
            "most_households": int(found["households"].max()) if len(found) else 0,
            "mean_deviation": float(found["deviation"].abs().mean()) if len(found) else 0.0,
            "mean_polsby_popper": float(found["polsby_popper"].mean()) if len(found) else 0.0,
            "border_m": border_length(state),
            "moved_blocks": 0 if side == "before" else len(moved),
            "moved_households": 0 if side == "before" else int(moved["households"].sum()),
            "moved_incidents": 0 if side == "before" else int(moved["incidents"].sum()),
        }
    return pd.DataFrame(rows)
