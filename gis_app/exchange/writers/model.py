"""What every writer is given: layers with their fields' titles, and what is to be said about the file.

Nothing here knows a format, an account or a filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import shapely

TITLES: dict[str, dict[str, str]] = {
    "county": {"zh": "县", "en": "County"},
    "layers": {"zh": "内容", "en": "Content"},
    "plan": {"zh": "边界方案", "en": "Plan"},
    "revision": {"zh": "数据版次", "en": "Revision"},
    "made_at": {"zh": "导出时间", "en": "Exported at"},
    "system": {"zh": "坐标系", "en": "Coordinate system"},
    "filter": {"zh": "筛选", "en": "Filter"},
    "source": {"zh": "数据来源", "en": "Source"},
    "review_number": {"zh": "审图号", "en": "Map review number"},
    "note": {"zh": "说明", "en": "Note"},
}


@dataclass(frozen=True)
class Layer:
    """One layer or table to write.

    `name` is an ASCII word, `title` what people call it; `frame` holds the fields in order, `titles` what
    each is called; `shapes` (n,) are in EPSG:4490, None for a table without places; `label` names the
    field that a map writes beside a shape.
    """

    name: str
    title: str
    frame: pd.DataFrame
    titles: Mapping[str, str]
    shapes: np.ndarray | None = None
    label: str = ""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.frame)

    def moved(self, transform) -> Layer:
        """Return the layer with every point (n, 2) put through a function."""
        if self.shapes is None:
            return self
        flat = shapely.force_2d(np.asarray(self.shapes, dtype=object))
        shapes = shapely.transform(flat, transform) if len(flat) else flat
        return Layer(self.name, self.title, self.frame, self.titles, shapes, self.label)


@dataclass(frozen=True)
class About:
    """What a file says about itself: facts by the keys of TITLES, and notes for whoever opens it.

    `name` is the name, without its ending, under which the file will be kept.
    """

    facts: Mapping[str, str]
    language: str = "zh"
    notes: Sequence[str] = field(default=())
    name: str = "export"

    def rows(self) -> list[tuple[str, str]]:
        """Return what is said and what of, the empty left out."""
        told = [(TITLES[key][self.language], text) for key, text in self.facts.items() if text]
        return told + [(TITLES["note"][self.language], text) for text in self.notes]

    def with_notes(self, *notes: str) -> About:
        """Return the same with more notes."""
        return replace(self, notes=(*self.notes, *notes))

    def text(self) -> str:
        """Return everything as lines of text."""
        colon = "：" if self.language == "zh" else ": "
        return "".join(f"{title}{colon}{said}\r\n" for title, said in self.rows())


def plain(values: pd.Series) -> list:
    """Return values as plain Python ones, None for anything missing."""
    listed = values.astype(object).where(values.notna(), None).tolist()
    return [value.item() if isinstance(value, np.generic) else value for value in listed]


def present(shapes: np.ndarray) -> np.ndarray:
    """Tell (n,) bool which rows have a shape."""
    return ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
