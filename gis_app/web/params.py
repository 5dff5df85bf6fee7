"""Reads query parameters against a closed list and refuses everything else by name.

A parameter that is misspelt, repeated, out of range or not among the allowed values is a 400 that says
which field it was and what may stand there: silently ignoring it would answer another question than the
one asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from gis_app.errors import BadInput

MAX_TEXT = 100
MAX_DIGITS = 9
FIRST_YEAR, LAST_YEAR = 1900, 2200
# A cache buster is harmless and common.
_ALWAYS_ALLOWED = {"v"}


class Params:
    """The query string of the current request; `allowed` names every parameter that the view reads.

    `values` is the form instead, where what is asked must not stand in an address.
    """

    def __init__(self, *allowed: str, values: MultiDict[str, str] | None = None) -> None:
        self._values = request.args if values is None else values
        for name in self._values:
            if name not in allowed and name not in _ALWAYS_ALLOWED:
                raise _bad(_shown(name), _("没有这个参数，可用的参数：%(names)s", names=_listed(allowed)))
            if len(self._values.getlist(name)) > 1:
                raise _bad(_shown(name), _("参数只能出现一次"))

    def text(self, name: str, limit: int = MAX_TEXT) -> str:
        """Return the trimmed text of a parameter, "" where it is absent."""
        return checked_text(name, self._values.get(name, ""), limit)

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str | None:
        """Return the value if it is among `allowed`, the default where it is absent or empty."""
        value = self._values.get(name, "")
        if value == "":
            return default
        if value not in allowed:
            raise _bad(name, _("可用的值：%(values)s", values=_listed(allowed)))
        return value

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """Return the value as an integer from `low` to `high`."""
        value = self._values.get(name, "")
        if value == "":
            return default
        digits = value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS
        if not digits or not low <= int(value) <= high:
            raise _bad(name, _("应为 %(low)s 到 %(high)s 之间的整数", low=low, high=high))
        return int(value)

    def day(self, name: str) -> date | None:
        """Return the value as a date written YYYY-MM-DD, None where it is absent."""
        value = self._values.get(name, "")
        if value == "":
            return None
        try:
            if len(value) != 10:
                raise ValueError(value)
            day = date.fromisoformat(value)
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise ValueError(value)
            return day
        except ValueError:
            raise _bad(name, _("应为 YYYY-MM-DD 格式的日期，例如 2023-06-30")) from None

    def period(self, start: str = "from", end: str = "to") -> tuple[date | None, date | None]:
        """Return the first and last day of a period, either of which may be open."""
        first, last = self.day(start), self.day(end)
        if first and last and last < first:
            raise _bad(end, _("结束日期不能早于开始日期"))
        return first, last

    def rest(self, names: Collection[str], limit: int = MAX_TEXT) -> dict[str, str]:
        """Return those of the named parameters that are present and not empty."""
        present = ((name, self.text(name, limit)) for name in names if name in self._values)
        return {name: value for name, value in present if value}


def checked_text(name: str, value: str, limit: int = MAX_TEXT) -> str:
    """Return the trimmed text; raise BadInput where it is too long or holds control characters."""
    if len(value) > limit:
        raise _bad(name, _("最多 %(limit)s 个字", limit=limit))
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF or ord(c) == 127 for c in value):
        raise _bad(name, _("不能含有控制字符"))
    return value.strip()


def _bad(name: str, reason: str) -> BadInput:
    message = _("参数 %(name)s 不正确：%(reason)s", name=name, reason=reason)
    return BadInput("bad_parameter", message, {name: reason})


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:40])


def _listed(values: Collection[str] | Mapping) -> str:
    return "、".join(values)
