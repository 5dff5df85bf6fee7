"""Writes answers as the JSON and the XML of GeoReport v2.

XML has a declaration, no namespace and one element for each value; JSON leaves out the wrapper of a list.
Characters that XML cannot hold are left out of both, so that the two say the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import orjson

from gis_app import clock

CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
# a list -> its elements
ELEMENTS = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(format_: str, name: str, value: Any) -> bytes:
    """Return a value as the document `name`, in "json" or "xml"."""
    clean = _clean(value)
    if format_ == "json":
        return orjson.dumps(clean)
    root = ElementTree.Element(name)
    _fill(root, name, clean)
    return DECLARATION + ElementTree.tostring(root, "utf-8", xml_declaration=False)


def moment(value: datetime | None) -> str | None:
    """Return a time as W3C writes it, with its offset; None where there is none."""
    return value.astimezone(clock.ZONE).isoformat(timespec="seconds") if value else None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)
    if isinstance(value, Mapping):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_clean(one) for one in value]
    return value


def _fill(parent: ElementTree.Element, name: str, value: Any) -> None:
    if isinstance(value, dict):
        for key, one in value.items():
            _fill(ElementTree.SubElement(parent, key), key, one)
    elif isinstance(value, list):
        for one in value:
            _fill(ElementTree.SubElement(parent, ELEMENTS[name]), ELEMENTS[name], one)
    elif isinstance(value, bool):
        parent.text = "true" if value else "false"
    elif value is not None:
        parent.text = str(value)
