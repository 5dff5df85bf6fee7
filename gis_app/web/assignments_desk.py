"""The desk of assignment: how the load is balanced, and what is lacking where, each with its rule."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask import Blueprint, Response, g, redirect, render_template
from flask_babel import gettext as _

from gis_app.assignments import load
from gis_app.assignments.moves import check_ask
from gis_app.assignments.needs import community_needs, grid_needs
from gis_app.assignments.tables import role_label
from gis_app.assignments.terms import STATES
from gis_app.errors import BadInput
from gis_app.web import assignments_now as now
from gis_app.web import assignments_words as words
from gis_app.web.access import may, requires
from gis_app.web.current import Snapshot, today
from gis_app.web.i18n import language
from gis_app.web.incident_words import place_names
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params

rooms = Blueprint("assignments_desk", __name__)
PAGE_ROWS = 60
RULE = ("households_per_member", "least", "most")
LEVELS = ("grid", "community")
LOAD = ("by", "area", "sort", "order")
GAPS = (*RULE, "level", "area", "all")
SHOWN_VACANCIES = 40


@rooms.get("/assignments")
@requires("assignments:desk:read")
def start() -> Response:
    """Lead to the load."""
    return redirect("/assignments/load", code=303)


@rooms.get("/assignments/load")
@requires("assignments:desk:read")
def loads() -> Response:
    """Show the load per grid worker, organisation or member, the heaviest first, and how it is spread."""
    found = now.settled()
    params = Params(*LOAD, "page")
    by, rows, filters = asked_load(found, params)
    year = now.year_of_incidents()
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(params.whole("page", 1, 100_000, 1), pages)
    shown = rows.iloc[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    body = render_template(
        "assignments/load.html",
        may_export=may("assignments:desk:export"),
        by=by,
        kinds=words.kinds(),
        lines=words.load_lines(found, by, shown),
        heads=words.heads(by),
        spread=words.spread(by, rows),
        total=len(rows),
        page=page,
        pages=pages,
        filters={name: value for name, value in filters.items() if value},
        communities=now.own_communities(found),
        year=year,
        basis=now.ways(found).basis,
        unit=found.atlas.demand_unit,
    )
    return Response(body, content_type=CONTENT_TYPE)


@rooms.get("/assignments/gaps")
@requires("assignments:desk:read")
def gaps() -> Response:
    """Show which area lacks which post, and which grid or community has too few members by the rule."""
    found = now.settled()
    params = Params(*GAPS)
    level, area, rule, needs, rows = asked_needs(found, params)
    everything = params.choice("all", ("yes",)) == "yes"
    known = now.posts_now(found)
    known = known[known["code"].str.startswith(area)] if area else known
    body = render_template(
        "assignments/gaps.html",
        rule=rule,
        level=level,
        area=area,
        everything=everything,
        communities=now.own_communities(found),
        needs=words.need_lines(found, rows),
        figures=_need_figures(needs),
        roles=_roles(known),
        vacancies=_vacancies(found, known),
        more=max(0, int(known["state"].isin(("vacant", "substituted")).sum()) - SHOWN_VACANCIES),
        asked=params.rest(RULE, 12),
        may_export=may("assignments:desk:export"),
        may_propose=may("assignments:draft:prepare"),
    )
    return Response(body, content_type=CONTENT_TYPE)


def asked_load(found: Snapshot, params: Params) -> tuple[str, pd.DataFrame, dict[str, str]]:
    """Return who is compared, all rows in the order asked for, and the question; raises BadInput."""
    by = params.choice("by", words.BY, "worker")
    area = params.choice("area", dict(now.own_communities(found)), "")
    sort = params.choice("sort", words.COLUMNS[by], "index")
    order = params.choice("order", ("asc", "desc"), "desc")
    rows = _rows(found, by, area or "", now.year_of_incidents().counts)
    nobody_first = by == "member" and order == "desc"  # where nobody is, the load on each is beyond measure
    nobody_at = "first" if nobody_first else "last"
    rows = rows.sort_values(sort, ascending=order == "asc", kind="stable", na_position=nobody_at)
    return by, rows, {"by": by, "area": area, "sort": sort, "order": order}


def asked_needs(found: Snapshot, params: Params) -> tuple[str, str, Any, pd.DataFrame, pd.DataFrame]:
    """Return level, area, rule, what every grid needs, and the rows asked for; raises BadInput."""
    level = params.choice("level", LEVELS, "grid")
    area = params.choice("area", dict(now.own_communities(found)), "")
    try:
        rule = check_ask(params.rest(RULE, 12), found.atlas, found.tables.members).rule
    except BadInput as error:
        raise BadInput("bad_parameter", error.message, error.fields) from None
    needs = grid_needs(found.atlas, found.tables.members, rule)
    needs = needs[needs["code"].str.startswith(area or g.account.scope_code)]
    table = needs if level == "grid" else community_needs(found.atlas, needs)
    short = table[table["missing"] > 0].sort_values(["missing", "code"], ascending=[False, True])
    return level, area, rule, needs, table if params.choice("all", ("yes",)) == "yes" else short


def _rows(found: Snapshot, by: str, area: str, incidents: pd.Series) -> pd.DataFrame:
    tables, atlas = now.own_tables(found, area), found.atlas
    inside = area or g.account.scope_code
    if by == "worker":
        rows = load.worker_load(atlas, tables, incidents, now.grid_rounds(found))
        return rows[[any(code.startswith(inside) for code in grids) for grids in rows["grids"]]]
    metres = now.organisation_metres(found)
    if by == "organisation":
        rows = load.organisation_load(atlas, tables, incidents, metres)
        return rows[rows["members"] > 0] if inside else rows
    rows = load.member_load(atlas, tables, incidents, metres)
    return rows[rows["code"].str.startswith(inside)]


def _need_figures(needs: pd.DataFrame) -> list[dict[str, Any]]:
    total = needs[["missing", "need", "spare", "members"]].sum().astype(int)
    short, without = int((needs["missing"] > 0).sum()), int((needs["members"] == 0).sum())
    rows = (
        (_("缺人网格"), short, len(needs), _("个")),
        (_("共缺"), total["missing"], total["need"], _("人")),
        (_("富余"), total["spare"], total["members"], _("人")),
        (_("无人报到网格"), without, len(needs), _("个")),
    )
    return [{"label": label, "value": value, "of": of, "unit": unit} for label, value, of, unit in rows]


def _roles(known: pd.DataFrame) -> list[dict[str, Any]]:
    """Return for each role how many posts there are, and how many in each state."""
    lang = language()
    counts = known.groupby("role", sort=False)["state"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(STATES), fill_value=0)
    return [
        {"code": role, "label": role_label(role, lang), "total": int(row.sum()), **row.astype(int).to_dict()}
        for role, row in zip(counts.index, counts.to_numpy(), strict=True)
        for row in [pd.Series(row, index=list(STATES))]
    ]


def _vacancies(found: Snapshot, known: pd.DataFrame) -> list[dict[str, Any]]:
    rows = known[known["state"].isin(("vacant", "substituted"))].head(SHOWN_VACANCIES)
    return words.post_lines(found, rows, place_names(found), today())
