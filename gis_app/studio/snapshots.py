"""A state as bytes and back, so that a fresh process need not do every operation again.

Only states on the uncut canvas are kept: a table of blocks is small, and the pieces of a cut are best made by
the cut itself. Made of plain JSON, so that nothing of the store is ever run.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import replace

import numpy as np

from gis_app.plans.canvas import Canvas
from gis_app.plans.state import State


def dump(number: int, canvas: Canvas, state: State) -> bytes | None:
    """Return a state as bytes; None where its canvas is no longer `canvas` of the layers' `number`."""
    if state.canvas is not canvas:
        return None
    content = {
        "number": number,
        "blocks": len(canvas),
        "grid": state.grid.tolist(),
        "keys": state.keys,
        "names": state.names,
        "communities": state.communities,
        "locks": sorted(state.locks),
        "next_number": state.next_number,
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 1)


def load(number: int, canvas: Canvas, content: bytes) -> State | None:
    """Return the state that bytes hold; None where they were made for other layers."""
    kept = json.loads(zlib.decompress(content))
    if kept["number"] != number or kept["blocks"] != len(canvas):
        return None
    texts = {name: tuple(kept[name]) for name in ("keys", "names", "communities")}
    locks = frozenset((what, key) for what, key in kept["locks"])
    state = State(canvas, np.array(kept["grid"], dtype=np.int64), locks=locks, **texts)
    return replace(state, next_number=kept["next_number"])
