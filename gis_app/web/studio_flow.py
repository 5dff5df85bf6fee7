"""From a draft to the plan in force, on one page: hand in, return, approve, publish as of a day, rebase.

Each step is a form that names what it will change; the page says where the draft stands and who is next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app.errors import BadInput, NotFound
from gis_app.studio import editing, publish
from gis_app.studio.effects import effects
from gis_app.studio.model import Draft
from gis_app.web import studio_words
from gis_app.web.access import may, requires
from gis_app.web.current import today
from gis_app.web.forms import known_version, submitted
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio import told_draft
from gis_app.web.studio_find import draft_of
from gis_app.web.studio_state import faults_of, summary_of

rooms = Blueprint("studio_flow", __name__)
LONGEST = 500


@rooms.get("/plans/drafts/<number>/decide")
@requires("plans:draft:read")
def decide(number: str) -> Response:
    """Show where a draft stands, what it would change, and the steps that this account may take."""
    Params()
    return Response(_page(draft_of(number), None), content_type=CONTENT_TYPE)


@rooms.post("/plans/drafts/<number>/submit")
@requires("plans:draft:edit")
def submit(number: str) -> Response:
    """Hand a draft in for a decision."""
    return _step(
        number, lambda draft, version: publish.submit(_store(), draft.draft_id, version, _who(), _note())
    )


@rooms.post("/plans/drafts/<number>/take-back")
@requires("plans:draft:edit")
def take_back(number: str) -> Response:
    """Take a draft back that was handed in."""
    return _step(number, lambda draft, version: publish.take_back(_store(), draft.draft_id, version, _who()))


@rooms.post("/plans/drafts/<number>/return")
@requires("plans:draft:decide")
def send_back(number: str) -> Response:
    """Return a draft to its owner with a reason."""
    return _step(
        number, lambda draft, version: publish.send_back(_store(), draft.draft_id, version, _who(), _note())
    )


@rooms.post("/plans/drafts/<number>/approve")
@requires("plans:draft:decide")
def approve(number: str) -> Response:
    """Approve a draft."""
    return _step(
        number, lambda draft, version: publish.approve(_store(), draft.draft_id, version, _who(), _note())
    )


@rooms.post("/plans/drafts/<number>/publish")
@requires("plans:draft:publish")
def publish_draft(number: str) -> Response:
    """Make a plan of an approved draft, as of the day in the form; the form confirms what will change."""
    draft = draft_of(number)

    def save() -> str:
        if request.form.get("sure") != "1":
            raise BadInput(
                "not_confirmed", _("请先确认要变更的内容"), {"sure": _("勾选确认后再发布，发布后不能修改")}
            )
        version = known_version()
        made = publish.publish(
            _store(), draft.draft_id, version, request.form.get("effective_on", ""), _who()
        )
        return f"/plans/{made.plan_id}"

    return submitted(save, lambda problem: _page(draft, problem))


@rooms.post("/plans/drafts/<number>/withdraw")
@requires("plans:draft:edit")
def withdraw(number: str) -> Response:
    """Give up a draft, or a plan that has not taken effect."""
    return _step(
        number, lambda draft, version: publish.withdraw(_store(), draft.draft_id, version, _who(), _note())
    )


@rooms.post("/plans/drafts/<number>/rebase")
@requires("plans:draft:edit")
def rebase(number: str) -> Response:
    """Show what a rebase would come to, or do it."""
    draft = draft_of(number)
    version = known_version()
    commit = request.form.get("commit") == "1"

    def save() -> str:
        found = publish.rebase(_store(), draft.draft_id, version, _who(), commit)
        if commit:
            return f"/plans/drafts/{draft.draft_id}"
        g.rebased = found
        return ""

    answer = submitted(save, lambda problem: _page(draft, problem))
    if g.get("rebased") is None:
        return answer
    return Response(_page(draft, None, g.rebased), content_type=CONTENT_TYPE)


def _step(number: str, act: Callable[[Draft, int], Any]) -> Response:
    draft = draft_of(number)

    def save() -> str:
        act(draft, known_version())
        return f"/plans/drafts/{draft.draft_id}/decide"

    return submitted(save, lambda problem: _page(draft, problem))


def _page(draft: Draft, problem: dict[str, Any] | None, rebased: publish.Rebased | None = None) -> str:
    store = services().store
    _version, state, base = editing.head_state(store, draft.draft_id)
    summary, told = summary_of(state, base), told_draft(draft)
    decide = may("plans:draft:decide")
    return render_template(
        "studio/decide.html",
        draft=told,
        problem=problem,
        typed=problem["typed"] if problem else {},
        rebased=rebased,
        summary=summary,
        faults=faults_of(draft, state, base),
        effects=told_effects(draft),
        today=today(),
        steps=[
            (name, studio_words.state_words(name)) for name in ("open", "submitted", "approved", "published")
        ],
        may_submit=told["may_edit"],
        may_take_back=told["mine"] and draft.state == "submitted" and may("plans:draft:edit"),
        may_decide=decide and draft.state == "submitted",
        may_return=decide and draft.state in ("submitted", "approved"),
        may_publish=may("plans:draft:publish") and draft.state == "approved",
        may_withdraw=told["mine"]
        and draft.state in ("open", "returned", "submitted", "approved", "scheduled"),
    )


def told_effects(draft: Draft) -> dict[str, Any] | None:
    """Return how many grids, posts, incidents and so on publishing would touch; None after it was."""
    if draft.plan_id is not None and draft.state == "published":
        return None
    try:
        found = effects(services().store, draft.draft_id)
    except NotFound:
        return None
    kinds, words = found.lineage["kind"].value_counts().to_dict(), studio_words.kind_words()
    frames = {
        name: getattr(found, name)
        for name in ("posts", "gaps", "members", "incidents", "stations", "accounts")
    }
    return {
        "kinds": [(words[kind], int(kinds[kind])) for kind in words if kinds.get(kind)],
        "counts": {name: len(frame) for name, frame in frames.items()},
        "to_confirm": int(found.posts["to_confirm"].sum()) if len(found.posts) else 0,
        "frames": {
            name: frame.where(frame.notna(), None).to_dict("records") for name, frame in frames.items()
        },
        "crosswalk": found.crosswalk.to_dict("records"),
        "lineage": [
            row | {"kind_words": words.get(row["kind"], row["kind"])}
            for row in found.lineage.to_dict("records")
        ],
        "codes": found.codes,
    }


def _store() -> Any:
    return services().store


def _who() -> str:
    return g.account.username


def _note() -> str:
    return request.form.get("note", "").strip()[:LONGEST]
