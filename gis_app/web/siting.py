"""Where the next stations go: ask, watch it being worked out, cancel it, read what it is worth.

The work is done in the background; a run is a job of kind "siting", its curve one of kind "siting_gain" that
names the run. A finished run is a scenario that can be compared with others (`siting_scenarios`).
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.storage import audit
from gis_app.web import geojson, siting_words
from gis_app.web.access import may, requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.forms import submitted
from gis_app.web.i18n import language
from gis_app.web.maps import shell_parts
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.siting_ask import (
    CURVES,
    LONG,
    MODELS,
    WHOLE,
    asked_of,
    usual,
)
from gis_app.web.siting_curve import curve, lines
from gis_app.web.siting_places import candidate_names, candidate_points, station_names
from gis_app.web.siting_runs import curve_job, find, line, state_of, told, with_worth
from gis_app.web.table_columns import STATION_KINDS

rooms = Blueprint("siting", __name__)
JSON = "application/json"
ASKED, CANCELLED = "stations:siting:asked", "stations:siting:cancelled"
CURVE_SECONDS = 600
MOST_COMPARED = 4


@rooms.get("/siting")
@requires("stations:siting:read")
def page() -> Response:
    """Show the runs and the form; `from` fills the form with what an earlier run asked."""
    start = Params("from").text("from", 9)
    typed = dict(find(start).params["form"]) if start else usual()
    return Response(_index(None, typed), content_type=CONTENT_TYPE)


@rooms.post("/siting")
@requires("stations:siting:ask")
def ask() -> Response:
    """Give a question to the background and go to its page."""

    def save() -> str:
        params = asked_of(request.form, snapshot()) | {"by": g.account.display_name or g.account.username}
        number = _enqueue("siting", params, int(params["form"]["seconds"]))
        if params["form"]["curve"]:
            _enqueue("siting_gain", _curve_of(params, number), CURVE_SECONDS)
        return f"/siting/{number}"

    return submitted(save, lambda problem: _index(problem, problem["typed"]))


@rooms.get("/siting/candidates.json")
@requires("stations:siting:read")
def candidates() -> Response:
    """Say names and places of what may be listed in the form: blocks or streets, and stations."""
    on = Params("on").choice("on", ("blocks", "streets"), "blocks")
    found = snapshot()

    def names() -> bytes:
        stations = station_names(found.atlas, "all")
        places, points = candidate_names(found, on), candidate_points(found, on)
        return geojson.dumps({"places": places, "stations": stations, "points": points})

    return respond((found.tag, on), names, JSON)


@rooms.get("/siting/<number>")
@requires("stations:siting:read")
def one(number: str) -> Response:
    """Show a run: how far it is, or its answer with the map, its worth and the curve."""
    Params()
    return Response(_page(find(number)), content_type=CONTENT_TYPE)


@rooms.get("/siting/<number>.json")
@requires("stations:siting:read")
def state(number: str) -> Response:
    """Say how far a run and its curve are, and the answer where there is one."""
    Params()
    job = find(number)
    extra = curve_job(job)
    whole = state_of(job) | {
        "result": job.result,
        "curve": None if extra is None else state_of(extra) | {"result": extra.result},
    }
    return Response(geojson.dumps(whole), content_type=JSON)


@rooms.post("/siting/<number>/cancel")
@requires("stations:siting:ask")
def cancel(number: str) -> Response:
    """Cancel a run, and its curve with it; what was found so far stays."""
    job, parts = find(number), services()
    for each in filter(None, (job, curve_job(job))):
        if not each.ended:
            jobs.cancel(parts.store, each.job_id)
    _note(CANCELLED, job.job_id, {})
    return redirect(f"/siting/{job.job_id}", code=303)


@rooms.post("/siting/<number>/gain")
@requires("stations:siting:ask")
def gain(number: str) -> Response:
    """Ask for the curve of a run that has none."""
    job = find(number)
    known = curve_job(job)
    if known is None or known.state in ("failed", "cancelled"):
        _enqueue("siting_gain", _curve_of(job.params, job.job_id), CURVE_SECONDS)
    return redirect(f"/siting/{job.job_id}#curve", code=303)


def _enqueue(kind: str, params: dict[str, Any], seconds: int) -> int:
    parts = services()
    number = jobs.enqueue(
        parts.store, parts.settings.instance_dir, kind, params, g.account.account_id, seconds
    )
    _note(ASKED, number, {"kind": kind, "model": params["model"], "k": params["k"]})
    return number


def _note(tag: str, number: int, detail: dict[str, Any]) -> None:
    with services().store.write() as conn:
        audit.append(conn, tag, g.account.username, f"siting:{number}", detail)


def _curve_of(params: Any, number: int) -> dict[str, Any]:
    """Return the parameters of the curve of a run; what has no curve of its own is told in households."""
    model = params["model"] if params["model"] in CURVES else "mclp"
    return dict(params) | {"model": model, "of": number}


def _index(problem: dict[str, Any] | None, typed: dict[str, str]) -> str:
    found = snapshot()
    return render_template(
        "siting/index.html",
        runs=[with_worth(job) for job in jobs.listed(services().store, kind="siting")],
        problem=problem,
        typed=typed,
        choices=_choices(found),
        whole=WHOLE,
        long=LONG,
        may_ask=may("stations:siting:ask"),
        most=MOST_COMPARED,
        days=services().settings.job_days,
        per_seat=services().settings.households_per_seat,
        **shell_parts(found),
    )


def _choices(found: Snapshot) -> dict[str, list[tuple[str, str]]]:
    lang, frame = language(), found.atlas.communities
    words = siting_words.model_words()
    kinds = [(kind, _("全部站点") if kind == "all" else STATION_KINDS[kind][lang])
             for kind in (*STATION_KINDS, "all")]  # fmt: skip
    return {
        "model": [(model, words[model][0]) for model in MODELS],
        "on": [("blocks", _("地块")), ("streets", _("道路沿线"))],
        "kind": kinds,
        "existing": [("kept", _("全部保留")), ("open", _("可以不保留，与新址一起选"))],
        "area": list(zip(frame["community_code"], frame["name"], strict=True)),
    }


def _page(job: Job) -> str:
    found, extra = snapshot(), curve_job(job)
    whole, parts = told(job), shell_parts(found)
    parts["page_config"] = parts["page_config"] | {
        "siting": [{"id": job.job_id, "name": whole["name"], "places": whole["places"]}]
    }
    return render_template(
        "siting/one.html",
        run=whole,
        model_rule=siting_words.model_words()[job.params["model"]][1],
        curve_run=line(extra) if extra else None,
        curve=curve(extra.result) if extra else None,
        curve_lines=lines(extra.result) if extra else [],
        may_ask=may("stations:siting:ask"),
        may_export=may("stations:siting:export"),
        what_if=_what_if(job) if may("stations:what_if:try") else "",
        days=services().settings.job_days,
        **parts,
    )


def _what_if(job: Job) -> str:
    """Return the chosen places as changes that the page of coverage can try, "" where it cannot."""
    form = job.params["form"]
    rows = (job.result or {}).get("places", [])
    if not rows or not job.params["keep_existing"] or len(rows) > 40:
        return ""
    changes = [
        {
            "verb": "add",
            "station_code": f"new-{number}",
            "lon": round(place["lon"], 6),
            "lat": round(place["lat"], 6),
            "capacity": int(form["seats"]),
        }
        for number, place in enumerate(rows, 1)
    ]
    return json.dumps(changes, separators=(",", ":"))
