"""Reads a small JSON object from a request and takes it apart field by field, each fault with its remedy.

For what must not stand in an address: a worker's position goes into no log, so it comes in the body.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.fields import read_number, read_time

MAX_BYTES = 16 * 1024
AWAY = timedelta(days=366)


class Body:
    """The JSON object of the current request; `allowed` names every field that the view reads."""

    def __init__(self, *allowed: str) -> None:
        self._values = _object()
        for name in self._values:
            if name not in allowed:
                shown = "".join(c if c.isprintable() else "?" for c in name[:40])
                raise fault(shown, _("没有这个参数，可用的参数：%(names)s", names="、".join(allowed)))

    def number(self, name: str, low: float, high: float, needed: bool = False) -> float | None:
        """Return a number from `low` to `high`; None where it is absent and not needed."""
        value = self._values.get(name)
        if value is None and not needed:
            return None
        number = read_number(value) if isinstance(value, int | float) else None
        if number is None or not low <= number <= high:
            raise fault(name, _("应为 %(low)s 到 %(high)s 之间的数", low=_plain(low), high=_plain(high)))
        return number

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise fault(name, _("应为 %(low)s 到 %(high)s 之间的整数", low=low, high=high))
        return value

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return a text that is among `allowed`."""
        value = self._values.get(name)
        value = default if value is None else value
        if not isinstance(value, str) or value not in allowed:
            raise fault(name, _("可用的值：%(values)s", values="、".join(allowed)))
        return value

    def choices(self, name: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Return a list of texts that are all among `allowed`, each once; none where it is absent."""
        value = self._values.get(name)
        value = [] if value is None else value
        if not isinstance(value, list) or not all(isinstance(one, str) and one in allowed for one in value):
            raise fault(name, _("应为列表，可用的值：%(values)s", values="、".join(allowed)))
        return tuple(dict.fromkeys(value))

    def text(self, name: str, longest: int) -> str:
        """Return a text, "" where it is absent."""
        value = self._values.get(name)
        value = "" if value is None else value
        if not isinstance(value, str) or len(value) > longest or any(ord(c) < 32 for c in value):
            raise fault(name, _("应为不超过 %(limit)s 个字的文字", limit=longest))
        return value.strip()

    def objects(self, name: str, most: int) -> list[dict[str, Any]]:
        """Return a list of at most so many objects, none where it is absent."""
        value = self._values.get(name)
        value = [] if value is None else value
        if not isinstance(value, list) or len(value) > most or not all(isinstance(o, dict) for o in value):
            raise fault(name, _("应为不超过 %(limit)s 项的列表", limit=most))
        return value

    def flag(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self._values.get(name)
        value = default if value is None else value
        if not isinstance(value, bool):
            raise fault(name, _("应为 true 或 false"))
        return value

    def moment(self, name: str) -> datetime | None:
        """Return a time, written in ISO 8601 with its offset or in epoch seconds, None where it is absent."""
        value = self._values.get(name)
        if value is None:
            return None
        seconds = read_number(value) if isinstance(value, int | float) else None
        if seconds is not None and 0 <= seconds < 2**33:
            found = datetime.fromtimestamp(seconds, clock.ZONE)
        else:
            found = read_time(value) if isinstance(value, str) and len(value) < 40 else None
        if found is None or abs(found - clock.now()) > AWAY:
            raise fault(name, _("应为带时区的 ISO 8601 时间，距今不超过一年"))
        return found


def fault(name: str, reason: str) -> BadInput:
    """Return the error of one field."""
    message = _("参数 %(name)s 不正确：%(reason)s", name=name, reason=reason)
    return BadInput("bad_parameter", message, {name: reason})


def _object() -> dict[str, Any]:
    if (request.content_length or 0) > MAX_BYTES:
        raise _too_long()
    raw = request.stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _too_long()
    try:
        value = json.loads(raw)  # which reads NaN and 1e400 too, so that their field is named
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadInput("bad_json", _("请求正文应为一个 JSON 对象"), {"body": "JSON"})
    return value


def _too_long() -> BadInput:
    return BadInput("bad_json", _("请求正文过大"), {"body": f"{MAX_BYTES // 1024} KiB"})


def _plain(value: float) -> str:
    return f"{value:g}"
