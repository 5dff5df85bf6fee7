"""What a collection is: something that can be asked and written, be it a layer or the incidents.

A collection answers three questions: which rows fit (`select`), what they are (`features`), and what there is
to ask about (`fields`). Layers answer from the snapshot, incidents from the frame of the process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from gis_app.web.ogc.crs import System


@dataclass(frozen=True)
class Field:
    """One property that can be asked for: its title and its JSON type."""

    title: str
    kind: str
    format: str = ""


@dataclass(frozen=True)
class Asked:
    """What the features shall fit: boxes in a system, a span of seconds since 1970, values by property."""

    system: System
    box_system: System
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    span: tuple[float, float] | None = None
    equals: tuple[tuple[str, Any], ...] = ()
    limit: int = 100
    offset: int = 0


class Collection(Protocol):
    """What every collection can do; rows are numbers into its features."""

    name: str
    title: str
    code: str
    kind: str
    fields: Mapping[str, Field]

    @property
    def tag(self) -> str:
        """Return what tells the present content apart."""

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north, None where there is nothing."""

    @property
    def period(self) -> tuple[str, str] | None:
        """Return the first and last moment as ISO 8601, None for what has no time."""

    def select(self, asked: Asked) -> np.ndarray:
        """Return the rows that fit, in order."""

    def find(self, code: str) -> np.ndarray:
        """Return the row with this code, or no row."""

    def features(self, rows: np.ndarray, system: System) -> list[str]:
        """Return these rows as GeoJSON texts."""

    def records(self, rows: np.ndarray) -> Sequence[Mapping[str, Any]]:
        """Return the properties of these rows."""

    def drawn(self) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
        """Return every shape (longitude, latitude) and the few properties that a tile holds."""
