"""What of the API will go, since when that is known and when it ends: one table, and the headers that say so.

The policy: what /api/v1 answers only ever grows. Whatever shall go is announced here, stays for at least a
year after that, and says so in every answer (`Deprecation` of RFC 9745, `Sunset` of RFC 8594, and links to
what takes its place). A change that breaks programs comes under /api/v2.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any, NamedTuple

from flask import Response, request
from flask_babel import lazy_gettext as _l

SHORTEST = timedelta(days=365)
DESCRIPTION = "/api/v1/openapi.json"


class Deprecation(NamedTuple):
    """Since when something is not to be used any more, when it ends, what takes its place, and why."""

    since: date
    sunset: date
    successor: str
    reason: Any


_POSITIONS = _l("地址会留在日志里，位置应放在请求正文中：改用同一地址的 POST")
# endpoint -> what is announced
DEPRECATED: dict[str, Deprecation] = {
    "incident_near.api_placing": Deprecation(
        date(2026, 11, 22), date(2028, 1, 1), "/api/v1/incidents/placing", _POSITIONS
    ),
    "incident_near.api_duplicates": Deprecation(
        date(2026, 11, 22), date(2028, 1, 1), "/api/v1/incidents/duplicates", _POSITIONS
    ),
}


def announce(response: Response) -> None:
    """Say in an answer what the table says of its route."""
    found = DEPRECATED.get(request.endpoint or "")
    if found is None:
        return
    response.headers["Deprecation"] = f"@{int(_midnight(found.since).timestamp())}"
    response.headers["Sunset"] = format_datetime(_midnight(found.sunset), usegmt=True)
    response.headers.add("Link", f'<{DESCRIPTION}>; rel="deprecation"; type="application/json"')
    response.headers.add("Link", f'<{found.successor}>; rel="successor-version"')


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
