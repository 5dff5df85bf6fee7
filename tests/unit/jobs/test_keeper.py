"""The worker lives and ends with the server: started, restarted after a crash, gone when the server is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gis_app.jobs import jobs
from gis_app.jobs.keeper import kept
from gis_app.settings import load_settings
from tests.unit.jobs.test_jobs import until

BEGIN = (
    "import sys, time; from pathlib import Path; from gis_app.settings import load_settings\n"
    "from gis_app.jobs.keeper import kept\n"
    "with kept(load_settings(instance_dir=Path(sys.argv[1]))): print('kept', flush=True); time.sleep(600)"
)


def workers(instance: Path) -> list[int]:
    """Return the processes that hold the worker's lock file open."""
    lock = str(instance / "jobs" / "worker.lock")
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(one) == lock for one in (process / "fd").iterdir()):
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.fixture
def settings(instance, store):
    return load_settings(instance_dir=instance)


def test_a_job_is_done_while_the_server_runs(settings, store, instance):
    with kept(settings):
        number = jobs.enqueue(store, instance, "siting", {"model": "no such model"})
        until(lambda: jobs.find(store, number).ended, 40)
        assert jobs.find(store, number).error.startswith("没有这种选址模型")
    assert workers(instance) == []


def test_a_worker_that_is_killed_is_replaced(settings, instance):
    with kept(settings):
        until(lambda: workers(instance), 40)
        (first,) = workers(instance)
        os.kill(first, signal.SIGKILL)
        until(lambda: workers(instance) not in ([], [first]), 40)
    assert workers(instance) == []


def test_a_server_that_is_killed_leaves_no_worker(settings, instance):
    server = subprocess.Popen(
        [sys.executable, "-c", BEGIN, str(instance)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert server.stdout.readline() == b"kept\n"
    until(lambda: workers(instance), 40)
    server.kill()
    server.wait()
    server.stdout.close()
    until(lambda: not workers(instance))


def test_without_workers_nothing_is_started(settings, instance):
    with kept(settings.model_copy(update={"job_workers": 0})):
        time.sleep(1)
        assert not (instance / "jobs").exists()
