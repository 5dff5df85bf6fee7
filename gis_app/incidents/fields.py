"""Read what somebody filled in for a step or a report: text, numbers, times and lists, with their faults.

Every reader returns a value and the code of a fault, "" where it is good; whoever calls collects the faults,
so that a form shows all of them at once.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from gis_app import clock
from gis_app.incidents.incident import Incident, split_codes
from gis_app.incidents.messages import FieldFault
from gis_app.incidents.transitions import Transition

MAX_NOTE, MAX_REASON, MAX_DESCRIPTION, MAX_PHOTOS = 2000, 500, 4000, 9
MAX_HOURS = 700
_HASH = re.compile(r"[0-9a-f]{64}")
_ALLOWED_CONTROLS = "\n\t"


def read_text(value: Any, longest: int) -> tuple[str, str]:
    """Return text as NFC without blanks around it, line ends as "\\n", and its fault."""
    if value is None:
        return "", ""
    if not isinstance(value, str):
        return "", "text_wanted"
    clean = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn") and c not in _ALLOWED_CONTROLS for c in clean):
        return "", "control_characters"
    return (clean, "") if len(clean) <= longest else ("", "text_too_long")


def read_number(value: Any) -> float | None:
    """Return a finite number, None for anything else; a yes or no is not a number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_whole(value: Any) -> int | None:
    """Return a whole number, None for anything else."""
    number = read_number(value)
    return int(number) if number is not None and number == int(number) else None


def read_time(value: Any, local: bool = False) -> datetime | None:
    """Return an aware time at +08:00, None for what cannot be read.

    What has no offset is read as +08:00 where `local` says so, as a form's field is; else it is refused.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime) and value.tzinfo is None and local:
        value = value.replace(tzinfo=clock.ZONE)
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    try:
        return value.astimezone(clock.ZONE)
    except (OverflowError, ValueError):
        return None


def read_codes(value: Any) -> tuple[str, ...] | None:
    """Return the codes of a list or of a text joined by ";", None for anything else."""
    if value is None:
        return ()
    if isinstance(value, str):
        return split_codes(value)
    if isinstance(value, Collection) and all(isinstance(code, str) for code in value):
        return split_codes(";".join(value))
    return None


def read_photos(value: Any) -> tuple[tuple[str, ...], str]:
    """Return the hashes of photos and their fault."""
    hashes = read_codes(value)
    if hashes is None or not all(_HASH.fullmatch(photo) for photo in hashes):
        return (), "photo_hash"
    return (hashes, "") if len(hashes) <= MAX_PHOTOS else ((), "too_many_photos")


def read(
    way: Transition,
    data: Mapping[str, Any],
    incident: Incident,
    now: datetime,
    organisations: Collection[str] | None,
    original: Incident | None,
) -> tuple[dict[str, Any], list[FieldFault]]:
    """Return the fields of an edge as values, and every fault; what the edge does not take is left out."""
    given: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for name in (*way.needs, *way.takes):
        value, fault, field = _READERS[name](data, incident, now, organisations, original)
        if not fault and name in way.needs and not value:
            fault = "extension_wanted" if name == "until_or_hours" else "field_required"
        if fault:
            faults.append(FieldFault(field or name, fault))
        elif value or name in data:
            given[name] = value
    return given, faults


def _note(data, *_) -> tuple[Any, str, str]:
    return *read_text(data.get("note"), MAX_NOTE), ""


def _description(data, *_) -> tuple[Any, str, str]:
    return *read_text(data.get("description"), MAX_DESCRIPTION), ""


def _photos(data, *_) -> tuple[Any, str, str]:
    return *read_photos(data.get("photos")), ""


def _satisfaction(data, *_) -> tuple[Any, str, str]:
    value = data.get("satisfaction")
    if value in (None, ""):
        return 0, "", ""
    number = read_whole(value)
    return (number, "", "") if number is not None and 1 <= number <= 5 else (0, "satisfaction_range", "")


def _organisation(data, incident, _now, organisations, _original) -> tuple[Any, str, str]:
    code, fault = read_text(data.get("organisation_code"), 32)
    if code and organisations is not None and code not in organisations:
        fault = "unknown_organisation"
    elif code and code == incident.organisation_code and incident.state in ("dispatched", "handling"):
        fault = "same_organisation"
    return code, fault, ""


def _joint(data, _incident, _now, organisations, _original) -> tuple[Any, str, str]:
    joint = read_codes(data.get("joint_organisations"))
    if joint is None:
        return "", "text_wanted", ""
    if organisations is not None and not set(joint) <= set(organisations):
        return "", "unknown_organisation", ""
    if data.get("organisation_code") in joint:
        return "", "lead_is_joint", ""
    return ";".join(joint), "", ""


def _duplicate_of(data, incident, _now, _organisations, original) -> tuple[Any, str, str]:
    code, fault = read_text(data.get("duplicate_of"), 64)
    if not code or fault:
        return code, fault, ""
    if code == incident.incident_code:
        return "", "duplicate_of_itself", ""
    if original is None or original.incident_code != code:
        return "", "unknown_original", ""
    return (code, "", "") if not original.duplicate_of else ("", "duplicate_of_duplicate", "")


def _until_or_hours(data, *_) -> tuple[Any, str, str]:
    hours, until = (data.get(name) for name in ("hours", "until"))
    if (hours in (None, "")) == (until in (None, "")):
        return None, "extension_wanted", "hours"
    if until not in (None, ""):
        moment = read_time(until, local=True)
        return moment, "" if moment else "time_unreadable", "until"
    number = read_number(hours)
    fine = number is not None and 0 < number <= MAX_HOURS
    return (number, "", "hours") if fine else (None, "extension_hours", "hours")


_READERS = {
    "note": _note,
    "description": _description,
    "photos": _photos,
    "satisfaction": _satisfaction,
    "organisation_code": _organisation,
    "joint_organisations": _joint,
    "duplicate_of": _duplicate_of,
    "until_or_hours": _until_or_hours,
}
