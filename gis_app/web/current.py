"""The county as it is now: Atlas, assignments and classes of one revision, built once per process and kept.

A request learns the revision together with its account, in one statement; while it is the one at hand
nothing is read. A new revision is built once, under a lock, and the old one is dropped when the last
request lets go of it.

A snapshot knows the moment at which the next plan takes effect: whoever asks first after it lets it take
effect before anything is answered. No clock has to strike, and no answer ever comes from the plan before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely
from flask import g

from gis_app import clock
from gis_app.assignments.tables import AssignmentTables
from gis_app.geo.routes import TABLE_MIB
from gis_app.layers.atlas import Atlas
from gis_app.layers.schema import LAYERS
from gis_app.people.sessions import SignedIn
from gis_app.storage import assignments as stored_assignments
from gis_app.storage import incidents as stored_incidents
from gis_app.storage import layers as stored_layers
from gis_app.storage import plans as stored_plans
from gis_app.storage.engine import Store
from gis_app.storage.revision import revision as stored_revision
from gis_app.studio.publish import activate_due
from gis_app.web.services import services

Made = TypeVar("Made")
# Overdue is a matter of the clock: what depends on it is made anew this often.
CLOCK_STEP = timedelta(minutes=10)


@dataclass(frozen=True)
class Snapshot:
    """Everything the views read, of one revision; never changed, only replaced."""

    revision: int
    atlas: Atlas
    tables: AssignmentTables
    classes: pd.DataFrame
    plan_id: int | None = None
    next_plan_at: datetime | None = None
    _made: dict[Any, Any] = field(default_factory=dict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def over(self) -> bool:
        """Tell whether the next plan's moment has come."""
        return self.next_plan_at is not None and self.next_plan_at <= clock.now()

    @cached_property
    def tag(self) -> str:
        """A digest of the content, so that entity tags survive a restart and never confuse two databases."""
        digest = blake2b(str(self.revision).encode(), digest_size=12)
        for name in LAYERS:
            frame = self.atlas.layer(name)
            _feed(digest, pd.DataFrame(frame.drop(columns="geometry")))
            digest.update(b"".join(shapely.to_wkb(frame.geometry.values)))
        for name in ("organisations", "zones", "zone_communities", "assignments", "members"):
            _feed(digest, getattr(self.tables, name))
        _feed(digest, self.classes)
        return digest.hexdigest()

    def memo(self, key: Any, make: Callable[[], Made]) -> Made:
        """Return what `make` returns, computed once per snapshot and key."""
        if key not in self._made:
            with self._lock:
                if key not in self._made:
                    self._made[key] = make()
        return self._made[key]


class Snapshots:
    """Holds the newest snapshot of a store for one process."""

    def __init__(self, store: Store, route_table_mib: float = TABLE_MIB) -> None:
        self._store, self._route_table_mib = store, route_table_mib
        self._lock = threading.Lock()
        self.latest: Snapshot | None = None

    def at(self, revision: int) -> Snapshot:
        """Return the snapshot of the revision, or of a newer one where the store has moved on."""
        latest = self.latest
        if latest is not None and latest.revision == revision and not latest.over:
            return latest
        return self.newest()

    def newest(self) -> Snapshot:
        """Return the snapshot of the store's present revision, every plan in effect whose moment has come."""
        with self._lock:
            if self.latest is not None and self.latest.over:
                activate_due(self._store)
            latest = self._present()
            if latest.over:  # another process has scheduled it, or it has waited for this one to start
                activate_due(self._store)
                latest = self._present()
            return latest

    def _present(self) -> Snapshot:
        with self._store.read() as conn:
            present = stored_revision(conn)
            if self.latest is None or self.latest.revision != present:
                self.latest = _read(conn, present, self._route_table_mib)
        return self.latest


def snapshot() -> Snapshot:
    """Return the county as the account of this request sees it now."""
    found = g.get("snapshot")
    if found is None:
        account = g.get("account")
        parts = services()
        found = parts.snapshots.at(account.revision) if account is not None else parts.snapshots.newest()
        g.snapshot = found
    return found


def settle(account: SignedIn | None) -> bool:
    """Let a plan take effect whose moment has come, before a request is answered; return whether it did.

    With the plan the account's own scope may change, so whoever asks has to be looked up again.
    """
    snapshots = services().snapshots
    before = snapshots.latest
    if account is None or (before is not None and before.revision == account.revision and not before.over):
        return False
    return snapshots.at(account.revision).revision != account.revision


def clock_step() -> str:
    """Return the present step of the clock, as text, for the tags of answers that age."""
    now = clock.now()
    return (now - (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) % CLOCK_STEP).isoformat(
        "T", "minutes"
    )


def today() -> str:
    """Return the present date as YYYY-MM-DD."""
    return clock.now().date().isoformat()


def _read(conn: Any, revision: int, route_table_mib: float) -> Snapshot:
    return Snapshot(
        revision,
        Atlas.build(stored_layers.read_layers(conn), revision, route_table_mib),
        AssignmentTables(**stored_assignments.read_tables(conn)),
        stored_incidents.read_incident_classes(conn),
        stored_plans.published_plan(conn),
        stored_plans.next_moment(conn),
    )


def _feed(digest: Any, frame: pd.DataFrame) -> None:
    digest.update(repr(list(frame.columns)).encode())
    if len(frame):
        text = frame.astype(str) if not len(frame.columns) else frame
        digest.update(np.ascontiguousarray(pd.util.hash_pandas_object(text, index=False).values).tobytes())
