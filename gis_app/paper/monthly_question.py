"""What a monthly report is about: its days, the moment at which everything is looked at, and what it is
compared with.

A whole month that is over is looked at when it ended, one that still runs when the report was asked for; so
the same question asked again is about the same moment.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from gis_app import clock
from gis_app.errors import BadInput

FORMATS = ("pdf", "docx", "xlsx")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Basis:
    """The settings that figures depend on, as they were when the report was asked for."""

    walking_speed: float
    snap_limit: float
    households_per_seat: int
    targets: Mapping[str, float | None]
    limit_m: float = 500.0
    review_number: str = ""
    attribution: str = ""


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included, looked at as of `cut_off`."""

    start: date
    end: date
    cut_off: datetime

    @property
    def whole_month(self) -> bool:
        """Tell whether it is a calendar month from its first to its last day."""
        last = calendar.monthrange(self.end.year, self.end.month)[1]
        return self.start.day == 1 and self.end == self.start.replace(day=last)


@dataclass(frozen=True)
class Asked:
    """One question; `area` is "" for the whole county."""

    now: Period
    before: Period
    area: str
    language: str
    formats: tuple[str, ...]
    basis: Basis

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Asked:
        """Return the question in a job's parameters; raises BadInput."""
        try:
            end = date.fromisoformat(params["end"])
            asked_at = datetime.fromisoformat(params["asked_at"])
            basis = Basis(**params["basis"])
            formats = tuple(one for one in FORMATS if one in params["formats"])
        except (KeyError, TypeError, ValueError):
            raise BadInput("bad_report", "报告的条件有误", {"end": "YYYY-MM-DD"}) from None
        if not formats:
            raise BadInput("bad_report", "报告的条件有误", {"formats": " ".join(FORMATS)})
        now = period_to(end, asked_at)
        return cls(now, before(now), params["area"], params["language"], formats, basis)


def period_to(end: date, asked_at: datetime) -> Period:
    """Return the month of a day up to that day, looked at when the day ended, or when asked if it has not."""
    ended = datetime.combine(end + DAY, time(), clock.ZONE)
    return Period(end.replace(day=1), end, min(ended, asked_at))


def before(period: Period) -> Period:
    """Return the same days of the month before, the whole of it for a whole month."""
    last = period.start - DAY
    end = last if period.whole_month else last.replace(day=min(period.end.day, last.day))
    return Period(last.replace(day=1), end, datetime.combine(end + DAY, time(), clock.ZONE))
