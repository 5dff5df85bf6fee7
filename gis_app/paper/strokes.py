"""How borders, marks and missing data are drawn on paper: the widths of the screen, in millimetres."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from gis_app.maps.styles import BORDERS
from gis_app.paper.svg import Canvas

BORDER_COLOUR = "#3B4A5A"
BAND_COLOUR = "#C9CED4"
MM_OF_PIXEL = 0.2
HATCH_STEP = 1.6
HATCH_COLOUR = "#7A1E1E"
GROUND: dict[str, dict[str, Any]] = {
    "land": {"fill": "#F3F1EC"},
    "blocks": {"fill": "none", "stroke": "#D8D3C8", "stroke_width": 0.12},
    "water": {"fill": "#BFD6E6"},
    "banks": {"fill": "none", "stroke": "#6E9CBB", "stroke_width": 0.2},
    "streets": {"fill": "none", "stroke": "#CFCBC2", "stroke_width": 0.18},
}


def border_strokes(name: str, unit: float) -> list[dict[str, Any]]:
    """Return the strokes of a border, the lowest first; a dash as on the screen."""
    how = BORDERS[name]
    stroke: dict[str, Any] = {
        "fill": "none",
        "stroke": BORDER_COLOUR,
        "stroke_width": how["width"] * MM_OF_PIXEL * unit,
        "stroke_linejoin": "round",
    }
    if "dash" in how:
        stroke["stroke_dasharray"] = " ".join(f"{one * MM_OF_PIXEL * unit:.2f}" for one in how["dash"])
    if "band" not in how:
        return [stroke]
    return [stroke | {"stroke": BAND_COLOUR, "stroke_width": how["band"] * MM_OF_PIXEL * unit}, stroke]


def draw_symbol(canvas: Canvas, symbol: str, colour: str, x: float, y: float, radius: float) -> None:
    """Draw a mark around a point: diamond, square, circle or ring."""
    edge = {"stroke": "#FFFFFF", "stroke_width": radius * 0.22}
    if symbol == "ring":
        canvas.circle(x, y, radius, fill="#FFFFFF", stroke=colour, stroke_width=radius * 0.45)
    elif symbol == "circle":
        canvas.circle(x, y, radius, fill=colour, **edge)
    else:
        start = 0.0 if symbol == "diamond" else math.pi / 4
        angles = [start + quarter * math.pi / 2 for quarter in range(4)]
        far = radius * 1.25
        corners = [f"{x + far * math.sin(one):.2f} {y - far * math.cos(one):.2f}" for one in angles]
        canvas.path(f"M{'L'.join(corners)}Z", fill=colour, **edge)


def hatch(shapes: np.ndarray, unit: float) -> np.ndarray:
    """Return the slanting lines (mm) that fill shapes without data."""
    whole = shapely.union_all(shapes)
    if shapely.is_empty(whole):
        return np.empty(0, dtype=object)
    x0, y0, x1, y1 = whole.bounds
    starts = np.arange(x0 - (y1 - y0), x1, HATCH_STEP * unit)
    lines = shapely.linestrings([[(x, y1), (x + (y1 - y0), y0)] for x in starts])
    return shapely.intersection(lines, whole)


def hatch_swatch(x: float, y: float, width: float, height: float, unit: float) -> str:
    """Return the path of the hatching in a swatch of the legend."""
    box = np.array([shapely.box(x, y, x + width, y + height)])
    lines = shapely.get_parts(hatch(box, unit))
    lines = lines[shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING]
    ends = [shapely.get_coordinates(line) for line in lines]
    return "".join(f"M{a[0]:.2f} {a[1]:.2f}L{b[0]:.2f} {b[1]:.2f}" for a, b in (xy[[0, -1]] for xy in ends))
