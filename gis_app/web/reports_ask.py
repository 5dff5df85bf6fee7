"""Reads the form that asks for a report: every fault at once, each under its field and in words."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.key_figures import KEY_FIGURES
from gis_app.layers.codes import level_of
from gis_app.paper.monthly_question import FORMATS
from gis_app.people.permissions import in_scope
from gis_app.web.current import Snapshot
from gis_app.web.i18n import LANGUAGES, language
from gis_app.web.leader_figures import targets
from gis_app.web.leader_question import latest_day, months_before
from gis_app.web.services import services

FIELDS = ("by", "month", "day", "formats", "area", "language")
BYS = ("month", "day")
FIRST_YEAR = 2000
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def usual() -> dict[str, Any]:
    """Return what an empty form shows: the last month that is over and has reports."""
    today, newest = clock.now().date(), latest_day()
    month = newest if (newest.year, newest.month) < (today.year, today.month) else months_before(today, 1)
    return {
        "by": "month",
        "month": month.isoformat()[:7],
        "day": "",
        "formats": list(FORMATS),
        "area": g.account.scope_code,
        "language": language(),
    }


def asked_of(form: MultiDict[str, str], found: Snapshot) -> dict[str, Any]:
    """Return the parameters of the job that a form asks for; raises BadInput naming every faulty field."""
    faults: dict[str, str] = {}
    for name in form:
        if name not in FIELDS:
            faults["".join(c if c.isprintable() else "?" for c in name[:40])] = _("没有这个参数")
        elif name != "formats" and len(form.getlist(name)) > 1:
            faults[name] = _("参数只能出现一次")
    end = _end(form, faults)
    formats = [one for one in FORMATS if one in form.getlist("formats")]
    if not formats or not set(form.getlist("formats")) <= set(FORMATS):
        faults["formats"] = _("请至少选一种文件格式：PDF、DOCX、XLSX")
    if form.get("language", "") not in LANGUAGES:
        faults["language"] = _("请从列出的选项中选择")
    area = _area(form.get("area", "").strip(), found, faults)
    if faults:
        raise BadInput("bad_report_question", _("有 %(n)s 处需要改正", n=len(faults)), faults)
    return {
        "end": end.isoformat(),
        "asked_at": clock.now().isoformat(),
        "area": area,
        "language": form["language"],
        "formats": formats,
        "basis": _basis(),
        "by": g.account.display_name or g.account.username,
    }


def _end(form: MultiDict[str, str], faults: dict[str, str]) -> date | None:
    """Return the last day of what is asked for."""
    by = form.get("by", "") or "month"
    if by not in BYS:
        faults["by"] = _("请从列出的选项中选择")
        return None
    return _month(form.get("month", ""), faults) if by == "month" else _day(form.get("day", ""), faults)


def _month(text: str, faults: dict[str, str]) -> date | None:
    match, today = _MONTH.fullmatch(text.strip()), clock.now().date()
    if match is None:
        faults["month"] = _("应为 YYYY-MM 格式的月份，例如 2023-06")
        return None
    year, month = int(match[1]), int(match[2])
    if (year, month) > (today.year, today.month):
        faults["month"] = _("这个月还没有到，最晚可选本月")
    elif year < FIRST_YEAR:
        faults["month"] = _("最早可选 %(year)s 年", year=FIRST_YEAR)
    else:
        return min(date(year, month, calendar.monthrange(year, month)[1]), today)
    return None


def _day(text: str, faults: dict[str, str]) -> date | None:
    try:
        if not _DAY.fullmatch(text.strip()):
            raise ValueError(text)
        day = date.fromisoformat(text.strip())
    except ValueError:
        faults["day"] = _("应为 YYYY-MM-DD 格式的日期，例如 2023-06-30")
        return None
    if day > clock.now().date():
        faults["day"] = _("这一天还没有到，最晚可选今天")
    elif day.year < FIRST_YEAR:
        faults["day"] = _("最早可选 %(year)s 年", year=FIRST_YEAR)
    else:
        return day
    return None


def _area(text: str, found: Snapshot, faults: dict[str, str]) -> str:
    """Return the code of the area, "" for the whole county."""
    area = text or g.account.scope_code
    if not area:
        return ""
    if level_of(area) in (None, "grid") or found.atlas.area(area) is None:
        faults["area"] = _("没有这个区域，可选全县、街道或社区")
    elif not in_scope(g.account.scope_code, area):
        faults["area"] = _("只能选自己管辖范围内的区域")
    elif level_of(area) == "county":
        return "" if len(found.atlas.county) == 1 else area
    return area


def _basis() -> dict[str, Any]:
    settings = services().settings
    return {
        "walking_speed": settings.walking_speed,
        "snap_limit": settings.snap_limit,
        "households_per_seat": settings.households_per_seat,
        "targets": {code: aim for code, aim in targets().items() if code in KEY_FIGURES},
        "review_number": settings.map_review_number,
        "attribution": settings.map_attribution,
    }


def areas(found: Snapshot) -> list[tuple[str, str]]:
    """Return the areas that this account may ask for: the county, subdistricts, communities."""
    scope, atlas = g.account.scope_code, found.atlas
    rows = [] if scope else [("", str(atlas.county["name"].iloc[0]) if len(atlas.county) else _("全县"))]
    for level, frame in (("subdistrict", atlas.subdistricts), ("community", atlas.communities)):
        pairs = zip(frame[f"{level}_code"], frame["name"], strict=True)
        rows += sorted((code, f"　{name}" if level == "community" else name) for code, name in pairs
                       if in_scope(scope, code))  # fmt: skip
    return rows
