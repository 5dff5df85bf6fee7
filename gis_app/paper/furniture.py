"""What is told beside a map, as blocks: legend, lines and marks, scale bar, north arrow, source, notes."""

from __future__ import annotations

import math
from collections.abc import Callable

from gis_app.paper.layout import Block
from gis_app.paper.sheet import MapSheet
from gis_app.paper.strokes import BORDER_COLOUR, HATCH_COLOUR, border_strokes, draw_symbol, hatch_swatch
from gis_app.paper.svg import Canvas
from gis_app.paper.text import LINE_HEIGHT, shortened, wrapped
from gis_app.paper.words import say

INK, QUIET = "#1B2733", "#4A5867"
TITLE, BODY, SMALL = 4.4, 3.3, 2.7
MOST_CLASSES = 24
_ROUND = (1, 2, 5)


def blocks_of(
    sheet: MapSheet, unit: float, column: float, scale: float | None, notes: list[str]
) -> list[Block]:
    """Return the blocks of a sheet; `scale` is millimetres of paper for each metre, None without a map."""
    blocks = [_legend(sheet, unit, column), _keys(sheet, unit, column)]
    if scale:
        blocks.append(_scale_and_north(sheet, unit, column, scale))
    blocks.append(_sources(sheet, unit, column, notes))
    return [block for block in blocks if block.height]


def _legend(sheet: MapSheet, unit: float, column: float) -> Block:
    legend = sheet.legend
    title = wrapped(legend.get("title", ""), column / (TITLE * unit * 1.07), 2)
    told = say("unit", sheet.language, legend["unit"]) if legend.get("unit") else ""
    classes = list(legend.get("classes", ()))[:MOST_CLASSES]
    rule = wrapped(legend.get("rule", ""), column / (SMALL * unit), 6)
    row = 5.2 * unit
    head = len(title) * LINE_HEIGHT * TITLE * unit + (LINE_HEIGHT * SMALL * unit if told else 0) + 1.5 * unit
    height = head + len(classes) * row + (len(rule) * LINE_HEIGHT * SMALL * unit + unit if rule else 0)

    def draw(canvas: Canvas, x: float, y: float) -> None:
        below = canvas.lines(x, y, title, TITLE * unit, bold=True, colour=INK)
        if told:
            canvas.lines(x, below, [told], SMALL * unit, colour=QUIET)
        top = y + head
        for one in classes:
            _class(canvas, one, x, top, unit, column)
            top += row
        canvas.lines(x, top + unit, rule, SMALL * unit, colour=QUIET)

    return Block(height, draw)


def _class(canvas: Canvas, one: dict, x: float, y: float, unit: float, column: float) -> None:
    wide, high = 8.5 * unit, 3.9 * unit
    if one["kind"] == "no_data":
        canvas.rect(x, y, wide, high, fill="#FFFFFF", stroke=BORDER_COLOUR, stroke_width=0.15 * unit)
        canvas.path(
            hatch_swatch(x, y, wide, high, unit), fill="none", stroke=one["colour"], stroke_width=0.3 * unit
        )
    else:
        canvas.rect(x, y, wide, high, fill=one["colour"], stroke=BORDER_COLOUR, stroke_width=0.15 * unit)
    size, baseline = BODY * unit, y + high - 0.75 * unit
    count = f"{one['count']:,}" if one.get("count") is not None else ""
    room = (column - wide - 2 * unit) / size - len(count) * 0.6 - 1
    canvas.text(x + wide + 2 * unit, baseline, shortened(str(one["label"]), room), size, colour=INK)
    canvas.text(x + column, baseline, count, SMALL * unit, anchor="end", colour=QUIET)


def _keys(sheet: MapSheet, unit: float, column: float) -> Block:
    rows: list[tuple[str, Callable[[Canvas, float, float], None]]] = []
    wide = 8.5 * unit
    for name in ("county", "subdistricts", "communities", "grids"):
        if len(sheet.borders.get(name, ())):

            def stroke(canvas: Canvas, x: float, y: float, name: str = name) -> None:
                for how in border_strokes(name, unit):
                    canvas.line(x, y, x + wide, y, **how)

            rows.append((say(name, sheet.language), stroke))
    for marks in sheet.marks:

        def symbol(canvas: Canvas, x: float, y: float, marks=marks) -> None:
            draw_symbol(canvas, marks.symbol, marks.colour, x + wide / 2, y, 1.5 * unit)

        rows.append((f"{marks.title}  {len(marks.points):,}", symbol))
    if sheet.hatch_title:

        def slanted(canvas: Canvas, x: float, y: float) -> None:
            look = {"fill": "none", "stroke": HATCH_COLOUR, "stroke_width": 0.22 * unit}
            canvas.rect(x, y - 1.9 * unit, wide, 3.8 * unit, **look)
            canvas.path(hatch_swatch(x, y - 1.9 * unit, wide, 3.8 * unit, unit), **look)

        rows.append((sheet.hatch_title, slanted))
    row = 5.0 * unit

    def draw(canvas: Canvas, x: float, y: float) -> None:
        for number, (words, key) in enumerate(rows):
            middle = y + (number + 0.5) * row
            key(canvas, x, middle)
            text = shortened(words, (column - wide - 2 * unit) / (BODY * unit))
            canvas.text(x + wide + 2 * unit, middle + 0.36 * BODY * unit, text, BODY * unit, colour=INK)

    return Block(len(rows) * row, draw)


def round_length(most_m: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten metres that is not more than `most_m`."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return max(step * power for step in _ROUND if step * power <= most_m * (1 + 1e-9))


def _scale_and_north(sheet: MapSheet, unit: float, column: float, scale: float) -> Block:
    length = round_length(0.62 * column / scale)
    bar = length * scale

    def words(metres: float) -> str:
        if length >= 2000:
            return f"{metres / 1000:g}"
        return f"{metres:g}"

    name = say("kilometres" if length >= 2000 else "metres", sheet.language)
    ratio = say(
        "scale", sheet.language, f"{round(1000 / scale, -2):,.0f}" if scale < 5 else f"{1000 / scale:,.0f}"
    )

    def draw(canvas: Canvas, x: float, y: float) -> None:
        high, top = 1.6 * unit, y + 5.0 * unit
        for half in (0, 1):
            fill = INK if half == 0 else "#FFFFFF"
            canvas.rect(
                x + half * bar / 2, top, bar / 2, high, fill=fill, stroke=INK, stroke_width=0.2 * unit
            )
        for at in (0.0, 0.5, 1.0):
            told = words(at * length) + (f" {name}" if at == 1 else "")
            canvas.text(
                x + at * bar,
                top - 1.0 * unit,
                told,
                SMALL * unit,
                anchor="start" if at != 0.5 else "middle",
                colour=INK,
            )
        canvas.text(x, top + high + 4.0 * unit, ratio, SMALL * unit, colour=QUIET)
        _arrow(canvas, x + column - 4.5 * unit, y, unit, say("north", sheet.language))

    return Block(14.5 * unit, draw)


def _arrow(canvas: Canvas, x: float, y: float, unit: float, word: str) -> None:
    canvas.text(x, y + 3.4 * unit, word, BODY * 1.1 * unit, anchor="middle", bold=True, colour=INK)
    top, high, half = y + 4.6 * unit, 9.0 * unit, 2.6 * unit
    tip, low, notch = f"{x:.2f} {top:.2f}", top + high, f"{x:.2f} {top + high * 0.74:.2f}"
    canvas.path(f"M{tip}L{x - half:.2f} {low:.2f}L{notch}Z", fill=INK)
    canvas.path(
        f"M{tip}L{x + half:.2f} {low:.2f}L{notch}Z", fill="#FFFFFF", stroke=INK, stroke_width=0.2 * unit
    )


def _sources(sheet: MapSheet, unit: float, column: float, notes: list[str]) -> Block:
    lang, told = sheet.language, []
    told.append(say("date", lang, sheet.date) if sheet.date else "")
    told.append(say("revision", lang, sheet.revision) if sheet.revision else "")
    told.append(say("crs", lang))
    told.append(say("review", lang, sheet.review_number) if sheet.review_number else "")
    told += [sheet.attribution, *notes, *sheet.notes]
    size = SMALL * unit
    lines = [line for words in told if words for line in wrapped(words, column / size, 6)]

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.lines(x, y, lines, size, colour=QUIET)

    return Block(len(lines) * LINE_HEIGHT * size, draw)
