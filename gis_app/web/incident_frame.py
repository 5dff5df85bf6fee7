"""Every incident in the memory of the process, as narrow columns, kept up by what changed since.

A request that needs figures asks for the present frame: one small read tells the change number, and only what
changed is read. The frame itself never changes; whoever holds one sees one moment of the store. Texts and
contacts are not in it: they are read from the store for the few rows that are shown.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from flask import g

from gis_app.incidents.model import PRIVATE_CATEGORIES
from gis_app.incidents.statistics_columns import (
    MOMENTS,
    NUMBERS,
    PLACES,
    WORDS,
    Columns,
    compact,
    empty,
    joined,
    merged,
)
from gis_app.incidents.worktime import WorkCalendar, standard
from gis_app.storage import incidents as stored
from gis_app.storage.engine import Connection, Store
from gis_app.web.services import services

Made = TypeVar("Made")
AT_ONCE = 50_000
KEPT_RESULTS = 64
READ = frozenset(("incident_code", *MOMENTS, *WORDS, *NUMBERS, *PLACES))


@dataclass(frozen=True)
class IncidentFrame:
    """The incidents at one change number."""

    number: int
    columns: Columns
    _made: OrderedDict[Any, Any] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def tag(self) -> str:
        """Return what tells this content apart, for the tags of answers."""
        return self.memo("tag", lambda: f"{self.number}-{self.columns.fingerprint}")

    def memo(self, key: Any, make: Callable[[], Made]) -> Made:
        """Return what `make` returns, computed once per frame and key; the oldest results are dropped."""
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
                while len(self._made) > KEPT_RESULTS:
                    self._made.popitem(last=False)
            return self._made[key]

    def public(self, private_classes: tuple[str, ...]) -> np.ndarray:
        """Return (n,) bool which incidents everybody may see: not of these classes, not of mediation."""

        def make() -> np.ndarray:
            hidden = self.columns.in_words("category", PRIVATE_CATEGORIES)
            return ~(hidden | self.columns.in_words("class_code", private_classes))

        return self.memo(("public", private_classes), make)

    def in_area(self, area_code: str) -> np.ndarray:
        """Return (n,) bool which incidents were reported in an area; "" is the whole county."""
        if not area_code:
            return np.ones(len(self.columns), dtype=bool)
        inside = [word for word in self.columns.words["grid_code"].list if word.startswith(area_code)]
        return self.columns.in_words("grid_code", inside)


class IncidentFrames:
    """Holds the newest frame of a store for one process."""

    def __init__(self, store: Store, calendar: WorkCalendar | None = None) -> None:
        self._store = store
        self._calendar = calendar
        self._lock = threading.Lock()
        self._latest: IncidentFrame | None = None
        self._words = empty().words

    def latest(self) -> IncidentFrame:
        """Return the frame of the store's present change number; raises Unavailable."""
        with self._store.read() as conn:
            present = stored.change_number(conn)
            kept = self._latest
            if kept is not None and kept.number == present:
                return kept
        with self._lock, self._store.read() as conn:
            present = stored.change_number(conn)
            kept = self._latest
            if kept is None or kept.number < stored.replaced_at_number(conn) or kept.number > present:
                self._latest = self._whole(conn, present)
            elif kept.number < present:
                self._latest = self._caught_up(conn, kept, present)
            return self._latest

    def _whole(self, conn: Connection, present: int) -> IncidentFrame:
        parts, number = [], -1
        while True:
            frame = stored.changed_since(conn, number, AT_ONCE, READ)
            if len(frame):
                parts.append(compact(frame, self._words, self._hours))
                number = int(frame["change_number"].iloc[-1])
            if len(frame) < AT_ONCE:
                return IncidentFrame(present, joined(parts, self._words))

    def _caught_up(self, conn: Connection, kept: IncidentFrame, present: int) -> IncidentFrame:
        columns, number = kept.columns, kept.number
        while True:
            frame = stored.changed_since(conn, number, AT_ONCE, READ)
            if len(frame):
                columns = merged(columns, compact(frame, self._words, self._hours))
                number = int(frame["change_number"].iloc[-1])
            if len(frame) < AT_ONCE:
                return IncidentFrame(present, columns)

    @property
    def _hours(self) -> WorkCalendar:
        return self._calendar or standard()


def incident_frame() -> IncidentFrame:
    """Return the incidents as they are now, the same ones for the whole of a request."""
    found = g.get("incident_frame")
    if found is None:
        found = g.incident_frame = services().incident_frames.latest()
    return found
