"""Where names stand on a map: inside their polygon where they fit, else beside it with a leader line.

A name inside is centred on the pole of inaccessibility, of the polygon as it is and of the polygon squeezed
to the shape of the text, at the largest size that fits. No two names overlap; what finds no place is counted.
Everything is in millimetres of the sheet; nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import shapely
from shapely import affinity

from gis_app.paper.leaders import Leaders
from gis_app.paper.text import LINE_HEIGHT, shortened, width

Lines = tuple[str, ...]
SHRINK = 0.88
PAD = 0.35  # of the size of the text, on every side of its box
LONGEST = 14.0  # ems; a longer name is cut
POLE_TOLERANCE = 0.3
ROOM_OF_LEADER = 330.0  # squares of the size of text on the map for each leader line
FARS = (18.0, 48.0)


@dataclass(frozen=True)
class Label:
    """A name that has its place: lines of `size` in a box (x0, y0, x1, y1), `leader` from the area to it.

    `of` is the position of what it names.
    """

    of: int
    lines: Lines
    size: float
    box: tuple[float, float, float, float]
    leader: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Placed:
    """Names with places, and how many have none."""

    labels: tuple[Label, ...]
    left_out: int


def cut(text: Lines) -> Lines:
    """Return the lines of a name, none too long to be drawn, none empty."""
    return tuple(shortened(line, LONGEST) for line in text if line)


def size_of_box(lines: Lines, size: float) -> tuple[float, float]:
    """Return width and height of the box of lines of text, with the room around them."""
    widest = max((width(line, size, bold=True) for line in lines), default=0.0)
    return widest + 2 * PAD * size, (len(lines) * LINE_HEIGHT + 2 * PAD * 0.4) * size


def place(
    shapes: np.ndarray,
    texts: Sequence[Sequence[Lines]],
    sizes: tuple[float, float],
    frame: tuple[float, float, float, float],
    marks: np.ndarray | None = None,
    clearance: float = 0.0,
) -> Placed:
    """Place a name for each polygon (mm); `texts` holds its wordings, the fullest first.

    `sizes` are the largest and the smallest size of text, `frame` is where names may stand, `marks` (n, 2)
    are points that names keep `clearance` away from where they can.
    """
    wordings = [[cut(text) for text in options if any(text)] for options in texts]
    wanted = np.flatnonzero([bool(options) for options in wordings] & ~shapely.is_empty(shapes))
    inside = _inside(shapes, wordings, wanted, sizes, frame, marks, clearance)
    rest = [i for i in wanted.tolist() if i not in inside]
    outside = _outside(shapes, wordings, rest, sizes[1], frame, inside, marks, clearance)
    labels = sorted([*inside.values(), *outside], key=lambda label: label.of)
    return Placed(tuple(labels), len(wanted) - len(labels))


def place_beside(
    points: np.ndarray, names: Sequence[str], size: float, frame: tuple, taken: Sequence[tuple], gap: float
) -> Placed:
    """Place a name beside each point where nothing else stands; those without room are counted."""
    leaders = Leaders(frame, list(taken), np.empty(0, dtype=object), points, gap, reach=2.0)
    labels, left_out = [], 0
    for i, (x, y) in enumerate(points.tolist()):
        lines = cut((names[i],))
        if not lines:
            continue
        found = leaders.find(x, y, *size_of_box(lines, size), gap, MOST_BESIDE * size)
        if found is None:
            left_out += 1
        else:
            labels.append(Label(i, lines, size, found[0]))
    return Placed(tuple(labels), left_out)


MOST_BESIDE = 1.2  # sizes of text between a mark and its name


def sizes_between(most: float, least: float) -> list[float]:
    """Return the sizes that are tried, the largest first, the least last."""
    found = [most]
    while found[-1] * SHRINK > least:
        found.append(found[-1] * SHRINK)
    return [*found, least] if found[-1] > least else found


def _inside(shapes, wordings, wanted, sizes, frame, marks, clearance) -> dict[int, Label]:
    """Return the names that fit into their polygon: clear of the marks if they can, else over them."""
    found: dict[int, Label] = {}
    if not len(wanted):
        return found
    visible = shapely.intersection(shapes, shapely.box(*frame))
    rounds = [visible]
    if marks is not None and len(marks):
        rounds.insert(
            0,
            shapely.difference(visible, shapely.union_all(shapely.buffer(shapely.points(marks), clearance))),
        )
    for number in range(max(len(options) for options in wordings)):
        for ground in rounds:
            _fit(ground, wordings, number, [i for i in wanted.tolist() if i not in found], sizes, found)
    return found


def _fit(ground, wordings, number, todo, sizes, found) -> None:
    """Add the names whose wording of this number fits into their ground, at the largest size."""
    todo = [i for i in todo if len(wordings[i]) > number and not shapely.is_empty(ground[i])]
    if not todo:
        return
    boxes = np.array([size_of_box(wordings[i][number], 1.0) for i in todo])
    parts = ground[todo]
    shapely.prepare(parts)
    for centres in (_poles(parts, boxes[:, 1] / boxes[:, 0]), _poles(parts, np.ones(len(todo)))):
        for size in sizes_between(*sizes):
            half = boxes * size / 2
            corners = np.column_stack([centres - half, centres + half])
            fits = shapely.contains_properly(parts, shapely.box(*corners.T))
            for k in np.flatnonzero(fits):
                known = found.get(todo[k])
                if known is None or known.size < size:
                    found[todo[k]] = Label(
                        todo[k], wordings[todo[k]][number], size, tuple(corners[k].tolist())
                    )


def _poles(polygons: np.ndarray, squeeze: np.ndarray) -> np.ndarray:
    """Return (n, 2) the centre of the largest circle in each polygon after squeezing it sideways."""
    squeezed = np.array(
        [affinity.scale(one, by, 1.0, origin=(0, 0)) for one, by in zip(polygons, squeeze, strict=True)],
        dtype=object,
    )
    circles = shapely.maximum_inscribed_circle(squeezed, tolerance=POLE_TOLERANCE)
    centres = shapely.get_coordinates(shapely.get_point(circles, 0))
    return centres / np.column_stack([squeeze, np.ones(len(squeeze))])


def _outside(shapes, wordings, rest, size, frame, inside, marks, clearance) -> list[Label]:
    """Return the names that stand beside their polygon: of the largest first, as many as stay readable."""
    x0, y0, x1, y1 = frame
    most = int((x1 - x0) * (y1 - y0) / (ROOM_OF_LEADER * size**2))
    chosen = sorted(rest, key=lambda i: (-shapely.area(shapes[i]), i))[:most]
    anchors = (
        shapely.get_coordinates(shapely.point_on_surface(shapes[chosen])) if chosen else np.empty((0, 2))
    )
    leaders = Leaders(frame, [label.box for label in inside.values()], shapes, marks, clearance)
    leaders.keep_clear(anchors, size / 3)
    found = []
    for i, (x, y) in zip(chosen, anchors.tolist(), strict=True):
        for lines, far in product(wordings[i], FARS):
            place = leaders.find(x, y, *size_of_box(lines, size), size, far * size)
            if place is not None:
                found.append(Label(i, lines, size, *place))
                break
    return found
