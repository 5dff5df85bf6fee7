"""Siting as a job: reads the county, asks the question, and tells the answer with names and places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis_app.errors import BadInput
from gis_app.jobs.child import Job
from gis_app.layers.atlas import Atlas
from gis_app.stations.siting.capacity import capacitated_median
from gis_app.stations.siting.center import center
from gis_app.stations.siting.county import Asked, County
from gis_app.stations.siting.cover import mclp
from gis_app.stations.siting.exact import Watch
from gis_app.stations.siting.fewest import lscp
from gis_app.stations.siting.gain import GainPoint, gain_curve
from gis_app.stations.siting.median import median
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.results import SitingResult
from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layers

MODELS = {
    "mclp": mclp,
    "median": median,
    "center": center,
    "capacitated_median": capacitated_median,
    "lscp": lscp,
}
PROOF_SHARE = 0.9
"""What of the bar belongs to proving; the rest is reading the county."""


def site(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Answer one question; `params` are those of `county.Asked` and "model"."""
    asked, county = _county(params, job)
    more = {"share": asked.share} if params["model"] == "lscp" else {}
    problem = county.problem(asked)
    watch = _watch(job)
    watch.keep = lambda result: job.keep(_told(county, problem, result))
    return _told(county, problem, MODELS[params["model"]](problem, watch, **more))


def _told(county: County, problem: SitingProblem, result: SitingResult) -> dict[str, Any]:
    """Return a result with the names, places and households of what it chooses."""
    places = county.places(result.chosen)
    served = county.served(problem, result.chosen)
    return result.as_json() | {
        "places": [place | {"households": served[place["code"]]} for place in places],
        "sizes": {"candidates": len(problem.candidates), "demand": len(problem.demand)},
    }


def gain(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Answer the question for k = 0 to 10; model mclp or median."""
    asked, county = _county(params, job)
    watch = Watch(
        job.seconds_left, job.cancelled, lambda share, _: job.progress(share, "计算各站点数的最优方案")
    )

    def told(points: list[GainPoint]) -> dict[str, Any]:
        curve = [{"k": point.k, "gain": point.gain, **point.result.as_json()} for point in points]
        chosen = {code for point in points for code in point.result.chosen}
        return {"model": params["model"], "curve": curve, "places": county.places(sorted(chosen))}

    watch.keep = lambda points: job.keep(told(points))
    return told(gain_curve(county.problem(asked), watch, params["model"]))


def _county(params: Mapping[str, Any], job: Job) -> tuple[Asked, County]:
    if params.get("model") not in MODELS:
        raise BadInput("bad_model", "没有这种选址模型", {"model": " ".join(MODELS)})
    job.progress(0.0, "读取图层")
    asked = Asked.of(params)
    store = open_store(job.database_url)
    with store.read() as conn:
        atlas = Atlas.build(read_layers(conn))
    store.dispose()
    job.progress(0.05, "计算步行距离")
    county = County.of(atlas, asked)
    job.progress(0.08, "寻找可行方案")
    return asked, county


def _watch(job: Job) -> Watch:
    """Return the limits of a solve; progress is how far the gap has closed, never more than is proved."""

    def tell(best: float, bound: float) -> None:
        known = best == best and abs(best) != float("inf") and abs(bound) != float("inf")
        gap = abs(best - bound) / max(abs(best), 1e-9) if known else 1.0
        words = f"已有方案，与最优的差距不超过 {gap:.2%}" if known else "寻找可行方案"
        job.progress(1 - PROOF_SHARE * min(1.0, gap * 10) if known else 1 - PROOF_SHARE, words)

    return Watch(job.seconds_left, job.cancelled, tell)
