"""Where the next stations go: ask, watch it being worked out, cancel it, read what it is worth.

The work is done in the background; a run is a job of kind "siting", its curve one of kind "siting_gain" that
names the run. A finished run is a scenario that can be compared with others (`siting_scenarios`).
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.storage import audit
from gis_app.web import geojson, siting_words
from gis_app.web.access import may, requires
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.forms import number_of, submitted
from gis_app.web.i18n import language
from gis_app.web.incident_words import moment, place_names
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
    candidate_names,
    station_names,
    usual,
)
from gis_app.web.siting_curve import curve, lines
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
    """Say the names of the places that may be listed in the form: blocks or streets, and stations."""
    on = Params("on").choice("on", ("blocks", "streets"), "blocks")
    found = snapshot()
    told = {"places": candidate_names(found, on), "stations": station_names(found.atlas, "all")}
    return Response(geojson.dumps(told), content_type=JSON)


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
    extra = _curve_job(job)
    told = _state(job) | {
        "result": job.result,
        "curve": None if extra is None else _state(extra) | {"result": extra.result},
    }
    return Response(geojson.dumps(told), content_type=JSON)


@rooms.post("/siting/<number>/cancel")
@requires("stations:siting:ask")
def cancel(number: str) -> Response:
    """Cancel a run, and its curve with it; what was found so far stays."""
    job, parts = find(number), services()
    for each in filter(None, (job, _curve_job(job))):
        if not each.ended:
            jobs.cancel(parts.store, each.job_id)
    _note(CANCELLED, job.job_id, {})
    return redirect(f"/siting/{job.job_id}", code=303)


@rooms.post("/siting/<number>/gain")
@requires("stations:siting:ask")
def gain(number: str) -> Response:
    """Ask for the curve of a run that has none."""
    job = find(number)
    known = _curve_job(job)
    if known is None or known.state in ("failed", "cancelled"):
        _enqueue("siting_gain", _curve_of(job.params, job.job_id), CURVE_SECONDS)
    return redirect(f"/siting/{job.job_id}#curve", code=303)


def find(number: str) -> Job:
    """Return a run by the number in an address; raises NotFound for any other job too."""
    missing = _("没有这次选址，或已超过保留天数")
    try:
        job = jobs.find(services().store, number_of(number, "unknown_siting", missing))
    except NotFound:
        raise NotFound("unknown_siting", missing, {"number": number[:20]}) from None
    if job.kind != "siting":
        raise NotFound("unknown_siting", missing, {"number": number[:20]})
    return job


def told(job: Job) -> dict[str, Any]:
    """Return a run with its answer as pages and files tell it."""
    result = job.result
    return line(job) | {
        "question": siting_words.question(job.params, place_names(snapshot()), language()),
        "verdict": siting_words.verdict(result) if result else None,
        "figures": siting_words.figures(result, job.params) if result else [],
        "places": places(job),
        "unreached": (result or {}).get("unreached", []),
        "sizes": (result or {}).get("sizes"),
    }


def places(job: Job) -> list[dict[str, Any]]:
    """Return the chosen places of a run, numbered, with the names of their communities."""
    names = place_names(snapshot())
    existing = {} if job.params["keep_existing"] else station_names(snapshot().atlas, "all")
    return [
        place
        | {
            "number": number,
            "name": place["name"] or _("未命名道路"),
            "community": names.get(place["community_code"] or "", ""),
            "kept": place["code"] in job.params["must_keep"],
            "existing": place["code"] in existing,
        }
        for number, place in enumerate((job.result or {}).get("places", []), 1)
    ]


def line(job: Job) -> dict[str, Any]:
    """Return a run as a line of the list."""
    return {
        "id": job.job_id,
        "name": siting_words.name_of(job),
        "model": siting_words.model_words()[job.params["model"]][0],
        "state": job.state,
        "state_label": siting_words.state_words(job),
        "progress": job.progress,
        "words": siting_words.progress_words(job),
        "error": job.error,
        "ended": job.ended,
        "by": job.params.get("by", ""),
        "at": moment(job.created_at),
        "seconds": siting_words.seconds_of(job),
    }


def _state(job: Job) -> dict[str, Any]:
    known = line(job)
    names = ("id", "name", "state", "state_label", "progress", "words", "error", "ended", "seconds")
    return {name: known[name] for name in names} | {
        "verdict": siting_words.verdict(job.result) if job.result and "status" in job.result else None
    }


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


def _curve_job(job: Job) -> Job | None:
    """Return the newest curve of a run."""
    store = services().store
    for other in jobs.listed(store, kind="siting_gain"):
        if other.params.get("of") == job.job_id:
            return jobs.find(store, other.job_id)
    return None


def _index(problem: dict[str, Any] | None, typed: dict[str, str]) -> str:
    found = snapshot()
    return render_template(
        "siting/index.html",
        runs=[_with_worth(job) for job in jobs.listed(services().store, kind="siting")],
        problem=problem,
        typed=typed,
        choices=_choices(found),
        whole=WHOLE,
        long=LONG,
        may_ask=may("stations:siting:ask"),
        most=MOST_COMPARED,
        days=services().settings.job_days,
        per_seat=services().settings.households_per_seat,
    )


def _with_worth(job: Job) -> dict[str, Any]:
    whole = jobs.find(services().store, job.job_id) if job.ended else job
    result = whole.result
    known = {"verdict": siting_words.verdict(result) if result else None}
    main = siting_words.figures(result, whole.params) if result and result["objective"] is not None else []
    return line(whole) | known | {"main": main}


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
    found, extra = snapshot(), _curve_job(job)
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
