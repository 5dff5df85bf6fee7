"""Every post with its term: set when terms end, say who stands in for a vacant one, let that end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app.assignments.appointment import BY_ZONE, check_appointment
from gis_app.assignments.tables import ORGANISATION_HELD, ROLES, role_label
from gis_app.assignments.terms import STATES, check_day, check_substitute, check_term, stand_ins
from gis_app.errors import BadInput
from gis_app.people.permissions import in_scope
from gis_app.storage import appointments
from gis_app.storage import posts as stored
from gis_app.web import assignments_now as now
from gis_app.web import assignments_words as words
from gis_app.web.access import may, requires
from gis_app.web.current import Snapshot, today
from gis_app.web.forms import submitted
from gis_app.web.i18n import language
from gis_app.web.incident_words import organisation_names, place_name, place_names
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params, checked_text
from gis_app.web.services import services

rooms = Blueprint("assignments_posts", __name__)
FILTERS = ("role", "state", "area")
PAGE_ROWS = 60
NOTE_LIMIT = 200


@rooms.get("/assignments/posts")
@requires("assignments:desk:read")
def listed() -> Response:
    """Show the posts that the filters select, each with its term and its substitute."""
    found = now.settled()
    return Response(_page(found, Params(*FILTERS, "page", "post", "made")), content_type=CONTENT_TYPE)


@rooms.post("/assignments/posts/terms")
@requires("assignments:post:change")
def set_term() -> Response:
    """Set when the terms of one post, or of all held posts of a role in an area, end."""
    found = now.settled()

    def save() -> str:
        role, area = request.form.get("role", ""), request.form.get("area_code", "")
        known = now.posts_now(found)
        if role not in ROLES:
            raise BadInput("bad_role", _("不支持该责任角色"), {"role": " ".join(ROLES)})
        held = known[(known["role"] == role) & ~known["state"].isin(("vacant", "substituted"))]
        held = held[held["code"].str.startswith(area)]
        if not len(held):
            raise BadInput("bad_post", _("没有这个岗位"), {"area_code": area[:40]})
        begins, ends = check_term(request.form)
        if begins > today():
            raise BadInput("bad_term", _("到任日不能晚于今天"), {"term_from": f"≤ {today()}"})
        with services().store.write() as conn:
            stored.set_terms(conn, role, held["code"], begins, ends, g.account.username, today())
        return _back(role, area)

    return submitted(save, lambda problem: _page(found, None, problem))


@rooms.post("/assignments/posts/holders")
@requires("assignments:post:change")
def appoint() -> Response:
    """Note who holds a post from a day on; whoever held it, or stood in, ends the day before."""
    found = now.settled()

    def save() -> str:
        _own(request.form.get("area_code", ""))
        values = check_appointment(found.atlas, found.tables, request.form)
        with services().store.write() as conn:
            code = appointments.appoint(conn, values, g.account.username)
        return f"{_back(values['role'], values['area_code'])}&post={_post(values)}&made={code}#post"

    return submitted(save, lambda problem: _page(found, None, problem))


@rooms.post("/assignments/posts/holders/undo")
@requires("assignments:post:change")
def withdraw() -> Response:
    """Undo the newest appointment of a post."""
    found = now.settled()

    def save() -> str:
        _own(request.form.get("area_code", ""))
        code = checked_text("assignment_code", request.form.get("assignment_code", ""), 32)
        with services().store.write() as conn:
            row = appointments.withdraw(conn, code, g.account.username)
            _own(row["area_code"])
        return f"{_back(row['role'], row['area_code'])}&post={_post(row)}#post"

    return submitted(save, lambda problem: _page(found, None, problem))


@rooms.post("/assignments/posts/substitutes")
@requires("assignments:post:change")
def add_substitute() -> Response:
    """Note who stands in for a vacant post."""
    found = now.settled()

    def save() -> str:
        _own(request.form.get("area_code", ""))
        values = check_substitute(found.atlas, found.tables, request.form)
        values["note"] = checked_text("note", request.form.get("note", ""), NOTE_LIMIT)
        with services().store.write() as conn:
            stored.add_substitute(conn, values, g.account.username)
        return _back(values["role"], values["area_code"])

    return submitted(save, lambda problem: _page(found, None, problem))


@rooms.post("/assignments/posts/substitutes/end")
@requires("assignments:post:change")
def end_substitute() -> Response:
    """Let whoever stands in for a post stop on a day."""
    found = now.settled()

    def save() -> str:
        form = request.form
        role, area, begins = (form.get(name, "")[:40] for name in ("role", "area_code", "term_from"))
        _own(area)
        ends = check_day("term_to", form.get("term_to", ""))
        with services().store.write() as conn:
            stored.end_substitute(conn, role, area, begins, ends, g.account.username)
        return _back(role, area)

    return submitted(save, lambda problem: _page(found, None, problem))


def _own(area_code: str) -> None:
    if not in_scope(g.account.scope_code, area_code):
        raise BadInput("bad_post", _("没有这个岗位"), {"area_code": area_code[:40]})


def _post(values: Mapping[str, str]) -> str:
    return f"{values['role']}:{values['area_code']}"


def _back(role: str, area: str) -> str:
    area = area if area.isascii() and area.isdigit() else ""
    return f"/assignments/posts?role={role}" + (f"&area={area[:12]}" if len(area) >= 12 else "")


def _page(found: Snapshot, params: Params | None, problem: dict[str, Any] | None = None) -> str:
    known = now.posts_now(found)
    roles, areas = list(dict.fromkeys(known["role"])), dict(now.own_communities(found))
    chosen = dict.fromkeys(FILTERS)
    post, made, page = "", "", 1
    if params is not None:
        chosen["role"] = params.choice("role", roles)
        chosen["state"] = params.choice("state", STATES)
        chosen["area"] = params.choice("area", areas)
        post = params.text("post", 60)
        made = params.text("made", 32)
        page = params.whole("page", 1, 100_000, 1)
    elif problem:
        typed = problem["typed"]
        post = f"{typed.get('role', '')}:{typed.get('area_code', '')}"
    rows = _selected(known, chosen, post if problem else "")
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(page, pages)
    shown = rows.iloc[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    lang = language()
    counts = known["state"].value_counts()
    return render_template(
        "assignments/posts.html",
        lines=words.post_lines(found, shown, place_names(found), today()),
        chosen_post=post,
        made=made,
        post=_opened(found, known, post),
        total=len(rows),
        page=page,
        pages=pages,
        filters={name: value for name, value in chosen.items() if value},
        roles=[(role, role_label(role, lang)) for role in roles],
        states=[(code, one[lang], int(counts.get(code, 0))) for code, one in STATES.items()],
        communities=sorted(areas.items()),
        may_change=may("assignments:post:change"),
        today=today(),
        problem=problem,
        typed=(problem or {}).get("typed", {}),
    )


def _selected(known: pd.DataFrame, chosen: dict[str, str | None], post: str) -> pd.DataFrame:
    keep = pd.Series(True, index=known.index)
    if chosen["role"]:
        keep &= known["role"] == chosen["role"]
    if chosen["state"]:
        keep &= known["state"] == chosen["state"]
    if chosen["area"]:
        keep &= known["code"].str.startswith(chosen["area"])
    if post:
        role, _colon, code = post.partition(":")
        one = (known["role"] == role) & (known["code"] == code)
        keep &= one if one.any() else keep
    rank = known["state"].map({state: at for at, state in enumerate(STATES)})
    return known[keep].assign(rank=rank[keep]).sort_values("rank", kind="stable")


def _opened(found: Snapshot, known: pd.DataFrame, post: str) -> dict[str, Any] | None:
    """Return the post that is opened for a change, with who may stand in."""
    role, _colon, code = post.partition(":")
    rows = known[(known["role"] == role) & (known["code"] == code)]
    if not len(rows):
        return None
    places, lang = place_names(found), language()
    opened = words.post_lines(found, rows, places, today())[0]
    choices = stand_ins(known, role, code)
    return opened | {
        "by_organisation": role in ORGANISATION_HELD,
        "organisations": sorted(organisation_names(found).items(), key=lambda one: one[1]),
        "choices": [
            (f"{by}:{area}", f"{place_name(area, places)} {role_label(by, lang)}")
            for by, area in zip(choices["role"], choices["code"], strict=True)
        ],
        "acting_rows": _acting_rows(found, role, code),
        "appointable": role != BY_ZONE,
        "terms": _terms(found, role, code),
    }


def _terms(found: Snapshot, role: str, code: str) -> list[dict[str, Any]]:
    """Return who held a post, holds it or will, the newest first."""
    rows = found.tables.assignments
    rows = rows[(rows["role"] == role) & (rows["area_code"] == code)].sort_values(
        "term_from", ascending=False
    )
    names = organisation_names(found)
    return [
        row | {"who": row["holder_name"] or names.get(row["organisation_code"], row["organisation_code"])}
        for row in rows.fillna("").to_dict("records")
        if row["holder_name"] or row["organisation_code"]
    ]


def _acting_rows(found: Snapshot, role: str, code: str) -> list[dict[str, Any]]:
    rows = found.tables.substitutes
    rows = rows[(rows["role"] == role) & (rows["area_code"] == code)].sort_values(
        "term_from", ascending=False
    )
    lang, places, names = language(), place_names(found), organisation_names(found)
    return [
        row
        | {
            "who": names.get(row["organisation_code"], row["organisation_code"])
            or f"{place_name(row['by_area_code'], places)} {role_label(row['by_role'], lang)}",
            "running": not row["term_to"] or row["term_to"] >= today(),
        }
        for row in rows.to_dict("records")
    ]
