"""What may be asked of a map on paper: a table of overlays with their choices, read from a query or a form.

What the choices mean is said in `paper_maps_orders`, one function for each overlay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from flask import g
from flask_babel import gettext as _
from flask_babel import refresh

from gis_app.assignments.tables import ROLES
from gis_app.errors import BadInput
from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.jobs.jobs import Job
from gis_app.layers.codes import LENGTHS, level_of
from gis_app.paper.sheet import PAPERS
from gis_app.stations.what_if import Change
from gis_app.web import leader_question
from gis_app.web.access import demand
from gis_app.web.coverage_ask import KIND_CHOICES, Asked, asked_of
from gis_app.web.coverage_ask import MEASURES as COVERAGE_MEASURES
from gis_app.web.coverage_ask import NAMES as COVERAGE_NAMES
from gis_app.web.coverage_what_if import change_of
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import LANGUAGES, language
from gis_app.web.leader_question import FIELDS as LEADER_FIELDS
from gis_app.web.leader_question import Question as LeaderQuestion
from gis_app.web.leader_question import shown_in
from gis_app.web.params import Params
from gis_app.web.siting_runs import find as find_run

# overlay -> the permission it has on the screen, and the names of its choices
OVERLAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "coverage": ("stations:coverage:read", (*COVERAGE_NAMES, "changes")),
    "assignment": ("assignments:overlay:read", ("role",)),
    "incidents": ("incidents:counts:read", ("level", "measure", "category", "state", "from", "to")),
    "stations": ("stations:station:read", ("level", "kind")),
    "balance": ("layers:layer:read", ("level",)),
    "figures": ("leader:page:read", LEADER_FIELDS),
    "siting": ("stations:siting:read", ("run",)),
}
SHEET = ("overlay", "area", "paper", "lang", "title")
NAMES = tuple(dict.fromkeys((*SHEET, *(name for __, names in OVERLAYS.values() for name in names))))
LEVELS = {
    "coverage": ("grid", "community", "subdistrict", "block"),
    "incidents": ("grid", "community", "subdistrict"),
    "stations": ("grid", "community"),
    "balance": ("grid", "community", "subdistrict"),
}
# What a form offers; a leader's figures and a siting run come from their own pages.
OFFERED = ("coverage", "assignment", "incidents", "stations", "balance")
MEASURES = {"coverage": COVERAGE_MEASURES, "incidents": ("count", "rate")}
PAPER_NAMES = ("A3", "A1")
MOST_TITLE = 60
MOST_CHANGES, LONG_CHANGES = 40, 3500


@dataclass(frozen=True)
class Question:
    """Which overlay with which choices, of which part of the county, on which paper, in which language."""

    overlay: str
    area: str = ""
    paper: str = "A3"
    lang: str = "zh"
    title: str = ""
    level: str = "grid"
    choices: dict[str, Any] = field(default_factory=dict)
    coverage: Asked | None = None
    changes: tuple[Change, ...] = ()
    leader: LeaderQuestion | None = None
    run: Job | None = None
    start: date | None = None
    end: date | None = None

    def tag(self) -> tuple:
        """Return what a drawing depends on, beside the county and its incidents."""
        asked = self.coverage.tag() if self.coverage else ()
        run = (self.run.job_id, self.run.state) if self.run else ()
        sheet = (self.overlay, self.area, self.paper, self.lang, self.title, self.level, self.start, self.end)
        return (*sheet, tuple(sorted(self.choices.items())), asked, self.changes, self.leader, run)


def question_of(params: Params, found: Snapshot) -> Question:
    """Return what is asked; raises BadInput naming the field."""
    overlay = params.choice("overlay", OVERLAYS, "coverage")
    shared = {
        "overlay": overlay,
        "area": _area(params, found),
        "paper": params.choice("paper", PAPERS, "A3"),
        "lang": params.choice("lang", LANGUAGES, language()),
        "title": params.text("title", MOST_TITLE),
    }
    asked = shared | READERS[overlay](params)
    level = asked.get("level", "grid")
    if level != "block" and shared["area"] and LENGTHS[level] < len(shared["area"]):
        raise bad("level", _("应比所选范围更细"))
    return Question(**asked)


def _area(params: Params, found: Snapshot) -> str:
    code = params.text("area", 15)
    if code and (level_of(code) in (None, "grid") or found.atlas.area(code) is None):
        raise bad("area", _("没有这个县、街道或社区"))
    return code if level_of(code) != "county" else ""


def _level(params: Params, overlay: str) -> str:
    return params.choice("level", LEVELS[overlay], "grid")


def _coverage(params: Params) -> dict[str, Any]:
    level, changes = _level(params, "coverage"), _changes(params.text("changes", LONG_CHANGES))
    if changes:
        demand("stations:what_if:try")
    return {"level": level, "coverage": asked_of(params), "changes": changes}


def _changes(text: str) -> tuple[Change, ...]:
    """Return what is thought of, as the page of coverage keeps it in its address."""
    try:
        told = orjson.loads(text) if text else []
    except orjson.JSONDecodeError:
        raise bad("changes", _("应为改动的清单")) from None
    if (
        not isinstance(told, list)
        or len(told) > MOST_CHANGES
        or not all(isinstance(one, dict) for one in told)
    ):
        raise bad("changes", _("应为改动的清单，最多 %(n)s 项", n=MOST_CHANGES))
    return tuple(change_of(number, one) for number, one in enumerate(told))


def _assignment(params: Params) -> dict[str, Any]:
    role = params.choice("role", ROLES, "grid_worker")
    return {"level": ROLES[role]["level"], "choices": {"role": role}}


def _incidents(params: Params) -> dict[str, Any]:
    start, end = params.period()
    choices = {
        "measure": params.choice("measure", MEASURES["incidents"], "count"),
        "category": params.choice("category", CATEGORIES),
        "state": params.choice("state", STATES),
    }
    return {"level": _level(params, "incidents"), "choices": choices, "start": start, "end": end}


def _stations(params: Params) -> dict[str, Any]:
    kind = params.choice("kind", KIND_CHOICES, "all")
    return {"level": _level(params, "stations"), "choices": {"kind": kind}}


def _balance(params: Params) -> dict[str, Any]:
    return {"level": _level(params, "balance")}


def _figures(params: Params) -> dict[str, Any]:
    demand("leader:page:read")
    asked = leader_question.read(params)
    return {"level": asked.level, "leader": asked, "area": shown_in(snapshot(), asked.area)}


def _siting(params: Params) -> dict[str, Any]:
    demand("stations:siting:read")
    return {"run": find_run(params.text("run", 9))}


READERS = {
    "figures": _figures,
    "siting": _siting,
    "coverage": _coverage,
    "assignment": _assignment,
    "incidents": _incidents,
    "stations": _stations,
    "balance": _balance,
}


def bad(name: str, reason: str) -> BadInput:
    """Return the refusal of a parameter."""
    message = _("参数 %(name)s 不正确：%(reason)s", name=name, reason=reason)
    return BadInput("bad_parameter", message, {name: reason})


@contextmanager
def in_language(lang: str) -> Iterator[None]:
    """Let every word inside the block be in this language."""
    before = language()
    g.language = lang
    refresh()
    try:
        yield
    finally:
        g.language = before
        refresh()
