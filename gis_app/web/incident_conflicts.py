"""What may have changed between a report's making on a phone and its coming here: asked, and never guessed.

A phone says with its report what it knew: `made_at` (when), `known_plan_id` and `known_grid_code` (the grid
that it showed), `confirm_new` (1 where the duplicates nearby were seen), `station_code` (the station that it
is about, whose place it takes where it names none). What does not fit any more is a 409 whose error holds,
beside code, message and fields, what there is to choose from; nothing is kept, and the same Idempotency-Key
may be used for the settled report.

code                data beside it                               settled by sending
grid_redrawn        known, now {grid_code, name}, plan_id,       known_grid_code and known_plan_id as they are
                    grids [{grid_code, name, distance}]          now, or grid_code
grid_choice_needed  grids [{grid_code, name, distance}]          grid_code
class_withdrawn     class_code, name,                            another class_code
                    classes [{class_code, name}]
duplicates_nearby   duplicates [{code, description, …}]          confirm_new=1, or following one of them
duplicate_closed    incident_code, state, state_label,           a report of its own
                    closed_at, duplicate_of
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput, ChoiceWanted
from gis_app.incidents.fields import read_number, read_time, read_whole
from gis_app.incidents.incident import Incident
from gis_app.incidents.messages import Refused
from gis_app.incidents.model import OPEN_STATES, label
from gis_app.incidents.reports import NewReport
from gis_app.storage import incidents as stored
from gis_app.web.current import snapshot
from gis_app.web.field_pack import plan_of
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue
from gis_app.web.incident_report import candidates, likely
from gis_app.web.incident_words import place_name
from gis_app.web.services import services

AHEAD, BACK = timedelta(minutes=5), timedelta(days=7)
YES = ("1", "true", "on", "yes")


@dataclass(frozen=True)
class Phone:
    """What a phone knew when its report was made; `asks` tells whether it is a phone's report at all."""

    known_grid_code: str = ""
    known_plan_id: int | None = None
    made_at: datetime | None = None
    confirm_new: bool = False
    station_code: str = ""
    asks: bool = False
    clock: Mapping[str, Any] | None = None


def read_phone(values: Mapping[str, Any]) -> tuple[dict[str, Any], Phone]:
    """Return the fields of the report itself, completed, and what the phone knew; raises BadInput."""
    rest = dict(values)
    grid, plan = rest.pop("known_grid_code", None), rest.pop("known_plan_id", None)
    made, confirmed = rest.pop("made_at", None), rest.pop("confirm_new", None)
    station = rest.pop("station_code", None)
    asks = any(value not in (None, "") for value in (grid, plan, made, confirmed))
    at, told = _moment(made)
    if at is not None and rest.get("reported_at") in (None, ""):
        rest["reported_at"] = at
    if station not in (None, ""):
        _at_station(rest, station)
    return rest, Phone(
        grid if isinstance(grid, str) else "",
        read_whole(plan),
        at,
        str(confirmed).strip().lower() in YES,
        station if isinstance(station, str) else "",
        asks,
        told,
    )


def extra_of(phone: Phone) -> dict[str, Any]:
    """Return what is kept with the incident of what the phone said."""
    return {"station_code": phone.station_code} if phone.station_code else {}


def settled(report: NewReport, phone: Phone) -> NewReport:
    """Return the report in its grid; raises ChoiceWanted for the first thing that has changed meanwhile.

    Near a border the grid that the phone showed to whoever reported is the answer to which one it is.
    """
    placing = report.placing
    if placing and placing.ask and phone.known_grid_code in {one.grid_code for one in placing.candidates}:
        placing = replace(placing, grid_code=phone.known_grid_code, ask=False)
        report = replace(report, grid_code=phone.known_grid_code, placing=placing)
    _check_grid(report, phone)
    if placing and placing.ask:
        grids = candidates(placing)
        names = "；".join(f"{one['grid_code']} {one['name']}" for one in grids)
        message = _("位置在网格边界附近，请选择所属网格")
        raise ChoiceWanted("grid_choice_needed", message, {"grid_code": names}, {"grids": grids})
    if phone.asks and not phone.confirm_new and report.lon is not None and report.lat is not None:
        near = _others(likely(report.class_code, report.lon, report.lat))
        if near:
            message = _("附近已有 %(n)s 件同类事件，请确认是否同一件事", n=len(near))
            raise ChoiceWanted("duplicates_nearby", message, {"confirm_new": "1"}, {"duplicates": near})
    return report


def or_withdrawn(refused: Refused, class_code: Any, phone: Phone) -> Exception:
    """Return what to raise for a refused report: a choice where its class went while it waited on a phone."""
    gone = {fault.code for fault in refused.faults} & {"class_withdrawn", "unknown_class", "class_is_group"}
    if not (phone.asks and gone and len(refused.faults) == 1):
        return refused
    classes = catalogue()
    kind = classes.find(str(class_code))
    usable = classes.reportable()
    alike = [one for one in usable if kind and kind.parent_code and one.parent_code == kind.parent_code]
    data = {
        "class_code": str(class_code)[:16],
        "name": kind.name if kind else "",
        "classes": [{"class_code": one.class_code, "name": one.name} for one in (alike or usable)],
    }
    message = _("事件类别“%(name)s”已停用，请另选类别", name=data["name"] or data["class_code"])
    return ChoiceWanted("class_withdrawn", message, {"class_code": message}, data)


def check_followed(incident: Incident) -> None:
    """Raise ChoiceWanted where an incident that is to be followed has come to its end meanwhile."""
    if incident.state in OPEN_STATES:
        return
    state = label(incident.state, language())
    data = {
        "incident_code": incident.incident_code,
        "state": incident.state,
        "state_label": state,
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "duplicate_of": incident.duplicate_of or None,
    }
    message = _("事件%(code)s%(state)s；若问题仍在，请另行上报", code=incident.incident_code, state=state)
    raise ChoiceWanted("duplicate_closed", message, {"incident_code": state}, data)


def same_report(earlier: Incident, values: Mapping[str, Any]) -> bool:
    """Tell whether a report that is sent again is the one that was made, without checking it anew."""
    lon, lat = read_number(values.get("lon")), read_number(values.get("lat"))
    description = str(values.get("description") or "").replace("\r\n", "\n").strip()
    return (
        earlier.class_code == values.get("class_code")
        and earlier.description == description
        and (lon is None or (earlier.lon == lon and earlier.lat == lat))
        and earlier.reporter_id == g.account.account_id
    )


def _check_grid(report: NewReport, phone: Phone) -> None:
    placing, known = report.placing, phone.known_grid_code
    if placing is None or not known or placing.grid_code == known:
        return
    plan_id = plan_of(snapshot())
    if phone.known_plan_id is not None and phone.known_plan_id == plan_id:
        return  # the same borders, seen with another accuracy
    grids = candidates(placing)
    now = {"grid_code": placing.grid_code, "name": place_name(placing.grid_code)}
    data = {
        "known": {"grid_code": known[:15], "name": place_name(known[:15])},
        "now": now,
        "plan_id": plan_id,
        "grids": grids or ([{**now, "distance": ""}] if placing.grid_code else []),
    }
    message = _("网格已重新划分：这个位置原属%(old)s，现属%(new)s，请确认", old=data["known"]["name"],
                new=now["name"] or _("网格以外"))  # fmt: skip
    raise ChoiceWanted("grid_redrawn", message, {"known_grid_code": now["grid_code"]}, data)


def _others(near: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those incidents that somebody else reported: one's own are known to oneself."""
    if not near:
        return near
    with services().store.read() as conn:
        whole = stored.find_many(conn, [one["code"] for one in near])
    mine = {code for code, one in whole.items() if one.reporter_id == g.account.account_id}
    return [one for one in near if one["code"] not in mine]


def _moment(value: Any) -> tuple[datetime | None, dict[str, Any] | None]:
    """Return the moment of reporting, and where what was said cannot be right, which one was taken."""
    if value in (None, ""):
        return None, None
    at, now = read_time(value), clock.now()
    if at is None:
        reason = _("应为带时区的 ISO 8601 时间")
        raise BadInput("time_unreadable", reason, {"made_at": reason})
    if now - BACK <= at <= now + AHEAD:
        return min(at, now), None
    days = abs((now - at).total_seconds()) / 86400
    said = _("手机时间与服务器相差约 %(n)s 天，已按收到的时间登记", n=f"{days:.1f}")
    return now, {"made_at": at.isoformat(), "taken_at": now.isoformat(), "message": said}


def _at_station(values: dict[str, Any], code: Any) -> None:
    """Give a report about a station the place of the station where it names none."""
    rows = snapshot().atlas.stations
    row = rows[rows["station_code"] == code] if isinstance(code, str) else rows[:0]
    if not len(row):
        shown = str(code)[:40]
        raise BadInput(
            "unknown_station", _("没有编码为 %(code)s 的站点", code=shown), {"station_code": shown}
        )
    if values.get("lon") in (None, "") and values.get("lat") in (None, ""):
        place = row.geometry.iloc[0]
        values |= {"lon": round(place.x, 7), "lat": round(place.y, 7)}
    if not values.get("address"):
        values["address"] = str(row["address"].fillna("").iloc[0])[:200]
