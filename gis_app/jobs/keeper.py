"""Keeps the worker alive beside the server: started with it, stopped with it, restarted when it crashes.

The keeper is a small process of its own, so that the server, which forks, needs no thread for it. It ends
when it is told to, and when the server is gone without having told it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gis_app.settings import Settings

PARENT_DEATH_SIGNAL = 1
LOOK_EVERY, REST_SECONDS, STOP_SECONDS = 0.5, 2.0, 12


@contextlib.contextmanager
def kept(settings: Settings) -> Iterator[None]:
    """Keep a worker for these settings during the block; without `job_workers` do nothing."""
    if settings.job_workers == 0:
        yield
        return
    owner = os.getpid()
    keeper = _start("gis_app.jobs.keeper", _environment(settings), start_new_session=True)
    try:
        yield
    finally:
        if os.getpid() == owner:  # a forked server process leaves this block too
            stop(keeper)


def _environment(settings: Settings) -> dict[str, str]:
    given = {
        "GIS_INSTANCE_DIR": str(settings.instance_dir.absolute()),
        "GIS_DATABASE_URL": settings.database_url,
        "GIS_SECRET_KEY": settings.secret_key,
        "GIS_JOB_WORKERS": str(settings.job_workers),
        "GIS_JOB_DAYS": str(settings.job_days),
        "GIS_WEBHOOK_NETWORKS": ",".join(settings.webhook_networks),
        "GIS_WEBHOOK_PORTS": settings.webhook_ports,
        "GIS_WEBHOOK_ATTEMPTS": str(settings.webhook_attempts),
        "GIS_WEBHOOK_RETRY_SECONDS": str(settings.webhook_retry_seconds),
        "GIS_WEBHOOK_DAYS": str(settings.webhook_days),
        "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path),
    }
    return os.environ | given


def _start(module: str, environment: dict[str, str] | None = None, **options) -> subprocess.Popen:
    command = [sys.executable, "-X", "utf8", "-m", module]
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, **options)


def stop(process: subprocess.Popen) -> None:
    """End a process in good order, or at last without it."""
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> int:
    """Run the worker again and again until the server is gone."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: told.append(number))
    worker = _start("gis_app.jobs.worker")
    while not told and os.getppid() == parent:
        time.sleep(LOOK_EVERY)
        if worker.poll() is not None:
            time.sleep(REST_SECONDS)
            worker = _start("gis_app.jobs.worker")
    stop(worker)
    return 0


if __name__ == "__main__":
    sys.exit(main())
