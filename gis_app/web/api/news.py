"""The news that webhooks are sent, as the description tells of it: headers, bodies, and how to check it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.web.api import schemas
from gis_app.webhooks import events
from gis_app.webhooks.signing import TOLERANCE_SECONDS

JSON = "application/json"


def webhooks() -> dict[str, Any]:
    """Return what is sent, by the name of the event."""
    return {name: {"post": _sent(name)} for name in (*events.NAMES, events.TEST)}


def components() -> dict[str, Any]:
    """Return the schema of a body."""
    told = {
        "incident_code": schemas.TEXT,
        "class_code": schemas.TEXT,
        "category": {"type": "string", "enum": list(CATEGORIES)},
        "grid_code": schemas.TEXT,
        "organisation_code": schemas.TEXT,
        "state": {"type": "string", "enum": list(STATES)},
        "version": {"type": "integer", "minimum": 1},
        "previous_state": {"type": "string", "enum": ["", *STATES]},
    }
    body = {
        "type": {"type": "string", "enum": [*events.NAMES, events.TEST]},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": schemas.record(told, tuple(told)),
    }
    return {"News": schemas.record(body)}


def _sent(name: str) -> dict[str, Any]:
    return {
        "operationId": name.replace(".", "_"),
        "tags": ["incidents"],
        "summary": _("事件变化时发给已登记的内网地址；至少一次，同一事件按先后"),
        "description": _description(),
        "parameters": [_header("webhook-id"), _header("webhook-timestamp"), _header("webhook-signature")],
        "requestBody": {"required": True, "content": {JSON: {"schema": schemas.ref("News")}}},
        "responses": {
            "2XX": {"description": _("已收到；其他回答都会稍后重发")},
            "410": {"description": _("不再接收：暂停这个地址")},
        },
    }


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": schemas.TEXT}


def _description() -> str:
    return _(
        "webhook-signature 是 v1, 加上以密钥（去掉 whsec_ 后按 Base64 解码）"
        "对“webhook-id.webhook-timestamp.正文”算出的 HMAC-SHA256 的 Base64。"
        "先核对签名，再核对时间相差不超过 %(n)s 秒，并按 webhook-id 去重。",
        n=TOLERANCE_SECONDS,
    )
