"""The schedules of supervision: monthly inspections and quarterly reviews, and what is due to be opened."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import Forbidden
from gis_app.incidents.supervision_schedules import KINDS, check_schedule, is_due, workday_from
from gis_app.incidents.worktime import standard
from gis_app.people.permissions import in_scope
from gis_app.storage import supervision as stored
from gis_app.web import incident_access
from gis_app.web.access import may, requires
from gis_app.web.forms import fresh, known_version, number_of, submitted
from gis_app.web.i18n import language
from gis_app.web.incident_words import place_name
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.supervision_access import areas

rooms = Blueprint("supervision_schedules", __name__)


@rooms.get("/supervision/schedules")
@requires("supervision:round:read")
def schedules() -> Response:
    """Show the schedules, what is due first."""
    params = Params("kind", "due")
    kind, due = params.choice("kind", KINDS), params.choice("due", ("1",))
    return Response(_page(kind=kind, due=due is not None), content_type=CONTENT_TYPE)


@rooms.post("/supervision/schedules")
@requires("supervision:schedule:manage")
def add() -> Response:
    """Add a schedule."""
    return submitted(_add, _page)


@rooms.post("/supervision/schedules/<number>")
@requires("supervision:schedule:manage")
def change(number: str) -> Response:
    """Change a schedule that is still at the version shown."""

    def save() -> str:
        schedule_id = number_of(number, "unknown_supervision_schedule", _("没有这个督导计划"))
        values, version = check_schedule(request.form, areas(), clock.now().date()), known_version()
        with fresh(), services().store.write() as conn:
            stored.save_schedule(conn, values, g.account.username, schedule_id, version)
        return f"/supervision/schedules#schedule-{schedule_id}"

    return submitted(save, _page)


def _add() -> str:
    if not in_scope(g.account.scope_code, request.form.get("area_code", "")):
        raise Forbidden()
    values = check_schedule(request.form, areas(), clock.now().date())
    values |= {"inspector_id": incident_access.actor().account_id, "created_at": clock.now()}
    with services().store.write() as conn:
        schedule_id = stored.save_schedule(conn, values, g.account.username)
    return f"/supervision/schedules#schedule-{schedule_id}"


def _page(problem: dict[str, Any] | None = None, kind: str | None = None, due: bool = False) -> str:
    lang, today = language(), clock.now().date()
    with services().store.read() as conn:
        rows = [one for one in stored.read_schedules(conn) if in_scope(g.account.scope_code, one.area_code)]
    shown = [_words(one, lang, today) for one in rows if kind in (None, one.kind)]
    return render_template(
        "supervision/schedules.html",
        schedules=[one for one in shown if one["due"] or not due],
        due_count=sum(one["due"] for one in shown),
        kinds=[(code, words[lang]) for code, words in KINDS.items()],
        kind=kind,
        due=due,
        areas=sorted(areas().items()),
        problem=problem,
        typed=(problem or {}).get("typed", {}),
        today=today.isoformat(),
        may_manage=may("supervision:schedule:manage"),
        may_open=may("supervision:round:open"),
    )


def _words(one: Any, lang: str, today: date) -> dict[str, Any]:
    planned = date.fromisoformat(one.next_on)
    return {
        "id": one.schedule_id,
        "name": one.name,
        "kind": one.kind,
        "kind_label": KINDS[one.kind][lang],
        "area": place_name(one.area_code),
        "area_code": one.area_code,
        "subject_kind": "grid" if len(one.area_code) == 15 else "community",
        "next_on": one.next_on,
        "workday": workday_from(planned, standard()).isoformat(),
        "active": one.active,
        "due": is_due(one.active, one.next_on, today),
        "version": one.version,
    }
