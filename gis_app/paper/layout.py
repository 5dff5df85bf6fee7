"""Divides a sheet: heading, map, and the column (or, on a tall sheet, the band) of what is told beside it.

All in millimetres. Text grows with the sheet, so that a wall map is read from the wall.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis_app.paper.sheet import MapSheet
from gis_app.paper.svg import Canvas

Box = tuple[float, float, float, float]
USUAL_SHORT_SIDE = 297.0
SMALLEST, LARGEST = 0.66, 2.4
COLUMN = 58.0  # mm at scale 1
GAP = 4.0
MAP_MARGIN = 0.025


@dataclass(frozen=True)
class Block:
    """A piece of what is told: its height, and how it is drawn at x, y (its left upper corner)."""

    height: float
    draw: Callable[[Canvas, float, float], None]


@dataclass(frozen=True)
class Layout:
    """Where everything stands: `unit` is how much larger than on A3 text is."""

    unit: float
    heading: Box
    map: Box
    aside: Box
    column: float


@dataclass(frozen=True)
class Fit:
    """From metres to millimetres: x = (X - x0) * scale + dx, y turned downwards."""

    scale: float
    dx: float
    dy: float

    def apply(self, shapes: np.ndarray) -> np.ndarray:
        """Return shapes in millimetres of the sheet."""
        return shapely.transform(np.asarray(shapes, dtype=object), self.points)

    def points(self, xy: np.ndarray) -> np.ndarray:
        """Return points (n, 2) in millimetres of the sheet."""
        return np.column_stack([xy[:, 0] * self.scale + self.dx, self.dy - xy[:, 1] * self.scale])


def unit_of(size_mm: tuple[float, float]) -> float:
    """Return how much larger than on A3 the text of a sheet is."""
    return float(np.clip(min(size_mm) / USUAL_SHORT_SIDE, SMALLEST, LARGEST))


def layout_of(sheet: MapSheet, blocks: Sequence[Block]) -> Layout:
    """Return the division of a sheet that has to hold these blocks beside its map."""
    width, height = sheet.size_mm
    unit = unit_of(sheet.size_mm)
    edge, gap = 8.0 * unit if sheet.title else 1.0, GAP * unit
    top = edge + (15.0 * unit if sheet.title else 0.0)
    heading = (edge, edge, width - edge, top)
    column = min(COLUMN * unit, 0.38 * width)
    if width >= height:
        left = width - edge - column
        return Layout(
            unit, heading, (edge, top, left - gap, height - edge), (left, top, width - edge, height - edge),
            column,
        )  # fmt: skip
    columns = max(1, int((width - 2 * edge + gap) // (column + gap)))
    band = max((sum(block.height + gap for block in one) for one in dealt(blocks, columns, gap)), default=0)
    split = height - edge - min(band, 0.45 * height)
    return Layout(
        unit, heading, (edge, top, width - edge, split - gap), (edge, split, width - edge, height - edge),
        (width - 2 * edge + gap) / columns - gap,
    )  # fmt: skip


def dealt(blocks: Sequence[Block], columns: int, gap: float) -> list[list[Block]]:
    """Return the blocks in columns, in order, none much higher than the others."""
    total = sum(block.height + gap for block in blocks)
    found: list[list[Block]] = [[]]
    for block in blocks:
        filled = sum(one.height + gap for one in found[-1])
        if found[-1] and filled + block.height / 2 > total / columns and len(found) < columns:
            found.append([])
        found[-1].append(block)
    return found


def draw_blocks(canvas: Canvas, sheet: MapSheet, layout: Layout, blocks: Sequence[Block]) -> None:
    """Draw the blocks below each other in the column, or side by side in the band."""
    gap = GAP * layout.unit
    x0, y0, x1, _ = layout.aside
    tall = sheet.size_mm[0] < sheet.size_mm[1]
    columns = max(1, int((x1 - x0 + gap) // (layout.column + gap - 0.01))) if tall else 1
    for number, column in enumerate(dealt(blocks, columns, gap) if tall else [list(blocks)]):
        y = y0
        for block in column:
            block.draw(canvas, x0 + number * (layout.column + gap), y)
            y += block.height + gap


def fit_of(bounds: np.ndarray, box: Box) -> Fit | None:
    """Return how metres become millimetres so that `bounds` fill the box; None without any extent."""
    if not np.isfinite(bounds).all():
        return None
    wide, high = max(bounds[2] - bounds[0], 1.0), max(bounds[3] - bounds[1], 1.0)
    room_x, room_y = box[2] - box[0], box[3] - box[1]
    scale = min(room_x / wide, room_y / high) * (1 - 2 * MAP_MARGIN)
    middle = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    return Fit(scale, (box[0] + box[2]) / 2 - middle[0] * scale, (box[1] + box[3]) / 2 + middle[1] * scale)
