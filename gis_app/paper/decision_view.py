"""A decision in the words of one language: names of grids, figures as written, what counts as changed.

What is written about people names posts and areas, never a holder.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from gis_app.assignments.tables import ROLES
from gis_app.paper.document import NOTHING
from gis_app.paper.monthly_words import Say, words_of
from gis_app.plans.rules import Rule
from gis_app.studio.decision import Decision


class View:
    """A decision with the words of its language and the names of its areas."""

    def __init__(self, decision: Decision, language: str) -> None:
        self.decision, self.lang = decision, language
        self.say: Say = words_of(language)

    @property
    def comma(self) -> str:
        """Return what stands between the names of a list."""
        return "、" if self.lang == "zh" else ", "

    @cached_property
    def _names(self) -> dict[str, str]:
        frame = self.decision.comparison.grids
        return dict(zip(frame.index, frame["name"].fillna("").astype(str), strict=True))

    @cached_property
    def communities(self) -> dict[str, str]:
        """Return the names of communities by code."""
        frame = self.decision.atlas.communities
        return dict(zip(frame["community_code"].astype(str), frame["name"].astype(str), strict=True))

    def grid(self, code: str) -> str:
        """Return a grid by its code and its name, where it has one of its own."""
        name = self._names.get(code, "")
        return f"{code} {name}".strip() if code else NOTHING

    def codes(self, codes: tuple[str, ...]) -> str:
        """Return several grids by their codes."""
        return self.comma.join(codes) or NOTHING

    def role(self, role: str) -> str:
        """Return the name of a post."""
        return ROLES[role][self.lang] if role in ROLES else role

    @cached_property
    def changed(self) -> pd.DataFrame:
        """Return the rows of the comparison that are not as before."""
        grids = self.decision.comparison.grids
        return grids[grids["change"] != "kept"]

    @cached_property
    def moved(self) -> tuple[int, float]:
        """Return how many households change grid, and their share of all."""
        households = int(self.decision.comparison.moved["households"].sum())
        total = int(self.decision.after.canvas.households.sum())
        return households, households / total if total else 0.0

    @cached_property
    def band(self) -> tuple[int, int]:
        """Return the households that a grid should have, least and most."""
        rule: Rule = next(one for one in self.decision.rules if one.rule_id == "households")
        return int(rule.params["least"]), int(rule.params["most"])

    def within(self, households: np.ndarray) -> int:
        """Return how many grids have as many households as they should."""
        least, most = self.band
        return int(((households >= least) & (households <= most)).sum())

    def change_words(self) -> dict[str, str]:
        """Return what became of a grid, in words."""
        _ = self.say
        return {"changed": _("有变动"), "new": _("新设"), "gone": _("撤销"), "kept": _("不变")}


def both(before: float | None, after: float | None, digits: int = 0) -> str:
    """Return a figure before and after as it is written: one number where both are the same."""
    one, two = (_number(value, digits) for value in (before, after))
    return two if one == two else f"{one} → {two}"


def _number(value: float | None, digits: int) -> str:
    return NOTHING if value is None or not np.isfinite(value) else f"{value:,.{digits}f}"
