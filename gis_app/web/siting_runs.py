"""Runs of siting as pages, lists and files tell them: found by number, with names, words and worth."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.web import siting_words
from gis_app.web.current import snapshot
from gis_app.web.forms import number_of
from gis_app.web.i18n import language
from gis_app.web.incident_words import moment, place_names
from gis_app.web.services import services
from gis_app.web.siting_places import station_names


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
        "figures": siting_words.figures(result, job.params) if answered(job) else [],
        "places": places(job),
        "unreached": _homes((result or {}).get("unreached", [])),
        "sizes": (result or {}).get("sizes"),
    }


def answered(job: Job) -> bool:
    """Tell whether a run found anything, proved or not."""
    return bool(job.result) and job.result["objective"] is not None


def _homes(codes: list[str]) -> list[str]:
    """Return the names of the blocks of places without a way to any station, each once."""
    found = snapshot()
    blocks = dict(zip(found.atlas.demand["code"], found.atlas.demand["block_code"], strict=True))
    names = dict(zip(found.atlas.blocks["block_code"], found.atlas.blocks["name"], strict=True))
    return list(dict.fromkeys(names.get(blocks.get(code)) or code for code in codes))


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
    """Return a run as a line of a list."""
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


def state_of(job: Job) -> dict[str, Any]:
    known = line(job)
    names = ("id", "name", "state", "state_label", "progress", "words", "error", "ended", "seconds")
    return {name: known[name] for name in names} | {
        "verdict": siting_words.verdict(job.result) if job.result and "status" in job.result else None
    }


def curve_job(job: Job) -> Job | None:
    """Return the newest curve of a run."""
    store = services().store
    for other in jobs.listed(store, kind="siting_gain"):
        if other.params.get("of") == job.job_id:
            return jobs.find(store, other.job_id)
    return None


def with_worth(job: Job) -> dict[str, Any]:
    whole = jobs.find(services().store, job.job_id) if job.ended else job
    result = whole.result
    known = {"verdict": siting_words.verdict(result) if result else None}
    main = siting_words.figures(result, whole.params) if answered(whole) else []
    return line(whole) | known | {"main": main}
