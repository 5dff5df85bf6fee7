"""Demands, service projects and activities: lists with filters in the address, forms, workbooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import shapely
from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import NotFound
from gis_app.exchange.spreadsheet import Sheet, workbook
from gis_app.people.permissions import in_scope
from gis_app.programme import projects as rules
from gis_app.programme.counts import by_state
from gis_app.storage import audit
from gis_app.storage import programme as stored
from gis_app.web import programme_words as words
from gis_app.web.access import demand, may, requires
from gis_app.web.current import snapshot
from gis_app.web.forms import fresh, known_version, number_of, submitted
from gis_app.web.i18n import language
from gis_app.web.incident_words import organisation_names, place_names
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.programme_sheets import SHEETS
from gis_app.web.services import services

rooms = Blueprint("programme", __name__)
EXPORTED_TAG = "programme:table:exported"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = ("demands", "projects", "activities")
ENTERED_BY = {
    "demands": "programme:demand:enter",
    "projects": "programme:project:manage",
    "activities": "programme:activity:enter",
}
CHECKS: dict[str, Callable[..., dict[str, Any]]] = {
    "demands": rules.check_demand,
    "projects": rules.check_project,
    "activities": rules.check_activity,
}
FILTERS = ("category", "state", "area", "q")
PAGE_ROWS = 60


@rooms.get("/programme")
@requires("programme:programme:read")
def start() -> Response:
    """Lead to the demands."""
    return redirect("/programme/demands", code=303)


@rooms.get("/programme/<name>")
@requires("programme:programme:read")
def listed(name: str) -> Response:
    """Show a page of demands, projects or activities that the filters select, and the form for a new one."""
    return Response(_page(_known(name), Params(*FILTERS, "page")), content_type=CONTENT_TYPE)


@rooms.get("/programme/<name>.xlsx")
@requires("programme:programme:export")
def export(name: str) -> Response:
    """Say the rows that the filters select as a workbook, and note who took it."""
    frames = read_all()
    rows = selected(Params(*FILTERS), _known(name), frames[name])
    title, header, lines, widths = SHEETS[name](rows, frames)
    body = workbook([Sheet(title, header, lines, widths)])
    with services().store.write() as conn:
        audit.append(conn, EXPORTED_TAG, g.account.username, name, {"rows": len(rows)})
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, content_type=XLSX)


@rooms.post("/programme/<name>")
@requires("programme:programme:read")
def add(name: str) -> Response:
    """Add a demand, a project or an activity; free text that names a person is refused."""
    demand(ENTERED_BY[_known(name)])

    def save() -> str:
        now, who = clock.now(), g.account.username
        with services().store.write() as conn:
            projects = stored.read_programme(conn, "projects")
            values = CHECKS[name](request.form, known(projects)) | {"created_at": now}
            if name == "projects":
                values["project_code"] = _next_code(projects["project_code"], now.year)
            else:
                values["by"] = who
            key = stored.add_to_programme(conn, name, values, who)
        return f"/programme/projects/{key}" if name == "projects" else f"/programme/{name}#row-{key}"

    return submitted(save, lambda problem: _page(name, None, problem))


@rooms.post("/programme/demands/<number>/<verb>")
@requires("programme:project:manage")
def step_demand(number: str, verb: str) -> Response:
    """List, take up, finish or decline a demand that is still at the version shown."""

    def save() -> str:
        version = known_version()
        demand_id = number_of(number, "unknown_demand", _("没有这条需求"))
        with fresh(), services().store.write() as conn:
            found = stored.find_programme(conn, "demands", demand_id)
            codes = stored.read_programme(conn, "projects")["project_code"].tolist()
            changes = rules.demand_step(found.state, verb, request.form.get("project_code", ""), codes)
            stored.change_programme(conn, "demands", demand_id, version, changes, g.account.username)
        return f"/programme/demands#row-{demand_id}"

    return submitted(save, lambda problem: _page("demands", None, problem))


def known(projects: pd.DataFrame) -> rules.Known:
    """Return what a form of this request may refer to."""
    found = snapshot()
    atlas = found.atlas
    areas = {code for code, _name in own_areas()}

    def contains(lon: float, lat: float) -> bool:
        return atlas.grid_at(lon, lat) is not None or (
            len(atlas.county) > 0 and _covers(atlas.county.geometry.iloc[0], lon, lat)
        )

    organisations = organisation_names(found)
    return rules.Known(areas, organisations, set(projects["project_code"]), contains, clock.now().date())


def read_all() -> dict[str, pd.DataFrame]:
    """Return the four tables of the programme."""
    with services().store.read() as conn:
        return {name: stored.read_programme(conn, name) for name in stored.TABLES}


def selected(params: Params, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that the filters of the address select, the newest first."""
    category = params.choice("category", rules.CATEGORIES)
    state = params.choice("state", words.STATES[name]) if words.STATES[name] else None
    area = params.choice("area", place_names(snapshot()))
    text = params.text("q", 60).casefold()
    keep = pd.Series(True, index=frame.index)
    if category:
        keep &= frame["category"] == category
    if state:
        keep &= frame["state"] == state
    if area:
        keep &= frame["area_code"].str.startswith(area)
    if text:
        said = frame["title" if name == "demands" else "name"]
        more = frame["note" if name == "activities" else "description"]
        keep &= (said + "\n" + more).str.casefold().str.contains(text, regex=False)
    order = {"demands": "proposed_on", "projects": "project_code", "activities": "held_on"}[name]
    return frame[keep].sort_values(order, ascending=name == "projects", kind="stable")


def _page(name: str, params: Params | None, problem: dict[str, Any] | None = None) -> str:
    frames = read_all()
    rows = selected(params, name, frames[name]) if params else frames[name]
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(params.whole("page", 1, 100_000, 1), pages) if params else 1
    shown = rows.iloc[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    lang = language()
    return render_template(
        f"programme/{name}.html",
        name=name,
        lines=_lines(name, shown, frames),
        total=len(rows),
        page=page,
        pages=pages,
        counts=by_state(frames[name]) if name != "activities" else {},
        participants=int(rows["participants"].sum()) if name == "activities" else 0,
        totals={one: len(frames[one]) for one in NAMES},
        filters={key: request.args[key] for key in FILTERS if request.args.get(key)} if params else {},
        categories=[(code, one[lang]) for code, one in rules.CATEGORIES.items()],
        states=[(code, one[lang]) for code, one in words.STATES[name].items()],
        areas=sorted(place_names(snapshot()).items()),
        own_areas=own_areas(),
        projects=list(zip(frames["projects"]["project_code"], frames["projects"]["name"], strict=True)),
        organisations=sorted(organisation_names(snapshot()).items(), key=lambda one: one[1]),
        may_enter=may(ENTERED_BY[name]),
        may_manage=may("programme:project:manage"),
        may_export=may("programme:programme:export"),
        today=clock.now().date().isoformat(),
        problem=problem,
        typed=(problem or {}).get("typed", {}),
    )  # fmt: skip


def own_areas() -> list[tuple[str, str]]:
    """Return the communities and grids for which the account of this request may enter something."""
    scope = g.account.scope_code
    return sorted((code, name) for code, name in place_names(snapshot()).items() if in_scope(scope, code))


def _lines(name: str, rows: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    if name == "demands":
        return words.demand_lines(rows, frames["projects"])
    if name == "projects":
        return words.project_lines(rows, frames["project_adoptions"], frames["activities"])
    return words.activity_lines(rows, frames["projects"])


def _known(name: str) -> str:
    if name not in NAMES:
        raise NotFound(
            "unknown_table",
            _("没有这张表，可用的有：%(names)s", names="、".join(NAMES)),
            {"table": "、".join(NAMES)},
        )
    return name


def _next_code(codes: pd.Series, year: int) -> str:
    start = f"GY{year}-"
    numbers = [
        int(code[len(start) :]) for code in codes if code.startswith(start) and code[len(start) :].isdigit()
    ]
    return f"{start}{max(numbers, default=0) + 1:03d}"


def _covers(shape: Any, lon: float, lat: float) -> bool:
    return bool(shapely.intersects_xy(shape, lon, lat))
