"""The pages of the studio: plans and drafts, a draft on its map, its settings, and a plan of the past."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.studio import drafts, past
from gis_app.studio.model import Draft
from gis_app.web import geojson, studio_words
from gis_app.web.access import may, requires
from gis_app.web.current import snapshot
from gis_app.web.forms import number_of, submitted
from gis_app.web.incident_words import moment
from gis_app.web.maps import shell_parts
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio_find import all_drafts, draft_of

rooms = Blueprint("studio", __name__)


@rooms.get("/plans")
@requires("plans:plan:read")
def index() -> Response:
    """Show the plans of all times and the drafts, with the form for a new one."""
    Params()
    return Response(_index(None), content_type=CONTENT_TYPE)


@rooms.post("/plans/drafts")
@requires("plans:draft:edit")
def open_draft() -> Response:
    """Open a draft: on the plan in force, with the grids of another plan, or as a fork of a draft."""

    def save() -> str:
        store, name, start = services().store, request.form.get("name", ""), request.form.get("start", "")
        kind, _colon, number = start.partition(":")
        if kind == "draft":
            found = drafts.fork_draft(store, draft_of(number).draft_id, name, g.account.username)
        elif kind == "plan" and number:
            plan = number_of(number, "unknown_plan", _("没有这个方案"))
            found = drafts.open_draft(store, name, g.account.username, plan)
        else:
            found = drafts.open_draft(store, name, g.account.username)
        return f"/plans/drafts/{found}"

    return submitted(save, _index)


@rooms.get("/plans/drafts/<number>")
@requires("plans:draft:read")
def one(number: str) -> Response:
    """Show a draft on its map with the tools."""
    Params()
    draft = draft_of(number)
    parts = shell_parts(snapshot())
    body = render_template("studio/draft.html", draft=told_draft(draft), config=config_of(draft), **parts)
    return Response(body, content_type=CONTENT_TYPE)


@rooms.get("/plans/<number>")
@requires("plans:plan:read")
def plan(number: str) -> Response:
    """Show a plan of any time: when it served, its grids, and which grid became which."""
    Params()
    return Response(plan_page(plan_of(number), None), content_type=CONTENT_TYPE)


def plan_page(found: past.PlanRow, problem: dict[str, Any] | None) -> str:
    """Return the page of a plan, with what was refused on it."""
    store, kinds = services().store, studio_words.kind_words()
    lineage, carried = past.plan_lineage(store, found.plan_id), past.hand_overs(store, found.plan_id)
    open_ones = carried[carried["to_confirm"].astype(bool) & carried["confirmed_at"].isna()]
    frame = snapshot().atlas.grids
    return render_template(
        "studio/plan.html",
        plan=told_plan(found),
        problem=problem,
        lineage=[
            row | {"kind_words": kinds.get(row["kind"], row["kind"])} for row in geojson.records(lineage)
        ],
        names=dict(zip(frame["grid_code"], frame["name"], strict=True)),
        to_confirm=geojson.records(open_ones),
        **shell_parts(snapshot()),
    )


def plan_of(number: str) -> past.PlanRow:
    """Return the plan of an address; raises NotFound."""
    missing = _("没有这个方案")
    try:
        return past.find_plan(services().store, number_of(number, "unknown_plan", missing))
    except NotFound:
        raise NotFound("unknown_plan", missing, {"number": number[:20]}) from None


def told_plan(plan: past.PlanRow) -> dict[str, Any]:
    """Return a plan as pages tell it."""
    return {
        "id": plan.plan_id,
        "name": plan.name or _("第 %(n)s 号方案", n=plan.plan_id),
        "state": plan.state,
        "state_words": studio_words.plan_state_words().get(plan.state, plan.state),
        "from": moment(plan.effective_from),
        "to": moment(plan.effective_to),
        "by": plan.published_by,
        "grids": plan.grids,
        "base": plan.base_plan_id,
        "draft": plan.draft_id,
    }


def told_draft(draft: Draft) -> dict[str, Any]:
    """Return a draft as pages tell it."""
    return {
        "id": draft.draft_id,
        "name": draft.name,
        "state": draft.state,
        "state_words": studio_words.state_words(draft.state),
        "owner": draft.owner,
        "version": draft.version,
        "base": draft.base_plan_id,
        "at": moment(draft.updated_at),
        "by": draft.updated_by,
        "note": draft.note,
        "plan": draft.plan_id,
        "superseded": draft.superseded,
        "may_edit": draft.may_edit and may("plans:draft:edit"),
        "effective": draft.effective_from,
        "shares": dict(draft.shares),
        "mine": draft.owner == g.account.username,
    }


def config_of(draft: Draft) -> dict[str, Any]:
    """Return what the page's modules must know from the start."""
    edits = draft.may_edit and may("plans:draft:edit")
    return {
        "id": draft.draft_id,
        "url": f"/plans/drafts/{draft.draft_id}",
        "state": draft.state,
        "version": draft.version,
        "may": {
            "edit": edits,
            "edits": may("plans:draft:edit"),
            "move_community": edits and may("plans:community:move"),
            "propose": edits and may("plans:proposal:ask"),
        },
    }


def _index(problem: dict[str, Any] | None) -> str:
    plans = [told_plan(row) for row in past.read_plans(services().store)]
    found = [told_draft(draft) for draft in all_drafts()]
    return render_template(
        "studio/index.html",
        plans=plans,
        drafts=found,
        problem=problem,
        typed=problem["typed"] if problem else {},
        may_edit=may("plans:draft:edit"),
    )
