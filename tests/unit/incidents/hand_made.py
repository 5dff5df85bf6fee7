"""A thousand incidents with every way they can go, and their figures worked out one by one in plain Python.

Nothing here is shared with the code that is tested but the words: no frame, no array, no calendar of ours.
"""

from __future__ import annotations

import random
import statistics
from datetime import datetime, time, timedelta, timezone
from typing import Any

import chinese_calendar

ZONE = timezone(timedelta(hours=8))
CUT_OFF = datetime(2025, 7, 1, 12, 0, tzinfo=ZONE)
GRIDS = [f"41022200100{c}00{g}" for c in range(1, 5) for g in range(1, 4)]
CLASSES = {"C1": "environment", "C2": "facilities", "C3": "hazard", "C4": "mediation"}
STATES = (
    "reported", "accepted", "dispatched", "handling", "paused", "resolved", "verified", "closed", "evaluated",
    "returned", "rejected", "duplicate",
)  # fmt: skip
WAY = ("reported", "accepted", "dispatched", "handling", "resolved", "verified", "closed", "evaluated")
STAGES = {
    "accept": ("reported_at", "accepted_at"),
    "dispatch": ("accepted_at", "dispatched_at"),
    "handle": ("dispatched_at", "resolved_at"),
    "verify": ("resolved_at", "closed_at"),
    "evaluate": ("closed_at", "evaluated_at"),
    "whole": ("reported_at", "closed_at"),
}
OPEN = {"reported", "accepted", "dispatched", "handling", "paused"}
NOT_COUNTED = {"returned", "rejected", "duplicate"}


def incidents(count: int = 1000, seed: int = 11) -> list[dict[str, Any]]:
    """Return the incidents, each a mapping of plain values."""
    chance = random.Random(seed)
    return [_incident(number, chance) for number in range(1, count + 1)]


def _incident(number: int, chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(list(CLASSES))
    state = chance.choice(STATES + ("closed",) * 6 + ("evaluated",) * 3)
    at = datetime(2024, 1, 1, tzinfo=ZONE) + timedelta(seconds=chance.randrange(540 * 86_400))
    one = {
        "incident_code": f"410222-{at.year}-{number:06d}",
        "class_code": kind,
        "category": CLASSES[kind],
        "state": state,
        "grid_code": chance.choice([*GRIDS, ""]),
        "organisation_code": "",
        "satisfaction": chance.randrange(1, 6) if state == "evaluated" else 0,
        "return_count": chance.choice((0, 0, 0, 1, 2)),
        "reopen_count": chance.choice((0, 0, 0, 0, 1)),
        "extended_seconds": 0,
        "change_number": number,
        "reported_at": at,
    }
    reached = WAY.index("handling" if state == "paused" else state) if state not in NOT_COUNTED else 0
    for step in ("accepted", "dispatched", "resolved", "closed", "evaluated"):
        if WAY.index(step) <= reached:
            at += timedelta(seconds=chance.randrange(60, 9 * 86_400))
            one[f"{step}_at"] = at
    if "dispatched_at" in one:
        one["organisation_code"] = chance.choice(("ORG1", "ORG2"))
        one["extended_seconds"] = chance.choice((0, 0, 0, 7200))
        if chance.random() < 0.9:
            one["due_at"] = one["dispatched_at"] + timedelta(hours=chance.choice((4, 48, 200)))
    if state == "paused":
        one["paused_at"] = one["dispatched_at"] + timedelta(hours=chance.choice((1, 100)))
    return one


def figures(rows: list[dict[str, Any]]) -> dict[str, tuple[float, float, float | None]]:
    """Return (numerator, denominator, value) of every measure, counted one incident at a time."""
    tallies = {name: [0, 0] for name in _RULES}
    for one in rows:
        for name, rule in _RULES.items():
            numerator, denominator = rule(one)
            tallies[name][0] += numerator
            tallies[name][1] += denominator
    found = {}
    for name, (above, below) in tallies.items():
        value = float(above) if name in ("reported", "closed", "open") else (above / below if below else None)
        found[name] = (above, below, value)
    for stage, (start, end) in STAGES.items():
        for clock, seconds in (("wall", wall_seconds), ("work", work_seconds)):
            taken = [seconds(one[start], one[end]) for one in rows if start in one and end in one]
            middle = statistics.median(taken) / 3600 if taken else None
            found[f"{stage}_{clock}"] = (len(taken), len(rows), middle)
    return found


def wall_seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()


def work_seconds(start: datetime, end: datetime) -> float:
    """Return the seconds of 8:30–12:00 and 14:30–18:00 on workdays between two moments, day by day."""
    total, day = 0.0, start.date()
    while day <= end.date():
        if chinese_calendar.is_workday(day):
            for opens, closes in ((time(8, 30), time(12)), (time(14, 30), time(18))):
                first = max(start, datetime.combine(day, opens, ZONE))
                last = min(end, datetime.combine(day, closes, ZONE))
                total += max(0.0, (last - first).total_seconds())
        day += timedelta(days=1)
    return total


def _counted(one) -> bool:
    return one["state"] not in NOT_COUNTED


def _closed(one) -> bool:
    return _counted(one) and "closed_at" in one and one["closed_at"] <= CUT_OFF


def _now_of(one) -> datetime:
    return min(CUT_OFF, one.get("paused_at", CUT_OFF)) if one["state"] == "paused" else CUT_OFF


def _should(one) -> bool:
    return _closed(one) or (_counted(one) and "due_at" in one and one["due_at"] <= _now_of(one))


def _in_time(one) -> bool:
    return _closed(one) and ("due_at" not in one or one["resolved_at"] <= one["due_at"])


def _late(one) -> bool:
    return one["state"] in OPEN and "due_at" in one and one["due_at"] < _now_of(one)


def _reworked(one) -> bool:
    return one["return_count"] > 0 or one["reopen_count"] > 0


_RULES = {
    "reported": lambda one: (1, 1),
    "accepted_rate": lambda one: (int(_counted(one) and "accepted_at" in one), 1),
    "closed": lambda one: (int(_closed(one)), 1),
    "closing_rate": lambda one: (int(_closed(one)), int(_should(one))),
    "in_time_rate": lambda one: (int(_in_time(one)), int(_should(one))),
    "open": lambda one: (int(one["state"] in OPEN), 1),
    "overdue_rate": lambda one: (int(_late(one)), int(one["state"] in OPEN)),
    "rework_rate": lambda one: (int(_reworked(one)), int(_reworked(one) or "resolved_at" in one)),
    "repeat_rate": lambda one: (int(one["state"] == "duplicate"), 1),
    "extension_rate": lambda one: (
        int("dispatched_at" in one and one["extended_seconds"] > 0),
        int("dispatched_at" in one),
    ),
    "satisfaction": lambda one: (one["satisfaction"], int(one["satisfaction"] > 0)),
}
