"""Demands, service projects and activities: their kinds and states, and what may be written of them.

A demand is a proposal of residents without anybody's name (需求清单); a service project takes demands up and
is adopted by organisations (公益项目库); an activity is what then happened, with how many took part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gis_app.errors import Conflict
from gis_app.incidents.fields import read_number, read_text, read_whole
from gis_app.incidents.messages import FieldFault, Refused, text
from gis_app.incidents.personal import personal_fault

CATEGORIES: dict[str, dict[str, str]] = {
    "elderly": {"zh": "为老服务", "en": "Elderly"},
    "children": {"zh": "儿童托管", "en": "Children"},
    "health": {"zh": "健康义诊", "en": "Health"},
    "facilities": {"zh": "设施维修", "en": "Facilities"},
    "environment": {"zh": "环境整治", "en": "Surroundings"},
    "culture": {"zh": "文体活动", "en": "Culture and sport"},
    "safety": {"zh": "平安守护", "en": "Safety"},
    "skills": {"zh": "技能就业", "en": "Skills and work"},
}
DEMAND_STATES: dict[str, dict[str, str]] = {
    "proposed": {"zh": "已提出", "en": "Proposed"},
    "listed": {"zh": "列入清单", "en": "Listed"},
    "adopted": {"zh": "已承接", "en": "Taken up"},
    "done": {"zh": "已办结", "en": "Done"},
    "declined": {"zh": "未采纳", "en": "Declined"},
}
# verb -> from which states, to which, its words
DEMAND_WAYS: dict[str, tuple[tuple[str, ...], str, dict[str, str]]] = {
    "list": (("proposed", "declined"), "listed", {"zh": "列入清单", "en": "List"}),
    "adopt": (("listed",), "adopted", {"zh": "由项目承接", "en": "Take up"}),
    "finish": (("adopted", "listed"), "done", {"zh": "办结", "en": "Finish"}),
    "decline": (("proposed", "listed"), "declined", {"zh": "不采纳", "en": "Decline"}),
}
PROJECT_STATES: dict[str, dict[str, str]] = {
    "open": {"zh": "待认领", "en": "To be adopted"},
    "adopted": {"zh": "已认领", "en": "Adopted"},
    "running": {"zh": "实施中", "en": "Running"},
    "done": {"zh": "已完成", "en": "Done"},
    "stopped": {"zh": "已终止", "en": "Stopped"},
}
MAX_TITLE, MAX_TEXT, MAX_COUNT = 80, 2000, 1_000_000
FURTHEST = timedelta(days=3 * 366)
Contains = Callable[[float, float], bool]


@dataclass(frozen=True, slots=True)
class Known:
    """What a form may refer to: areas, organisations, projects, and whether a place lies in the county."""

    areas: Collection[str]
    organisations: Collection[str]
    projects: Collection[str]
    contains: Contains
    today: date


def check_demand(data: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """Return the columns of a demand; raises Refused with every fault."""
    form = _Form(data, known)
    values = {
        "title": form.words("title", MAX_TITLE, True),
        "description": form.words("description", MAX_TEXT),
        "category": form.choice("category", CATEGORIES),
        "area_code": form.choice("area_code", known.areas, "unknown_area"),
        "supporters": form.count("supporters"),
        "proposed_on": form.day("proposed_on", known.today.isoformat(), latest=known.today),
        **form.place(),
    }
    return form.checked(values)


def demand_step(state: str, verb: str, project_code: str, projects: Collection[str]) -> dict[str, Any]:
    """Return the columns that a verb changes; raises Conflict("programme_forbidden") and Refused."""
    states, to, _words = DEMAND_WAYS.get(verb, ((), "", {}))
    if state not in states:
        raise Conflict("programme_forbidden", text("programme_forbidden"))
    if verb != "adopt":
        return {"state": to}
    if project_code not in projects:
        fault = "unknown_project" if project_code else "project_wanted"
        raise Refused("programme_rejected", [FieldFault("project_code", fault)])
    return {"state": to, "project_code": project_code}


def demand_verbs(state: str) -> list[str]:
    """Return the verbs that a demand's state allows."""
    return [verb for verb, (states, _to, _words) in DEMAND_WAYS.items() if state in states]


def check_project(data: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """Return the columns of a service project; raises Refused with every fault."""
    form = _Form(data, known)
    latest = known.today + FURTHEST
    values = {
        "name": form.words("name", MAX_TITLE, True),
        "category": form.choice("category", CATEGORIES),
        "description": form.words("description", MAX_TEXT),
        "area_code": form.choice("area_code", known.areas, "unknown_area"),
        "state": form.choice("state", PROJECT_STATES, usual="open"),
        "starts_on": form.day("starts_on", "", latest),
        "ends_on": form.day("ends_on", "", latest),
        "served": form.count("served"),
        **form.place(),
    }
    if values["starts_on"] and values["ends_on"] and values["ends_on"] < values["starts_on"]:
        form.faults.append(FieldFault("ends_on", "end_before_start"))
    return form.checked(values)


def state_after_adoption(state: str, adopters: int) -> str:
    """Return a project's state when the number of organisations that adopt it has changed."""
    if state == "open" and adopters:
        return "adopted"
    return "open" if state == "adopted" and not adopters else state


def check_activity(data: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """Return the columns of an activity; raises Refused with every fault."""
    form = _Form(data, known)
    values = {
        "name": form.words("name", MAX_TITLE, True),
        "category": form.choice("category", CATEGORIES),
        "project_code": form.choice("project_code", known.projects, "unknown_project", usual=""),
        "organisation_code": form.choice(
            "organisation_code", known.organisations, "unknown_organisation", usual=""
        ),
        "area_code": form.choice("area_code", known.areas, "unknown_area"),
        "held_on": form.day("held_on", None, latest=known.today),
        "participants": form.count("participants"),
        "note": form.words("note", MAX_TEXT),
        **form.place(),
    }
    return form.checked(values)


class _Form:
    """Reads the fields of a form and gathers their faults."""

    def __init__(self, data: Mapping[str, Any], known: Known) -> None:
        self.data, self.known = data, known
        self.faults: list[FieldFault] = []

    def checked(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values; raises Refused where any has a fault."""
        if self.faults:
            raise Refused("programme_rejected", self.faults)
        return values

    def words(self, name: str, longest: int, wanted: bool = False) -> str:
        """Return free text that names nobody."""
        value, fault = read_text(self.data.get(name), longest)
        self._note(name, fault or ("field_required" if wanted and not value else "") or personal_fault(value))
        return value

    def choice(
        self, name: str, allowed: Collection[str], fault: str = "unknown_choice", usual: str | None = None
    ) -> str:
        """Return one of the allowed codes, `usual` where none is given and one is usual."""
        value = str(self.data.get(name) or "").strip()
        if not value and usual is not None:
            return usual
        self._note(name, "" if value in allowed else fault)
        return value

    def count(self, name: str) -> int:
        """Return a whole number from 0, 0 where none is given."""
        value = self.data.get(name)
        number = 0 if value in (None, "") else read_whole(value)
        good = number is not None and 0 <= number <= MAX_COUNT
        self._note(name, "" if good else "count_range")
        return number if good else 0

    def day(self, name: str, usual: str | None, latest: date) -> str:
        """Return a day as YYYY-MM-DD, not later than `latest`; `usual` None makes it a must."""
        value = str(self.data.get(name) or "").strip()
        if not value:
            self._note(name, "field_required" if usual is None else "")
            return usual or ""
        try:
            day = date.fromisoformat(value)
            good = len(value) == 10
        except ValueError:
            good = False
        if not good:
            self._note(name, "day_format")
        elif not self.known.today - FURTHEST <= day <= latest:
            self._note(name, "day_range")
        return value

    def place(self) -> dict[str, float | None]:
        """Return lon and lat, both or none, inside the county."""
        given = [self.data.get(name) not in (None, "") for name in ("lon", "lat")]
        lon, lat = (read_number(self.data.get(name)) for name in ("lon", "lat"))
        if not any(given):
            return {"lon": None, "lat": None}
        if not all(given):
            self._note("lon", "place_pair")
        elif lon is None or lat is None:
            self._note("lon", "location_unreadable")
        elif not (abs(lon) <= 180 and abs(lat) <= 90):
            self._note("lon", "location_out_of_range")
        elif not self.known.contains(lon, lat):
            self._note("lon", "outside_county")
        return {"lon": lon, "lat": lat}

    def _note(self, name: str, fault: str) -> None:
        if fault:
            self.faults.append(FieldFault(name, fault))
