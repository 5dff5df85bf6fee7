"""When supervision is due: monthly inspections and quarterly reviews, on days when offices work."""

from __future__ import annotations

import calendar as months
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from gis_app.incidents.fields import read_text
from gis_app.incidents.messages import FieldFault, Refused
from gis_app.incidents.personal import personal_fault
from gis_app.incidents.worktime import WorkCalendar

KINDS: dict[str, dict[str, str]] = {
    "monthly": {"zh": "月度检查", "en": "Monthly inspection"},
    "quarterly": {"zh": "季度考评", "en": "Quarterly review"},
}
MONTHS = {"monthly": 1, "quarterly": 3}
LONGEST_NAME, FURTHEST = 80, timedelta(days=731)


def later(kind: str, day: date, times: int = 1) -> date:
    """Return the same day of the month so many periods later, the month's last where it has no such day."""
    month = day.year * 12 + day.month - 1 + MONTHS[kind] * times
    year, number = divmod(month, 12)
    last = months.monthrange(year, number + 1)[1]
    return date(year, number + 1, min(day.day, last))


def next_after(kind: str, first: date, today: date) -> date:
    """Return the first day of the schedule that lies after `today`."""
    times = 0
    while (day := later(kind, first, times)) <= today:
        times += 1
    return day


def workday_from(day: date, calendar: WorkCalendar) -> date:
    """Return `day`, or the next one on which offices work."""
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def is_due(active: bool, next_on: str, today: date) -> bool:
    """Tell whether a round should be opened for a schedule."""
    return active and next_on <= today.isoformat()


def check_schedule(data: Mapping[str, Any], areas: Collection[str], today: date) -> dict[str, Any]:
    """Return the columns that a form describes; raises Refused with every fault.

    `areas` are the codes of the communities and grids that may be inspected.
    """
    faults: list[FieldFault] = []
    name, fault = read_text(data.get("name"), LONGEST_NAME)
    fault = fault or ("" if name else "field_required") or personal_fault(name)
    if fault:
        faults.append(FieldFault("name", fault))
    kind, area = (str(data.get(one) or "") for one in ("kind", "area_code"))
    if kind not in KINDS:
        faults.append(FieldFault("kind", "unknown_choice"))
    if area not in areas:
        faults.append(FieldFault("area_code", "unknown_area"))
    next_on = str(data.get("next_on") or "").strip()
    try:
        day = date.fromisoformat(next_on)
        if len(next_on) != 10:
            raise ValueError(next_on)
        if not today <= day <= today + FURTHEST:
            faults.append(FieldFault("next_on", "day_range"))
    except ValueError:
        faults.append(FieldFault("next_on", "day_format"))
    if faults:
        raise Refused("supervision_rejected", faults)
    return {
        "name": name,
        "kind": kind,
        "area_code": area,
        "next_on": next_on,
        "active": bool(data.get("active")),
    }
