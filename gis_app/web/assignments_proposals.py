"""Proposals who sends how many members to which grid: ask for one, review it move by move, publish it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pandas as pd
from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.assignments.moves import LIMITS, Ask, Effect, check_ask, effect, make_proposal
from gis_app.assignments.needs import Rule, grid_needs
from gis_app.assignments.propose import AIMS
from gis_app.assignments.terms import check_day
from gis_app.errors import BadInput, Conflict, NotFound
from gis_app.people.permissions import in_scope
from gis_app.storage import assignment_drafts as stored
from gis_app.storage.engine import Row
from gis_app.storage.member_history import read_history
from gis_app.web import assignments_now as now
from gis_app.web import assignments_words as words
from gis_app.web.access import may, requires
from gis_app.web.current import Snapshot, today
from gis_app.web.forms import fresh, known_version, number_of, submitted
from gis_app.web.incident_words import moment, organisation_names, place_name, place_names
from gis_app.web.pages import CONTENT_TYPE, area_name
from gis_app.web.params import Params, checked_text
from gis_app.web.services import services

rooms = Blueprint("assignments_proposals", __name__)
NAME_LIMIT, HISTORY_ROWS = 60, 100
LAST_DAY = "2200-12-31"


@rooms.get("/assignments/proposals")
@requires("assignments:desk:read")
def listed() -> Response:
    """Show every proposal with its state, and what became of members before."""
    found = now.settled()
    Params()
    with services().store.read() as conn:
        drafts = stored.read_drafts(conn, g.account.scope_code)
        history = read_history(conn, g.account.scope_code)
    body = render_template(
        "assignments/proposals.html",
        drafts=[_draft_line(found, row) for row in drafts],
        history=_history_lines(found, history),
        may_prepare=may("assignments:draft:prepare"),
    )
    return Response(body, content_type=CONTENT_TYPE)


@rooms.get("/assignments/proposals/new")
@requires("assignments:draft:prepare")
def new() -> Response:
    """Show the form that asks for a proposal."""
    found = now.settled()
    given = Params("area", *LIMITS).rest(("area", *LIMITS), 15)
    return Response(_form(found, None, given), content_type=CONTENT_TYPE)


@rooms.post("/assignments/proposals")
@requires("assignments:draft:prepare")
def make() -> Response:
    """Make a proposal, keep it as a draft and go there."""
    found = now.settled()

    def save() -> str:
        ask = check_ask(request.form, found.atlas, found.tables.members)
        area = request.form.get("area", "") or g.account.scope_code
        if area != g.account.scope_code and area not in dict(now.own_communities(found)):
            raise BadInput("bad_area", _("没有这个社区，或不在您的范围内"), {"area": area[:20]})
        name = checked_text("name", request.form.get("name", ""), NAME_LIMIT)
        proposal = make_proposal(found.atlas, found.tables, now.ways(found), ask, area)
        if not len(proposal.moves):
            raise Conflict("nothing_to_change", _nothing(proposal.solution.missing))
        asked = asdict(ask.rule) | {"reach_m": ask.reach_m, "aim": ask.aim, "worth_m": ask.worth_m}
        told = asdict(effect(found.tables.members, proposal.moves, proposal.grids, ask.rule))
        name = name or _("%(day)s 调配方案", day=today())
        with services().store.write() as conn:
            draft_id = stored.add_draft(
                conn, name, area, asked, told, proposal.moves, g.account.username, clock.now()
            )
        return f"/assignments/proposals/{draft_id}"

    return submitted(save, lambda problem: _form(found, problem, problem["typed"]))


@rooms.get("/assignments/proposals/<number>")
@requires("assignments:desk:read")
def one(number: str) -> Response:
    """Show a proposal: what it comes to, its moves with their decisions, and how to publish it."""
    found = now.settled()
    Params()
    return Response(_page(found, _number(number)), content_type=CONTENT_TYPE)


@rooms.post("/assignments/proposals/<number>/decisions")
@requires("assignments:draft:prepare")
def decide(number: str) -> Response:
    """Keep which moves are accepted; "every" decides all that the form shows at once."""
    found, draft_id = now.settled(), _number(number)

    def save() -> str:
        version = known_version()
        with fresh(), services().store.write() as conn:
            _seen(stored.find_draft(conn, draft_id))
            known = stored.read_moves(conn, draft_id)
            stored.decide(conn, draft_id, version, _decisions(known), g.account.username)
        return f"/assignments/proposals/{draft_id}#moves"

    return submitted(save, lambda problem: _page(found, draft_id, problem))


@rooms.post("/assignments/proposals/<number>/publish")
@requires("assignments:draft:publish")
def publish(number: str) -> Response:
    """Publish what is accepted as of a day."""
    found, draft_id = now.settled(), _number(number)

    def save() -> str:
        version = known_version()
        day = check_day("effective_on", request.form.get("effective_on", ""))
        with fresh(), services().store.write() as conn:
            row, known = _seen(stored.find_draft(conn, draft_id)), stored.read_moves(conn, draft_id)
            told = asdict(_effect(found, row, known[known["decision"] == "accepted"]))
            stored.publish(conn, draft_id, version, day, g.account.username, clock.now(), told)
        return f"/assignments/proposals/{draft_id}"

    return submitted(save, lambda problem: _page(found, draft_id, problem))


@rooms.post("/assignments/proposals/<number>/discard")
@requires("assignments:draft:prepare")
def discard(number: str) -> Response:
    """Give a proposal up that has not taken effect."""
    found, draft_id = now.settled(), _number(number)

    def save() -> str:
        version = known_version()
        with fresh(), services().store.write() as conn:
            _seen(stored.find_draft(conn, draft_id))
            stored.discard(conn, draft_id, version, g.account.username)
        return "/assignments/proposals"

    return submitted(save, lambda problem: _page(found, draft_id, problem))


def _decisions(known: pd.DataFrame) -> dict[int, str]:
    every = request.form.get("every", "")
    if every:
        return {int(line): every for line in known["line"]}
    found = {}
    for name, value in request.form.items():
        head, _dash, line = name.partition("-")
        if head == "decision":
            if not (line.isascii() and line.isdigit() and len(line) <= 9):
                raise BadInput("unknown_move", _("没有这一条调整"), {"line": line[:20]})
            found[int(line)] = value
    before = dict(zip(known["line"], known["decision"], strict=True))
    return {line: value for line, value in found.items() if before.get(line) != value}


def _number(text: str) -> int:
    return number_of(text, "unknown_assignment_draft", _("没有这个方案"))


def _seen(row: Row) -> Row:
    """Return the draft if it lies in the scope of the account; raises NotFound."""
    if not in_scope(g.account.scope_code, row.area_code):
        raise NotFound("unknown_assignment_draft", _("没有这个方案"))
    return row


def _nothing(missing: int) -> str:
    if missing:
        return _("按这些条件没有可做的调整，仍缺 %(n)s 人。可放宽最远路程或降低标准后重试。", n=missing)
    return _("现状已符合这些条件，不需要调整。")


def _form(found: Snapshot, problem: dict[str, Any] | None, typed: dict[str, str]) -> str:
    usual = check_ask({}, found.atlas, found.tables.members)
    values = asdict(usual.rule) | {"reach_m": usual.reach_m, "worth_m": usual.worth_m, "aim": usual.aim}
    return render_template(
        "assignments/new.html",
        problem=problem,
        typed={name: str(value) for name, value in values.items()} | dict(typed),
        communities=now.own_communities(found),
        aims=list(
            zip(AIMS, (_("尽量少动：只为补足缺员而调整"), _("就近优先：路程明显更近也调整")), strict=True)
        ),
        limits=LIMITS,
    )


def _page(found: Snapshot, draft_id: int, problem: dict[str, Any] | None = None) -> str:
    with services().store.read() as conn:
        row = _seen(stored.find_draft(conn, draft_id))
        known = stored.read_moves(conn, draft_id)
    accepted, places = known[known["decision"] == "accepted"], place_names(found)
    figures = json.loads(row.figures or "{}")
    return render_template(
        "assignments/proposal.html",
        draft=_draft_line(found, row),
        asked=_asked(row),
        moves=words.move_lines(found, known.sort_values(["to_grid", "line"], kind="stable")),
        counts=known["decision"].value_counts().to_dict(),
        whole=figures,
        part=_effect(found, row, accepted) if row.state == "draft" else figures.get("published"),
        named=lambda codes: _("、").join(place_name(code, places) for code in codes),
        decisions=[(code, str(word)) for code, word in words.DECISIONS.items()],
        may_prepare=may("assignments:draft:prepare"),
        may_publish=may("assignments:draft:publish"),
        today=today(),
        last_day=LAST_DAY,
        problem=problem,
        typed=(problem or {}).get("typed", {}),
    )


def _asked(row: Row) -> Ask:
    given = json.loads(row.asked or "{}")
    rule = Rule(**{name: given[name] for name in ("households_per_member", "least", "most") if name in given})
    return Ask(rule, **{name: given[name] for name in ("reach_m", "aim", "worth_m") if name in given})


def _effect(found: Snapshot, row: Row, moves: pd.DataFrame) -> Effect:
    rule = _asked(row).rule
    grids = grid_needs(found.atlas, found.tables.members, rule)
    grids = grids[grids["code"].str.startswith(row.area_code)]
    return effect(found.tables.members, moves, grids, rule)


def _draft_line(found: Snapshot, row: Row) -> dict[str, Any]:
    figures = json.loads(row.figures or "{}")
    figures = figures.get("published", figures)  # what was accepted is what counts
    return {
        "id": row.draft_id,
        "name": row.name,
        "area": area_name(found, row.area_code) or _("全县"),
        "state": row.state,
        "state_label": str(words.DRAFT_STATES.get(row.state, row.state)),
        "by": row.by,
        "created": moment(row.created_at),
        "published_by": row.published_by,
        "published": moment(row.published_at),
        "effective_on": row.effective_on,
        "changed": figures.get("changed", 0),
        "missing_before": figures.get("missing_before", 0),
        "missing_after": figures.get("missing_after", 0),
        "version": row.version,
    }


def _history_lines(found: Snapshot, history: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the newest changes: which organisation where, from how many to how many, since when, by what."""
    if not len(history):
        return []
    pairs = history.groupby(["organisation_code", "grid_code"])
    told = history.assign(before=pairs["members"].shift())
    told = told[told["valid_from"] != ""].sort_values("version_id", ascending=False).head(HISTORY_ROWS)
    names, places = organisation_names(found), place_names(found)
    return [
        {
            "organisation": names.get(row["organisation_code"], row["organisation_code"]),
            "grid": place_name(row["grid_code"], places),
            "before": 0 if pd.isna(row["before"]) else int(row["before"]),
            "after": row["members"],
            "day": row["valid_from"],
            "draft_id": None if pd.isna(row["draft_id"]) else int(row["draft_id"]),
        }
        for row in told.to_dict("records")
    ]
