"""The rules a value in a layer must keep, as pandera checks.

Each check carries a stable code, after a colon what the remedy needs to know; `messages.py` has the words.
"""

from __future__ import annotations

import re

import pandas as pd
import pandera.pandas as pa

from gis_app.layers.messages import MAX_TEXT

LAND_USES = ("residential", "mixed", "commercial", "industrial", "public", "green", "water", "rural")
ROAD_CLASSES = ("arterial", "collector", "lane", "path")
WATER_KINDS = ("river", "lake")
STATION_KINDS = ("warm_station", "party_service_centre")
STATION_STATUSES = ("open", "closed", "planned")
PASSAGES = ("open", "closed")
AMENITIES = ("drinking_water", "charging", "microwave", "first_aid", "wifi", "seating", "toilet")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAYS = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_DAY_PART = rf"{_DAYS}(?:-{_DAYS})?(?:,\s?{_DAYS}(?:-{_DAYS})?)*"
_TIMES = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}(?:,\s?\d{1,2}:\d{2}-\d{1,2}:\d{2})*"
_RULE = rf"(?:(?:{_DAY_PART}\s+)?(?:{_TIMES}|24/7|off|closed)|24/7|{_DAY_PART})"
_HOURS = re.compile(rf"{_RULE}(?:;\s*{_RULE})*;?")


def _text_check(test, code: str) -> pa.Check:
    """Make a check of every text value; values that are not text are another rule's matter."""
    return pa.Check(
        lambda values: values.map(lambda v: test(v) if isinstance(v, str) else True).astype(bool), error=code
    )


def _column(kind, title: str, checks: list, *, unique=False, nullable=False, optional=False, default=None):
    metadata = {"kind": kind, "optional": optional, "default": default}
    return pa.Column(kind, checks, unique=unique, nullable=nullable, title=title, metadata=metadata)


def area_code(title: str, digits: int, *, unique=False, nullable=False, optional=False) -> pa.Column:
    """Declare a column of area codes with that many digits."""
    pattern = re.compile(rf"[0-9]{{{digits}}}")
    check = _text_check(lambda v: bool(pattern.fullmatch(v)), f"code_digits:{digits}")
    return _column("str", title, [check], unique=unique, nullable=nullable, optional=optional)


def token(title: str, *, unique=False, nullable=False, optional=False) -> pa.Column:
    """Declare a column of free codes: letters, digits, hyphen, underscore."""
    pattern = re.compile(r"[0-9A-Za-z_-]{1,32}")
    check = _text_check(lambda v: bool(pattern.fullmatch(v)), "code_token")
    return _column("str", title, [check], unique=unique, nullable=nullable, optional=optional)


def text(title: str, *, optional: bool = False) -> pa.Column:
    """Declare a column of any text; required text may not be blank, optional text defaults to ""."""
    checks = [
        _text_check(lambda v: len(v) <= MAX_TEXT, "text_length"),
        _text_check(lambda v: not _CONTROL.search(v), "text_control"),
    ]
    if not optional:
        checks.append(_text_check(lambda v: bool(v.strip()), "missing_value"))
    return _column("str", title, checks, optional=optional, default="")


def whole(title: str, *, optional: bool = False, default: int = 0) -> pa.Column:
    """Declare a column of integers, zero or more."""
    check = pa.Check(_is_whole, error="not_whole_number")
    return _column("int64", title, [check], optional=optional, default=default)


def one_of(title: str, values: tuple[str, ...], *, optional: bool = False, default: str = "") -> pa.Column:
    """Declare a column that takes one of a few words."""
    check = pa.Check(lambda column: column.isin(values), error="not_allowed:" + " ".join(values))
    return _column("str", title, [check], optional=optional, default=default)


def flag(title: str) -> pa.Column:
    """Declare an optional yes/no column."""
    return _column("bool", title, [], optional=True, default=False)


def amenities(title: str) -> pa.Column:
    """Declare an optional column of amenity codes joined by semicolons."""
    allowed = "bad_amenity:" + " ".join(AMENITIES)
    check = _text_check(lambda v: set(v.split(";")) <= {*AMENITIES, ""}, allowed)
    return _column("str", title, [check], optional=True, default="")


def opening_hours(title: str) -> pa.Column:
    """Declare an optional column of opening hours in OpenStreetMap's syntax."""
    check = _text_check(lambda v: not v or bool(_HOURS.fullmatch(v.strip())), "bad_hours")
    return _column("str", title, [check], optional=True, default="")


def starts_with_parent(code: str, parent: str) -> pa.Check:
    """Check, over the whole frame, that each code begins with its parent's code."""

    def agrees(frame: pd.DataFrame) -> pd.Series:
        pairs = zip(frame[code], frame[parent], strict=True)
        told = [not isinstance(p, str) or not isinstance(c, str) or c.startswith(p) for c, p in pairs]
        return pd.Series(told, index=frame.index)

    return pa.Check(agrees, error=f"code_contradicts_parent:{parent}")


def _is_whole(values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers.ge(0) & numbers.lt(2**31) & (numbers % 1 == 0)
