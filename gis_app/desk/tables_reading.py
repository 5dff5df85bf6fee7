"""Cells of a table, as people and spreadsheets write them, and the values that the store takes for them.

Each kind of field has one reader; what it cannot read becomes a fault at its row, and the cell is left empty.
Nothing is compared with other rows or other columns here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime

from gis_app import clock
from gis_app.desk import tables_fields as fields
from gis_app.desk.tables_fields import Field
from gis_app.desk.tables_known import Known
from gis_app.desk.tables_messages import fault
from gis_app.errors import Fault
from gis_app.exchange.words import number, plain

Read = tuple[object, Fault | None]
TOKEN = re.compile(r"[0-9A-Za-z_-]{1,32}")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(
    r"[T\s]*(?:(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*[:分]?\s*(\d{1,2})?(?:\.\d{1,9})?\s*秒?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
LONGEST_MOMENT = LONGEST_NUMBER = 60
LONGEST = {"description": 4000, "holder_name": 40, "holder_phone": 32}
_MORE_WORDS = {
    ("posts", "role"): {"第一书记": "county_leader", "县领导": "county_leader", "书记": "community_secretary",
                        "包联": "paired_organisation", "包保单位": "paired_organisation"},
    ("incidents", "state"): {"办结": "closed", "已办结": "closed", "结案": "closed", "完成": "closed",
                             "处理中": "handling", "办理中": "handling", "待受理": "reported",
                             "已派单": "dispatched", "已立案": "accepted", "已处理": "resolved"},
}  # fmt: skip


class Reader:
    """Reads the cells of one kind of table; `read(field)` returns the function for one column."""

    def __init__(self, kind: str, known: Known) -> None:
        self.kind, self.known = kind, known
        self._areas = {name: code for code, name in _once(known.areas).items()} | {c: c for c in known.areas}
        self._kinds: dict[str, Callable[[Field, str], Read]] = {
            fields.CODE: _code,
            fields.AREA: self._area,
            fields.CHOICE: self._choice,
            fields.CLASS: self._class,
            fields.ORGANISATION: self._organisation,
            fields.TEXT: _text,
            fields.DAY: _day,
            fields.MOMENT: _moment,
            fields.NUMBER: _number,
        }

    def read(self, field: Field, cells: list, rows: list[int], faults: list[Fault]) -> list:
        """Return the values of a column, "" (None for numbers) where nothing is known; add its faults."""
        reader, empty = self._kinds[field.kind], None if field.kind == fields.NUMBER else ""
        seen: dict[str, Read] = {}
        values = []
        for cell, row in zip(cells, rows, strict=True):
            text = as_text(cell)
            if not text:
                values.append(empty)
                continue
            if text not in seen:
                seen[text] = reader(field, text)
            value, found = seen[text]
            if found is not None:
                told = (found.message_code, found.message, found.remedy, found.severity)
                faults.append(Fault(row, field.name, *told))
            values.append(empty if value is None else value)
        return values

    def _area(self, field: Field, text: str) -> Read:
        code = self._areas.get(text) or self._areas.get(_first_word(text))
        if code is None and _SCIENTIFIC.fullmatch(text):
            return None, fault("scientific_code", field.name, value=text)
        return code, None if code else fault("unknown_area", field.name, value=text)

    def _choice(self, field: Field, text: str) -> Read:
        words = _words(self.kind, field)
        value = words.get(plain(text))
        if value is None:
            allowed = "、".join(labels["zh"] for labels in field.choices.values())
            return None, fault("unknown_word", field.name, value=text, title=field.zh, detail=allowed)
        return value, None

    def _class(self, field: Field, text: str) -> Read:
        code = self.known.class_codes.get(text) or self.known.class_codes.get(_first_word(text))
        return code, None if code else fault("unknown_class", field.name, value=text)

    def _organisation(self, field: Field, text: str) -> Read:
        codes = self.known.organisation_codes
        code = codes.get(text) or codes.get(_first_word(text))
        return code, None if code else fault("unknown_organisation", field.name, value=text)


def as_text(cell: object) -> str:
    """Return a cell as text: whole numbers without a point, no blanks around, "" for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return "" if cell != cell else str(int(cell)) if cell.is_integer() else repr(cell)
    clean = unicodedata.normalize("NFC", str(cell).replace("\r\n", "\n").replace("\r", "\n"))
    return clean.replace("\ufeff", "").strip()


def moment(text: str) -> datetime | None:
    """Return a moment, at +08:00 where the text does not say, a day as its beginning; else None."""
    words = unicodedata.normalize("NFKC", text[:LONGEST_MOMENT]).strip()
    start = _DAY.match(words) if len(text) < LONGEST_MOMENT else None
    rest = _TIME.fullmatch(words[start.end() :]) if start else None
    if rest is None:
        return None
    year, month, day = (int(part) for part in (start.groups()[:3] if start[1] else start.groups()[3:]))
    hour, minute, second = (int(part or 0) for part in rest.groups()[:3])
    try:
        found = datetime(year, month, day, hour, minute, second)
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            return None
        return _zoned(found, rest[4])
    except (ValueError, OverflowError):
        return None


def _zoned(found: datetime, offset: str | None) -> datetime:
    if not offset:
        return found.replace(tzinfo=clock.ZONE)
    told = datetime.fromisoformat(found.isoformat() + (offset if offset != "Z" else "+00:00"))
    return told.astimezone(clock.ZONE)


def _moment(field: Field, text: str) -> Read:
    found = moment(text)
    if found is None:
        return None, fault("bad_moment", field.name, value=text, title=field.zh)
    return found.isoformat(timespec="seconds"), None


def _day(field: Field, text: str) -> Read:
    found = moment(text)
    if found is None:
        return None, fault("bad_day", field.name, value=text, title=field.zh)
    return date(found.year, found.month, found.day).isoformat(), None


def _code(field: Field, text: str) -> Read:
    code = re.sub(r"^(\d+)\.0+$", r"\1", text.lstrip("'"))
    if _SCIENTIFIC.fullmatch(code) and "+" in code:
        return None, fault("scientific_code", field.name, value=text)
    if not TOKEN.fullmatch(code):
        return None, fault("bad_code", field.name, value=text, title=field.zh)
    return code, None


def _text(field: Field, text: str) -> Read:
    longest = LONGEST.get(field.name, 500)
    if len(text) > longest:
        return None, fault("text_too_long", field.name, value=len(text), detail=longest, title=field.zh)
    allowed = "\n\t" if field.name == "description" else ""
    if any(unicodedata.category(one) in ("Cc", "Cs", "Cn") and one not in allowed for one in text):
        return None, fault("control_characters", field.name, title=field.zh)
    return text, None


def _number(field: Field, text: str) -> Read:
    value = number(text) if len(text) < LONGEST_NUMBER else None
    if value is None or not abs(value) < 1e9:
        return None, fault("bad_coordinate", field.name, value=text)
    return value, None


def _words(kind: str, field: Field) -> Mapping[str, str]:
    labels = {plain(word): code for code, both in field.choices.items() for word in (both["zh"], both["en"])}
    more = {plain(word): code for word, code in _MORE_WORDS.get((kind, field.name), {}).items()}
    return more | labels | {plain(code): code for code in field.choices}


def _first_word(text: str) -> str:
    return text.split(None, 1)[0]


def _once(names: Mapping[str, str]) -> dict[str, str]:
    """Return code → name of the areas whose name no other area has."""
    counts: dict[str, int] = {}
    for name in names.values():
        counts[name] = counts.get(name, 0) + 1
    return {code: name for code, name in names.items() if name and counts[name] == 1}
