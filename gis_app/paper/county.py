"""Sheets of a county: figures by area become a sheet, with the county's shapes, borders and ground.

An `Order` is plain JSON, so that what a page has worked out can wait for the background to draw it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gis_app.layers.atlas import Atlas
from gis_app.paper.sheet import MapSheet


@dataclass(frozen=True)
class Order:
    """What a map shall show, without any shape; `rows` are [area code, class index, value in words, fill].

    `marks` are [title, symbol, colour, [[lon, lat, name], …]]; `area` is the code of the part of the county
    that is shown, "" for all of it.
    """

    title: str
    level: str
    rows: list[list[Any]]
    legend: Mapping[str, Any]
    size_mm: tuple[float, float]
    date: str
    language: str = "zh"
    subtitle: str = ""
    revision: str = ""
    review_number: str = ""
    attribution: str = ""
    notes: tuple[str, ...] = ()
    area: str = ""
    marks: tuple = ()
    named: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the order as plain JSON types."""
        return asdict(self)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Order:
        """Return the order that `as_json` told."""
        return cls(**told)


def classed(
    codes: Sequence[str], values: Sequence[float], title: str, unit: str, rule: str = "", date: str = "",
    palette: str = "YlGnBu", centre: float = 0.0, language: str = "zh",
) -> tuple[list[list[Any]], dict[str, Any]]:  # fmt: skip
    """Return (rows, legend) of an order for one number of each area, in the classes of the screen."""
    raise NotImplementedError


def sheet_of(order: Order, atlas: Atlas) -> MapSheet:
    """Return the sheet of an order; areas that the atlas lacks are left out. Raises NotFound and BadInput."""
    raise NotImplementedError
