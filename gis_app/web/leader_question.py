"""What a leader asked: which measure, period, comparison and area; every state of the page is an address."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import g
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput, Forbidden
from gis_app.incidents.key_figures import KEY_FIGURES
from gis_app.layers.codes import LENGTHS, level_of
from gis_app.people.permissions import in_scope
from gis_app.web.current import Snapshot, clock_step, snapshot
from gis_app.web.incident_frame import IncidentFrame, incident_frame
from gis_app.web.params import Params

FIELDS = ("measure", "period", "compare", "area", "level", "from", "to")
PERIODS = {"1m": 1, "3m": 3, "6m": 6, "12m": 12}
COMPARES = ("previous", "year", "none")
LEVELS = ("subdistrict", "community", "grid")
USUAL_MEASURE, USUAL_PERIOD, USUAL_COMPARE = "coverage", "6m", "previous"
MONTHS = 12


@dataclass(frozen=True)
class Span:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def words(self) -> str:
        """Return the days as they are read."""
        return f"{self.start.isoformat()} – {self.end.isoformat()}"


@dataclass(frozen=True)
class Question:
    """What was asked; `area` is "" for the whole county, `level` that of the areas shown on the map."""

    measure: str
    period: str
    compare: str
    area: str
    level: str
    span: Span
    before: Span | None
    cut_off: datetime

    @property
    def year(self) -> Span:
        """Return the twelve months that the trend shows, the last one that of the period's end."""
        first = months_before(self.span.end.replace(day=1), MONTHS - 1)
        return Span(first, self.span.end)

    @property
    def months(self) -> list[str]:
        """Return the months of the trend as YYYY-MM."""
        first = self.year.start
        return [months_before(first, -n).isoformat()[:7] for n in range(MONTHS)]


def question(*more: str) -> Question:
    """Read the question from the address; raises BadInput by field, Forbidden for an area out of scope."""
    return read(Params(*FIELDS, *more))


def read(params: Params) -> Question:
    """Read the question from parameters."""
    found = snapshot()
    area = area_of(params, found)
    period = params.choice("period", PERIODS, USUAL_PERIOD)
    start, end = params.period()
    latest = latest_day()
    if start is None and end is None:
        end = latest
        start = months_before(end + timedelta(days=1), PERIODS[period])
    else:
        period = ""
        end = end or max(start, latest)
        start = start or months_before(end + timedelta(days=1), MONTHS)
    compare = params.choice("compare", COMPARES, USUAL_COMPARE)
    span = Span(start, end)
    return Question(
        params.choice("measure", KEY_FIGURES, USUAL_MEASURE),
        period,
        compare,
        area,
        _level(params, found, area),
        span,
        _before(span, period, compare),
        cut_off_now(),
    )


def shown_in(found: Snapshot, area: str) -> str:
    """Return the area whose parts are shown: itself, a grid's community; "" is the county."""
    if level_of(area) == "grid":
        return area[: LENGTHS["community"]]
    return area


def cut_off_now() -> datetime:
    """Return the beginning of the present step of the clock, so that figures agree with each other."""
    return datetime.fromisoformat(clock_step())


def latest_day(frame: IncidentFrame | None = None) -> date:
    """Return the day of the newest report, today where there is none or it lies ahead."""
    frame = frame or incident_frame()

    def newest() -> date:
        if not len(frame.columns):
            return clock.now().date()
        return datetime.fromtimestamp(int(frame.columns["reported_at"].max()), clock.ZONE).date()

    return min(frame.memo("latest-day", newest), clock.now().date())


def months_before(day: date, months: int) -> date:
    """Return the day so many months earlier (later if less than 0), a month's last for want of it."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _before(span: Span, period: str, compare: str) -> Span | None:
    if compare == "none":
        return None
    if compare == "year":
        return Span(months_before(span.start, 12), months_before(span.end, 12))
    if period:
        return Span(months_before(span.start, PERIODS[period]), span.start - timedelta(days=1))
    days = span.end - span.start + timedelta(days=1)
    return Span(span.start - days, span.end - days)


def area_of(params: Params, found: Snapshot) -> str:
    """Return the area asked for, "" is the county; raises BadInput, Forbidden for one out of scope."""
    scope = g.account.scope_code
    area = params.text("area", 15) or scope
    if not area:
        return ""
    if level_of(area) is None or found.atlas.area(area) is None:
        reason = _("没有这个区域")
        message = _("参数 %(name)s 不正确：%(reason)s", name="area", reason=reason)
        raise BadInput("bad_parameter", message, {"area": reason})
    if not in_scope(scope, area):
        raise Forbidden(fields={"area": area})
    county = level_of(area) == "county" and len(found.atlas.county) == 1
    return "" if county and not scope else area


def _level(params: Params, found: Snapshot, area: str) -> str:
    """Return the level shown: as asked if it lies below the area, else communities, then grids."""
    asked = params.choice("level", LEVELS, "")
    here = len(shown_in(found, area))
    fits = [level for level in LEVELS if LENGTHS[level] > here and len(found.atlas.level(level))]
    if asked in fits:
        return asked
    return "community" if "community" in fits else "grid"
