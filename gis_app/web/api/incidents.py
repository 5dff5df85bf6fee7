"""The part of the description that tells of incidents, from the same tables that answer requests."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from gis_app.incidents.attributes import DATATYPES
from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.incidents.transitions import TABLE, VERBS
from gis_app.photos.limits import MAX_PHOTOS
from gis_app.web.api import incident_answers
from gis_app.web.field_here import SYSTEMS
from gis_app.web.incident_api import MOST_AT_ONCE
from gis_app.web.incident_inbox import ORDERS, PAGE_ROWS, TABS
from gis_app.web.incident_steps import MAX_AT_ONCE

JSON, MULTIPART = "application/json", "multipart/form-data"
TEXT: dict[str, Any] = {"type": "string"}
MAYBE: dict[str, Any] = {"type": ["string", "null"]}
MOMENT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
PHOTOS = {"type": "array", "maxItems": MAX_PHOTOS, "items": {"type": "string", "format": "binary"}}
VOICE = {"type": "string", "format": "binary"}
CODE = {"name": "code", "in": "path", "required": True, "schema": {**TEXT, "maxLength": 32}}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {**TEXT, "pattern": '^"v[0-9]+(-[0-9a-f]+)?"$'},
}
KEY_PATTERN = r"^[A-Za-z0-9._:\-]{8,128}$"
IDEMPOTENCY_KEY = {"name": "Idempotency-Key", "in": "header", "schema": {**TEXT, "pattern": KEY_PATTERN}}
LON = {"type": "number", "minimum": -180, "maximum": 180}
LAT = {"type": "number", "minimum": -90, "maximum": 90}


def paths() -> dict[str, Any]:
    """Return the paths of incidents, each with its operations."""
    step_of = {"parameters": [CODE, _verb(), IF_MATCH], "requestBody": _body("Step", required=False)}
    place = [_query("lon", LON, True), _query("lat", LAT, True)]
    return {
        "/api/v1/incidents": {
            "get": _operation("listIncidents", {"parameters": _filters()}, _ref("IncidentPage")),
            "post": _operation(
                "reportIncident",
                {"parameters": [IDEMPOTENCY_KEY], "requestBody": _body("Report")},
                _ref("Incident"),
                created=True,
            ),
        },
        "/api/v1/incidents/{code}": {
            "get": _operation("getIncident", {"parameters": [CODE]}, _ref("Incident"))
        },
        "/api/v1/incidents/{code}/{verb}": {"post": _operation("stepIncident", step_of, _ref("Incident"))},
        "/api/v1/incidents/{code}/followers": {
            "post": _operation("followIncident", {"parameters": [CODE]}, _ref("Followed"))
        },
        "/api/v1/incidents/duplicates": {
            "get": _operation(
                "likelyDuplicates", {"parameters": [_query("class_code", TEXT), *place]}, _ref("Duplicates")
            ),
            "post": _operation("likelyDuplicatesOfPerson", _position(class_code=TEXT), _ref("Duplicates")),
        },
        "/api/v1/incidents/placing": {
            "get": _operation(
                "placeIncident",
                {
                    "parameters": [
                        *place,
                        _query("accuracy_m", {"type": "integer", "minimum": 0, "maximum": 10000}),
                    ]
                },
                _ref("Placing"),
            ),
            "post": _operation("placePerson", _position(), _ref("Placing")),
        },
        "/api/v1/incidents/bulk-dispatch": {
            "post": _operation("dispatchIncidents", {"requestBody": _bulk()}, _ref("Dispatched"))
        },
        "/api/v1/incident-classes": {"get": _operation("listClasses", {}, _ref("Classes"))},
    }


def components() -> dict[str, Any]:
    """Return the schemas that the paths refer to."""
    own = {"Incident": _incident(), "Report": _report(), "Step": _step(), "IncidentPage": _page()}
    return own | incident_answers.SCHEMAS


def _summaries() -> dict[str, str]:
    return {
        "listIncidents": _("事件列表；只有本账户可以查看的，矛盾纠纷只对处置链内的账户"),
        "reportIncident": _("上报事件"),
        "getIncident": _("一个事件及其办理经过"),
        "stepIncident": _("把事件办到下一步"),
        "followIncident": _("关注他人上报的事件"),
        "likelyDuplicates": _("附近可能重复的事件"),
        "likelyDuplicatesOfPerson": _("附近可能重复的事件"),
        "placeIncident": _("一个位置属于哪个网格"),
        "placePerson": _("一个位置属于哪个网格"),
        "dispatchIncidents": _("一次派遣多件事件"),
        "listClasses": _("事件类别目录"),
    }


def _operation(name: str, asked: dict[str, Any], answer: Any, created: bool = False) -> dict[str, Any]:
    said = {"content": {JSON: {"schema": answer}}, "description": "OK"}
    responses = {"200": said, **({"201": said} if created else {})}
    told = {"summary": _summaries()[name], **asked}
    return {"operationId": name, "tags": ["incidents"], **told, "responses": responses}


def _filters() -> list[dict[str, Any]]:
    day = {**TEXT, "format": "date"}
    return [
        _query("tab", {**TEXT, "enum": list(TABS)}),
        _query("state", {**TEXT, "enum": list(STATES)}),
        _query("category", {**TEXT, "enum": list(CATEGORIES)}),
        *(_query(name, TEXT) for name in ("class", "organisation", "area")),
        _query("from", day),
        _query("to", day),
        _query("q", {**TEXT, "maxLength": 60}),
        _query("order", {**TEXT, "enum": list(ORDERS)}),
        _query("near", {**TEXT, "pattern": "^-?[0-9.]+,-?[0-9.]+$"}),
        _query("after", TEXT),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE, "default": PAGE_ROWS}),
    ]


def _query(name: str, schema: dict[str, Any], required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _verb() -> dict[str, Any]:
    verbs = [verb for verb in VERBS if verb != "report"]
    return {"name": "verb", "in": "path", "required": True, "schema": {**TEXT, "enum": verbs}}


def _body(schema: str, required: bool = True) -> dict[str, Any]:
    files = {"type": "object", "properties": {"photos": PHOTOS, "voice": VOICE}}
    with_photos = {"allOf": [_ref(schema), files]}
    return {
        "required": required,
        "content": {JSON: {"schema": _ref(schema)}, MULTIPART: {"schema": with_photos}},
    }


def _position(**more: dict[str, Any]) -> dict[str, Any]:
    """Return the body that holds a person's position: it must stand in no address."""
    properties = {
        "lon": LON,
        "lat": LAT,
        "accuracy_m": {"type": ["number", "null"], "minimum": 0},
        "crs": {**TEXT, "enum": list(SYSTEMS)},
        **more,
    }
    schema = {"type": "object", "required": ["lon", "lat", *more], "properties": properties}
    return {
        "description": _("个人的位置只放在请求正文里，不放在地址里，以免被记入日志"),
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
    }


def _bulk() -> dict[str, Any]:
    row = {
        "type": "object",
        "required": ["incident_code", "version"],
        "properties": {"incident_code": TEXT, "version": {"type": "integer", "minimum": 1}},
    }
    rows = {"type": "array", "minItems": 1, "maxItems": MAX_AT_ONCE, "items": row}
    properties = {"incidents": rows, "organisation_code": TEXT, "note": TEXT}
    schema = {"type": "object", "required": ["incidents", "organisation_code"], "properties": properties}
    return {"required": True, "content": {JSON: {"schema": schema}}}


def _report() -> dict[str, Any]:
    """Return what a report may say; answers to a class's questions are by the code of the question."""
    longest = {
        "description": 4000,
        "address": 200,
        "contact_name": 60,
        "contact_phone": 20,
        "contact_email": 254,
    }
    properties: dict[str, Any] = {name: {**TEXT, "maxLength": limit} for name, limit in longest.items()}
    properties |= {
        "class_code": {**TEXT, "maxLength": 16},
        "lon": LON,
        "lat": LAT,
        "accuracy_m": {"type": ["number", "null"], "minimum": 0, "maximum": 10000},
        "grid_code": {**TEXT, "maxLength": 15},
        "reported_at": {**TEXT, "format": "date-time"},
        "made_at": {**TEXT, "format": "date-time"},
        "known_grid_code": {**TEXT, "maxLength": 15},
        "known_plan_id": {"type": ["integer", "null"], "minimum": 1},
        "confirm_new": {"type": ["boolean", "null"]},
        "station_code": {**TEXT, "maxLength": 32},
        "attributes": {"type": "object", "description": " ".join(DATATYPES)},
    }
    return {"type": "object", "required": ["class_code", "lon", "lat"], "properties": properties}


def _step() -> dict[str, Any]:
    """Return the fields of all steps; which of them a step needs stands with the incident's `verbs`."""
    needs = sorted(
        {name for edge in TABLE for name in (*edge.needs, *edge.takes)} - {"until_or_hours", "photos"}
    )
    properties: dict[str, Any] = dict.fromkeys(needs, TEXT)
    properties |= {
        "joint_organisations": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
        "satisfaction": {"type": "integer", "minimum": 1, "maximum": 5},
        "hours": {"type": "number", "exclusiveMinimum": 0, "maximum": 700},
        "until": {**TEXT, "format": "date-time"},
        "override_reason": TEXT,
    }
    return {"type": "object", "properties": properties}


def _incident() -> dict[str, Any]:
    times = ("accepted_at", "dispatched_at", "due_at", "resolved_at", "closed_at")
    texts = (
        "incident_code",
        "class_code",
        "class_name",
        "category",
        "category_label",
        "state",
        "state_label",
        "description",
        "address",
        "grid_code",
        "grid_name",
    )
    properties: dict[str, Any] = dict.fromkeys(texts, TEXT) | dict.fromkeys(times, MOMENT)
    properties |= {
        "reported_at": {**TEXT, "format": "date-time"},
        "state": {**TEXT, "enum": list(STATES)},
        "lon": {"type": ["number", "null"]},
        "lat": {"type": ["number", "null"]},
        "deadline": {"enum": ["in_time", "due_soon", "overdue", None]},
        "follower_count": {"type": "integer"},
        "version": {"type": "integer"},
        "duplicate_of": MAYBE,
        "photos": {"type": "array", "items": TEXT},
        "history": {"type": "array", "items": {"type": "object"}},
        "verbs": {"type": "array", "items": {"type": "object"}},
    }
    return {"type": "object", "required": ["incident_code", "state", "version"], "properties": properties}


def _page() -> dict[str, Any]:
    incidents = {"type": "array", "items": _ref("Incident")}
    properties = {
        "incidents": incidents,
        "next": MAYBE,
        "total": {"type": "integer", "minimum": 0, "description": _("最多数到 10000")},
        "total_exact": {"type": "boolean"},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
