"""The decision papers of a draft: ask for one, watch it being made, cancel it, take it.

Who may see the draft may see its papers. A paper is a job of kind "decision_paper" that says the version it
was made from; its file is kept for good.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import NotFound, Stale
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.storage import audit
from gis_app.studio.decision import TOO_LATE, require_undecided
from gis_app.studio.model import Draft
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.forms import known_version, number_of, submitted
from gis_app.web.i18n import language
from gis_app.web.incident_words import moment
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.paper_maps_words import size_words
from gis_app.web.params import Params
from gis_app.web.reports_rows import LANGUAGE_NAMES
from gis_app.web.services import services
from gis_app.web.siting_words import state_words
from gis_app.web.studio import told_draft
from gis_app.web.studio_find import draft_of

rooms = Blueprint("studio_papers", __name__)
KIND = "decision_paper"
ASKED, CANCELLED, TAKEN = "plans:paper:asked", "plans:paper:cancelled", "plans:paper:taken"
MOST = 5000


@rooms.get("/plans/drafts/<number>/papers")
@requires("plans:draft:read")
def page(number: str) -> Response:
    """Show the papers of a draft."""
    Params()
    return Response(_page(draft_of(number), None), content_type=CONTENT_TYPE)


@rooms.post("/plans/drafts/<number>/papers")
@requires("plans:draft:read")
def ask(number: str) -> Response:
    """Have a paper made of the draft at the version that the form knows; one being made is not made twice."""
    draft = draft_of(number)

    def save() -> str:
        if known_version() != draft.version:
            raise Stale()
        require_undecided(draft)
        address = f"/plans/drafts/{draft.draft_id}/papers"
        params = _params(draft)
        waiting = next((job for job in _papers(draft) if not job.ended and job.params == params), None)
        return f"{address}#paper-{_enqueued(draft, params) if waiting is None else waiting.job_id}"

    return submitted(save, lambda problem: _page(draft, problem))


@rooms.get("/plans/drafts/<number>/papers/<paper>.json")
@requires("plans:draft:read")
def state(number: str, paper: str) -> Response:
    """Say how far a paper is."""
    Params()
    return Response(geojson.dumps(_line(_find(draft_of(number), paper))), content_type="application/json")


@rooms.get("/plans/drafts/<number>/papers/<paper>.pdf")
@requires("plans:draft:read")
def file(number: str, paper: str) -> Response:
    """Hand out a paper."""
    Params()
    draft, parts = draft_of(number), services()
    job = _find(draft, paper)
    body = jobs.file_of(parts.store, parts.settings.instance_dir, job.job_id).read_bytes()
    _note(TAKEN, draft, job.job_id, job.params["version"])
    name = f"decision-{draft.draft_id}-v{job.params['version']}-{job.params['day']}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(body, headers=headers, content_type="application/pdf")


@rooms.post("/plans/drafts/<number>/papers/<paper>/cancel")
@requires("plans:draft:read")
def cancel(number: str, paper: str) -> Response:
    """Cancel a paper of this account that is not ready."""
    draft = draft_of(number)
    job = _find(draft, paper)
    if not job.ended and job.account_id == g.account.account_id:
        jobs.cancel(services().store, job.job_id)
        _note(CANCELLED, draft, job.job_id, job.params["version"])
    return redirect(f"/plans/drafts/{draft.draft_id}/papers#paper-{job.job_id}", code=303)


def _params(draft: Draft) -> dict[str, Any]:
    settings = services().settings
    return {
        "draft_id": draft.draft_id,
        "version": draft.version,
        "day": clock.now().date().isoformat(),
        "language": language(),
        "review_number": settings.map_review_number,
        "attribution": settings.map_attribution,
        "by": g.account.username,
    }


def _enqueued(draft: Draft, params: dict[str, Any]) -> int:
    parts = services()
    number = jobs.enqueue(parts.store, parts.settings.instance_dir, KIND, params, g.account.account_id)
    _note(ASKED, draft, number, draft.version)
    return number


def _note(tag: str, draft: Draft, number: int, version: int) -> None:
    with services().store.write() as conn:
        audit.append(
            conn, tag, g.account.username, f"draft:{draft.draft_id}", {"job": number, "version": version}
        )


def _papers(draft: Draft) -> list[Job]:
    found = jobs.listed(services().store, kind=KIND, most=MOST)
    return [job for job in found if job.params.get("draft_id") == draft.draft_id]


def _find(draft: Draft, paper: str) -> Job:
    missing = _("没有这份决策书")
    try:
        job = jobs.find(services().store, number_of(paper, "unknown_paper", missing))
    except NotFound:
        raise NotFound("unknown_paper", missing, {"paper": paper[:20]}) from None
    if job.kind != KIND or job.params.get("draft_id") != draft.draft_id:
        raise NotFound("unknown_paper", missing, {"paper": paper[:20]})
    return job


def _line(job: Job) -> dict[str, Any]:
    return {
        "id": job.job_id,
        "version": job.params["version"],
        "day": job.params["day"],
        "language": LANGUAGE_NAMES.get(job.params["language"], job.params["language"]),
        "by": job.params["by"],
        "state": job.state,
        "state_label": _("生成中") if job.state == "running" else state_words(job),
        "progress": job.progress,
        "words": _doing(job),
        "error": job.error,
        "ended": job.ended,
        "ready": bool(job.file) and job.state == "done",
        "at": moment(job.created_at),
        "size": size_words(job),
        "mark": (job.result or {}).get("mark", ""),
        "mine": job.account_id == g.account.account_id,
    }


def _doing(job: Job) -> str:
    known = {"读取图层": _("读取图层"), "绘制地图": _("绘制地图"), "生成文件": _("生成文件")}
    return known.get(job.words, _("等待生成，前面的任务完成后开始"))


def _page(draft: Draft, problem: dict[str, Any] | None) -> str:
    store = services().store
    return render_template(
        "studio/papers.html",
        draft=told_draft(draft),
        problem=problem,
        papers=[_line(jobs.find(store, job.job_id)) for job in _papers(draft)],
        may_ask=draft.state not in TOO_LATE,
    )
