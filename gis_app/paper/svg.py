"""Writes shapes and text as SVG. Everything goes through an XML tree, so no text can become a tag.

The user unit is the millimetre; coordinates are rounded to a hundredth of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import shapely

from gis_app.paper.text import ASCENT, FAMILIES, LINE_HEIGHT, clean

NAMESPACE = "http://www.w3.org/2000/svg"
HALO = "#FFFFFF"


def number(value: float) -> str:
    """Return a length as short text."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Canvas:
    """A drawing that grows: groups, paths, lines and text, in the order in which they are drawn."""

    def __init__(self, width: float, height: float, title: str, language: str) -> None:
        self.root = ElementTree.Element("svg", {
            "xmlns": NAMESPACE,
            "width": f"{number(width)}mm",
            "height": f"{number(height)}mm",
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "role": "img",
            "lang": "zh-CN" if language == "zh" else "en",
            "font-family": FAMILIES,
        })  # fmt: skip
        ElementTree.SubElement(self.root, "title").text = clean(title)
        self._into = self.root

    def group(self, name: str, **attributes: object) -> None:
        """Begin a group of its own at the top level; what follows is drawn in it."""
        self._into = ElementTree.SubElement(self.root, "g", _named({"class": name} | attributes))

    def path(self, d: str, **attributes: object) -> None:
        """Draw a path."""
        if d:
            self._add("path", {"d": d} | attributes)

    def rect(self, x: float, y: float, width: float, height: float, **attributes: object) -> None:
        """Draw a rectangle."""
        self._add("rect", {"x": x, "y": y, "width": width, "height": height} | attributes)

    def circle(self, x: float, y: float, radius: float, **attributes: object) -> None:
        """Draw a circle."""
        self._add("circle", {"cx": x, "cy": y, "r": radius} | attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: object) -> None:
        """Draw a straight line."""
        self._add("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2} | attributes)

    def text(
        self, x: float, y: float, words: str, size: float, *, anchor: str = "start", bold: bool = False,
        colour: str = "#1B2733", halo: str = HALO, halo_width: float = 0.0,
    ) -> None:  # fmt: skip
        """Write one line whose baseline begins, has its middle or ends at x, y."""
        attributes = {"x": x, "y": y, "font_size": size, "fill": colour}
        if anchor != "start":
            attributes["text_anchor"] = anchor
        if bold:
            attributes["font_weight"] = "700"
        if halo_width:
            attributes |= {
                "stroke": halo,
                "stroke_width": halo_width,
                "stroke_linejoin": "round",
                "paint_order": "stroke",
            }
        self._add("text", attributes).text = clean(words)

    def lines(self, x: float, top: float, words: Sequence[str], size: float, **how: object) -> float:
        """Write lines below each other from `top` down and return where they end."""
        for count, one in enumerate(words):
            self.text(x, top + (count * LINE_HEIGHT + 0.09 + ASCENT) * size, one, size, **how)
        return top + len(words) * LINE_HEIGHT * size

    def bytes(self) -> bytes:
        """Return the drawing."""
        return ElementTree.tostring(self.root, encoding="utf-8", xml_declaration=True)

    def _add(self, tag: str, attributes: dict[str, object]) -> ElementTree.Element:
        return ElementTree.SubElement(self._into, tag, _named(attributes))


def _named(attributes: dict[str, object]) -> dict[str, str]:
    """Return attributes as SVG spells them: dashes for underscores, short numbers."""
    return {
        name.replace("_", "-"): number(value) if isinstance(value, float | int | np.floating) else str(value)
        for name, value in attributes.items()
    }


def path_of(shapes: np.ndarray) -> str:
    """Return polygons and lines (in mm, y downwards) as one path; empty where there are none."""
    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    kinds = shapely.get_type_id(parts)
    rings = shapely.get_rings(parts[kinds == shapely.GeometryType.POLYGON])
    lines = parts[kinds == shapely.GeometryType.LINESTRING]
    return "".join([_pieces(rings, "Z"), _pieces(lines, "")])


def _pieces(lines: np.ndarray, end: str) -> str:
    """Return lines as pieces of a path; points that fall together on paper are written once."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    if not len(xy):
        return ""
    xy = np.round(xy, 2)
    first = np.append(True, of[1:] != of[:-1])
    kept = first | np.append(True, (xy[1:] != xy[:-1]).any(axis=1))
    xy, of, first = xy[kept], of[kept], first[kept]
    words = [f"{x:g} {y:g}" for x, y in xy.tolist()]
    starts = np.flatnonzero(first)
    bounds = [*starts.tolist(), len(words)]
    return "".join(f"M{'L'.join(words[a:b])}{end}" for a, b in pairwise(bounds) if b - a > 1)
