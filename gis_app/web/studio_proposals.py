"""Proposals for a draft: one community at once while a slider moves, or many in the background.

Nothing is taken over here: accepting a proposal is an operation ("adopt") like any other, community by
community, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g
from flask_babel import gettext as _

from gis_app.errors import BadInput, NotFound
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.jobs.proposals import so_far
from gis_app.jobs.queue import FILES, folder_of
from gis_app.plans.proposals.asking import Asked
from gis_app.plans.proposals.county import Task, tasks
from gis_app.plans.proposals.propose import propose_community
from gis_app.studio import editing
from gis_app.studio.model import Draft
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.forms import number_of
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio_find import draft_of, json_object
from gis_app.web.studio_state import band_of, community_names, grid_workers

rooms = Blueprint("studio_proposals", __name__)
JSON = "application/json"
KIND = "proposal"
SECONDS = 600


@rooms.post("/plans/drafts/<number>/proposals")
@requires("plans:proposal:ask")
def ask(number: str) -> Response:
    """Give a question about a draft to the background."""
    draft, parts = draft_of(number), services()
    params = _asked(draft, json_object())
    Asked.of(params)
    params |= {"draft_id": draft.draft_id, "operation_id": -1}
    found = jobs.enqueue(
        parts.store, parts.settings.instance_dir, KIND, params, g.account.account_id, SECONDS
    )
    return _json(_told(jobs.find(parts.store, found)), 201)


@rooms.get("/plans/drafts/<number>/proposals.json")
@requires("plans:draft:read")
def newest(number: str) -> Response:
    """Say the newest question about a draft and how far its answer is."""
    Params()
    draft, store = draft_of(number), services().store
    mine = (job for job in jobs.listed(store, kind=KIND) if job.params.get("draft_id") == draft.draft_id)
    job = next(mine, None)
    return _json({} if job is None else _told(jobs.find(store, job.job_id)))


@rooms.post("/plans/drafts/<number>/proposals/<job>/stop")
@requires("plans:proposal:ask")
def stop(number: str, job: str) -> Response:
    """Stop the search; what was found so far stays."""
    draft, store = draft_of(number), services().store
    missing = _("没有这次建议")
    found = jobs.find(store, number_of(job, "unknown_proposal", missing))
    if found.kind != KIND or found.params.get("draft_id") != draft.draft_id:
        raise NotFound("unknown_proposal", missing)
    if not found.ended:
        jobs.cancel(store, found.job_id)
    return _json(_told(jobs.find(store, found.job_id)))


@rooms.post("/plans/drafts/<number>/proposals/live")
@requires("plans:proposal:ask")
def live(number: str) -> Response:
    """Answer a question about one community at once, without any proof."""
    draft = draft_of(number)
    asked = Asked.of(_asked(draft, json_object()))
    if asked.communities is None or len(asked.communities) != 1:
        raise BadInput("one_community", _("请选择一个社区"), {"communities": _("请选择一个社区")})
    state = editing.draft_state(services().store, draft.draft_id)
    workers = {key: [name] for key, name in grid_workers(snapshot()).items()}
    task = tasks(state, asked.wish(workers))[0]
    told = _answered(task, asked, state)
    return _json({"communities": [_named(told)], "goal": asked.goal})


def _answered(task: Task, asked: Asked, state: Any) -> dict[str, Any]:
    if task.problem is None:
        reason = task.reason.as_json() if task.reason else None
        return {"community": task.community, "candidates": [], "reason": reason}
    found = propose_community(task.problem, asked.goal, asked.price, asked.seed, asked.count)
    reason = task.reason or found.reason
    return {
        "community": task.community,
        "households": task.problem.total,
        "grids": task.problem.n,
        "candidates": [one.as_json() | {"table": task.table(state, one)} for one in found.candidates],
        "reason": reason.as_json() if reason else None,
    }


def _asked(draft: Draft, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is asked, with the band of the draft's rules where none is told."""
    return {"band": list(band_of(draft))} | {name: value for name, value in told.items() if value is not None}


def _told(job: Job) -> dict[str, Any]:
    found = job.result
    if found is None:
        found = so_far(folder_of(services().settings.instance_dir) / FILES, job.job_id)
    communities = [_named(one) for one in (found or {}).get("communities", [])]
    return {
        "id": job.job_id,
        "state": job.state,
        "ended": job.ended,
        "progress": job.progress,
        "words": job.words,
        "error": job.error,
        "goal": job.params.get("goal", ""),
        "totals": (found or {}).get("totals"),
        "communities": communities,
    }


def _named(told: dict[str, Any]) -> dict[str, Any]:
    code = told["community"]
    return told | {"name": community_names().get(code) or code}


def _json(told: dict[str, Any], status: int = 200) -> Response:
    return Response(geojson.dumps(told), status, content_type=JSON)
