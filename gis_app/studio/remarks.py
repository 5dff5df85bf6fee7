"""Remarks on a draft, each pinned to a place; whoever sees the draft may make one. They change no version."""

from __future__ import annotations

import math

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.storage import plan_talk
from gis_app.storage.engine import Store
from gis_app.studio.model import Remark
from gis_app.studio.rights import seen

LONGEST = 500


def add_remark(store: Store, draft_id: int, lon: float, lat: float, text: str, actor: str) -> int:
    """Pin a remark to a place (degrees) and return its number.

    Raises NotFound, BadInput for a text that is empty or over 500 characters or a place that is none.
    """
    text = text.strip()
    if not 0 < len(text) <= LONGEST or not all(letter.isprintable() or letter == "\n" for letter in text):
        raise BadInput("bad_remark", "批注应为 1 到 500 个字", {"text": f"1–{LONGEST}"})
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadInput("bad_place", "批注的位置有误", {"place": "lon, lat"})
    with store.write() as conn:
        seen(conn, draft_id, actor, everything=True)
        return plan_talk.insert_remark(conn, draft_id, lon, lat, text, actor, clock.now())


def resolve_remark(store: Store, draft_id: int, remark_id: int, actor: str, resolved: bool = True) -> None:
    """Mark a remark as settled, or open it again; raises NotFound."""
    with store.write() as conn:
        seen(conn, draft_id, actor, everything=True)
        plan_talk.settle_remark(conn, draft_id, remark_id, actor, clock.now() if resolved else None)


def read_remarks(store: Store, draft_id: int) -> list[Remark]:
    """Return the remarks on a draft, the first first."""
    with store.read() as conn:
        return [Remark(**row._mapping) for row in plan_talk.read_remarks(conn, draft_id)]
