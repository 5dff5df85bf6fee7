"""A map as a vector drawing: millimetres of the sheet, text as text, the same bytes for the same sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gis_app.paper.furniture import INK, QUIET, blocks_of
from gis_app.paper.labels import Label, Placed, place, place_beside
from gis_app.paper.layout import Fit, Layout, draw_blocks, fit_of, layout_of
from gis_app.paper.sheet import MapSheet
from gis_app.paper.strokes import BORDER_COLOUR, GROUND, HATCH_COLOUR, border_strokes, draw_symbol, hatch
from gis_app.paper.svg import Canvas, path_of
from gis_app.paper.text import LINE_HEIGHT, shortened
from gis_app.paper.words import say

ORDER = ("grids", "communities", "subdistricts", "county")
NAME_SIZES = (3.3, 1.9)  # mm on A3, the largest and the smallest
SMALLEST_TEXT = 1.75  # mm on any sheet: about 5 points
MARK_RADIUS = 1.15
PLAIN = "#FFFFFF"
HATCH_SPARSE = 1.6  # how much wider apart than in areas without data, so that fill and name show
DARK = 0.2  # luminance below which white text reads better than ink


@dataclass(frozen=True, eq=False)
class Drawn:
    """A sheet with everything placed: how it is divided, how it is fitted, and where each name stands."""

    layout: Layout
    fit: Fit | None
    names: Placed
    beside: tuple[Placed, ...]
    notes: tuple[str, ...]


def draw_map(sheet: MapSheet) -> bytes:
    """Return the sheet as SVG whose user unit is the millimetre, `sheet.size_mm` wide and high."""
    drawn = arranged(sheet)
    canvas = Canvas(*sheet.size_mm, sheet.title or str(sheet.legend.get("title", "")), sheet.language)
    canvas.group("paper")
    canvas.rect(0, 0, *sheet.size_mm, fill=PLAIN)
    if drawn.fit:
        _draw_ground(canvas, sheet, drawn)
        _draw_areas(canvas, sheet, drawn)
        _draw_borders(canvas, sheet, drawn)
        _draw_marks(canvas, sheet, drawn)
        _draw_names(canvas, sheet, drawn)
    _draw_frame(canvas, sheet, drawn)
    return canvas.bytes()


def arranged(sheet: MapSheet) -> Drawn:
    """Return where everything on the sheet stands."""
    unit_layout = layout_of(sheet, ())
    blocks = blocks_of(sheet, unit_layout.unit, unit_layout.column, 1.0, [_longest_note(sheet)])
    layout = layout_of(sheet, blocks)
    shown = sheet.focus if len(sheet.focus) else sheet.areas.shapes
    bounds = shapely.total_bounds(shown) if len(shown) else np.full(4, np.nan)
    fit = fit_of(bounds, layout.map)
    if fit is None:
        return Drawn(layout, None, Placed((), 0), (), (say("no_area", sheet.language),))
    points = [fit.points(marks.points) if len(marks.points) else np.empty((0, 2)) for marks in sheet.marks]
    every = np.vstack([*points, np.empty((0, 2))])
    names = _placed_names(sheet, layout, fit, every)
    taken = [label.box for label in names.labels]
    beside = []
    for marks, places in zip(sheet.marks, points, strict=True):
        found = _placed_beside(marks.names, places, layout, taken, every)
        taken += [label.box for label in found.labels]
        beside.append(found)
    return Drawn(layout, fit, names, tuple(beside), tuple(_notes(sheet, names, beside)))


def _placed_names(sheet: MapSheet, layout: Layout, fit: Fit, marks: np.ndarray) -> Placed:
    if not len(sheet.names.shapes):
        return Placed((), 0)
    most, least = (max(size * layout.unit, SMALLEST_TEXT) for size in NAME_SIZES)
    most *= sheet.larger_names
    frame = _inner(layout)
    return place(fit.apply(sheet.names.shapes), sheet.names.texts, (most, least), frame, marks,
                 MARK_RADIUS * 1.3 * layout.unit)  # fmt: skip


def _placed_beside(names, places, layout: Layout, taken, every) -> Placed:
    if not names:
        return Placed((), 0)
    size = max(2.1 * layout.unit, SMALLEST_TEXT)
    gap = MARK_RADIUS * 1.2 * layout.unit
    return place_beside(places, names, size, _inner(layout), taken, gap)


def _inner(layout: Layout) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = layout.map
    return x0 + layout.unit, y0 + layout.unit, x1 - layout.unit, y1 - layout.unit


def _notes(sheet: MapSheet, names: Placed, beside: list[Placed]) -> list[str]:
    notes = []
    if names.left_out:
        notes.append(say("left_out", sheet.language, f"{names.left_out:,}", sheet.names.what))
    for marks, placed in zip(sheet.marks, beside, strict=True):
        if placed.left_out:
            notes.append(say("left_out", sheet.language, f"{placed.left_out:,}", marks.title))
    return notes


def _longest_note(sheet: MapSheet) -> str:
    """Return a note as long as any that may be needed, so that its room is kept free."""
    return say("left_out", sheet.language, "9,999", sheet.names.what) if sheet.names.what else ""


def _draw_ground(canvas: Canvas, sheet: MapSheet, drawn: Drawn) -> None:
    x0, y0, x1, y1 = drawn.layout.map
    canvas.group("ground")
    canvas.rect(x0, y0, x1 - x0, y1 - y0, fill=GROUND["land"]["fill"])
    for name in ("blocks", "water"):
        _draw_layer(canvas, sheet, drawn, name)


def _draw_layer(canvas: Canvas, sheet: MapSheet, drawn: Drawn, name: str, how: dict | None = None) -> None:
    shapes = clipped(sheet.ground.get(name, ()), drawn)
    how = dict(how or GROUND[name])
    if "stroke_width" in how:
        how["stroke_width"] *= drawn.layout.unit
    canvas.path(path_of(shapes), **how)


def clipped(shapes: np.ndarray, drawn: Drawn) -> np.ndarray:
    """Return shapes in millimetres, cut off at the frame of the map."""
    if not len(shapes):
        return np.empty(0, dtype=object)
    return shapely.clip_by_rect(drawn.fit.apply(shapes), *drawn.layout.map)


def _draw_areas(canvas: Canvas, sheet: MapSheet, drawn: Drawn) -> None:
    canvas.group("areas")
    areas, classes = sheet.areas, list(sheet.legend.get("classes", ()))
    if not len(areas.shapes):
        return
    shapes = clipped(areas.shapes, drawn)
    fills = np.array([_fill(areas, classes, i) for i in range(len(shapes))], dtype=object)
    for fill in dict.fromkeys(fills.tolist()):
        if fill is not None:
            canvas.path(path_of(shapes[fills == fill]), fill=fill, fill_rule="evenodd")
    blank = np.array([0 <= k < len(classes) and classes[k]["kind"] == "no_data" for k in areas.classes])
    if blank.any():
        lines = hatch(shapes[blank], drawn.layout.unit)
        colour = next(one["colour"] for one in classes if one["kind"] == "no_data")
        canvas.path(path_of(lines), fill="none", stroke=colour, stroke_width=0.25 * drawn.layout.unit)
    _draw_hatched(canvas, sheet, drawn)
    _draw_layer(canvas, sheet, drawn, "streets")
    _draw_layer(canvas, sheet, drawn, "water", GROUND["banks"])


def _draw_hatched(canvas: Canvas, sheet: MapSheet, drawn: Drawn) -> None:
    shapes = clipped(sheet.hatched, drawn)
    if len(shapes):
        unit = drawn.layout.unit
        whole = np.array([shapely.union_all(shapes)], dtype=object)
        canvas.path(path_of(whole), fill="none", stroke=HATCH_COLOUR, stroke_width=0.4 * unit)
        names = shapely.union_all([shapely.box(*label.box) for label in drawn.names.labels])
        lines = shapely.difference(hatch(shapes, HATCH_SPARSE * unit), names)  # a name is read without it
        canvas.path(path_of(lines), fill="none", stroke=HATCH_COLOUR, stroke_width=0.2 * unit)


def _fill(areas, classes: list, i: int) -> str | None:
    if areas.fills and areas.fills[i]:
        return areas.fills[i]
    index = int(areas.classes[i])
    if not 0 <= index < len(classes):
        return None
    return PLAIN if classes[index]["kind"] == "no_data" else classes[index]["colour"]


def _draw_borders(canvas: Canvas, sheet: MapSheet, drawn: Drawn) -> None:
    canvas.group("borders")
    for name in ORDER:
        shapes = shapely.boundary(np.asarray(sheet.borders.get(name, ()), dtype=object))
        path = path_of(clipped(shapes, drawn))
        for how in border_strokes(name, drawn.layout.unit)[-1:]:
            canvas.path(path, **how)


def _draw_marks(canvas: Canvas, sheet: MapSheet, drawn: Drawn) -> None:
    canvas.group("marks")
    x0, y0, x1, y1 = drawn.layout.map
    for marks in sheet.marks:
        for x, y in drawn.fit.points(marks.points).tolist() if len(marks.points) else ():
            if x0 <= x <= x1 and y0 <= y <= y1:
                draw_symbol(canvas, marks.symbol, marks.colour, x, y, MARK_RADIUS * drawn.layout.unit)


def _draw_names(canvas: Canvas, sheet: MapSheet, drawn: Drawn) -> None:
    canvas.group("names")
    unit = drawn.layout.unit
    grounds = _grounds(sheet, drawn)
    for label, ground in zip(drawn.names.labels, grounds, strict=True):
        if label.leader:
            _draw_leader(canvas, label, unit)
        _draw_label(canvas, label, PLAIN if label.leader else ground)
    for placed in drawn.beside:
        for label in placed.labels:
            _draw_label(canvas, label, PLAIN)


def _draw_leader(canvas: Canvas, label: Label, unit: float) -> None:
    x0, y0, x1, y1 = label.box
    for colour, wide in ((PLAIN, 0.5), (INK, 0.16)):
        canvas.line(*label.leader, stroke=colour, stroke_width=wide * unit)
    canvas.circle(*label.leader[:2], 0.45 * unit, fill=INK, stroke=PLAIN, stroke_width=0.15 * unit)
    canvas.rect(
        x0, y0, x1 - x0, y1 - y0, rx=0.5 * unit, fill=PLAIN, stroke=BORDER_COLOUR, stroke_width=0.1 * unit
    )


def _grounds(sheet: MapSheet, drawn: Drawn) -> list[str]:
    """Return the colour that each name stands on, white where it spans several areas."""
    labels, areas = drawn.names.labels, sheet.areas
    grounds = [PLAIN] * len(labels)
    if not labels or not len(areas.shapes):
        return grounds
    boxes = shapely.box(*np.array([label.box for label in labels]).T)
    shapes = drawn.fit.apply(areas.shapes)
    classes = list(sheet.legend.get("classes", ()))
    for name, area in shapely.STRtree(shapes).query(boxes, predicate="within").T.tolist():
        grounds[name] = _fill(areas, classes, area) or PLAIN
    return grounds


def _draw_label(canvas: Canvas, label: Label, ground: str) -> None:
    x0, y0, x1, y1 = label.box
    top = (y0 + y1) / 2 - len(label.lines) * LINE_HEIGHT * label.size / 2
    dark = luminance(ground) < DARK
    colour, halo = (PLAIN, ground) if dark else (INK, PLAIN)
    canvas.lines((x0 + x1) / 2, top, label.lines, label.size, anchor="middle", colour=colour, halo=halo,
                 halo_width=0.0 if label.leader else 0.24 * label.size)  # fmt: skip


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1."""
    parts = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def _draw_frame(canvas: Canvas, sheet: MapSheet, drawn: Drawn) -> None:
    layout, unit = drawn.layout, drawn.layout.unit
    canvas.group("told")
    x0, y0, x1, y1 = layout.map
    canvas.rect(x0, y0, x1 - x0, y1 - y0, fill="none", stroke=BORDER_COLOUR, stroke_width=0.3 * unit)
    if sheet.title:
        left, top, right, _ = layout.heading
        size, small = 7.0 * unit, 3.6 * unit
        title = shortened(sheet.title, (right - left) / size / 1.07)
        below = canvas.lines(left, top - 0.2 * size, [title], size, bold=True, colour=INK)
        told = shortened(sheet.subtitle, (right - left) / small)
        canvas.lines(left, below + 0.1 * small, [told] if told else [], small, colour=QUIET)
    scale = drawn.fit.scale if drawn.fit else None
    blocks = blocks_of(sheet, unit, layout.column, scale, list(drawn.notes))
    draw_blocks(canvas, sheet, layout, blocks)
