"""Maps for paper: choose, look, take the drawing at once, or have a PDF or PNG made in the background.

The drawing is made from the figures that the screen shows, under the same permissions; what is made in the
background is seen by whoever asked for it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, redirect, render_template, request

from gis_app import clock
from gis_app.jobs import jobs
from gis_app.paper.county import sheet_of
from gis_app.paper.drawing import draw_map
from gis_app.paper.wall_map import DPIS, FORMATS
from gis_app.web import geojson
from gis_app.web.access import demand, may, requires
from gis_app.web.bytes import respond
from gis_app.web.current import clock_step, snapshot, today
from gis_app.web.forms import submitted
from gis_app.web.i18n import language
from gis_app.web.incident_now import incidents_now
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.paper_maps_ask import NAMES, OVERLAYS, Question, in_language, question_of
from gis_app.web.paper_maps_orders import order_of
from gis_app.web.paper_maps_words import choices_of, file_name, find, line, state_of
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.stations import DEFAULT_LIMIT

rooms = Blueprint("paper_maps", __name__)
SVG = "image/svg+xml"
TYPES = {"pdf": "application/pdf", "png": "image/png", "svg": SVG}
KIND = "wall_map"
MAKE = ("format", "dpi")
USUAL = {"limit": DEFAULT_LIMIT, "kind": "warm_station", "role": "grid_worker", "format": FORMATS[0]}


@rooms.get("/paper/maps")
@requires("paper:map:draw")
def page() -> Response:
    """Show the choices, the map they make, and what was made for this account."""
    found = snapshot()
    question = _asked(Params(*NAMES))
    return Response(_page(found, question, request.args.to_dict(), None), content_type=CONTENT_TYPE)


@rooms.get("/paper/maps/drawing.svg")
@requires("paper:map:draw")
def drawing() -> Response:
    """Say the map as a drawing; with `save` as a file to keep."""
    params = Params(*NAMES, "save")
    question, found = _asked(params), snapshot()
    incidents = incidents_now().tag if question.overlay in ("incidents", "figures") else ""
    parts = (found.tag, question.tag(), incidents, clock_step() if incidents else "", today())
    response = respond(parts, lambda: _drawn(found, question), SVG)
    if params.text("save", 1):
        response.headers["Content-Disposition"] = _attachment(_name(found, question, "svg"))
    return response


@rooms.post("/paper/maps")
@requires("paper:map:make")
def make() -> Response:
    """Have a file made, and go where one sees how far it is."""
    found = snapshot()

    def save() -> str:
        params = Params(*NAMES, *MAKE, values=request.form)
        question = _asked(params)
        format = params.choice("format", FORMATS, "pdf")
        dpi = int(params.choice("dpi", [str(one) for one in DPIS], str(DPIS[0])))
        with in_language(question.lang):
            order = order_of(found, question)
        ordered = {
            "order": order.as_json(),
            "revision": found.revision,
            "format": format,
            "dpi": dpi,
            "created": clock.now().isoformat(),
            "name": _name(found, question, format),
            "title": order.title,
            "query": {name: value for name, value in request.form.items() if value and name not in MAKE},
        }
        parts = services()
        number = jobs.enqueue(parts.store, parts.settings.instance_dir, KIND, ordered, g.account.account_id)
        return f"/paper/maps/{number}"

    def again(problem: dict[str, Any]) -> str:
        return _page(found, Question("coverage", lang=language()), problem["typed"], problem)

    return submitted(save, again)


@rooms.get("/paper/maps/<number>")
@requires("paper:map:make")
def one(number: str) -> Response:
    """Show how far a map is, or the map with its file."""
    Params()
    return Response(render_template("paper/map.html", run=line(find(number))), content_type=CONTENT_TYPE)


@rooms.get("/paper/maps/<number>.json")
@requires("paper:map:make")
def state(number: str) -> Response:
    """Say how far a map is."""
    Params()
    return Response(geojson.dumps(state_of(find(number))), content_type="application/json")


@rooms.get("/paper/maps/<number>/file")
@requires("paper:map:make")
def file(number: str) -> Response:
    """Say the file that was made."""
    Params()
    job, parts = find(number), services()
    path = jobs.file_of(parts.store, parts.settings.instance_dir, job.job_id)
    headers = {"Content-Disposition": _attachment(job.params["name"])}
    return Response(path.read_bytes(), headers=headers, content_type=TYPES[job.params["format"]])


@rooms.post("/paper/maps/<number>/cancel")
@requires("paper:map:make")
def cancel(number: str) -> Response:
    """Cancel a map that is not ready."""
    job = find(number)
    if not job.ended:
        jobs.cancel(services().store, job.job_id)
    return redirect(f"/paper/maps/{job.job_id}", code=303)


def _asked(params: Params) -> Question:
    """Return the question, where this account may see what it asks for."""
    question = question_of(params, snapshot())
    demand(OVERLAYS[question.overlay][0])
    return question


def _drawn(found: Any, question: Question) -> bytes:
    with in_language(question.lang):
        return draw_map(sheet_of(order_of(found, question), found.atlas))


def _name(found: Any, question: Question, suffix: str) -> str:
    with in_language(question.lang):
        return file_name(found, question, suffix)


def _attachment(name: str) -> str:
    """Return the header that saves an answer under a name that need not be ASCII."""
    suffix = name.rpartition(".")[2]
    return f"attachment; filename=\"map-{today()}.{suffix}\"; filename*=UTF-8''{quote(name, safe='')}"


def _page(found: Any, question: Question, typed: dict[str, str], problem: dict[str, Any] | None) -> str:
    account = g.account
    made = jobs.listed(services().store, account.account_id, KIND) if may("paper:map:make") else []
    usual = USUAL | {"overlay": question.overlay, "paper": question.paper, "lang": question.lang}
    return render_template(
        "paper/maps.html",
        typed=usual | {"level": question.level} | typed,
        choices=choices_of(found, may),
        problem=problem,
        query={name: value for name, value in typed.items() if value and name in NAMES},
        runs=[line(job) for job in made],
        may_make=may("paper:map:make"),
        days=services().settings.job_days,
    )
