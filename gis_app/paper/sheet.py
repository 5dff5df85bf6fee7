"""What a map on paper is made of, as plain data: areas with their class, names, marks, and all that is told.

Shapes are in metres (the county's metric CRS), sizes in millimetres. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

PAPERS: dict[str, tuple[float, float]] = {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "A1": (841.0, 594.0)}
"""Width and height in mm, landscape."""
NO_SHAPES = np.empty(0, dtype=object)


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas to be filled: `shapes` (n,) polygons, `classes` (n,) int, the index of each one's legend class.

    `fills` (n,) replaces the class's colour where it is a colour: neighbours that only have to differ.
    """

    shapes: np.ndarray
    classes: np.ndarray
    fills: tuple[str | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Names:
    """Names to be placed: `shapes` (n,) polygons, and for each its `texts`, the fullest first.

    A text is a tuple of lines; the last text is the one that a leader line carries. `what` says in the
    language of the sheet what is named, for the note on names left out.
    """

    shapes: np.ndarray = field(default_factory=lambda: NO_SHAPES)
    texts: tuple[tuple[tuple[str, ...], ...], ...] = ()
    what: str = ""


@dataclass(frozen=True, eq=False)
class Marks:
    """Places of one kind: `points` (n, 2), a `symbol` (diamond, circle, ring, square), and their `names`.

    `names` is empty where the marks bear none.
    """

    title: str
    symbol: str
    colour: str
    points: np.ndarray
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MapSheet:
    """One map on one sheet; `legend` is that of `maps.classes.legend`, drawn with the same colours.

    `borders` and `ground` map the names of layers to shapes; `size_mm` is width and height; `date` is what
    the figures are as of. An empty `title` leaves the heading out, for a map inside a document.
    """

    title: str
    areas: Areas
    legend: Mapping[str, Any]
    size_mm: tuple[float, float]
    date: str
    language: str = "zh"
    subtitle: str = ""
    revision: str = ""
    review_number: str = ""
    attribution: str = ""
    notes: tuple[str, ...] = ()
    names: Names = field(default_factory=Names)
    marks: tuple[Marks, ...] = ()
    borders: Mapping[str, np.ndarray] = field(default_factory=dict)
    ground: Mapping[str, np.ndarray] = field(default_factory=dict)
    focus: np.ndarray = field(default_factory=lambda: NO_SHAPES)
    """What the sheet shows in full; the areas where empty."""
    hatched: np.ndarray = field(default_factory=lambda: NO_SHAPES)
    """What is hatched over its fill, for the reason that `hatch_title` names in the legend."""
    hatch_title: str = ""
    larger_names: float = 1.0
    """How much larger than usual names may be, where there is room."""
