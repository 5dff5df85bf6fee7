"""What a page is told of an import: its state, what was read, guessed, chosen and found, what may be done."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from gis_app.desk.checking import FINDINGS, PREVIEW
from gis_app.desk.finding import FAULTS
from gis_app.desk.folder import Folder
from gis_app.desk.reading import GUESS, READ
from gis_app.desk.states import CAN, CHECKED, FAILED, TAKEN_IN, TAKING_IN, UNDOING, UNDONE
from gis_app.desk.taking_in import has_before, why_not
from gis_app.jobs.jobs import Job
from gis_app.storage.engine import Row, Store

DAYS = 30
_SEEN_CHECK = (CHECKED, TAKING_IN, TAKEN_IN, UNDOING, UNDONE)


def short(row: Row, job: Job | None = None) -> dict[str, Any]:
    """Return an import without what was read and found in it."""
    return {
        "id": row.import_id,
        "state": row.state,
        "version": row.version,
        "file": row.file,
        "size": row.size,
        "sha256": row.sha256,
        "actor": row.actor,
        "layer": row.layer or None,
        "mode": row.mode or None,
        "created_at": _moment(row.created_at),
        "changed_at": _moment(row.changed_at),
        "taken_in_at": _moment(row.taken_in_at),
        "undone_at": _moment(row.undone_at),
        "expires_at": _moment(row.changed_at + timedelta(days=DAYS)),
        "progress": {"share": job.progress, "words": job.words} if job else None,
        "job": job.job_id if job else None,
        "error": json.loads(row.error) if row.error else None,
        "counts": json.loads(row.findings) if row.findings else None,
        "can": list(CAN[row.state]),
    }


def whole(store: Store, folder: Folder, row: Row, job: Job | None) -> dict[str, Any]:
    """Return all of an import that a page shows."""
    checked = row.state in _SEEN_CHECK
    told = short(row, job) | {
        "read": folder.read_json(READ) or _unread(folder, row),
        "guess": folder.read_json(GUESS),
        "choices": json.loads(row.choices) if row.choices else None,
        "findings": folder.read_json(FINDINGS) if checked else None,
        "preview": folder.read_json(PREVIEW) if checked else None,
        "undo": _undo(store, folder, row) if row.state == TAKEN_IN else None,
    }
    told["can"] = _can(told)
    return told


def _unread(folder: Folder, row: Row) -> dict[str, Any] | None:
    """Return what there is to say of a file that could not be read: every reason."""
    found = folder.read_json(FAULTS) if row.state == FAILED else None
    return {"tables": [], "encoding": None, "format": "", "notes": [], "faults": found} if found else None


def _can(told: dict[str, Any]) -> list[str]:
    found = told["findings"] or {}
    blocked = set()
    if found.get("errors", 1):
        blocked.add("take_in")
    if told["undo"] is not None and not told["undo"]["possible"]:
        blocked.add("undo")
    if not told["choices"]:
        blocked.add("check")
    return [one for one in told["can"] if one not in blocked]


def _undo(store: Store, folder: Folder, row: Row) -> dict[str, Any]:
    with store.read() as conn:
        why = why_not(conn, row, has_before(folder))
    return {"possible": not why, "why": why}


def _moment(moment) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
