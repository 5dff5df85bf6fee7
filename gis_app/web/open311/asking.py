"""Reads the parameters of GeoReport: an empty one is an absent one, dates need their offset, unknown ones do
not matter, since clients send what their own city wants.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from flask import request
from werkzeug.datastructures import MultiDict

from gis_app.errors import GisError
from gis_app.web.current import snapshot
from gis_app.web.open311.faults import Several, fault
from gis_app.web.open311.formats import CONTENT_TYPES

# A plus that was not encoded arrives as a blank; Python's own way to write a time has one in place of the T.
DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?\s*(Z|z|[+\- ]\d\d:?\d\d)")
FIRST_YEAR, LAST_YEAR = 1970, 2200
TRUE = {"true", "1", "yes"}


class Asked:
    """The parameters of a request; faults are collected, `check` raises them all at once."""

    def __init__(self, values: MultiDict[str, str] | None = None) -> None:
        self._values = request.args if values is None else values
        self._faults: list[tuple[str, str]] = []

    def text(self, name: str) -> str:
        """Return a parameter, "" where it is absent or empty."""
        given = [value for value in self._values.getlist(name) if value.strip()]
        if len(set(given)) > 1:
            self.wrong("repeated", name)
        return given[0].strip() if given else ""

    def listed(self, name: str) -> tuple[str, ...]:
        """Return the values of a comma separated parameter, which may also be given several times."""
        given = ",".join(self._values.getlist(name)).split(",")
        return tuple(dict.fromkeys(value.strip() for value in given if value.strip()))

    def moment(self, name: str) -> datetime | None:
        """Return a time, None where it is absent."""
        value = self.text(name)
        if not value:
            return None
        found = read_date(value)
        if found is None:
            self.wrong("bad_date", name)
        return found

    def whole(self, name: str, high: int, code: str) -> int | None:
        """Return a whole number from 1 to `high`, None where it is absent."""
        value = self.text(name)
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and 1 <= int(value) <= high):
            self.wrong(code, name)
            return None
        return int(value)

    def flag(self, name: str) -> bool:
        """Tell whether a parameter says yes."""
        return self.text(name).lower() in TRUE

    def wrong(self, code: str, field: str) -> None:
        """Note a fault."""
        self._faults.append((code, field))

    def check(self) -> None:
        """Raise what was noted."""
        if len(self._faults) == 1:
            raise fault(*self._faults[0])
        if self._faults:
            raise Several(self._faults)


def read_date(value: str) -> datetime | None:
    """Return the aware time of a W3C text, None for anything else."""
    match = DATE.fullmatch(value)
    if match is None:
        return None
    day, hours, offset = match.groups()
    offset = "+00:00" if offset in "Zz" else offset.replace(" ", "+")
    try:
        found = datetime.fromisoformat(f"{day}T{hours}{offset}")
        return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
    except ValueError:
        return None


def check_format(format_: str) -> str:
    """Return the format if there is such a one; raises NotFound."""
    if format_ not in CONTENT_TYPES:
        raise fault("unknown_format")
    return format_


def check_jurisdiction(given: str) -> None:
    """Raise NotFound for another jurisdiction than this county, which need not be named."""
    counties = snapshot().atlas.county["county_code"]
    if given and given not in set(counties.astype(str)):
        raise fault("unknown_jurisdiction", "jurisdiction_id")


def period(
    start: datetime | None, end: datetime | None, longest: timedelta, now: datetime
) -> tuple[datetime, datetime] | GisError:
    """Return a period of at most `longest`: what is missing is `longest` away, or now; else what is wrong."""
    if start is None and end is None:
        return now - longest, now
    start = start or end - longest
    end = end or start + longest
    if end < start:
        return fault("bad_period", "end_date")
    return fault("period_too_long", "end_date") if end - start > longest else (start, end)


def seconds(moment: datetime) -> int:
    """Return a time as whole seconds since 1970."""
    return int(np.floor(moment.timestamp()))


Values = Mapping[str, str]
