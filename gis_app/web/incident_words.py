"""What people read of an incident: names for its codes, times as they are said, how it stands with its clock.

Plain mappings, shared by the pages, the board and the API; contacts are never in them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gis_app import clock
from gis_app.incidents.catalogue import Catalogue
from gis_app.incidents.deadlines import DEADLINES, deadline, seconds_left
from gis_app.incidents.incident import Incident
from gis_app.incidents.model import label
from gis_app.incidents.worktime import standard
from gis_app.layers.atlas import CODE_OF_LEVEL
from gis_app.storage.incidents import Line
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue

# how it stands with the clock -> icon, so that colour is never the only sign
DUE_ICONS = {"overdue": "alert-triangle", "due_soon": "clock", "in_time": "circle-check"}
HOUR = 3600


def organisation_names(found: Snapshot) -> dict[str, str]:
    """Return the names of the organisations by code."""
    frame = found.tables.organisations
    return found.memo(
        "organisation_names", lambda: dict(zip(frame["organisation_code"], frame["name"], strict=True))
    )


def place_names(found: Snapshot) -> dict[str, str]:
    """Return the names of communities and grids by code, a grid's beginning with its community's number."""

    def names() -> dict[str, str]:
        known: dict[str, str] = {}
        for level in ("community", "grid"):
            frame = found.atlas.level(level)
            known |= dict(zip(frame[CODE_OF_LEVEL[level]], frame["name"], strict=True))
        return known

    return found.memo("place_names", names)


def class_name(class_code: str, classes: Catalogue | None = None) -> str:
    """Return the name of a class, its code where it is unknown."""
    kind = (classes or catalogue()).find(class_code)
    return kind.name if kind else class_code


def moment(at: datetime | None) -> dict[str, str]:
    """Return a time as it is said now, exactly, and for a machine; all "" where there is none."""
    if at is None:
        return {"said": "", "exact": "", "iso": ""}
    local = at.astimezone(clock.ZONE)
    exact = f"{local:%Y-%m-%d} {_weekdays()[local.weekday()]} {local:%H:%M}"
    return {"said": ago(local), "exact": exact, "iso": local.isoformat(timespec="seconds")}


def ago(at: datetime) -> str:
    """Return how long ago something was, the date where that is long."""
    seconds = (clock.now() - at).total_seconds()
    if seconds < 0:
        return f"{at:%m-%d %H:%M}"
    if seconds < 60:
        return _("刚刚")
    if seconds < HOUR:
        return _("%(n)s 分钟前", n=int(seconds // 60))
    if seconds < 24 * HOUR:
        return _("%(n)s 小时前", n=int(seconds // HOUR))
    if seconds < 30 * 24 * HOUR:
        return _("%(n)s 天前", n=int(seconds // (24 * HOUR)))
    return f"{at:%Y-%m-%d}"


def due(incident: Incident | Line) -> dict[str, Any]:
    """Return how it stands with the clock: state, its word, its icon, and what is left in working time."""
    now, calendar = clock.now(), standard()
    state = deadline(incident, now, calendar)
    at = moment(incident.due_at)
    if not state:
        return {"state": "", "label": "", "icon": "", "left": "", "at": at}
    left = _left(seconds_left(incident, now, calendar) or 0, calendar.seconds_a_day)
    return {
        "state": state,
        "label": DEADLINES[state][language()],
        "icon": DUE_ICONS[state],
        "left": left,
        "at": at,
    }


def _left(seconds: float, a_day: int) -> str:
    days, hours = abs(seconds) / a_day, abs(seconds) / HOUR
    if days >= 2:
        amount = _("%(n)s 个工作日", n=f"{days:.0f}")
    elif hours >= 1:
        amount = _("%(n)s 工作时", n=f"{hours:.1f}".removesuffix(".0"))
    else:
        amount = _("%(n)s 分钟", n=int(abs(seconds) // 60))
    return _("超 %(amount)s", amount=amount) if seconds < 0 else _("剩 %(amount)s", amount=amount)


def organisations_of(lead: str, joint: str) -> list[dict[str, str]]:
    """Return code and name of the organisations that handle an incident, the lead first."""
    names = organisation_names(snapshot())
    codes = [code for code in (lead, *joint.split(";")) if code]
    return [{"code": code, "name": names.get(code, code)} for code in dict.fromkeys(codes)]


def line(incident: Incident | Line) -> dict[str, Any]:
    """Return what a list shows of an incident."""
    lang, places = language(), place_names(snapshot())
    distance = getattr(incident, "distance_m", None)
    return {
        "code": incident.incident_code,
        "url": f"/incidents/{incident.incident_code}",
        "class_code": incident.class_code,
        "class_name": class_name(incident.class_code),
        "category": incident.category,
        "category_label": label(incident.category, lang),
        "state": incident.state,
        "state_label": label(incident.state, lang),
        "description": incident.description,
        "address": incident.address,
        "lon": incident.lon,
        "lat": incident.lat,
        "grid_code": incident.grid_code,
        "grid_name": place_name(incident.grid_code, places),
        "organisations": organisations_of(incident.organisation_code, incident.joint_organisations),
        "reported": moment(incident.reported_at),
        "due": due(incident),
        "follower_count": incident.follower_count,
        "distance": None if distance is None else far(distance),
        "version": incident.version,
    }


def place_name(grid_code: str, places: dict[str, str] | None = None) -> str:
    """Return the name of a grid with its community's before it, unless it says so itself."""
    places = places if places is not None else place_names(snapshot())
    own, community = places.get(grid_code, grid_code), places.get(grid_code[:12], "")
    return own if not community or own.startswith(community) else f"{community} {own}"


def far(metres: float) -> str:
    """Return a distance as people say it."""
    return _("%(n)s 米", n=f"{metres:.0f}") if metres < 950 else _("%(n)s 公里", n=f"{metres / 1000:.1f}")


def masked_phone(phone: str) -> str:
    """Return a phone number with all but its ends hidden."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "****" if phone else ""


def masked_name(name: str) -> str:
    """Return a name with all but its first letter hidden."""
    return f"{name[0]}**" if name else ""


def masked_email(email: str) -> str:
    """Return an address with all but its first letter and its host hidden."""
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}" if email else ""


def _weekdays() -> tuple[str, ...]:
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
