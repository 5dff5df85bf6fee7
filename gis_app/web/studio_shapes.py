"""The blocks of a draft and the arcs between them, as whole numbers that a browser decodes and draws itself.

What is sent depends on the canvas alone, not on who has which block: its tag names it, and edits that cut no
block leave it as it is. Coordinates are 1e-7 degrees (about a centimetre), each the difference to the one
before, so that a border is the same for the blocks on both sides.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from gis_app.plans.canvas import Canvas
from gis_app.plans.shapes import arcs
from gis_app.web.current import Snapshot

UNIT = 1e-7
_TAGS: WeakKeyDictionary[Canvas, str] = WeakKeyDictionary()


def canvas_tag(canvas: Canvas) -> str:
    """Return a digest of what the blocks are and where, worked out once per canvas."""
    if canvas not in _TAGS:
        digest = blake2b("\n".join(canvas.block_codes.tolist()).encode(), digest_size=9)
        digest.update(np.ascontiguousarray(shapely.get_coordinates(canvas.shapes)).tobytes())
        digest.update(np.ascontiguousarray(canvas.community).tobytes())
        _TAGS[canvas] = digest.hexdigest()
    return _TAGS[canvas]


def told_blocks(canvas: Canvas, found: Snapshot) -> dict[str, Any]:
    """Return the blocks by position: code, name, counts, community, a point inside and rings."""
    names = dict(zip(found.atlas.blocks["block_code"], found.atlas.blocks["name"], strict=True))
    parts, of_block = shapely.get_parts(canvas.shapes, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    lines, origin = _encoded(canvas, rings)
    return {
        "tag": canvas_tag(canvas),
        "unit": UNIT,
        "origin": origin,
        "codes": canvas.block_codes.tolist(),
        "names": [names.get(code) or "" for code in canvas.origin.tolist()],
        "households": canvas.households.tolist(),
        "buildings": canvas.buildings.tolist(),
        "community": canvas.community.tolist(),
        "communities": [
            {"code": code, "name": found.atlas.name_of(code) or code} for code in canvas.communities
        ],
        "centres": canvas.lonlat(canvas.centroids).round(7).tolist(),
        "rings": _grouped(lines, of_block[of_part], len(canvas)),
    }


def told_arcs(canvas: Canvas) -> dict[str, Any]:
    """Return the borders of blocks: a line each, the blocks left and right (-1 for none), the barrier."""
    found = arcs(canvas)
    lines, origin = _encoded(canvas, found.lines)
    return {
        "tag": canvas_tag(canvas),
        "unit": UNIT,
        "origin": origin,
        "lines": lines,
        "left": found.left.tolist(),
        "right": found.right.tolist(),
        "barrier": found.barrier.tolist(),
        "kinds": list(found.kinds),
    }


def _encoded(canvas: Canvas, lines: np.ndarray) -> tuple[list[list[int]], list[float]]:
    """Return each line as differences [x, y, x, y, …] in UNIT from the origin, and the origin (lon, lat)."""
    xy, of_line = shapely.get_coordinates(lines, return_index=True)
    if not len(xy):
        return [], [0.0, 0.0]
    lonlat = canvas.lonlat(xy)
    origin = np.floor(lonlat.min(axis=0) * 100) / 100
    whole = np.rint((lonlat - origin) / UNIT).astype(np.int64)
    steps = whole.copy()
    same = np.flatnonzero(of_line[1:] == of_line[:-1]) + 1
    steps[same] -= whole[same - 1]
    flat = steps.ravel().tolist()
    bounds = (np.searchsorted(of_line, np.arange(len(lines) + 1)) * 2).tolist()
    return [flat[a:b] for a, b in pairwise(bounds)], origin.tolist()


def _grouped(lines: list[list[int]], owner: np.ndarray, count: int) -> list[list[list[int]]]:
    bounds = np.searchsorted(owner, np.arange(count + 1)).tolist()
    return [lines[a:b] for a, b in pairwise(bounds)]
