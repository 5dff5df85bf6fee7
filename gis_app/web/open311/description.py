"""The interface described for programs, as OpenAPI 3.1: what may be asked, and the shape of answers."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from gis_app.web.bytes import respond
from gis_app.web.open311.posting import MAX_DESCRIPTION, MAX_LINK
from gis_app.web.open311.reading import LAST_PAGE, MOST
from gis_app.web.open311.records import STATUSES
from gis_app.web.open311.room import Room

JSON, XML = "application/json", "text/xml"
TEXT: dict[str, Any] = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
MAYBE = {"type": ["string", "null"]}
DEGREES = {"type": ["number", "null"]}
REQUEST = {
    **dict.fromkeys(
        ("service_request_id", "status_notes", "service_name", "service_code", "description",
         "agency_responsible", "service_notice", "address", "address_id", "zipcode", "media_url"), TEXT,
    ),
    "status": {"enum": list(STATUSES)},
    **dict.fromkeys(("requested_datetime", "updated_datetime", "expected_datetime"), MAYBE),
    "lat": DEGREES,
    "long": DEGREES,
}  # fmt: skip
SERVICE = {
    **dict.fromkeys(("service_code", "service_name", "description", "keywords", "group"), TEXT),
    "metadata": {"type": "boolean"},
    "type": {"enum": ["realtime", "batch", "blackbox"]},
}
MADE = dict.fromkeys(("service_request_id", "service_notice", "account_id"), TEXT)
ERROR = {"code": {"type": "integer"}, "description": TEXT}
FORM = {
    **dict.fromkeys(
        ("api_key", "service_code", "jurisdiction_id", "address_string", "address_id", "first_name",
         "last_name", "phone", "email", "device_id", "account_id"), TEXT,
    ),
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "long": {"type": "number", "minimum": -180, "maximum": 180},
    "description": {**TEXT, "maxLength": MAX_DESCRIPTION},
    "media_url": {**TEXT, "maxLength": MAX_LINK},
}  # fmt: skip
FILTERS = (
    ("service_request_id", TEXT), ("service_code", TEXT), ("start_date", MOMENT), ("end_date", MOMENT),
    ("status", {"enum": [*STATUSES, "open,closed"]}), ("extensions", {"enum": ["true", "false"]}),
    ("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}),
    ("page_size", {"type": "integer", "minimum": 1, "maximum": MOST}),
    ("updated_after", MOMENT), ("updated_before", MOMENT),
)  # fmt: skip


def add_to(room: Room) -> None:
    """Answer the description in a room."""
    room.add("/openapi.json", openapi)


def openapi() -> Response:
    """Say what the interface answers."""
    return respond(("1",), lambda: orjson.dumps(document()), JSON)


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    requests = _get("requests", _list(REQUEST), [_query(name, kind) for name, kind in FILTERS])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Open311 GeoReport", "version": "2"},
        "servers": [{"url": "/open311/v2"}, {"url": "/open311/test/v2"}],
        "paths": {
            "/discovery.{format}": _get("discovery", {"type": "object"}),
            "/services.{format}": _get("services", _list(SERVICE)),
            "/services/{service_code}.{format}": _get("definition", _definition(), [_path("service_code")]),
            "/requests.{format}": requests | {"post": _post()},
            "/requests/{service_request_id}.{format}": _get(
                "request", _list(REQUEST), [_path("service_request_id")]
            ),
            "/tokens/{token}.{format}": _get("token", _list({"service_request_id": TEXT}), [_path("token")]),
        },
    }


def _get(name: str, answer: dict[str, Any], parameters: list[dict] | None = None) -> dict[str, Any]:
    shared = [] if name == "discovery" else [_query("jurisdiction_id", TEXT)]
    return {
        "get": {
            "operationId": name,
            "parameters": [_path("format", {"enum": ["json", "xml"]}), *(parameters or []), *shared],
            "responses": _responses(answer),
        }
    }


def _post() -> dict[str, Any]:
    body = {"type": "object", "required": ["api_key", "service_code"], "properties": FORM}
    return {
        "operationId": "report",
        "parameters": [_path("format", {"enum": ["json", "xml"]})],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": body}}},
        "responses": _responses(_list(MADE)) | {"403": _said(_list(ERROR)), "429": _said(_list(ERROR))},
    }


def _responses(answer: dict[str, Any]) -> dict[str, Any]:
    return {"200": _said(answer)} | {status: _said(_list(ERROR)) for status in ("400", "404")}


def _said(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "", "content": {JSON: {"schema": schema}, XML: {}}}


def _list(properties: dict[str, Any]) -> dict[str, Any]:
    one = {"type": "object", "required": list(properties), "properties": properties}
    return {"type": "array", "items": one}


def _definition() -> dict[str, Any]:
    fields = {"service_code": TEXT, "attributes": {"type": "array", "items": {"type": "object"}}}
    return {"type": "object", "required": list(fields), "properties": fields}


def _path(name: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema or {**TEXT, "minLength": 1}}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}
