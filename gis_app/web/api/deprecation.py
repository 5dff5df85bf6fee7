"""What of the API will go, since when that is known and when it ends: one table, and the headers that say so.

The policy: what /api/v1 answers only ever grows. Whatever shall go is announced here, stays for at least a
year after that, and says so in every answer (`Deprecation` of RFC 9745, `Sunset` of RFC 8594, and links to
what takes its place). A change that breaks programs comes under /api/v2.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any, NamedTuple

from flask import Response, request
from flask_babel import lazy_gettext as _l

SHORTEST = timedelta(days=365)
DESCRIPTION = "/api/v1/openapi.json"


class Deprecation(NamedTuple):
    """Since when something is not to be used any more, when it ends, and what takes its place."""

    since: date
    sunset: date
    successor: str


Table = Mapping[tuple[str, str], Deprecation]
# (method, path as the description writes it) -> what is announced; nothing is so far
DEPRECATED: Table = {}


def announce(response: Response, table: Table = DEPRECATED) -> None:
    """Say in an answer what the table says of the operation that was asked."""
    rule = request.url_rule.rule if request.url_rule else ""
    found = table.get((request.method.lower(), rule.replace("<", "{").replace(">", "}")))
    if found is None:
        return
    response.headers["Deprecation"] = f"@{int(_midnight(found.since).timestamp())}"
    response.headers["Sunset"] = format_datetime(_midnight(found.sunset), usegmt=True)
    response.headers.add("Link", f'<{DESCRIPTION}>; rel="deprecation"; type="application/json"')
    response.headers.add("Link", f'<{found.successor}>; rel="successor-version"')


def mark(paths: dict[str, Any], table: Table = DEPRECATED) -> None:
    """Mark in the paths of a description the operations that will go."""
    for method, path in table:
        paths[path][method]["deprecated"] = True


def policy() -> str:
    """Return the policy in the language of the request."""
    return str(
        _l(
            "弃用：/api/v1 只增不减。要去掉的内容先在此标明，至少再保留一年，期间每次回答都带 Deprecation、"
            "Sunset 头和替代地址；会影响现有程序的改动放在 /api/v2。"
        )
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
