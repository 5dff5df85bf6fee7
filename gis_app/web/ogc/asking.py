"""Reads what a request wants of a collection; what is misspelt, out of range or unknown is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from flask import request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.web.ogc.collections import Asked, Collection, Field
from gis_app.web.ogc.crs import CRS84, System
from gis_app.web.ogc.room import ALWAYS
from gis_app.web.params import Params, checked_text

LIMIT, MOST = 100, 10_000
FURTHEST = 10**8
PLAIN = ("bbox", "bbox-crs", "crs", "datetime", "limit", "offset")
OPEN_ENDS = ("", "..")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d))?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def check_plain() -> None:
    """Refuse every parameter but those that any address may carry."""
    Params(*ALWAYS)


def asked_for(wanted: Collection, systems: Mapping[str, System]) -> Asked:
    """Return what the address asks of a collection; raises BadInput."""
    fields = wanted.fields
    params = Params(*ALWAYS, *PLAIN, *fields)
    system = _system(params, "crs", systems)
    box_system = _system(params, "bbox-crs", systems)
    return Asked(
        system=system,
        box_system=box_system,
        boxes=_boxes(params, box_system),
        span=_span(params.text("datetime")),
        equals=tuple(
            (name, _value(name, request.args[name], field))
            for name, field in fields.items()
            if name in request.args
        ),
        limit=_limit(params),
        offset=params.whole("offset", 0, FURTHEST, 0),
    )


def system_asked(systems: Mapping[str, System]) -> System:
    """Return the system in which one feature is wanted; raises BadInput."""
    return _system(Params(*ALWAYS, "crs"), "crs", systems)


def _system(params: Params, name: str, systems: Mapping[str, System]) -> System:
    return systems[params.choice(name, systems, CRS84)]


def _limit(params: Params) -> int:
    """Return how many are wanted at most; more than there can be is no mistake (Features, 7.15.3)."""
    text = params.text("limit")
    if text == "" and "limit" not in request.args:
        return LIMIT
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise _bad("limit", _("应为 %(low)s 到 %(high)s 之间的整数", low=1, high=MOST))
    return min(int(text), MOST)


def _boxes(params: Params, system: System) -> tuple[tuple[float, float, float, float], ...]:
    """Return the box as x before y; one across the date line becomes two."""
    if "bbox" not in request.args:
        return ()
    numbers = _numbers(params.text("bbox", 200))
    if len(numbers) == 6:  # heights are not looked at
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4:
        raise _bad("bbox", _("应为 4 个或 6 个以逗号分隔的数"))
    west, south, east, north = numbers
    if system.north_first:
        south, west, north, east = numbers
    if south > north or (west > east and not system.in_degrees):
        raise _bad("bbox", _("最小值不能大于最大值"))
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def _numbers(text: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")] if text.isascii() else []
    except ValueError:
        found = []
    return found if all(math.isfinite(number) for number in found) else []


def _span(text: str) -> tuple[float, float] | None:
    """Return the first and last second since 1970 that are asked for, None for any time."""
    if "datetime" not in request.args:
        return None
    start, slash, end = text.partition("/")
    if not slash:
        return _moment(text, False), _moment(text, True)
    first = -math.inf if start in OPEN_ENDS else _moment(start, False)
    last = math.inf if end in OPEN_ENDS else _moment(end, True)
    if last < first:
        raise _bad("datetime", _("结束日期不能早于开始日期"))
    return first, last


def _moment(text: str, end: bool) -> float:
    """Return a moment; a day begins or ends in the county's time."""
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError(text)
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        raise _bad("datetime", _("应为时刻或起止时刻，例如 2023-06-30T00:00:00Z 或 2023-01-01/..")) from None
    if len(text) == 10:
        found = datetime.combine(found.date(), time.max if end else time.min, clock.ZONE)
    return found.timestamp()


def _value(name: str, text: str, field: Field) -> Any:
    found = checked_text(name, text, 200)
    if field.kind == "integer":
        if not WHOLE.fullmatch(found):
            raise _bad(name, _("应为数字"))
        return int(found)
    if field.kind == "boolean":
        if found.lower() not in TRUTHS:
            raise _bad(name, _("可用的值：%(values)s", values="true、false"))
        return TRUTHS[found.lower()]
    return found


def _bad(name: str, reason: str) -> BadInput:
    message = _("参数 %(name)s 不正确：%(reason)s", name=name, reason=reason)
    return BadInput("bad_parameter", message, {name: reason})
