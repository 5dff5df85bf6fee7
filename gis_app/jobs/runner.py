"""Runs one job: starts its child, passes on how far it is, ends it when it is cancelled or out of time.

Whatever happens to the child, the job ends in a state with a sentence that says what to do. A child that is
deep inside a solver hears nothing; it is killed, and the best that it had handed over before is its result.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gis_app import clock
from gis_app.jobs.kinds import KINDS, Kind
from gis_app.jobs.queue import FILES, folder_of
from gis_app.storage import jobs as table
from gis_app.storage.engine import Store

log = logging.getLogger("gis_app")
LOOK_EVERY, GRACE_SECONDS, LATE_SECONDS = 0.25, 2.0, 15.0
CRASHED = "计算进程意外结束（常见原因是内存不足）；请减小规模后重新提交，若仍失败请管理员查看服务日志"
LATE = "超过时间上限 {seconds} 秒，已停止；请减小规模，或提高时间上限后重新提交"
UNKNOWN = "本版本没有这种后台任务；请重新提交"


class Runner:
    """Runs jobs of one store, one after the other or from several threads."""

    def __init__(self, store: Store, instance_dir: Path, kinds: Mapping[str, Kind] = KINDS) -> None:
        self.store, self.kinds = store, kinds
        self.folder = folder_of(instance_dir)
        self.stopping = threading.Event()

    def run(self, job_id: int) -> None:
        """Run a job if it still waits, and keep how it ended."""
        with self.store.write() as conn:
            if not table.start_job(conn, job_id, clock.now()):
                return
            row = table.find_job(conn, job_id)
        kind = self.kinds.get(row.kind)
        if kind is None:
            return self._end(job_id, "failed", error=UNKNOWN)
        order = {
            "job_id": job_id,
            "function": kind.function,
            "params": json.loads(row.params),
            "limit_seconds": row.limit_seconds,
            "database_url": self.store.url.render_as_string(hide_password=False),
            "files": str(self.folder / FILES),
        }
        try:
            self._follow(job_id, order)
        except Exception:
            log.exception({"message": "job failed", "job_id": job_id})
            self._end(job_id, "failed", error=CRASHED)

    def _follow(self, job_id: int, order: dict[str, Any]) -> None:
        limit = order["limit_seconds"]
        with _child(order) as child:
            end, wanted_until = time.monotonic() + limit + LATE_SECONDS, float("inf")
            last, cancelled = {}, False
            while True:
                message = child.next()
                if message and "progress" not in message:
                    return self._keep(job_id, message, cancelled)
                last = message or last
                if message is None and child.ended():
                    error = "" if cancelled else CRASHED
                    return self._stopped(job_id, child, "cancelled" if cancelled else "failed", "gap", error)
                asked = self._beat(job_id, last) or self.stopping.is_set()
                if asked and not cancelled:
                    cancelled, wanted_until = True, time.monotonic() + GRACE_SECONDS
                    child.unwant()
                if time.monotonic() > wanted_until:
                    return self._stopped(job_id, child, "cancelled", "cancelled", "")
                if time.monotonic() > end:
                    state, late = ("done", "") if child.kept else ("failed", LATE.format(seconds=limit))
                    return self._stopped(job_id, child, state, "time_limit", late)

    def _beat(self, job_id: int, last: Mapping[str, Any]) -> bool:
        """Keep how far a job is, and return whether its cancelling was asked for."""
        with self.store.write() as conn:
            return table.beat(conn, job_id, clock.now(), last.get("progress", 0.0), last.get("words", ""))

    def _keep(self, job_id: int, message: Mapping[str, Any], cancelled: bool) -> None:
        """Keep the last message of a child; what a cancelled job found so far is kept too."""
        if "error" in message:
            return self._end(job_id, "cancelled" if cancelled else "failed", error=message["error"])
        result = message["result"]
        file = result.pop("file", "") if isinstance(result, dict) else ""
        text = json.dumps(result, ensure_ascii=False)
        return self._end(job_id, "cancelled" if cancelled else "done", result=text, file=file)

    def _stopped(self, job_id: int, child: _Child, state: str, why: str, error: str) -> None:
        """Keep how a child ended that did not say so itself, with the best it had handed over."""
        values = {"error": error}
        if child.kept is not None:
            ended = {"status": "cancelled" if state == "cancelled" else why}
            known = child.kept | (ended if child.kept.get("status") == "gap" else {})
            values["result"] = json.dumps(known, ensure_ascii=False)
        self._end(job_id, state, **values)

    def _end(self, job_id: int, state: str, **values: Any) -> None:
        if self.stopping.is_set() and state == "cancelled":
            state, values = "failed", values | {"error": "服务已停止，任务未完成；请在服务启动后重新提交"}
        with self.store.write() as conn:
            table.end_job(conn, job_id, state, clock.now(), values)


class _Child:
    """A running child: its messages, and the two ways to end it."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.kept: dict[str, Any] | None = None
        self._messages: queue.Queue = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            with contextlib.suppress(ValueError):
                self._messages.put(json.loads(line))

    def next(self) -> dict[str, Any] | None:
        """Return the newest progress or the last message, waiting for it a moment; None without any."""
        newest, wait = None, LOOK_EVERY
        while True:
            try:
                message = self._messages.get(wait > 0, wait or None)
            except queue.Empty:
                return newest
            if "kept" in message:
                self.kept, wait = message["kept"], 0.0
                continue
            if "progress" not in message:
                return message
            newest, wait = message, 0.0

    def ended(self) -> bool:
        """Tell whether nothing more can come."""
        return not self._reader.is_alive() and self._messages.empty()

    def finish(self) -> None:
        """Read what a dead child still had said."""
        self._reader.join()

    def unwant(self) -> None:
        """Tell the child that nobody wants its result."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()


@contextlib.contextmanager
def _child(order: dict[str, Any]):
    """Start the child of an order; at the end of the block it is dead, with all that it started."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "order.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(order), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-m", "gis_app.jobs.child", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},
            start_new_session=True,
        )
        child = _Child(process)
        try:
            yield child
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            child.finish()
            with contextlib.suppress(OSError):
                process.stdin.close()
            process.stdout.close()
