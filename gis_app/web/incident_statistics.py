"""Statistics of incidents: figures with what they are made of, by area, class, organisation and month.

Counted from the frame in memory, so incidents of mediation are in every figure and nowhere as a place. What a
figure is, and by which rule, stands in `incidents/statistics_measures.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents import rates
from gis_app.incidents.model import CATEGORIES
from gis_app.incidents.rates import Selection, Tally
from gis_app.storage import audit
from gis_app.web import geojson, hotspot_overlay, statistics_plans, statistics_words
from gis_app.web.access import may, requires
from gis_app.web.bytes import respond
from gis_app.web.current import clock_step, snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue
from gis_app.web.incident_frame import IncidentFrame, incident_frame
from gis_app.web.incident_words import organisation_names
from gis_app.web.pages import kept_page
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.statistics_files import as_csv, as_xlsx
from gis_app.web.statistics_plans import Recount, Under

rooms = Blueprint("incident_statistics", __name__)
COMPARES = ("previous", "year")
FILTERS = ("from", "to", "category", "class", "organisation", "area", "by", "compare", "plan")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORTED_TAG = "incidents:incident:exported"


@dataclass(frozen=True)
class Question:
    """What the page was asked: which incidents, grouped how, beside which earlier period, as of when."""

    wanted: Selection
    by: str
    compare: str
    cut_off: datetime
    under: Under


@dataclass(frozen=True)
class Answer:
    """The figures: of all together, by group, by month, and of the period before (None without one).

    `recount` says in which grids, `counts` how many incidents came to theirs by what, None where they stand.
    """

    question: Question
    whole: Tally
    groups: Tally
    months: Tally
    before: Tally | None
    period_before: Selection | None
    recount: Recount
    counts: dict[str, int] | None


@rooms.get("/incidents/statistics")
@requires("incidents:statistics:read")
def page() -> Response:
    """Show the figures."""
    question = _question()
    frame, found = incident_frame(), snapshot()
    parts = (frame.tag, found.revision, question, statistics_plans.choices())
    parts += (may("incidents:incident:export"),)
    return kept_page(parts, lambda: _render(answer(frame, question, shown=True)))


@rooms.get("/incidents/statistics.json")
@requires("incidents:statistics:read")
def data() -> Response:
    """Say the figures with numerator, denominator, rule and cut-off time."""
    question, frame, lang = _question(), incident_frame(), language()
    parts = (frame.tag, snapshot().revision, question, lang)
    return respond(
        parts,
        lambda: geojson.dumps(statistics_words.told(answer(frame, question), lang)),
        "application/json",
    )


@rooms.get("/incidents/statistics.<kind>")
@requires("incidents:incident:export")
def file(kind: str) -> Response:
    """Say every figure as a file for spreadsheets, and note who took it."""
    makers = {"csv": (as_csv, "text/csv; charset=utf-8"), "xlsx": (as_xlsx, XLSX)}
    if kind not in makers:
        raise BadInput("bad_parameter", _("文件格式只有 csv 和 xlsx"), {"kind": "csv、xlsx"})
    make, content_type = makers[kind]
    question, lang = _question(), language()
    found = answer(incident_frame(), question)
    body = make(statistics_words.lines(found, lang), statistics_words.notes(found, lang), lang)
    with services().store.write() as conn:
        detail = {"file": f"statistics.{kind}", "by": question.by, "plan": question.under.code}
        audit.append(conn, EXPORTED_TAG, g.account.username, "statistics", detail)
    headers = {"Content-Disposition": f'attachment; filename="statistics.{kind}"'}
    return Response(body, headers=headers, content_type=content_type)


@rooms.get("/incidents/statistics/hotspots.geojson")
@requires("incidents:statistics:read")
def hotspots() -> Response:
    """Say which grids or communities are hot spots, with p-values and what was tested.

    They are tested on the grids in force, so no other plan can be asked for.
    """
    params = Params(*(name for name in FILTERS if name != "plan"), "level", "measure", "geometry")
    question = _read(params)
    asked = hotspot_overlay.Asked.of(params)
    frame, found, lang = incident_frame(), snapshot(), language()
    parts = (frame.tag, found.tag, question.wanted, asked, lang)
    return respond(
        parts,
        lambda: hotspot_overlay.overlay_of(frame, found, question.wanted, asked, lang),
        geojson.CONTENT_TYPE,
    )


def answer(frame: IncidentFrame, question: Question, shown: bool = False) -> Answer:
    """Return the figures of a question, worked out once per frame; with `shown` only what the page shows."""
    recount = statistics_plans.recounted(frame, question.under)
    key = ("statistics", question, shown)
    return recount.frame.memo(key, lambda: _worked_out(recount, question, shown))


def _worked_out(recount: Recount, question: Question, shown: bool) -> Answer:
    columns, wanted = recount.frame.columns, question.wanted
    grouped, monthly, earlier_ones = (
        (statistics_words.COLUMN_MEDIANS, (), statistics_words.TILE_MEDIANS) if shown else (None, None, None)
    )
    rows = rates.select(columns, wanted)
    counted = rates.Counted(columns, rows, question.cut_off)
    whole, groups = counted.by(None), counted.by(question.by, grouped)
    months = groups if question.by == "month" else counted.by("month", monthly)
    earlier, before = wanted.before(question.compare), None
    if earlier is not None and earlier.start is not None:
        # Judged as of the same time after its start, else the earlier period would have had longer.
        cut_off = question.cut_off - (wanted.start - earlier.start)
        before = rates.tally(columns, rates.select(columns, earlier), cut_off, medians=earlier_ones)
    return Answer(question, whole, groups, months, before, earlier, recount, recount.counts(rows))


def _question() -> Question:
    return _read(Params(*FILTERS))


def _read(params: Params) -> Question:
    known, found = catalogue(), snapshot()
    start, end = params.period()
    latest = _latest_day()
    end = end or (latest if start is None or start <= latest else start)
    start = start or _year_before(end)
    area = params.text("area", 15)
    under = statistics_plans.asked(params)
    if area and not _is_area(area, under):
        raise _bad("area", _("没有这个区域"))
    class_code = params.text("class", 16)
    if class_code and known.find(class_code) is None:
        raise _bad("class", _("没有这个事件类别"))
    organisation = params.text("organisation", 32)
    if organisation and organisation not in organisation_names(found):
        raise _bad("organisation", _("没有这个单位"))
    wanted = Selection(start, end, params.choice("category", CATEGORIES, ""), class_code, organisation, area)
    by = params.choice("by", rates.BYS, "community")
    return Question(wanted, by, params.choice("compare", COMPARES, "previous"), _cut_off(), under)


def _is_area(code: str, under: Under) -> bool:
    """Return whether there is such an area now, or under the plan asked for."""
    if snapshot().atlas.area(code) is not None:
        return True
    return bool(under.code) and code in statistics_plans.recounted(incident_frame(), under).names


def _cut_off() -> datetime:
    """Return the beginning of the present step of the clock, so that figures agree with each other."""
    return datetime.fromisoformat(clock_step())


def _latest_day() -> date:
    """Return the day of the newest report, today where there is none."""
    frame = incident_frame()

    def newest() -> date:
        if not len(frame.columns):
            return clock.now().date()
        return datetime.fromtimestamp(int(frame.columns["reported_at"].max()), clock.ZONE).date()

    return min(frame.memo("latest-day", newest), clock.now().date())


def _year_before(end: date) -> date:
    return end - timedelta(days=364)


def _bad(name: str, reason: str) -> BadInput:
    return BadInput(
        "bad_parameter", _("参数 %(name)s 不正确：%(reason)s", name=name, reason=reason), {name: reason}
    )


def _render(found: Answer) -> str:
    lang = language()
    return render_template(
        "incidents/statistics.html",
        **statistics_words.page_words(found, lang),
        query=_query_of(found.question),
        may_export=may("incidents:incident:export"),
    )


def _query_of(question: Question) -> dict[str, Any]:
    wanted = question.wanted
    asked = {
        "from": wanted.start.isoformat(),
        "to": wanted.end.isoformat(),
        "category": wanted.category,
        "class": wanted.class_code,
        "organisation": wanted.organisation_code,
        "area": wanted.area_code,
        "by": question.by,
        "compare": question.compare,
        "plan": question.under.code,
    }
    return {name: value for name, value in asked.items() if value}
