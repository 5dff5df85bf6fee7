"""What the tests of the decision paper share: a county with a draft that splits, merges and moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from gis_app import clock
from gis_app.storage.engine import Store, open_store
from gis_app.storage.migrations import migrate
from gis_app.studio import drafts, editing
from gis_app.studio.decision import Decision, decision
from tests.storage import plan_county as county

NOON = datetime(2026, 3, 10, 12, tzinfo=clock.ZONE)
DAY = date(2026, 3, 10)
SPLIT = {"verb": "split_line", "grid": county.A1, "line": [[114.4015, 34.3995], [114.4015, 34.4025]]}
MERGE = {"verb": "merge", "grids": [county.B1, county.B2]}
NEW = f"{county.WEST}003"
CHANGED = (county.A1, NEW, county.B1, county.B2)
UNCHANGED = county.A2


@contextmanager
def filled(folder: Path) -> Iterator[Store]:
    """Open a store with the county of four grids, at noon."""
    url = f"sqlite:///{folder / 'gis.sqlite3'}"
    migrate(url)
    store = open_store(url)
    with clock.frozen(NOON):
        county.fill(store)
        yield store
    store.dispose()


def drawn(store: Store, *operations: dict, name: str = "春季调整") -> tuple[int, int]:
    """Return number and version of a draft with some operations."""
    draft_id, version = drafts.open_draft(store, name, "planner"), 1
    for operation in operations:
        version = editing.edit(store, draft_id, version, operation, "planner").version
    return draft_id, version


def told(store: Store, *operations: dict, name: str = "春季调整") -> Decision:
    """Return what a decision on a new draft is taken on."""
    return decision(store, *drawn(store, *operations, name=name), DAY)
