"""The page of one service project: what it is, which organisations adopted it, what was done; its changes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import Conflict, Forbidden
from gis_app.incidents.messages import FieldFault, Refused, text
from gis_app.people.roles import Role
from gis_app.programme import projects as rules
from gis_app.storage import programme as stored
from gis_app.storage.engine import Connection
from gis_app.web import programme_words as words
from gis_app.web.access import may, requires
from gis_app.web.current import snapshot
from gis_app.web.forms import fresh, known_version, submitted
from gis_app.web.i18n import language
from gis_app.web.incident_words import organisation_names
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.programme import known, own_areas, read_all
from gis_app.web.services import services

rooms = Blueprint("programme_projects", __name__)


@rooms.get("/programme/projects/<code>")
@requires("programme:programme:read")
def project(code: str) -> Response:
    """Show a project with its organisations, demands and activities."""
    Params()
    return Response(_page(code), content_type=CONTENT_TYPE)


@rooms.post("/programme/projects/<code>")
@requires("programme:project:manage")
def change(code: str) -> Response:
    """Change a project that is still at the version shown."""

    def save() -> str:
        version = known_version()
        with fresh(), services().store.write() as conn:
            stored.find_programme(conn, "projects", code)
            values = rules.check_project(request.form, known(stored.read_programme(conn, "projects")))
            stored.change_programme(conn, "projects", code, version, values, g.account.username)
        return f"/programme/projects/{code}"

    return submitted(save, lambda problem: _page(code, problem | {"form": "change"}))


@rooms.post("/programme/projects/<code>/<verb>")
@requires("programme:project:adopt")
def adopt(code: str, verb: str) -> Response:
    """Note that an organisation adopts the project, or gives it back."""

    def save() -> str:
        with fresh(), services().store.write() as conn:
            found = stored.find_programme(conn, "projects", code)
            organisation = _organisation()
            if verb == "adopt":
                if not stored.adopt_project(conn, code, organisation, clock.now(), g.account.username):
                    raise Conflict("already_adopted", text("already_adopted"))
            elif verb == "release":
                stored.end_adoption(conn, code, organisation, clock.now(), g.account.username)
            else:
                raise Conflict("programme_forbidden", text("programme_forbidden"))
            _follow(conn, found)
        return f"/programme/projects/{code}#adoptions"

    return submitted(save, lambda problem: _page(code, problem | {"form": "adopt"}))


def _organisation() -> str:
    """Return the organisation that the form names; a handler acts for the own one only."""
    code = request.form.get("organisation_code", "")
    if g.account.role == Role.HANDLER and code != g.account.organisation_code:
        raise Forbidden("other_than_own", text("other_than_own"))
    if code not in organisation_names(snapshot()):
        raise Refused("programme_rejected", [FieldFault("organisation_code", "unknown_organisation")])
    return code


def _follow(conn: Connection, found: Any) -> None:
    """Let the project's state follow whether anybody adopts it."""
    rows = stored.read_programme(conn, "project_adoptions")
    adopters = ((rows["project_code"] == found.project_code) & (rows["ended_at"] == "")).sum()
    state = rules.state_after_adoption(found.state, int(adopters))
    if state != found.state:
        who = g.account.username
        stored.change_programme(conn, "projects", found.project_code, found.version, {"state": state}, who)


def _page(code: str, problem: dict[str, Any] | None = None) -> str:
    lang, names = language(), organisation_names(snapshot())
    with services().store.read() as conn:
        row = stored.find_programme(conn, "projects", code)
    frames = read_all()
    of = {name: frame[frame["project_code"] == code] for name, frame in frames.items()}
    adoptions = [
        {
            "organisation_code": one.organisation_code,
            "organisation": names.get(one.organisation_code, one.organisation_code),
            "from": one.adopted_at[:10],
            "to": one.ended_at[:10],
        }
        for one in of["project_adoptions"].sort_values("adopted_at").itertuples(index=False)
    ]
    held = of["activities"].sort_values("held_on", ascending=False)
    own = g.account.organisation_code if g.account.role == Role.HANDLER else ""
    choices = {own: names.get(own, own)} if own else names
    return render_template(
        "programme/project.html",
        project=words.project_lines(of["projects"], of["project_adoptions"], of["activities"])[0],
        row=row,
        adoptions=adoptions,
        demands=words.demand_lines(of["demands"], frames["projects"]),
        activities=words.activity_lines(held, frames["projects"]),
        organisations=sorted(choices.items(), key=lambda one: one[1]),
        categories=[(name, one[lang]) for name, one in rules.CATEGORIES.items()],
        states=[(name, one[lang]) for name, one in rules.PROJECT_STATES.items()],
        own_areas=own_areas(),
        own=own,
        may_adopt=may("programme:project:adopt"),
        may_manage=may("programme:project:manage"),
        problem=problem,
        typed=(problem or {}).get("typed") if (problem or {}).get("form") == "change" else None,
        title=_("公益项目"),
    )  # fmt: skip
