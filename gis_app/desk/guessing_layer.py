"""Which layer a table is: by the kind of its shapes, its size on the ground, names, columns and values.

Each sign gives points with a reason; a layer is named only where it is clearly ahead of the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely

from gis_app.desk import guessing_values as values
from gis_app.desk.guessing_columns import ColumnGuess
from gis_app.desk.guessing_fields import Known
from gis_app.desk.guessing_words import ENDINGS, OF_LAYER
from gis_app.exchange.context import Existing
from gis_app.layers import codes, schema

CLEAR = 0.55
LEAST = 1.0  # points; less is no sign at all
WARMTH = 0.8
NAMED_FILE, NAMED_TABLE = 2.0, 2.5
ANY = "none"
# layer -> the usual size of one of its areas, m2: from, to
SIZES = {
    "county": (5e7, 5e10),
    "subdistricts": (1.5e6, 5e8),
    "communities": (1.5e5, 5e7),
    "grids": (1e4, 5e6),
    "blocks": (1.5e3, 3e5),
    "buildings": (15.0, 6e3),
    "water": (2e3, 5e7),
}
_KIND = {schema.AREA: "polygon", schema.LINE: "line", schema.POINT: "point"}
KIND_OF = {layer: _KIND[schema.geometry_types(layer)] for layer in schema.LAYERS} | {
    "posts": ANY,
    "incidents": ANY,
}
TITLES = {layer: schema.title(layer) for layer in schema.LAYERS} | {"posts": "责任岗位", "incidents": "事件"}
_WORD = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class LayerCandidate:
    """A layer, its share of belief, and why."""

    layer: str
    label: str
    why: str
    share: float
    points: float


def kind_of(shapes: np.ndarray | None) -> str:
    """Return polygon, line, point or none: what most shapes of a table are."""
    if shapes is None:
        return ANY
    dimensions = shapely.get_dimensions(shapes)
    dimensions = dimensions[dimensions >= 0]
    if len(dimensions) == 0:
        return ANY
    return ("point", "line", "polygon")[int(np.bincount(dimensions, minlength=3).argmax())]


def closed_lines(shapes: np.ndarray | None) -> bool:
    """Tell whether lines are the outlines of areas, as drawings hold them: most of them closed."""
    if shapes is None or kind_of(shapes) != "line":
        return False
    lines = shapes[shapely.get_type_id(shapes) == 1]
    return len(lines) > 0 and float(shapely.is_closed(lines).mean()) > 0.5


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a table: names, shapes, areas in m2, columns under each layer, profiles of columns.

    `columns` holds just the layers that the table may be at all; `alike` says layer → share of the shapes
    that the layer has already.
    """

    table_name: str
    filename: str
    shapes: np.ndarray | None
    metres: np.ndarray | None
    columns: dict[str, dict[str, ColumnGuess]]
    profiles: dict[str, values.Profile]
    existing: Existing
    alike: dict[str, float]


def rank(signs: Signs) -> list[LayerCandidate]:
    """Return the layers that a table may be, the likeliest first."""
    kind = kind_of(signs.shapes)
    points: dict[str, tuple[float, list[str]]] = {}
    for layer, columns in signs.columns.items():
        found = [
            (1.0 if kind == "line" == KIND_OF[layer] else 0.0, ""),
            *_by_names(layer, signs.table_name, signs.filename),
            *_by_columns(layer, columns),
            *_by_codes(layer, signs.profiles),
            *_by_endings(layer, signs.profiles),
            *_by_known(layer, signs.profiles, signs.existing),
            *(_by_size(layer, signs.metres) if KIND_OF[layer] == "polygon" else ()),
            *_by_shapes(layer, signs.alike),
        ]
        points[layer] = float(sum(sign for sign, _ in found)), [why for _, why in found if why]
    return _shared(points, kind)


def possible(wanted: str, kind: str, areas_too: bool, located: bool) -> bool:
    """Tell whether a table of one kind of shape can be a layer of another."""
    if kind == ANY:
        return wanted == ANY or (wanted == "point" and located)
    return wanted == kind or (wanted == "polygon" and areas_too)


def _by_names(layer: str, table_name: str, filename: str):
    for name, points, what in ((table_name, NAMED_TABLE, "表名"), (filename, NAMED_FILE, "文件名")):
        word = _longest(layer, name)
        if word and (what == "文件名" or table_name not in filename):
            longer = any(len(_longest(other, name)) > len(word) for other in OF_LAYER if other != layer)
            yield (0.4 if longer else points), ("" if longer else f"{what}中有“{word}”")


def _longest(layer: str, name: str) -> str:
    """Return the longest of a layer's words that a name holds, as a word of its own where it is Latin."""
    parts = _WORD.findall(name.lower())
    found = [
        word
        for word in OF_LAYER[layer].split()
        if any(word == part if word.isascii() else word in part for part in parts)
    ]
    return max(found, key=len, default="")


def _by_columns(layer: str, found: dict[str, ColumnGuess]):
    if layer not in schema.LAYERS:
        named = [guess.column for guess in found.values() if guess.column]
        yield 0.6 * len(named), f"有{'、'.join(f'“{name}”' for name in named[:3])}等列" if named else ""
        return
    code = schema.code_column(layer)
    for field, guess in found.items():
        if guess.column is None:
            continue
        if field == code:
            yield (1.6 if "列名" in guess.why else 0.6), f"“{guess.column}”列是{TITLES[layer]}的编码"
        elif field not in ("name", "households"):
            yield 0.7, f"有“{guess.column}”列"
        elif field == "households":
            yield 0.2, ""


def _by_codes(layer: str, profiles: dict[str, values.Profile]):
    level = next((level for level, own in codes.LAYER_OF_LEVEL.items() if own == layer), None)
    if level is None:
        return
    for name, found in profiles.items():
        alone = found.unique > 0.95 and found.filled > 0.9
        if found.lengths.get(codes.LENGTHS[level], 0.0) > 0.9 and alone:
            yield 2.5, f"“{name}”列是 {codes.LENGTHS[level]} 位编码"
            return


def _by_endings(layer: str, profiles: dict[str, values.Profile]):
    endings = ENDINGS.get(layer, "").split()
    if not endings:
        return
    share, name = max(
        (
            (values.share_ending(found, endings), name)
            for name, found in profiles.items()
            if found.unique > 0.5
        ),
        default=(0.0, ""),
    )
    if share > 0.5:
        yield 1.5 * share, f"“{name}”列的值像{TITLES[layer]}的名称"


def _by_known(layer: str, profiles: dict[str, values.Profile], existing: Existing):
    if layer not in schema.LAYERS:
        return
    known = Known(layer, existing)
    for found in profiles.values():
        if found.unique > 0.9 and values.share_known(found, known.codes(layer)) > 0.5:
            yield 2.5, f"编码多是已有{TITLES[layer]}的"
            return
    for found in profiles.values():
        if found.unique > 0.8 and values.share_known(found, known.of(layer, "name")) > 0.5:
            yield 2.2, f"名称多是已有{TITLES[layer]}的"
            return


def _by_shapes(layer: str, alike: dict[str, float]):
    share = alike.get(layer, 0.0)
    if share > 0.3:
        yield 3.0 * share, f"{share:.0%} 的图形与已有{TITLES[layer]}相同"


def _by_size(layer: str, metres: np.ndarray | None):
    if metres is None or len(metres) == 0:
        return
    middle = float(np.median(metres))
    low, high = SIZES[layer]
    if low <= middle <= high:
        width = np.log10(high / low)
        yield 1.4 - 0.2 * width, f"面积一般为 {_area(middle)}"
    else:
        yield -1.5, ""
    if layer == "county":
        yield (0.8 if len(metres) == 1 else -4.0), "只有一个面" if len(metres) == 1 else ""


def _area(value: float) -> str:
    return f"{value / 1e6:,.1f} 平方公里" if value >= 1e6 else f"{value:,.0f} 平方米"


def _shared(points: dict[str, tuple[float, list[str]]], kind: str) -> list[LayerCandidate]:
    if not points:
        return []
    best = max(total for total, _ in points.values())
    weights = {layer: float(np.exp((total - best) / WARMTH)) for layer, (total, _) in points.items()}
    whole = sum(weights.values())
    words = {"polygon": "面", "line": "线", "point": "点", ANY: "表"}[kind]
    found = [
        LayerCandidate(
            layer,
            TITLES[layer],
            "；".join([f"图形是{words}" if kind != ANY else "没有图形", *why]),
            round(weights[layer] / whole, 3),
            round(total, 2),
        )
        for layer, (total, why) in points.items()
    ]
    return sorted(found, key=lambda candidate: -candidate.share)


def best(ranked: list[LayerCandidate]) -> LayerCandidate | None:
    """Return the layer that is clearly ahead, None where none is."""
    if not ranked or ranked[0].share < CLEAR or ranked[0].points < LEAST:
        return None
    return ranked[0]
