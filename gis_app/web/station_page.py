"""The page of a station: how it is now, when it is open, what it offers, who answers there, the way to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app import clock
from gis_app.assignments.chain import chain
from gis_app.assignments.tables import role_label
from gis_app.people.roles import Role
from gis_app.stations import opening
from gis_app.stations.hand_over import links
from gis_app.stations.status import WATER, amenities_at
from gis_app.storage import station_status as stored
from gis_app.web.access import requires
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.field_phones import dialled, service_line
from gis_app.web.i18n import language
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.places import path_of, station_facts
from gis_app.web.services import services
from gis_app.web.station_access import grid_of, may_change, station_rows
from gis_app.web.station_now import choices, station_now, told
from gis_app.web.station_words import WEEKDAYS, opening_words

rooms = Blueprint("station_page", __name__)
REMEMBERED = 6
MAPS = (
    ("amap", _l("高德地图")),
    ("baidu", _l("百度地图")),
    ("tencent", _l("腾讯地图")),
    ("system", _l("手机自带地图")),
)


@rooms.get("/stations/<code>")
@requires("stations:station:read")
def page(code: str) -> Response:
    """Show a station."""
    params = Params("said")
    return Response(page_of(code, said=params.text("said", 1) == "1"), content_type=CONTENT_TYPE)


def page_of(code: str, problem: dict[str, Any] | None = None, said: bool = False) -> str:
    """Return the page of a station, with what was refused (and what was typed) where something was."""
    found, lang, now = snapshot(), language(), clock.now()
    rows = station_rows(found, code)
    facts, grid_code = station_facts(rows, lang)[0], grid_of(rows)
    serves = rows["status"].iloc[0] == "open"
    status = told(station_now().of(code), lang, now)
    usable = amenities_at(rows["amenities"].iloc[0] or "", status["status"])
    return render_template(
        "stations/page.html",
        station=facts,
        serves=serves,
        now=status,
        clock={"epoch": now.timestamp(), "offset": now.utcoffset() // timedelta(minutes=1)},
        ends=status["until_text"],
        opening=opening_words(facts["hours"], lang, now) if serves else None,
        week=_week(facts["hours"], lang, now),
        dry=WATER not in usable and any(one["code"] == WATER for one in facts["amenities"]),
        path=path_of(found, grid_code) if grid_code else [],
        posts=_posts(found, grid_code, lang),
        maps=hand_overs(facts),
        may_change=serves and may_change(rows),
        choices=choices(lang),
        history=_history(code, lang),
        problem=problem,
        said=said and problem is None,
    )


def _week(hours: str | None, lang: str, now: datetime) -> list[dict[str, Any]]:
    """Return the hours of today and the six days after it, holidays named."""
    if not opening.known(hours):
        return []
    spans = opening.spans(hours, now, 7)
    midnight = now.astimezone(clock.ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    days = []
    for offset in range(7):
        start = midnight + timedelta(days=offset)
        end = start + timedelta(days=1)
        times = [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
        whole = times == [(start, end)]
        said = "、".join(f"{a:%H:%M}–{'24:00' if b == end else f'{b:%H:%M}'}" for a, b in times)
        holiday = opening.holiday(start.date(), lang)
        days.append(
            {
                "date": f"{start:%m-%d}",
                "weekday": _("今天") if offset == 0 else WEEKDAYS[lang][start.weekday()],
                "times": _("全天开放") if whole else said or _("休息"),
                "note": holiday or (_("调休上班") if opening.make_up(start.date()) else ""),
            }
        )
    return days


def _posts(found: Snapshot, grid_code: str, lang: str) -> list[dict[str, str]]:
    """Return who answers for the grid, the nearest post first, with what a call link may dial."""
    if not grid_code:
        return _service_line()
    posts = [
        {
            "role": role_label(link.role, lang),
            "name": link.holder_name or link.organisation_name or _("空缺"),
            "phone": link.phone or "",
            "tel": dialled(link.phone or ""),
        }
        for link in reversed(chain(found.atlas, found.tables, grid_code))
        if not link.vacant
    ]
    return posts[:2] + _service_line() + posts[2:]


def _service_line() -> list[dict[str, str]]:
    """Return the county's own line as a post, as the numbers of the others may be masked."""
    number = services().settings.service_line
    return [{"role": "", "name": service_line(), "phone": number, "tel": dialled(number)}] if number else []


def hand_overs(facts: dict[str, Any]) -> list[dict[str, str]]:
    """Return the map applications that the way may be handed over to, each with its link."""
    address = links(facts["lon"], facts["lat"], facts["name"])
    return [{"kind": kind, "name": str(name), "url": address[kind]} for kind, name in MAPS]


def _history(code: str, lang: str) -> list[dict[str, str]]:
    with services().store.read() as conn:
        rows = stored.read_history(conn, code, REMEMBERED)
    words = dict(choices(lang))
    return [
        {
            "status": words.get(row.status, row.status),
            "note": row.note,
            "at": f"{row.at.astimezone(clock.ZONE):%m-%d %H:%M}",
            "role": Role(row.role).label(lang) if row.role in set(Role) else row.role,
        }
        for row in rows
    ]
