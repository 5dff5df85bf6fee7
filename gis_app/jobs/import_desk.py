"""The long steps of the import desk as jobs: read, check, take in, undo.

Each moves its import on, or back to where it was with the reason. The version that a step began with guards
it: a job that nobody waits for any more changes nothing. A job that is killed says nothing; whoever asks next
finds that it has ended and moves the import back, see `desk.settling`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gis_app.desk import steps
from gis_app.errors import GisError, Unavailable
from gis_app.exchange.limits import Limits
from gis_app.jobs.child import Job
from gis_app.storage.engine import open_store


def read(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Read an upload; `params` are import_id, version and limits."""
    return _done(params, job, lambda step: steps.read(step, Limits(**params["limits"])))


def check(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Check an import as chosen; `params` are import_id and version."""
    return _done(params, job, steps.check)


def take_in(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Take an import in; `params` are import_id, version and actor."""
    return _done(params, job, lambda step: steps.take_in(step, params["actor"]))


def undo(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Undo an import; `params` are import_id, version and actor."""
    return _done(params, job, lambda step: steps.undo(step, params["actor"]))


def _done(
    params: Mapping[str, Any], job: Job, work: Callable[[steps.Step], dict[str, Any]]
) -> dict[str, Any]:
    store = open_store(job.database_url)
    step = steps.Step(
        store, instance_of(job), params["import_id"], params["version"], job.progress, job.cancelled
    )
    try:
        return work(step)
    except GisError as error:
        steps.back(step, error)
        raise
    except MemoryError:
        steps.back(step, Unavailable("import_memory", "内存不足；请拆分文件后重试"))
        raise
    finally:
        store.dispose()


def instance_of(job: Job) -> Path:
    """Return the instance folder that a job's files lie in."""
    return job.files.parents[1]
