"""The months of a report as a drawing: bars for what was reported, a line for the rate of closing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gis_app.paper.document import Picture, Table
from gis_app.paper.monthly_tables import View
from gis_app.paper.svg import Canvas

WIDTH, HEIGHT = 166.0, 52.0
LEFT, RIGHT, TOP, BASE = 10.0, 156.0, 10.0, 44.0
BAR, LINE, GRID, INK, QUIET = "#9CC9E6", "#0B5FA5", "#D8DCD9", "#1B2733", "#4A5867"
SMALL = 2.7
TICKS = 4
LEAST_MONTHS = 2
_STEPS = (1, 2, 5)


def of_months(view: View, table: Table) -> Picture | None:
    """Return the drawing of the table of months, None where there are too few to compare."""
    _ = view.say
    if len(table.rows) < LEAST_MONTHS:
        return None
    months, reported, closing = ([row[number] for row in table.rows] for number in range(3))
    canvas = Canvas(WIDTH, HEIGHT, table.title, view.lang)
    top = _ceiling(max(reported))
    canvas.group("grid")
    for tick in range(TICKS + 1):
        y = BASE - (BASE - TOP) * tick / TICKS
        canvas.line(LEFT, y, RIGHT, y, stroke=GRID, stroke_width=0.2)
        canvas.text(LEFT - 1.5, y + 0.9, f"{top * tick / TICKS:,.0f}", SMALL, anchor="end", colour=QUIET)
        canvas.text(RIGHT + 1.5, y + 0.9, f"{100 * tick / TICKS:.0f} %", SMALL, colour=LINE)
    step = (RIGHT - LEFT) / len(months)
    middles = [LEFT + step * (number + 0.5) for number in range(len(months))]
    _bars(canvas, middles, step, months, reported, top)
    _line(canvas, middles, closing)
    _key(canvas, (_("上报（件）"), _("结案率")))
    told = view.comma.join(f"{month} {count:,.0f}" for month, count in zip(months, reported, strict=True))
    alt = _("各月上报事件的柱状图：%(told)s。", told=told)
    return Picture("months", table.title, alt, canvas.bytes())


def _bars(canvas: Canvas, middles: Sequence[float], step: float, months, reported, top: float) -> None:
    canvas.group("bars")
    wide = min(step * 0.55, 9.0)
    for middle, month, count in zip(middles, months, reported, strict=True):
        high = (BASE - TOP) * count / top
        canvas.rect(middle - wide / 2, BASE - high, wide, high, fill=BAR)
        canvas.text(
            middle, BASE - high - 1.0, f"{count:,.0f}", SMALL, anchor="middle", colour=INK, halo_width=0.8
        )
        canvas.text(middle, BASE + 4.0, month, SMALL, anchor="middle", colour=QUIET)


def _line(canvas: Canvas, middles: Sequence[float], shares: Sequence[float | None]) -> None:
    canvas.group("line")
    points = [
        (x, BASE - (BASE - TOP) * share)
        for x, share in zip(middles, shares, strict=True)
        if share is not None
    ]
    for (x1, y1), (x2, y2) in pairwise(points):
        canvas.line(x1, y1, x2, y2, stroke=LINE, stroke_width=0.5)
    for x, y in points:
        canvas.circle(x, y, 0.9, fill="#FFFFFF", stroke=LINE, stroke_width=0.5)


def _key(canvas: Canvas, words: tuple[str, str]) -> None:
    canvas.group("key")
    canvas.rect(LEFT, 2.0, 4.0, 2.6, fill=BAR)
    canvas.text(LEFT + 5.5, 4.3, words[0], SMALL + 0.2, colour=INK)
    canvas.line(LEFT + 32.0, 3.3, LEFT + 37.0, 3.3, stroke=LINE, stroke_width=0.5)
    canvas.circle(LEFT + 34.5, 3.3, 0.9, fill="#FFFFFF", stroke=LINE, stroke_width=0.5)
    canvas.text(LEFT + 38.5, 4.3, words[1], SMALL + 0.2, colour=INK)


def _ceiling(most: float) -> float:
    """Return the end of the scale: the first round number that no month exceeds, with a little air."""
    wanted, size = max(most * 1.08, TICKS), 1
    while True:
        for step in _STEPS:
            if step * size * TICKS >= wanted:
                return float(step * size * TICKS)
        size *= 10
