"""What the sections of a report share: names of areas, tables of areas, change in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from gis_app.incidents.key_figures import RATE as A_RATE
from gis_app.incidents.key_figures import KeyFigure, by_area
from gis_app.layers.codes import LENGTHS
from gis_app.paper.document import CHANGE, NOTHING, RATE, WHOLE, Column, Table, said, signed
from gis_app.paper.monthly_state import Material
from gis_app.paper.monthly_words import Say, words_of

SHOWN = 30
BRIEF = 15


class View:
    """A material with the words of its language and the names of its areas."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.lang = material.asked.language
        self.say: Say = words_of(self.lang)
        self.now, self.before = material.now, material.before

    @property
    def comma(self) -> str:
        """Return what stands between the names of a list."""
        return "、" if self.lang == "zh" else ", "

    @property
    def space(self) -> str:
        """Return what stands between two sentences."""
        return "" if self.lang == "zh" else " "

    @property
    def semicolon(self) -> str:
        """Return what stands between the parts of a sentence."""
        return "；" if self.lang == "zh" else "; "

    @cached_property
    def unit(self) -> str:
        """Return what coverage counts: households, or places where nobody counted households."""
        _ = self.say
        return _("户") if self.material.atlas.demand_unit == "households" else _("处")

    @cached_property
    def walking(self) -> bool:
        """Tell whether distances are along streets."""
        return self.now.coverage.basis == "walk"

    @cached_property
    def level_name(self) -> str:
        """Return what the areas told one by one are called."""
        _ = self.say
        return _("社区") if self.material.level == "community" else _("网格")

    def name(self, code: str) -> str:
        """Return an area's name, its code where it has none, words for no area at all."""
        _ = self.say
        return self.names.get(code, code) if code else _("（未划入网格）")

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the names of communities and grids by code."""
        found = {}
        for level in ("subdistrict", "community", "grid"):
            areas = self.material.areas(level) if level != "subdistrict" else _subdistricts(self.material)
            found |= dict(zip(areas["code"], areas["name"], strict=True))
        return found

    def by_area(self, part: pd.DataFrame, level: str) -> pd.DataFrame:
        """Return numerator, denominator and value of each area of a level, by code."""
        codes = pd.Index(self.material.areas(level)["code"], name="code")
        return by_area(part, LENGTHS[level], codes)

    def number(self, figure: KeyFigure, value: float | None) -> str:
        """Return a figure's value as it is read."""
        if value is None:
            return NOTHING
        return said(value, RATE) if figure.unit == A_RATE else f"{value:,.1f}"

    def change(self, figure: KeyFigure, now: float | None, before: float | None) -> tuple[str, str]:
        """Return how a figure stands beside the month before, in words, and "better", "worse" or ""."""
        _ = self.say
        if now is None or before is None:
            return NOTHING, ""
        shown = round((now - before) * (100 if figure.unit == A_RATE else 1), 1) + 0.0
        if not shown:
            return _("持平"), ""
        text = signed(shown, 1)
        words = _("%(points)s 百分点", points=text) if figure.unit == A_RATE else text
        better = figure.better * shown
        return words, "better" if better > 0 else "worse" if better < 0 else ""

    def limited(self, table: Table) -> Table:
        """Return a table with a note where paper does not show all of its rows."""
        _ = self.say
        if table.shown is None or len(table.rows) <= table.shown:
            return table
        more = _(
            "纸面只列前 %(shown)s 行，共 %(all)s 行；全部各行见同名 XLSX 文件。",
            shown=table.shown,
            all=f"{len(table.rows):,}",
        )
        note = f"{table.note}{self.space}{more}".strip()
        return Table(table.key, table.title, table.columns, table.rows, note, table.shown, table.empty)


def rows_of(*columns: Sequence) -> tuple[tuple, ...]:
    """Return columns as rows of plain values."""
    return tuple(zip(*(list(column) for column in columns), strict=True))


def counts(title: str, width: float = 1.0) -> Column:
    """Return a column of whole numbers."""
    return Column(title, WHOLE, width)


def shares(title: str, width: float = 1.0) -> Column:
    """Return a column of shares."""
    return Column(title, RATE, width)


def changes(title: str, width: float = 1.0) -> Column:
    """Return a column of differences of whole numbers."""
    return Column(title, CHANGE, width)


def _subdistricts(material: Material) -> pd.DataFrame:
    frame = material.atlas.subdistricts
    return pd.DataFrame(
        {"code": frame["subdistrict_code"].astype("str"), "name": frame["name"].astype("str")}
    )
