"""Opening hours and times of stations in the words of people, in the language of the request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from gis_app import clock
from gis_app.stations import opening

WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def opening_words(hours: str | None, lang: str, now: datetime) -> dict[str, Any]:
    """Return whether it is open by its hours and the sentence for it; what is not known is said so."""
    if not opening.known(hours):
        return {"open": True, "known": False, "text": _("开放时间未登记"), "note": ""}
    is_open = opening.open_at(hours, now)
    change = opening.closes_at(hours, now) if is_open else opening.opens_at(hours, now)
    if change is None:
        text = _("全天开放") if is_open else _("未来一周不开放")
    elif is_open:
        text = _("营业至 %(time)s", time=said_time(change, lang))
    else:
        text = _("%(time)s 开门", time=said_time(change, lang))
    return {"open": is_open, "known": True, "text": text, "note": day_note(hours, now.date(), lang)}


def day_note(hours: str | None, day: date, lang: str) -> str:
    """Return what is special about a day: a holiday, whose hours may not be written down; a make-up day."""
    name = opening.holiday(day, lang)
    if name and not opening.says_holidays(hours):
        return _("今天是%(name)s，站点没有写明节假日时间，去之前请先打电话", name=name)
    if name:
        return _("今天是%(name)s", name=name)
    return _("今天是调休上班日，按工作日开放") if opening.make_up(day) else ""


def said_time(moment: datetime | str | None, lang: str) -> str:
    """Return a time in words: the hour today, tomorrow with its word, later with its date."""
    if not moment:
        return ""
    at = (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).astimezone(clock.ZONE)
    days = (at.date() - clock.now().date()).days
    hour = f"{at:%H:%M}"
    if days == 0:
        return hour
    if days == 1:
        return _("明天 %(time)s", time=hour)
    return f"{at:%m-%d} {WEEKDAYS[lang][at.weekday()]} {hour}"
