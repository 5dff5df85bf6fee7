"""Exports that were made in the background, as their list shows them: each account sees its own."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.web.exports_files import KIND
from gis_app.web.forms import number_of
from gis_app.web.incident_words import moment
from gis_app.web.paper_maps_words import size_words
from gis_app.web.services import services


def find(number: str) -> Job:
    """Return an export of this account by the number in an address; raises NotFound for any other job."""
    missing = _("没有这份导出，或已超过保留天数")
    try:
        job = jobs.find(services().store, number_of(number, "unknown_export", missing))
    except NotFound:
        raise NotFound("unknown_export", missing, {"number": number[:20]}) from None
    if job.kind != KIND or job.account_id != g.account.account_id:
        raise NotFound("unknown_export", missing, {"number": number[:20]})
    return job


def lines(account_id: int) -> list[dict[str, Any]]:
    """Return the exports of an account, the newest first."""
    store = services().store
    return [line(jobs.find(store, job.job_id)) for job in jobs.listed(store, account_id, KIND)]


def line(job: Job) -> dict[str, Any]:
    """Return one export as the list shows it."""
    params = job.params
    return {
        "id": job.job_id,
        "name": params["title"],
        "format": params["format"].upper(),
        "crs": params["system"],
        "rows": params["rows"],
        "size": size_words(job),
        "state": job.state,
        "state_label": _states().get(job.state, job.state),
        "progress": job.progress,
        "words": _doing(job),
        "error": job.error,
        "ended": job.ended,
        "ready": bool(job.file) and job.state == "done",
        "at": moment(job.created_at),
    }


def _states() -> dict[str, str]:
    return {
        "queued": _("排队中"),
        "running": _("生成中"),
        "done": _("已完成"),
        "failed": _("未完成"),
        "cancelled": _("已取消"),
    }


def _doing(job: Job) -> str:
    if job.ended:
        return _states()[job.state]
    known = {"读取图层": _("读取图层"), "生成文件": _("生成文件")}
    return known.get(job.words, _("等待生成，前面的任务完成后开始"))
