"""A problem as RFC 9457 writes it, for programs that ask /api and /ogc: what happened, and what mends it.

`type` leads to the list of problems under /api/v1/problems; `code` says it more closely and `fields` names
each input at fault with its remedy. `error` repeats both in the shape of the pages' own data, so that whoever
reads that goes on reading it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

CONTENT_TYPE = "application/problem+json"
FOLDERS = ("/api/", "/ogc")
TYPES = "/api/v1/problems"


def is_wanted() -> bool:
    """Tell whether problems of this address are told in this way."""
    return request.path.startswith(FOLDERS)


def details(status: int, kind: str, title: str, error: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a problem; `kind` is the word of the list that its status belongs to."""
    return {
        "type": f"{TYPES}#{kind}",
        "title": title,
        "status": status,
        "detail": error["message"],
        "code": error["code"],
        "fields": error["fields"],
        "error": error,
    }
