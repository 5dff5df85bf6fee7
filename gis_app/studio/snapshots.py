"""A state as bytes and back, so that a fresh process need not do every operation again.

Plain JSON, so that nothing of the store is ever run; good for one number of the layers.
"""

from __future__ import annotations

import json
import zlib

from gis_app.plans.canvas import Canvas
from gis_app.plans.records import as_record, from_record
from gis_app.plans.state import State


def dump(number: int, canvas: Canvas, state: State) -> bytes:
    """Return a state as bytes; `canvas` is the uncut one of the layers' `number`."""
    content = {"number": number, "blocks": len(canvas), "state": as_record(state, canvas)}
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 1)


def load(number: int, canvas: Canvas, content: bytes) -> State | None:
    """Return the state that bytes hold; None where they were made for other layers."""
    kept = json.loads(zlib.decompress(content))
    if kept["number"] != number or kept["blocks"] != len(canvas):
        return None
    return from_record(kept["state"], canvas)
