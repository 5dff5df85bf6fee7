"""Moves an import back whose long step has ended without a word: its job was killed or never began.

Asked whenever an import is looked at, so that no import stays in work for ever.
"""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

from gis_app import clock
from gis_app.desk.states import FAILED, STEPS
from gis_app.errors import NotFound, Stale
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.storage import imports as rows
from gis_app.storage.engine import Row, Store

UNBEGUN = timedelta(seconds=60)
STOPPED = "后台任务意外中断，已回到上一步；请重试"


def settled(store: Store, row: Row) -> tuple[Row, Job | None]:
    """Return an import as it stands, and the job in hand."""
    if row.state not in STEPS:
        return row, None
    job = _job(store, row)
    if job is None:
        gone = row.job_id is not None or row.changed_at < clock.now() - UNBEGUN
        return (_back(store, row, "failed", "") if gone else row), None
    if not job.ended:
        return row, job
    return _back(store, row, job.state, job.error), None


def _job(store: Store, row: Row) -> Job | None:
    try:
        return jobs.find(store, row.job_id) if row.job_id is not None else None
    except NotFound:
        return None


def _back(store: Store, row: Row, ended: str, words: str) -> Row:
    """Move an import back, unless its step moved it on in the meantime."""
    _, failed, cancelled = STEPS[row.state]
    error = {"code": "import_stopped", "message": words or STOPPED, "fields": {}}
    values = {"state": cancelled if ended == "cancelled" else failed, "job_id": None}
    values["error"] = None if ended == "cancelled" else json.dumps(error, ensure_ascii=False)
    with contextlib.suppress(Stale), store.write() as conn:
        rows.change(conn, row.import_id, row.version, (row.state,), clock.now(), values)
    with store.read() as conn:
        return rows.find_import(conn, row.import_id)


def lost(store: Store, row: Row) -> Row:
    """Say of an import whose files are gone, as after restoring a backup, that it must be brought again."""
    error = {"code": "import_expired", "message": "这次导入的文件已不在，请重新上传", "fields": {}}
    values = {"state": FAILED, "error": json.dumps(error, ensure_ascii=False), "findings": None}
    with contextlib.suppress(Stale), store.write() as conn:
        rows.change(conn, row.import_id, row.version, (row.state,), clock.now(), values)
    with store.read() as conn:
        return rows.find_import(conn, row.import_id)


def begin(
    store: Store,
    settings,
    row: Row,
    version: int,
    states: tuple[str, ...],
    step: str,
    values: dict,
    params: dict,
) -> int:
    """Move an import into a long step and give its job to the background; return the new version.

    Where the background takes no more work the import stays as it was.
    """
    with store.write() as conn:
        given = {"state": step, "error": None, "job_id": None, **values}
        started = rows.change(conn, row.import_id, version, states, clock.now(), given)
    given = {"import_id": row.import_id, "version": started, **params}
    try:
        number = jobs.enqueue(store, settings.instance_dir, STEPS[step][0], given, row.account_id)
    except Exception:
        former = {"state": row.state, "error": row.error, **{name: getattr(row, name) for name in values}}
        with store.write() as conn:
            rows.change(conn, row.import_id, started, (step,), clock.now(), former)
        raise
    with store.write() as conn:
        rows.note_job(conn, row.import_id, started, number)
    return started
