"""The report as a thing of its own: sections, tables, figures, pictures; no format and no county in it.

PDF, DOCX and XLSX are made from one `Document`, so they cannot tell different things. Values stay numbers up
to here; `said` is the one place that turns them into words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

TEXT, SAID, MARK = "text", "said", "mark"  # words; words of a number; a sign
WHOLE, RATE, NUMBER, POINTS, CHANGE = "whole", "rate", "number", "points", "change"
ALIGNED = {TEXT: "left", MARK: "center"}  # everything else stands at the right
NOTHING = "—"


@dataclass(frozen=True)
class Cell:
    """A number that stands in a column of others than its kind: the number, its kind, and it in words."""

    value: float | None
    kind: str
    words: str


Value = str | float | int | Cell | None


@dataclass(frozen=True)
class Column:
    """A column: its title with the unit, the kind of its values, its share of the width."""

    title: str
    kind: str = TEXT
    width: float = 1.0

    @property
    def aligned(self) -> str:
        """Return where its values stand: left, center or right."""
        return ALIGNED.get(self.kind, "right")


@dataclass(frozen=True)
class Table:
    """A table with all its rows, of which paper shows the first `shown`; `note` stands below it."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    shown: int | None = None
    empty: str = ""

    @property
    def on_paper(self) -> tuple[tuple[Value, ...], ...]:
        """Return the rows that paper shows."""
        return self.rows if self.shown is None else self.rows[: self.shown]


@dataclass(frozen=True)
class Figure:
    """A key figure in words and in numbers; `verdict` is "good", "bad" or "" beside its target."""

    code: str
    label: str
    said: str
    unit: str
    value: float | None
    numerator: float
    denominator: float
    counts: str
    change: str
    trend: str
    target: str
    verdict: str
    rule: str


@dataclass(frozen=True)
class Figures:
    """The key figures, as a panel."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `quiet` for a remark on what stands above."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, what it is called, and what it shows in words for who cannot see it."""

    key: str
    title: str
    alt: str
    svg: bytes
    note: str = ""


@dataclass(frozen=True)
class Pair:
    """Two drawings side by side, a heading over both."""

    title: str
    left: Picture
    right: Picture


@dataclass(frozen=True)
class Signatures:
    """Fields to be signed by hand: what each is for, and the words of its lines."""

    fields: tuple[str, ...]
    lines: tuple[str, ...]


Block = Paragraph | Figures | Table | Picture | Pair | Signatures


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; `page` begins a new page."""

    title: str
    blocks: tuple[Block, ...]
    page: bool = False


@dataclass(frozen=True)
class Document:
    """A whole report; `facts` are the lines of the cover, `created` (aware) the date that files bear.

    `mark` is a digest of all that it says.
    """

    language: str
    title: str
    county: str
    period: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    created: datetime
    mark: str = ""
    words: dict[str, str] = field(default_factory=dict)

    def tables(self) -> Iterator[Table]:
        """Yield every table in order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Table))

    def pictures(self) -> Iterator[Picture]:
        """Yield every picture in order."""
        for section in self.sections:
            for block in section.blocks:
                yield from (block.left, block.right) if isinstance(block, Pair) else ()
                yield from (block,) if isinstance(block, Picture) else ()

    def figures(self) -> Iterator[Figure]:
        """Yield every key figure in order."""
        for section in self.sections:
            for block in section.blocks:
                yield from block.figures if isinstance(block, Figures) else ()


def plain(value: Value) -> Value:
    """Return a value without what no file can hold: NaN and infinity are None, numpy numbers plain ones."""
    if value is None or isinstance(value, str | Cell):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and not isinstance(value, float) else number


def said(value: Value, kind: str) -> str:
    """Return a value as it is read on paper; a dash where nothing is known."""
    value = plain(value)
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, Cell):
        return value.words
    return _SAID[kind](value)


_SAID = {
    TEXT: lambda value: f"{value:g}",
    SAID: lambda value: f"{value:g}",
    MARK: lambda value: f"{value:g}",
    WHOLE: lambda value: f"{value:,.0f}",
    RATE: lambda value: f"{value * 100:.1f} %",
    NUMBER: lambda value: f"{value:,.1f}",
    POINTS: lambda value: signed(value * 100, 1),
    CHANGE: lambda value: signed(value, 0),
}


def signed(value: float, decimals: int) -> str:
    """Return a difference with its sign, a true minus; 0 has none."""
    shown = round(value, decimals)
    return f"{shown:+,.{decimals}f}".replace("-", "−") if shown else f"{0:.{decimals}f}"
