"""Reports as the list shows them: what was asked, by whom, how far it is, and its files with their sizes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import g
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.paper.monthly import period_said
from gis_app.paper.monthly_question import period_to
from gis_app.people.permissions import in_scope
from gis_app.people.roles import Role
from gis_app.web.access import may
from gis_app.web.current import snapshot
from gis_app.web.forms import number_of
from gis_app.web.i18n import language
from gis_app.web.incident_words import moment
from gis_app.web.pages import area_name, county_name
from gis_app.web.services import services
from gis_app.web.siting_words import state_words

KIND = "report"
ANYBODYS = (Role.LEADER, Role.ADMINISTRATOR)
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def find(number: str) -> Job:
    """Return a report by the number in an address; raises NotFound for any other, or one out of scope."""
    missing = _("没有这份报告，或已超过保留天数")
    try:
        job = jobs.find(services().store, number_of(number, "unknown_report", missing))
    except NotFound:
        raise NotFound("unknown_report", missing, {"number": number[:20]}) from None
    if not _visible(job):
        raise NotFound("unknown_report", missing, {"number": number[:20]})
    return job


def rows() -> list[dict[str, Any]]:
    """Return the reports that this account may see, the newest first."""
    store = services().store
    visible = [job for job in jobs.listed(store, kind=KIND) if _visible(job)]
    return [row(jobs.find(store, job.job_id)) for job in visible]


def _visible(job: Job) -> bool:
    return job.kind == KIND and in_scope(g.account.scope_code, job.params["area"])


def may_delete(job: Job) -> bool:
    """Tell whether this account may delete a report: its own, a leader and an administrator any."""
    if not may("reports:report:delete"):
        return False
    return g.account.role in ANYBODYS or job.account_id == g.account.account_id


def row(job: Job) -> dict[str, Any]:
    """Return one report as the list shows it."""
    params, found = job.params, snapshot()
    period = period_to(date.fromisoformat(params["end"]), datetime.fromisoformat(params["asked_at"]))
    result = job.result or {}
    return {
        "id": job.job_id,
        "name": _("%(period)s月报", period=period_said(period, language())),
        "area": area_name(found, params["area"]) or county_name(found) or _("全县"),
        "language": LANGUAGE_NAMES.get(params["language"], params["language"]),
        "state": job.state,
        "state_label": state_words(job),
        "progress": job.progress,
        "words": _doing(job),
        "error": job.error,
        "ended": job.ended,
        "by": params.get("by", ""),
        "at": moment(job.created_at),
        "files": [one | {"size": size_said(one["bytes"])} for one in result.get("files", [])],
        "mark": result.get("mark", ""),
        "may_delete": job.ended and may_delete(job),
    }


def size_said(count: int) -> str:
    """Return a size as people read it."""
    return f"{count / 1024:,.0f} kB" if count < 1024 * 1024 else f"{count / 1024 / 1024:,.1f} MB"


def _doing(job: Job) -> str:
    """Return what a report's work is doing; the worker's own words are Chinese."""
    if job.state == "queued":
        return _("等待生成，前面的任务完成后开始")
    if job.ended:
        return state_words(job)
    known = {
        "读取图层": _("读取图层"),
        "读取事件": _("读取事件"),
        "计算覆盖": _("计算覆盖"),
        "绘制地图": _("绘制地图"),
    }
    kind = job.words.rpartition(" ")[2]
    return known.get(job.words) or (_("排版 %(kind)s", kind=kind) if kind else _("开始生成"))
