"""Check a new report: everything that is wrong with it at once, and nothing kept of a report with a fault.

The same check serves the page, the API and Open311, so a fault has the same code everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from gis_app.incidents.attributes import read_attributes
from gis_app.incidents.catalogue import Catalogue, IncidentClass
from gis_app.incidents.fields import (
    MAX_DESCRIPTION,
    read_number,
    read_photos,
    read_text,
    read_time,
)
from gis_app.incidents.incident import Actor
from gis_app.incidents.messages import FieldFault, Refused
from gis_app.incidents.placing import Placing, place
from gis_app.layers.atlas import Atlas

FUTURE, PAST = timedelta(minutes=5), timedelta(days=90)
MAX_ACCURACY_M = 10_000.0
_KEY = re.compile(r"[A-Za-z0-9._:\-]{8,128}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{4,19}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_TEXTS = {"description": MAX_DESCRIPTION, "address": 200, "contact_name": 60, "contact_phone": 20,
          "contact_email": 254, "idempotency_key": 128, "grid_code": 15, "class_code": 16}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report without faults, ready to be kept; times aware, lon and lat degrees, accuracy in metres.

    `attributes` are answers by code; `placing` says which grids it may lie in, None without a location.
    """

    class_code: str
    category: str
    reported_at: datetime
    description: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    address: str = ""
    grid_code: str = ""
    plan_id: int | None = None
    attributes: Mapping[str, str | list[str]] = field(default_factory=dict)
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    idempotency_key: str | None = None
    photos: tuple[str, ...] = ()
    reporter_id: int | None = None
    reporter_kind: str = "staff"
    source: str = "app"
    placing: Placing | None = None


def check_report(
    values: Mapping[str, Any],
    catalogue: Catalogue,
    atlas: Atlas,
    actor: Actor,
    now: datetime,
    *,
    source: str = "app",
    public_only: bool = False,
    location_needed: bool = True,
) -> NewReport:
    """Return the report that `values` describe; raises Refused (BadInput "report_rejected") with every fault.

    Values: class_code, lon, lat, accuracy_m, description, address, reported_at (aware ISO 8601; now where
    missing), attributes {code: answer}, contact_name, contact_phone, contact_email, idempotency_key,
    grid_code (the answer of who was asked which grid), photos (hashes). `public_only` treats classes that are
    not public as unknown; without `location_needed` an address will do.
    """
    texts, faults = _texts(values)
    kind, wrong = _kind(texts["class_code"], catalogue, public_only)
    faults += wrong
    at, wrong = _at(values.get("reported_at"), now)
    faults += wrong
    accuracy, wrong = _accuracy(values.get("accuracy_m"))
    faults += wrong
    position, placing, wrong = _place(values, atlas, accuracy, texts, location_needed)
    faults += wrong + _formats(texts)
    answers, wrong = _attributes(values.get("attributes"), kind)
    faults += wrong
    photos, fault = read_photos(values.get("photos"))
    faults += [FieldFault("photos", fault)] if fault else []
    if faults or kind is None:
        raise Refused("report_rejected", faults)
    key = texts.pop("idempotency_key") or None
    report = NewReport(**{**texts, "category": kind.category, "reported_at": at, "idempotency_key": key})
    return replace(
        report,
        lon=position[0],
        lat=position[1],
        accuracy_m=accuracy,
        grid_code=placing.grid_code if placing else "",
        placing=placing,
        attributes=answers,
        photos=photos,
        reporter_id=actor.account_id,
        reporter_kind="public" if actor.account_id is None else "staff",
        source=source,
    )


def _texts(values: Mapping[str, Any]) -> tuple[dict[str, str], list[FieldFault]]:
    texts, faults = {}, []
    for name, longest in _TEXTS.items():
        texts[name], fault = read_text(values.get(name), longest)
        if fault:
            code = "idempotency_key_format" if name == "idempotency_key" else fault
            faults.append(FieldFault(name, "unknown_class" if name == "class_code" else code))
    return texts, [fault for fault in faults if fault.field != "class_code"]


def _kind(
    code: str, catalogue: Catalogue, public_only: bool
) -> tuple[IncidentClass | None, list[FieldFault]]:
    kind = catalogue.find(code)
    if not code:
        fault = "field_required"
    elif kind is None or (public_only and not kind.is_public):
        fault = "unknown_class"
    elif catalogue.is_reportable(kind):
        return kind, []
    else:
        fault = "class_is_group" if kind.active and kind.is_group else "class_withdrawn"
    return None, [FieldFault("class_code", fault)]


def _at(value: Any, now: datetime) -> tuple[datetime, list[FieldFault]]:
    if value in (None, ""):
        return now, []
    at = read_time(value)
    if at is None:
        return now, [FieldFault("reported_at", "time_unreadable")]
    if at > now + FUTURE:
        return now, [FieldFault("reported_at", "time_in_future")]
    if at < now - PAST:
        return now, [FieldFault("reported_at", "time_too_old")]
    return min(at, now), []


def _accuracy(value: Any) -> tuple[float | None, list[FieldFault]]:
    if value in (None, ""):
        return None, []
    metres = read_number(value)
    if metres is None or not 0 <= metres <= MAX_ACCURACY_M:
        return None, [FieldFault("accuracy_m", "accuracy_range")]
    return metres, []


def _place(
    values: Mapping[str, Any], atlas: Atlas, accuracy: float | None, texts: Mapping[str, str], needed: bool
) -> tuple[tuple[float | None, float | None], Placing | None, list[FieldFault]]:
    given = [values.get(name) for name in ("lon", "lat")]
    if all(value in (None, "") for value in given):
        missing = needed or not texts["address"]
        return (None, None), None, [FieldFault("location", "location_required")] if missing else []
    lon, lat = (read_number(value) for value in given)
    if lon is None or lat is None:
        return (None, None), None, [FieldFault("location", "location_unreadable")]
    try:
        return (lon, lat), place(atlas, lon, lat, accuracy, texts["grid_code"]), []
    except Refused as refused:
        return (lon, lat), None, refused.faults


def _formats(texts: Mapping[str, str]) -> list[FieldFault]:
    patterns = (
        ("idempotency_key", _KEY, "idempotency_key_format"),
        ("contact_phone", _PHONE, "phone_format"),
        ("contact_email", _EMAIL, "email_format"),
    )
    return [
        FieldFault(name, code)
        for name, pattern, code in patterns
        if texts[name] and not pattern.fullmatch(texts[name])
    ]


def _attributes(
    given: Any, kind: IncidentClass | None
) -> tuple[dict[str, str | list[str]], list[FieldFault]]:
    if given is not None and not isinstance(given, Mapping):
        return {}, [FieldFault("attributes", "attribute_value")]
    return read_attributes(kind.attribute_list, given or {}) if kind else ({}, [])
