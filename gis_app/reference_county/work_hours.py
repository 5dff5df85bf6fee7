"""Count working time in 2023, so that an invented incident is handled when people are at work.

Office hours 08:30-12:00 and 14:30-18:00 (seven hours a day), the public holidays and make-up days of 2023.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
SHIFTS = ((time(8, 30), time(12, 0)), (time(14, 30), time(18, 0)))
HOURS_A_DAY = 7.0
HOLIDAYS = (
    ("2023-01-01", 2),
    ("2023-01-21", 7),
    ("2023-04-05", 1),
    ("2023-04-29", 5),
    ("2023-06-22", 3),
    ("2023-09-29", 8),
    ("2023-12-30", 3),
)
MAKE_UP_DAYS = {
    date(2023, 1, 28),
    date(2023, 1, 29),
    date(2023, 4, 23),
    date(2023, 5, 6),
    date(2023, 6, 25),
    date(2023, 10, 7),
    date(2023, 10, 8),
}
_FREE = {date.fromisoformat(first) + timedelta(days=i) for first, days in HOLIDAYS for i in range(days)}


def is_workday(day: date) -> bool:
    """Tell whether offices work on this day."""
    return day in MAKE_UP_DAYS or (day.weekday() < 5 and day not in _FREE)


def add_work_hours(start: datetime, hours: float) -> datetime:
    """Return the moment when this many working hours have passed since start."""
    left, moment = timedelta(hours=hours), start
    while True:
        if is_workday(moment.date()):
            for opens, closes in SHIFTS:
                opening = datetime.combine(moment.date(), opens, SHANGHAI)
                closing = datetime.combine(moment.date(), closes, SHANGHAI)
                begin = max(moment, opening)
                if begin < closing:
                    if begin + left <= closing:
                        return begin + left
                    left -= closing - begin
                    moment = closing
        moment = datetime.combine(moment.date() + timedelta(days=1), time(0), SHANGHAI)


def limit_in_hours(limit: str) -> float:
    """Return working hours of a limit such as "4h" (working hours) or "5d" (working days)."""
    return float(limit[:-1]) * (HOURS_A_DAY if limit.endswith("d") else 1.0)
