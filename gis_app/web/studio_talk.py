"""What people agree on around a draft: remarks pinned to places, who shares it, its name and its rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app.errors import BadInput
from gis_app.plans.rules import LIMITS
from gis_app.studio import drafts, remarks
from gis_app.studio.draft_rules import merged as rules_of
from gis_app.studio.model import Draft
from gis_app.web import geojson, studio_words
from gis_app.web.access import may, requires
from gis_app.web.current import snapshot
from gis_app.web.forms import known_version, number_of, submitted
from gis_app.web.incident_words import moment
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio import told_draft
from gis_app.web.studio_find import draft_of, json_object

rooms = Blueprint("studio_talk", __name__)
JSON = "application/json"


@rooms.get("/plans/drafts/<number>/remarks.json")
@requires("plans:draft:read")
def listed(number: str) -> Response:
    """Say the remarks on a draft."""
    Params()
    return _remarks(draft_of(number))


@rooms.post("/plans/drafts/<number>/remarks")
@requires("plans:draft:remark")
def add(number: str) -> Response:
    """Pin a remark to a place."""
    draft, told = draft_of(number), json_object()
    lon, lat, text = told.get("lon"), told.get("lat"), told.get("text")
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in (lon, lat)):
        raise BadInput("bad_place", _("备注要有位置"), {"lon": _("应为经度"), "lat": _("应为纬度")})
    if not isinstance(text, str):
        raise BadInput("bad_text", _("备注应为文字"), {"text": _("请填写备注")})
    remarks.add_remark(services().store, draft.draft_id, float(lon), float(lat), text, g.account.username)
    return _remarks(draft)


@rooms.post("/plans/drafts/<number>/remarks/<remark>")
@requires("plans:draft:remark")
def resolve(number: str, remark: str) -> Response:
    """Mark a remark as settled, or open it again."""
    draft, told = draft_of(number), json_object()
    found = number_of(remark, "unknown_remark", _("没有这条备注"))
    resolved = told.get("resolved", True)
    if not isinstance(resolved, bool):
        raise BadInput("bad_resolved", _("应为 true 或 false"), {"resolved": _("应为 true 或 false")})
    remarks.resolve_remark(services().store, draft.draft_id, found, g.account.username, resolved)
    return _remarks(draft)


@rooms.get("/plans/drafts/<number>/settings")
@requires("plans:draft:read")
def settings(number: str) -> Response:
    """Show the name, rules, shares, imports and exports of a draft."""
    Params()
    return Response(settings_page(draft_of(number), None), content_type=CONTENT_TYPE)


@rooms.post("/plans/drafts/<number>/rename")
@requires("plans:draft:edit")
def rename(number: str) -> Response:
    """Rename a draft."""
    draft = draft_of(number)

    def save(store: Any) -> None:
        drafts.rename_draft(
            store, draft.draft_id, known_version(), request.form.get("name", ""), g.account.username
        )

    return _done(draft, save)


@rooms.post("/plans/drafts/<number>/shares")
@requires("plans:draft:edit")
def share(number: str) -> Response:
    """Let another account see or edit a draft, or take it back."""
    draft, form = draft_of(number), request.form
    username = form.get("username", "").strip()[:80]

    def save(store: Any) -> None:
        if form.get("may") == "nothing":
            drafts.unshare_draft(store, draft.draft_id, username, g.account.username)
        else:
            drafts.share_draft(store, draft.draft_id, username, form.get("may") == "edit", g.account.username)

    return _done(draft, save)


@rooms.post("/plans/drafts/<number>/rules")
@requires("plans:draft:edit")
def rules(number: str) -> Response:
    """Set the rules of a draft from the form."""
    draft = draft_of(number)

    def save(store: Any) -> None:
        drafts.set_rules(store, draft.draft_id, known_version(), _asked(), g.account.username)

    return _done(draft, save)


def _asked() -> dict[str, Any]:
    """Return the rules that the form states, each whether it is hard and its numbers."""
    asked: dict[str, Any] = {}
    for rule_id, (_hard, numbers) in LIMITS.items():
        params = {name: _number(rule_id, name, limits) for name, limits in numbers.items()}
        asked[rule_id] = {"hard": request.form.get(f"{rule_id}.hard") == "1", "params": params}
    return asked


def _number(rule_id: str, name: str, limits: tuple[float, float, float]) -> float | int:
    field, (usual, least, most) = f"{rule_id}.{name}", limits
    text = request.form.get(field, "").strip()
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        remedy = _("应为 %(low)s 到 %(high)s 之间的数", low=f"{least:g}", high=f"{most:g}")
        raise BadInput("bad_rule_number", _("规则的数值有误"), {field: remedy})
    return int(value) if isinstance(usual, int) else value


def _done(draft: Draft, save: Any) -> Response:
    """Save what a form says and come back to the settings."""

    def act() -> str:
        save(services().store)
        return f"/plans/drafts/{draft.draft_id}/settings"

    return submitted(act, lambda problem: settings_page(draft, problem))


def settings_page(
    draft: Draft, problem: dict[str, Any] | None, imported: dict[str, Any] | None = None
) -> str:
    """Return the page of a draft's settings, with what was refused or what an import came to."""
    words, numbers = studio_words.rule_words(), studio_words.number_words()
    return render_template(
        "studio/settings.html",
        draft=told_draft(draft),
        problem=problem,
        typed=problem["typed"] if problem else {},
        may_export=may("plans:plan:export"),
        imported=imported,
        systems=systems(),
        rules=[
            {
                "id": rule.rule_id,
                "title": words.get(rule.rule_id, rule.rule_id),
                "hard": rule.hard,
                "numbers": [
                    {
                        "name": name,
                        "title": numbers.get(name, name),
                        "value": f"{value:g}",
                        "step": _step(rule.rule_id, name),
                    }
                    for name, value in rule.params.items()
                ],
            }
            for rule in rules_of(draft.rules)
        ],
    )


def systems() -> list[tuple[str, str]]:
    """Return the reference systems that a file is usually wanted in, the county's own projection second."""
    own = snapshot().atlas.metric_crs.to_epsg()
    found = [("EPSG:4490", _("CGCS2000 经纬度（EPSG:4490）"))]
    if own:
        found.append((f"EPSG:{own}", _("本县高斯投影（EPSG:%(code)s）", code=own)))
    return [*found, ("EPSG:4326", "WGS 84 (EPSG:4326)"), ("EPSG:3857", "Web Mercator (EPSG:3857)")]


def _step(rule_id: str, name: str) -> str:
    return "1" if isinstance(LIMITS[rule_id][1][name][0], int) else "any"


def _remarks(draft: Draft) -> Response:
    found = remarks.read_remarks(services().store, draft.draft_id)
    told = [
        {
            "id": one.remark_id,
            "lon": one.lon,
            "lat": one.lat,
            "text": one.text,
            "actor": one.actor,
            "at": moment(one.at)["said"],
            "resolved": one.resolved_at is not None,
        }
        for one in found
    ]
    return Response(geojson.dumps({"remarks": told}), content_type=JSON)
