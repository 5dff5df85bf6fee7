"""Rows of long work. A state is only ever left by the statement that checks it, so that one ending wins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from gis_app.errors import NotFound
from gis_app.storage.tables import jobs

WAITING = ("queued", "running")
ENDED = ("done", "failed", "cancelled")


def insert_job(
    conn: Connection, kind: str, params: str, account_id: int | None, limit_seconds: int, at: datetime
) -> int:
    """Insert a queued job (`params` is JSON) and return its number."""
    row = {"kind": kind, "params": params, "account_id": account_id, "created_at": at}
    made = insert(jobs).values(row | {"limit_seconds": limit_seconds}).returning(jobs.c.job_id)
    return conn.execute(made).scalar_one()


def find_job(conn: Connection, job_id: int) -> Row:
    """Return a job; raises NotFound."""
    row = conn.execute(select(jobs).where(jobs.c.job_id == job_id)).one_or_none()
    if row is None:
        raise NotFound("unknown_job", "没有这项后台任务", {"job_id": str(job_id)})
    return row


def read_jobs(
    conn: Connection, account_id: int | None = None, kind: str | None = None, most: int = 100
) -> list[Row]:
    """Return the newest jobs, of one account or kind if given, without their results."""
    columns = [column for column in jobs.c if column.name != "result"]
    query = select(*columns).order_by(jobs.c.job_id.desc()).limit(most)
    if account_id is not None:
        query = query.where(jobs.c.account_id == account_id)
    return list(conn.execute(query if kind is None else query.where(jobs.c.kind == kind)))


def count_waiting(conn: Connection, account_id: int | None) -> int:
    """Return how many jobs of an account have not ended."""
    mine = (jobs.c.account_id == account_id) & jobs.c.state.in_(WAITING)
    return len(conn.execute(select(jobs.c.job_id).where(mine)).all())


def read_states(conn: Connection, *states: str) -> list[Row]:
    """Return (job_id, beat_at) of all jobs in these states, the oldest first."""
    query = select(jobs.c.job_id, jobs.c.beat_at).where(jobs.c.state.in_(states))
    return list(conn.execute(query.order_by(jobs.c.job_id)))


def start_job(conn: Connection, job_id: int, at: datetime) -> bool:
    """Take a queued job; return whether it was still there to take."""
    values = {"state": "running", "started_at": at, "beat_at": at}
    return _change(conn, job_id, ("queued",), values)


def beat(conn: Connection, job_id: int, at: datetime, progress: float, words: str) -> bool:
    """Tell how far a running job is; return whether its cancelling was asked for."""
    _change(conn, job_id, ("running",), {"beat_at": at, "progress": progress, "words": words})
    asked = select(jobs.c.cancel_asked).where(jobs.c.job_id == job_id)
    return bool(conn.execute(asked).scalar_one_or_none())


def end_job(conn: Connection, job_id: int, state: str, at: datetime, values: Mapping[str, Any]) -> bool:
    """End a job that has not ended; `values` are result, file, error or words. Return whether it was so."""
    if state == "done":
        values = {"progress": 1.0, **values}
    return _change(conn, job_id, WAITING, {"state": state, "ended_at": at, **values})


def ask_cancel(conn: Connection, job_id: int, at: datetime) -> str:
    """Cancel a queued job, or ask the worker to cancel a running one; return the state after it."""
    if not _change(conn, job_id, ("queued",), {"state": "cancelled", "ended_at": at, "cancel_asked": True}):
        _change(conn, job_id, ("running",), {"cancel_asked": True})
    return find_job(conn, job_id).state


def delete_job(conn: Connection, job_id: int) -> str:
    """Delete a job that has ended and return the name of its file; raises NotFound where there is none."""
    ended = (jobs.c.job_id == job_id) & jobs.c.state.in_(ENDED)
    row = conn.execute(delete(jobs).where(ended).returning(jobs.c.file)).one_or_none()
    if row is None:
        raise NotFound("unknown_job", "没有这项后台任务", {"job_id": str(job_id)})
    return row.file


def delete_jobs(conn: Connection, before: datetime, kept: Collection[str] = ()) -> list[str]:
    """Delete the jobs that ended before a moment and return the names of their files.

    Those of the kinds in `kept` stay where they made a file.
    """
    stays = jobs.c.kind.in_(kept) & (jobs.c.file != "")
    old = jobs.c.state.in_(ENDED) & (jobs.c.ended_at < before) & ~stays
    gone = conn.execute(delete(jobs).where(old).returning(jobs.c.file))
    return [name for (name,) in gone if name]


def _change(conn: Connection, job_id: int, states: tuple[str, ...], values: Mapping[str, Any]) -> bool:
    the_job = (jobs.c.job_id == job_id) & jobs.c.state.in_(states)
    return conn.execute(update(jobs).where(the_job).values(**values)).rowcount == 1
