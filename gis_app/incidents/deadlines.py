"""Until when an incident is due, and how it stands with that: in time, due soon, overdue.

The clock starts at dispatch and runs in working time. It stands while handling is paused and while a result
waits to be verified; an extension moves its end. A class may have several limits one after the other, all
counted from dispatch: `due_at` is that of the stage in hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from gis_app.errors import BadInput
from gis_app.incidents.incident import Incident
from gis_app.incidents.model import DONE_STATES
from gis_app.incidents.worktime import Limit, WorkCalendar

IN_TIME, DUE_SOON, OVERDUE = "in_time", "due_soon", "overdue"
DEADLINES: dict[str, dict[str, str]] = {
    IN_TIME: {"zh": "时限内", "en": "In time"},
    DUE_SOON: {"zh": "即将超期", "en": "Due soon"},
    OVERDUE: {"zh": "已超期", "en": "Overdue"},
}
SOON_SHARE, SOON_SECONDS = 0.2, 4 * 3600
_STAGE = re.compile(r"[^\s:;]{1,40}")


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of a staged limit: what is done, and its limit from dispatch."""

    name: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class StageDue:
    """When one stage is due, and whether it is done."""

    name: str
    due_at: datetime
    done: bool


def parse_stages(text: str) -> tuple[Stage, ...]:
    """Read "stop:4h;demolish:20d"; "" has no stage. Raises BadInput."""
    stages = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, colon, limit = (piece.strip() for piece in part.partition(":"))
        if not colon or not _STAGE.fullmatch(name):
            raise BadInput("bad_stages", "分段时限写法有误，例如 stop:4h;demolish:20d", {"stages": part})
        stages.append(Stage(name, Limit.of(limit)))
    return tuple(stages)


def due_at(
    dispatched_at: datetime,
    time_limit: str,
    calendar: WorkCalendar,
    stages: str = "",
    stages_done: int = 0,
    lost_seconds: float = 0,
) -> datetime | None:
    """Return when the stage in hand is due, None for a class without a limit.

    `lost_seconds` is the working time paused and extended until now.
    """
    parts = parse_stages(stages)
    limit = parts[stages_done].limit if stages_done < len(parts) else time_limit
    return calendar.add_seconds(calendar.add(dispatched_at, limit), lost_seconds) if limit else None


def stage_dues(incident: Incident, stages: str, calendar: WorkCalendar) -> list[StageDue]:
    """Return when each stage of a dispatched incident is due; none for one that is not dispatched."""
    if incident.dispatched_at is None:
        return []
    lost = incident.paused_seconds_work + incident.extended_seconds
    return [
        StageDue(
            stage.name,
            calendar.add_seconds(calendar.add(incident.dispatched_at, stage.limit), lost),
            number < incident.stages_done,
        )
        for number, stage in enumerate(parse_stages(stages))
    ]


def accept_due_at(reported_at: datetime, accept_limit: str, calendar: WorkCalendar) -> datetime | None:
    """Return until when a report is to be accepted, None for a class without that limit."""
    return calendar.add(reported_at, accept_limit) if accept_limit else None


def deadline(incident: Incident, now: datetime, calendar: WorkCalendar) -> str:
    """Return in_time, due_soon or overdue, "" for an incident that is done or not dispatched."""
    left = seconds_left(incident, now, calendar)
    if left is None or incident.due_at is None:
        return ""
    if _standing(incident, now) > incident.due_at:
        return OVERDUE
    whole = calendar.between(incident.dispatched_at or incident.due_at, incident.due_at)
    return DUE_SOON if left <= max(SOON_SECONDS, SOON_SHARE * whole) else IN_TIME


def seconds_left(incident: Incident, now: datetime, calendar: WorkCalendar) -> float | None:
    """Return the working seconds left, negative when overdue; None where no clock runs."""
    if incident.due_at is None or incident.state in DONE_STATES:
        return None
    return calendar.between(_standing(incident, now), incident.due_at)


def deadlines(incidents: pd.DataFrame, now: datetime, calendar: WorkCalendar) -> pd.Series:
    """Return `deadline` for a frame of incidents, by its columns state, dispatched_at, due_at, paused_at.

    Times are aware datetimes or ISO 8601 texts; `paused_at` may be missing.
    """
    due, state = _times(incidents["due_at"]), incidents["state"]
    runs = (due.notna() & ~state.isin(DONE_STATES)).to_numpy()
    found = np.full(len(incidents), "", dtype=object)
    if runs.any():
        found[runs] = _running(incidents[runs], due[runs], now, calendar)
    return pd.Series(found, incidents.index, dtype="str")


def _running(incidents: pd.DataFrame, due: pd.Series, now: datetime, calendar: WorkCalendar) -> np.ndarray:
    at = pd.Series(pd.Timestamp(now), incidents.index)
    if "paused_at" in incidents:
        paused = _times(incidents["paused_at"])
        at = at.mask((incidents["state"] == "paused") & paused.notna(), paused)
    end = calendar.positions(due)
    whole = end - calendar.positions(_times(incidents["dispatched_at"]))
    left = end - calendar.positions(at)
    soon = left <= np.fmax(SOON_SECONDS, SOON_SHARE * whole)
    return np.select([(at > due).to_numpy(), soon], [OVERDUE, DUE_SOON], IN_TIME)


def _standing(incident: Incident, now: datetime) -> datetime:
    """Return the time that the incident's clock shows: now, or when it was paused."""
    return incident.paused_at if incident.state == "paused" and incident.paused_at else now


def _times(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values
    return pd.to_datetime(values, utc=True, errors="coerce", format="ISO8601")
