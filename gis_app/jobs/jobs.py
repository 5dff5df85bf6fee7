"""What the rooms above ask of the background: give work, look at it, cancel it, forget what is old."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gis_app import clock
from gis_app.errors import BadInput, NotFound, TooMany
from gis_app.jobs.kinds import KINDS
from gis_app.jobs.queue import FILES, folder_of, put
from gis_app.storage import jobs as table
from gis_app.storage.engine import Row, Store

SILENT_SECONDS = 60
WAITING_PER_ACCOUNT = 5
LOST = "后台进程意外中断，任务未完成；请重新提交。若再次发生，请减小规模，或请管理员查看服务日志"


@dataclass(frozen=True)
class Job:
    """One piece of long work as people see it; times are aware, `progress` is 0 to 1."""

    job_id: int
    kind: str
    account_id: int | None
    state: str
    progress: float
    words: str
    result: Any
    file: str
    error: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    params: Mapping[str, Any]

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will happen to it."""
        return self.state in table.ENDED


def enqueue(
    store: Store,
    instance_dir: Path,
    kind: str,
    params: Mapping[str, Any],
    account_id: int | None = None,
    limit_seconds: int | None = None,
) -> int:
    """Give work to the background and return its number; raises BadInput and TooMany."""
    if kind not in KINDS:
        raise BadInput("unknown_kind", "没有这种后台任务", {"kind": " ".join(KINDS)})
    longest = KINDS[kind].limit_seconds
    if limit_seconds is not None and not 1 <= limit_seconds <= longest:
        raise BadInput("bad_limit_seconds", "时间上限超出范围", {"limit_seconds": f"1–{longest}"})
    text = json.dumps(params, ensure_ascii=False, allow_nan=False)
    with store.write() as conn:
        if account_id is not None and table.count_waiting(conn, account_id) >= WAITING_PER_ACCOUNT:
            raise TooMany("too_many_jobs", f"已有 {WAITING_PER_ACCOUNT} 项任务未结束，请等待或取消后再提交")
        job_id = table.insert_job(conn, kind, text, account_id, limit_seconds or longest, clock.now())
    put(instance_dir, job_id)
    return job_id


def find(store: Store, job_id: int) -> Job:
    """Return a job; one whose worker has fallen silent is told, and kept, as failed. Raises NotFound."""
    with store.read() as conn:
        row = table.find_job(conn, job_id)
    if row.state == "running" and row.beat_at < clock.now() - timedelta(seconds=SILENT_SECONDS):
        with store.write() as conn:
            table.end_job(conn, job_id, "failed", clock.now(), {"error": LOST})
            row = table.find_job(conn, job_id)
    return _job(row)


def listed(
    store: Store, account_id: int | None = None, kind: str | None = None, most: int = 100
) -> list[Job]:
    """Return the newest jobs without their results."""
    with store.read() as conn:
        return [_job(row) for row in table.read_jobs(conn, account_id, kind, most)]


def cancel(store: Store, job_id: int) -> str:
    """Cancel a job, at once where it waits, soon where it runs; return its state. Raises NotFound."""
    with store.write() as conn:
        return table.ask_cancel(conn, job_id, clock.now())


def file_of(store: Store, instance_dir: Path, job_id: int) -> Path:
    """Return the file that a job made; raises NotFound."""
    job = find(store, job_id)
    path = folder_of(instance_dir) / FILES / job.file
    if not job.file or Path(job.file).name != job.file or not path.is_file():
        raise NotFound("no_job_file", "该任务没有可下载的文件", {"job_id": str(job_id)})
    return path


def drop(store: Store, instance_dir: Path, job_id: int) -> None:
    """Delete a job that has ended, with its file; raises NotFound where there is none that has."""
    with store.write() as conn:
        name = table.delete_job(conn, job_id)
    if name:
        (folder_of(instance_dir) / FILES / name).unlink(missing_ok=True)


def forget(store: Store, instance_dir: Path, days: int) -> int:
    """Delete the jobs that ended more than `days` ago, with their files; return how many files went.

    What a kind keeps for good stays.
    """
    kept = [name for name, kind in KINDS.items() if kind.kept]
    with store.write() as conn:
        names = table.delete_jobs(conn, clock.now() - timedelta(days=days), kept)
    for name in names:
        (folder_of(instance_dir) / FILES / name).unlink(missing_ok=True)
    return len(names)


def _job(row: Row) -> Job:
    values = dict(row._mapping)
    result = values.get("result")
    return Job(
        result=None if result is None else json.loads(result),
        params=json.loads(values["params"] or "{}"),
        **{name: values[name] for name in Job.__dataclass_fields__ if name not in ("result", "params")},
    )
