"""Check an edited class of incidents: every fault at once, beside its field.

What a form or a file gives is text; what comes out is a class that every other part can rely on: two levels,
limits that can be read, stages that grow, and no mediation with a public location.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

from gis_app.errors import BadInput
from gis_app.incidents.attributes import parse_attributes
from gis_app.incidents.catalogue import Catalogue, IncidentClass, class_of
from gis_app.incidents.deadlines import parse_stages
from gis_app.incidents.fields import read_text
from gis_app.incidents.messages import FieldFault, Refused
from gis_app.incidents.model import CATEGORIES, PRIVATE_CATEGORIES
from gis_app.incidents.transitions import SIGNED_IN
from gis_app.incidents.worktime import Limit

_CODE = re.compile(r"[A-Z0-9]{2,16}")
_FLAGS = ("0", "1", "true", "false", "True", "False", "on", "")
LONGEST = {"name": 60, "standard_ref": 120, "keywords": 500, "stages": 500, "attributes": 20_000}
_TEXTS = (
    "class_code",
    "parent_code",
    "name",
    "category",
    "standard_ref",
    "handling_role",
    "handling_organisation_code",
    "accept_limit",
    "time_limit",
    "stages",
    "keywords",
    "attributes",
)


def check_class(
    values: Mapping[str, Any],
    catalogue: Catalogue,
    organisations: Collection[str] | None = None,
    existing: IncidentClass | None = None,
) -> IncidentClass:
    """Return the class that `values` describe; raises Refused (BadInput "class_rejected") with every fault.

    `existing` is the class being edited, None for a new one: fields not given stay as they are.
    """
    row: dict[str, Any] = {name: getattr(existing, name) for name in _TEXTS} if existing else {}
    flags = {"location_public": existing.location_public, "active": existing.active} if existing else {}
    faults: list[FieldFault] = []
    for name in _TEXTS:
        if name in values:
            row[name], fault = read_text(values[name], LONGEST.get(name, 32))
            faults += [FieldFault(name, fault)] if fault else []
    for name in ("location_public", "active"):
        flags[name] = values.get(name, flags.get(name, True))
        if str(flags[name]) not in _FLAGS:
            faults.append(FieldFault(name, "bad_flag"))
    kind = class_of({"name": "", "category": "", "class_code": "", **row, **flags})
    faults += _of_code(kind, catalogue, existing) + _of_levels(kind, catalogue)
    faults += _of_handler(kind, catalogue, organisations) + _of_limits(kind)
    faults += [] if kind.name else [FieldFault("name", "field_required")]
    if kind.location_public and kind.category in PRIVATE_CATEGORIES:
        faults.append(FieldFault("location_public", "private_category"))
    faults += _readable("attributes", parse_attributes, kind.attributes, "bad_attributes")
    if faults:
        first = {fault.field: fault for fault in reversed(faults)}
        raise Refused("class_rejected", [fault for fault in faults if first[fault.field] is fault])
    return kind


def check_handlers(
    areas: Mapping[str, str], known_areas: Collection[str], organisations: Collection[str]
) -> dict[str, str]:
    """Return area code → organisation code of one class, empty ones left out; raises Refused."""
    faults = [FieldFault(f"handlers[{area}]", "unknown_area") for area in areas if area not in known_areas]
    faults += [
        FieldFault(f"handlers[{area}]", "unknown_organisation")
        for area, code in areas.items()
        if code and code not in organisations
    ]
    if faults:
        raise Refused("class_rejected", faults)
    return {area: code for area, code in areas.items() if code}


def _of_code(kind: IncidentClass, catalogue: Catalogue, existing: IncidentClass | None) -> list[FieldFault]:
    if not kind.class_code:
        return [FieldFault("class_code", "field_required")]
    if existing is not None:
        same = kind.class_code == existing.class_code
        return [] if same else [FieldFault("class_code", "class_code_fixed")]
    if not _CODE.fullmatch(kind.class_code):
        return [FieldFault("class_code", "class_code_format")]
    return [FieldFault("class_code", "class_code_taken")] if catalogue.find(kind.class_code) else []


def _of_levels(kind: IncidentClass, catalogue: Catalogue) -> list[FieldFault]:
    faults = []
    if kind.category not in CATEGORIES:
        faults.append(FieldFault("category", "unknown_category" if kind.category else "field_required"))
    children = catalogue.children(kind.class_code, active_only=False)
    if kind.parent_code:
        parent = catalogue.find(kind.parent_code)
        if parent is None:
            faults.append(FieldFault("parent_code", "unknown_parent"))
        elif parent.parent_code or parent.class_code == kind.class_code:
            faults.append(FieldFault("parent_code", "two_levels_only"))
        elif parent.category != kind.category:
            faults.append(FieldFault("category", "category_of_parent"))
        if children:
            faults.append(FieldFault("parent_code", "parent_has_children"))
    else:
        if any(child.category != kind.category for child in children):
            faults.append(FieldFault("category", "category_of_parent"))
        if not kind.active and any(child.active for child in children):
            faults.append(FieldFault("active", "children_active"))
    return faults


def _of_handler(
    kind: IncidentClass, catalogue: Catalogue, organisations: Collection[str] | None
) -> list[FieldFault]:
    faults = []
    if kind.handling_role and kind.handling_role not in SIGNED_IN:
        faults.append(FieldFault("handling_role", "unknown_role"))
    code = kind.handling_organisation_code
    if code and organisations is not None and code not in organisations:
        faults.append(FieldFault("handling_organisation_code", "unknown_organisation"))
    named = kind.handling_role or code or catalogue.handlers.get(kind.class_code)
    return faults if kind.is_group or named else [*faults, FieldFault("handling_role", "handler_wanted")]


def _of_limits(kind: IncidentClass) -> list[FieldFault]:
    faults = []
    for name in ("accept_limit", "time_limit"):
        faults += _readable(name, Limit.of, getattr(kind, name), "bad_limit")
    if not kind.is_group and not kind.time_limit:
        faults.append(FieldFault("time_limit", "field_required"))
    faults += _readable("stages", parse_stages, kind.stages, "bad_stages")
    if faults or not kind.stages:
        return faults
    stages = parse_stages(kind.stages)
    rough = [_rough(stage.limit) for stage in stages]
    if any(later <= earlier for earlier, later in pairwise(rough)):
        return [FieldFault("stages", "stages_order")]
    return [] if str(stages[-1].limit) == kind.time_limit else [FieldFault("stages", "stages_end")]


def _rough(limit: Limit) -> int:
    """Return a limit in minutes of a day of seven working hours, to compare limits by."""
    return limit.number * {"m": 1, "h": 60, "d": 420}[limit.unit]


def _readable(name: str, reader, value: str, code: str) -> list[FieldFault]:
    try:
        reader(value) if value else None
    except BadInput:
        return [FieldFault(name, code)]
    return []
