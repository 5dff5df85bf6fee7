"""The worker process: takes jobs from the queue of one instance folder, as the only one there.

Started by `keeper`, never by a web process. At its start it tells what a crash of its predecessor left
behind, and queues again what nobody has begun.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from huey import crontab
from huey.consumer import Consumer

from gis_app import clock
from gis_app.desk.keeping import forget_imports
from gis_app.jobs.deliveries import Deliverer
from gis_app.jobs.jobs import LOST, forget
from gis_app.jobs.queue import folder_of, put, queue_of, task_of
from gis_app.jobs.runner import Runner
from gis_app.settings import Settings, load_settings
from gis_app.storage import jobs as table
from gis_app.storage.assignment_drafts import apply_due
from gis_app.storage.engine import Store, open_store
from gis_app.studio.publish import activate_due

log = logging.getLogger("gis_app")
STOP_SECONDS = 8
POLL_SECONDS = 0.3


def main() -> int:
    """Work until told to stop; returns 0 at once where another worker has this folder."""
    settings = load_settings()
    lock = open(folder_of(settings.instance_dir) / "worker.lock", "w", encoding="ascii")  # noqa: SIM115
    if not _alone(lock):
        return 0
    logging.getLogger("huey").setLevel(logging.ERROR)
    store = open_store(settings.database_url)
    runner = Runner(store, settings.instance_dir)
    recover(store, settings.instance_dir)
    consumer, deliverer = consumer_of(settings, runner), Deliverer(store, settings)
    deliverer.start()
    consumer.run()
    deliverer.stop()
    store.dispose()
    return 0


def recover(store: Store, instance_dir: Path) -> None:
    """Tell jobs that nobody runs any more as failed, and queue the waiting ones afresh."""
    with store.write() as conn:
        for row in table.read_states(conn, "running"):
            table.end_job(conn, row.job_id, "failed", clock.now(), {"error": LOST})
    queue_of(instance_dir).flush()
    with store.read() as conn:
        waiting = table.read_states(conn, "queued")
    for row in waiting:
        put(instance_dir, row.job_id)


def consumer_of(settings: Settings, runner: Runner) -> Consumer:
    """Return huey's consumer with our task, the hourly forgetting, and what takes effect on its day."""
    queue = queue_of(settings.instance_dir)
    task_of(queue, runner.run)

    @queue.periodic_task(crontab(minute="7"), name="forget_old_jobs")
    def forget_old() -> None:
        forget(runner.store, settings.instance_dir, settings.job_days)

    @queue.periodic_task(crontab(minute="17"), name="forget_old_imports")
    def forget_old_imports() -> None:
        forget_imports(runner.store, settings.instance_dir)

    @queue.periodic_task(crontab(minute="*/10"), name="apply_due_drafts")
    def apply_due_drafts() -> None:
        apply_due(runner.store, clock.now().date().isoformat())

    @queue.periodic_task(crontab(minute="*/10"), name="activate_due_plans")
    def activate_due_plans() -> None:
        activate_due(runner.store)

    class Worker(Consumer):
        """Lets running jobs end as stopped before the process does."""

        def stop(self, graceful: bool = False) -> None:
            runner.stopping.set()
            super().stop(graceful=True)

    return Worker(
        queue,
        workers=settings.job_workers,
        max_delay=POLL_SECONDS,
        shutdown_timeout=STOP_SECONDS,
        graceful_signal="TERM",
    )


def _alone(lock) -> bool:
    """Take the folder's lock for as long as this process lives; return whether it was free."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
