"""The long steps as the background runs them: each begins with a version of its import and moves it on.

A step that does not succeed moves its import back, with the reason. Where it moves to is told by `states`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis_app import clock
from gis_app.desk import checking, reading, taking_in
from gis_app.desk.choosing import Choices
from gis_app.desk.finding import FAULTS, plain_item
from gis_app.desk.folder import Folder
from gis_app.desk.states import CHECKED, CHECKING, CHOOSING, READING, STEPS, UNDONE
from gis_app.errors import GisError, Rejected, Unavailable
from gis_app.exchange.limits import MOST_FAULTS, Limits
from gis_app.storage import imports as rows
from gis_app.storage.engine import Row, Store

STOPPED = "cancelled"


@dataclass(frozen=True, slots=True)
class Step:
    """One step in hand: the store, whose instance, which import at which version, and how to speak."""

    store: Store
    instance_dir: Path
    import_id: str
    version: int
    progress: Callable[[float, str], None]
    cancelled: Callable[[], bool]

    @property
    def folder(self) -> Folder:
        """Return the folder of the import."""
        return Folder(self.instance_dir, self.import_id)

    def row(self) -> Row:
        """Return the row of the import."""
        with self.store.read() as conn:
            return rows.find_import(conn, self.import_id)

    def tell(self, share: float, words: str) -> None:
        """Tell how far it is; raises Unavailable("cancelled") where nobody wants it any more."""
        if self.cancelled():
            raise Unavailable(STOPPED, "已取消")
        self.progress(share, words)


def read(step: Step, limits: Limits) -> dict[str, Any]:
    """Read the upload and move on to choosing."""
    row = step.row()
    reading.read(step.store, step.folder, row.file, limits, step.tell)
    _on(step, READING, CHOOSING, {})
    return {"state": CHOOSING}


def check(step: Step) -> dict[str, Any]:
    """Check what was chosen and move on to checked."""
    row = step.row()
    choices = Choices(**taking_in.folder_choices(row))
    found = checking.check(step.store, step.folder, choices, row.file, step.tell)
    short = {name: found[name] for name in ("rows", "inserted", "updated", "removed", "errors", "warnings")}
    values = {"findings": json.dumps(short), "revision_before": found["revision"]}
    _on(step, CHECKING, CHECKED, values)
    return {"state": CHECKED, **short}


def take_in(step: Step, actor: str) -> dict[str, Any]:
    """Write what was checked; the same transaction moves the import on."""
    row = step.row()
    return taking_in.take_in(step.store, step.folder, row, step.version, actor, step.cancelled, step.progress)


def undo(step: Step, actor: str) -> dict[str, Any]:
    """Bring back what there was; the same transaction moves the import on."""
    row = step.row()
    taking_in.undo(step.store, step.folder, row, step.version, actor, step.cancelled, step.progress)
    return {"state": UNDONE}


def back(step: Step, error: GisError) -> None:
    """Move an import back to where it was before a step that did not succeed, and keep why."""
    row = step.row()
    if row.version != step.version or row.state not in STEPS:
        return
    if isinstance(error, Rejected):
        step.folder.write_json(FAULTS, [plain_item(one) for one in error.faults[:MOST_FAULTS]])
    _, failed, cancelled = STEPS[row.state]
    state = cancelled if error.code == STOPPED else failed
    kept = None if error.code == STOPPED else json.dumps(_told(error), ensure_ascii=False)
    _on(step, row.state, state, {"error": kept})


def _told(error: GisError) -> dict[str, Any]:
    """Return an error as an import keeps it; a refused file with its first fault."""
    faults = error.faults if isinstance(error, Rejected) else []
    if not faults:
        return taking_in.failure(error)
    fields = {one.field: one.remedy for one in reversed(faults[:20])}
    return {"code": faults[0].message_code, "message": faults[0].message, "fields": fields}


def _on(step: Step, before: str, after: str, values: dict[str, Any]) -> None:
    with step.store.write() as conn:
        changed = {"state": after, "error": None, "job_id": None, **values}
        rows.change(conn, step.import_id, step.version, (before,), clock.now(), changed)
