"""How many reported-in members a grid should have by a rule, and which grids and communities have too few."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.layers import codes
from gis_app.layers.atlas import Atlas

STEP = 5
NO_LIMIT = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One member for so many households, at least and at most so many in a grid (`most` 0: no limit)."""

    households_per_member: int = 20
    least: int = 3
    most: int = NO_LIMIT

    def need(self, households: np.ndarray) -> np.ndarray:
        """Return how many members grids of so many households need: `least` where nobody lives, too."""
        wanted = np.ceil(np.asarray(households, dtype=float) / self.households_per_member - 1e-9)
        wanted = np.maximum(wanted, self.least).astype(np.int64)
        return np.minimum(wanted, self.most) if self.most else wanted


def fitting_rule(atlas: Atlas, members: pd.DataFrame) -> Rule:
    """Return the rule that the county could just keep with the members it has: its average, rounded up."""
    households = int(atlas.households_by("grid").sum())
    total = int(members["members"].sum())
    if not households or not total:
        return Rule()
    return Rule(households_per_member=max(STEP, math.ceil(households / total / STEP) * STEP))


def grid_needs(atlas: Atlas, members: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return every grid: code, name, households, members, organisations, need, missing, spare.

    `missing` is how many members are too few, `spare` how many more there are than needed.
    """
    grids = atlas.grids
    found = pd.DataFrame({"code": grids["grid_code"].to_numpy(), "name": grids["name"].to_numpy()})
    present = members[members["members"] > 0].groupby("grid_code")["members"].agg(["sum", "size"])
    found["households"] = atlas.households_by("grid").reindex(found["code"]).fillna(0).to_numpy()
    for column, source in (("members", "sum"), ("organisations", "size")):
        found[column] = present[source].reindex(found["code"]).fillna(0).to_numpy(dtype=np.int64)
    found["need"] = rule.need(found["households"].to_numpy())
    short = found["need"] - found["members"]
    return found.assign(missing=short.clip(lower=0), spare=(-short).clip(lower=0))


def community_needs(atlas: Atlas, grids: pd.DataFrame) -> pd.DataFrame:
    """Return the same for communities, sums over their grids, and `short_grids`, how many lack members."""
    keys = grids["code"].str[: codes.LENGTHS["community"]]
    numbers = ["households", "members", "need", "missing", "spare"]
    found = grids[numbers].groupby(keys).sum()
    found["short_grids"] = (grids["missing"] > 0).groupby(keys).sum()
    found = found.rename_axis("code").reset_index()
    return found.assign(name=[atlas.name_of(code) for code in found["code"]])
