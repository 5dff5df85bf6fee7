"""Finds the draft that an address names, with the rights of who asks, and reads what a request says of it."""

from __future__ import annotations

import json
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from gis_app.errors import BadInput
from gis_app.studio import drafts
from gis_app.studio.model import Draft
from gis_app.web.access import may
from gis_app.web.forms import number_of
from gis_app.web.limits import BODY_BYTES
from gis_app.web.services import services

DECIDE = "plans:draft:decide"


def draft_of(number: str) -> Draft:
    """Return the draft of an address; raises NotFound, also where this account may not see it."""
    found = number_of(number, "unknown_draft", _("没有这个草案，或您无权查看"))
    return drafts.find_draft(services().store, found, g.account.username, may(DECIDE))


def all_drafts() -> list[Draft]:
    """Return the drafts that this account may see, the one changed last first."""
    return drafts.read_drafts(services().store, g.account.username, may(DECIDE))


def json_object(most: int = BODY_BYTES) -> dict[str, Any]:
    """Return the JSON object of the request; raises BadInput for anything else.

    An operation may name every block of a county, so this takes more than `json_body` does.
    """
    try:
        value = json.loads(request.get_data(cache=False)[: most + 1], parse_constant=_no_constant)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadInput("bad_json", _("请求正文应为一个 JSON 对象"), {"body": "JSON"})
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)
