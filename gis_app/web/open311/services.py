"""The services: the classes of incidents that the public may report, and what a report of each is asked."""

from __future__ import annotations

from typing import Any

from flask import Response

from gis_app.incidents.attributes import Attribute
from gis_app.incidents.catalogue import IncidentClass
from gis_app.incidents.worktime import Limit
from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue, private_classes
from gis_app.web.open311.asking import Asked, check_format, check_jurisdiction
from gis_app.web.open311.faults import fault
from gis_app.web.open311.formats import CONTENT_TYPES, write
from gis_app.web.open311.room import Room


def add_to(room: Room) -> None:
    """Answer the list of services and their definitions in a room."""
    room.add("/services.<format_>", services)
    room.add("/services/<service_code>.<format_>", definition)


def services(format_: str) -> Response:
    """Say which services there are."""
    check_format(format_)
    _only_jurisdiction()

    def make() -> bytes:
        known = catalogue()
        private = private_classes()
        kinds = [kind for kind in known.reportable(public_only=True) if kind.class_code not in private]
        rows = [_service(kind, known.group_name(kind)) for kind in kinds]
        return write(format_, "services", rows)

    return respond((snapshot().tag, format_, language()), make, CONTENT_TYPES[format_])


def definition(service_code: str, format_: str) -> Response:
    """Say what a report of a service is asked; nothing for a service without attributes."""
    check_format(format_)
    _only_jurisdiction()
    kind = public_service(service_code)

    def make() -> bytes:
        attributes = [_attribute(attribute) for attribute in kind.attribute_list]
        told = {"service_code": kind.class_code, "attributes": attributes}
        return write(format_, "service_definition", told)

    return respond((snapshot().tag, kind.class_code, format_), make, CONTENT_TYPES[format_])


def public_service(service_code: str) -> IncidentClass:
    """Return the class that the public may report under a code; raises NotFound."""
    known = catalogue()
    kind = known.find(service_code)
    if kind is None or kind.class_code in private_classes() or not known.is_reportable(kind):
        raise fault("unknown_service", "service_code")
    return kind


def notice(kind: IncidentClass | None, lang: str) -> str:
    """Return within which time a class is to be dealt with, in words."""
    if kind is None or not kind.time_limit:
        return ""
    limit = Limit.of(kind.time_limit).label(lang)
    return f"办理时限：{limit}" if lang == "zh" else f"To be dealt with in {limit}"


def _only_jurisdiction() -> None:
    asked = Asked()
    jurisdiction = asked.text("jurisdiction_id")
    asked.check()
    check_jurisdiction(jurisdiction)


def _service(kind: IncidentClass, group: str) -> dict[str, Any]:
    return {
        "service_code": kind.class_code,
        "service_name": kind.name,
        "description": " · ".join(part for part in (group, kind.name, kind.standard_ref) if part),
        "metadata": bool(kind.attribute_list),
        "type": "realtime",
        "keywords": ",".join(kind.keyword_list),
        "group": group,
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return {
        "variable": attribute.variable,
        "code": attribute.code,
        "datatype": attribute.datatype,
        "required": attribute.required,
        "datatype_description": attribute.datatype_description,
        "order": attribute.order,
        "description": attribute.description,
        "values": [{"key": key, "name": name} for key, name in attribute.values],
    }
