"""The queue itself: huey on a SQLite file in the instance folder, with messages in JSON.

The queue only says that something is to be done; what it is and how it ended stands in the table of jobs, so
that a lost queue file loses nothing but time.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

FOLDER, FILE, FILES = "jobs", "queue.sqlite3", "files"


class JsonSerializer(Serializer):
    """Messages as JSON: what somebody else could write into the file can run nothing."""

    def _serialize(self, data: Any) -> bytes:
        if isinstance(data, Message):
            data = {"message": data._asdict()}
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        value = json.loads(data)
        if isinstance(value, dict) and "message" in value:
            return Message(**value["message"])
        return value


def folder_of(instance_dir: Path) -> Path:
    """Return the folder of the queue and of the files that jobs make, made where it is not there."""
    folder = instance_dir / FOLDER
    (folder / FILES).mkdir(parents=True, exist_ok=True)
    return folder


@lru_cache(maxsize=8)
def queue_of(instance_dir: Path) -> SqliteHuey:
    """Return the queue of an instance folder; its one task is `run`, which the worker gives a body."""
    return SqliteHuey(
        "gis-app",
        filename=str(folder_of(instance_dir) / FILE),
        results=False,
        serializer=JsonSerializer(),
        fsync=True,
    )


def put(instance_dir: Path, job_id: int) -> None:
    """Say that a job waits."""
    queue = queue_of(instance_dir)
    queue.enqueue(task_of(queue)(job_id))


def task_of(queue: SqliteHuey, body=None) -> Any:
    """Return the class of the queue's task as both sides know it."""
    known = getattr(queue, "gis_task", None)
    if known is None:

        def run(job_id: int) -> None:
            queue.gis_body(job_id)

        known = queue.gis_task = queue.task(name="run_job")(run).s
    if body is not None:
        queue.gis_body = body
    return known
