"""Which areas need a leader's attention, and which rules of alert an area breaks.

An area's need is its share of what is missing to the targets: for each figure with a target, how many
households, posts or incidents it lacks, as a share of what all areas together lack; the mean of these.
So a small area with a bad rate does not hide a large one with many households, and the needs add up to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.incidents.key_figures import KeyFigure

ABOVE, BELOW = SIDES = ("above", "below")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of alert: tell every area of a level whose figure is above or below a threshold."""

    rule_id: int
    measure: str
    level: str
    area_code: str
    side: str
    threshold: float
    least: int


def lacking(table: pd.DataFrame, figure: KeyFigure, target: float | None) -> pd.Series:
    """Return how much each area lacks to the target, in what the figure counts; 0 where it is reached."""
    if target is None or not figure.better:
        return pd.Series(0.0, table.index)
    gap = (target * table["denominator"] - table["numerator"]) * figure.better
    return gap.clip(lower=0).where(table["denominator"] > 0, 0.0).round(6)


def ranked(
    tables: Mapping[str, pd.DataFrame],
    figures: Mapping[str, KeyFigure],
    targets: Mapping[str, float | None],
) -> pd.DataFrame:
    """Return the areas that lack anything, the neediest first: `need` (0 to 1) and a share for each figure.

    `tables` are those of `key_figures.by_area`, all of the same areas.
    """
    shares = {}
    for code, table in tables.items():
        missing = lacking(table, figures[code], targets.get(code))
        if missing.sum() > 0:
            shares[code] = missing / missing.sum()
    if not shares:
        return pd.DataFrame({"need": pd.Series(dtype="float64")})
    found = pd.DataFrame(shares)
    found.insert(0, "need", found.mean(axis=1))
    found = found[found["need"] > 0].rename_axis("code").reset_index()
    return found.sort_values(["need", "code"], ascending=[False, True]).set_index("code")


def broken(rule: Rule, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the areas that break a rule, the worst first; equal is not broken."""
    inside = table[np.array([code.startswith(rule.area_code) for code in table.index], dtype=bool)]
    counted = inside[inside["denominator"] >= max(rule.least, 1)]
    late = counted["value"] > rule.threshold if rule.side == ABOVE else counted["value"] < rule.threshold
    return counted[late].sort_values("value", ascending=rule.side == BELOW, kind="stable")
