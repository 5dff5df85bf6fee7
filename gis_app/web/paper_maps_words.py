"""Maps for paper in words: the choices of the form, the name of a file, how far a job is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import g
from flask_babel import gettext as _

from gis_app import clock
from gis_app.assignments.tables import ROLES
from gis_app.errors import NotFound
from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.paper.text import clean
from gis_app.paper.wall_map import DPIS
from gis_app.web.coverage import level_words, when_words
from gis_app.web.coverage_ask import KIND_CHOICES, Asked
from gis_app.web.coverage_ask import MEASURES as COVERAGE_MEASURES
from gis_app.web.coverage_words import measure_words
from gis_app.web.current import Snapshot, today
from gis_app.web.forms import number_of
from gis_app.web.i18n import language
from gis_app.web.incident_words import moment
from gis_app.web.pages import area_name, county_name
from gis_app.web.paper_maps_ask import LEVELS, OFFERED, OVERLAYS, PAPER_NAMES, Question
from gis_app.web.paper_maps_orders import overlay_words
from gis_app.web.services import services
from gis_app.web.stations import LIMITS, limit_label
from gis_app.web.table_columns import STATION_KINDS

_UNSAFE = re.compile(r"[\\/:*?\"<>|#%&{}$!'@+`=\s]+")
Options = list[tuple[str, str]]


def choices_of(found: Snapshot, may: Callable[[str], bool]) -> dict[str, Options]:
    """Return the options of each field of the form, in the language of the request."""
    lang, words = language(), overlay_words()
    usual = Asked()
    coverage = [(one, measure_words(one, usual, "walk")[0]) for one in COVERAGE_MEASURES]
    levels = dict.fromkeys(level for names in LEVELS.values() for level in names)
    return {
        "overlay": [(name, words[name]) for name in OFFERED if may(OVERLAYS[name][0])],
        "coverage_measure": [(name, _plain(title, usual)) for name, title in coverage],
        "incidents_measure": [("count", _("件数")), ("rate", _("每千户件数"))],
        "level": [(one, level_words()[one]) for one in levels if len(found.atlas.level(one))],
        "limit": [(one, limit_label(one)) for one in LIMITS],
        "when": when_words(),
        "kind": [(one, _("全部站点") if one == "all" else STATION_KINDS[one][lang]) for one in KIND_CHOICES],
        "role": [(one, titles[lang]) for one, titles in ROLES.items()],
        "category": [(one, titles[lang]) for one, titles in CATEGORIES.items()],
        "state": [(one, titles[lang]) for one, titles in STATES.items()],
        "area": _areas(found),
        "paper": [(one, one) for one in PAPER_NAMES],
        "lang": [("zh", "中文"), ("en", "English")],
        "format": [("pdf", _("PDF（矢量）")), ("svg", _("SVG（矢量）")), ("png", _("PNG（图片）"))],
        "dpi": [(str(one), f"{one} dpi") for one in DPIS],
    }


def _plain(title: str, usual: Asked) -> str:
    """Return the title of a measure without the limit, which is a field of its own."""
    return title.replace(limit_label(usual.limit), "").strip() or title


def _areas(found: Snapshot) -> Options:
    atlas = found.atlas
    rows: Options = []
    for code, name in zip(atlas.subdistricts["subdistrict_code"], atlas.subdistricts["name"], strict=True):
        rows.append((code, name))
        inside = atlas.communities[atlas.communities["community_code"].str.startswith(code)]
        pairs = zip(inside["community_code"], inside["name"], strict=True)
        rows += [(one, f"　{said}") for one, said in pairs]
    return rows


def file_name(found: Snapshot, question: Question, suffix: str) -> str:
    """Return the name under which a map is saved: what it shows, where, and the day."""
    where = area_name(found, question.area) or county_name(found)
    words = question.title or "-".join(filter(None, (where, overlay_words()[question.overlay])))
    return f"{_UNSAFE.sub('-', clean(words)).strip('-.')[:80] or 'map'}-{question.paper}-{today()}.{suffix}"


def find(number: str) -> Job:
    """Return a map of this account by the number in an address; raises NotFound for any other job too."""
    missing = _("没有这张图，或已超过保留天数")
    try:
        job = jobs.find(services().store, number_of(number, "unknown_map", missing))
    except NotFound:
        raise NotFound("unknown_map", missing, {"number": number[:20]}) from None
    if job.kind != "wall_map" or job.account_id != g.account.account_id:
        raise NotFound("unknown_map", missing, {"number": number[:20]})
    return job


def line(job: Job) -> dict[str, Any]:
    """Return a map that was asked for as a line of a list and as a page."""
    params = job.params
    return {
        "id": job.job_id,
        "name": params["title"],
        "file": params["name"],
        "format": params["format"].upper(),
        "dpi": params["dpi"] if params["format"] == "png" else "",
        "query": params["query"],
        "size": size_words(job),
        "state": job.state,
        "state_label": _states().get(job.state, job.state),
        "progress": job.progress,
        "words": _progress(job),
        "error": job.error,
        "ended": job.ended,
        "ready": bool(job.file) and job.state == "done",
        "at": moment(job.created_at),
        "seconds": _seconds(job),
    }


def state_of(job: Job) -> dict[str, Any]:
    """Return how far a map is."""
    known = line(job)
    names = ("id", "state", "state_label", "progress", "words", "error", "ended", "ready", "seconds")
    return {name: known[name] for name in names}


def size_words(job: Job) -> str:
    """Return how large the file is, "" where there is none."""
    size = (job.result or {}).get("bytes", 0)
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{size / 2**10:.0f} kB" if size else ""


def _states() -> dict[str, str]:
    return {
        "queued": _("排队中"),
        "running": _("生成中"),
        "done": _("已完成"),
        "failed": _("未完成"),
        "cancelled": _("已取消"),
    }


def _progress(job: Job) -> str:
    if job.ended:
        return _states()[job.state]
    known = {"读取图层": _("读取图层"), "绘制地图": _("绘制地图"), "生成文件": _("生成文件")}
    return known.get(job.words, _("等待生成，前面的任务完成后开始"))


def _seconds(job: Job) -> int:
    if job.started_at is None:
        return 0
    return max(0, int(((job.ended_at or clock.now()) - job.started_at).total_seconds()))
