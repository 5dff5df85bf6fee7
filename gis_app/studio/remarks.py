"""Remarks on a draft, each pinned to a place; whoever sees the draft may make one. They change no version."""

from __future__ import annotations

from gis_app.storage.engine import Store
from gis_app.studio.model import Remark


def add_remark(store: Store, draft_id: int, lon: float, lat: float, text: str, actor: str) -> int:
    """Pin a remark to a place (degrees) and return its number.

    Raises NotFound, BadInput for a text that is empty or over 500 characters or a place that is none.
    """
    raise NotImplementedError


def resolve_remark(store: Store, draft_id: int, remark_id: int, actor: str, resolved: bool = True) -> None:
    """Mark a remark as settled, or open it again; raises NotFound."""
    raise NotImplementedError


def read_remarks(store: Store, draft_id: int) -> list[Remark]:
    """Return the remarks on a draft, the first first."""
    raise NotImplementedError
