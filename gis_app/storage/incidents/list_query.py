"""What a list of incidents may be asked for, and the conditions that follow from it.

Every condition is on columns of the indexes in `tables/incidents.py`, so that a list of a million is read
from an index. SQLite keeps no statistics, so its index is named here; PostgreSQL finds it by itself.
"""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, or_

from gis_app.errors import BadInput
from gis_app.storage.tables import incidents

_c = incidents.c
ORDERS = ("due", "reported", "distance")
COMMUNITY_DIGITS = 12  # a longer area is searched by its own index
PERIOD_DAYS = 60  # a shorter period is searched by its own index
CODE_DIGITS = 15  # "410222-2026-000": a longer beginning of a code is searched by the primary key


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """What a list is asked for; what is empty or None asks for nothing.

    `organisation_code` finds the lead and the joint ones; `scope_code` and `area_code` are beginnings of a
    grid's code and must both fit; `text` stands in the description or the address; `due_before` and
    `reported_to` are exclusive; `bbox` is west, south, east, north and `near` longitude and latitude, in
    degrees. Orders: "due" (the earliest first, those without a limit last), "reported" (the newest first),
    "distance" from `near`. `after` is the `next` of the page before.
    """

    states: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    without_categories: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    without_classes: tuple[str, ...] = ()
    organisation_code: str = ""
    scope_code: str = ""
    area_code: str = ""
    code_prefix: str = ""
    text: str = ""
    handler_id: int | None = None
    reporter_id: int | None = None
    due_after: datetime | None = None
    due_before: datetime | None = None
    reported_from: datetime | None = None
    reported_to: datetime | None = None
    bbox: tuple[float, float, float, float] | None = None
    near: tuple[float, float] | None = None
    order: str = "due"
    limit: int = 50
    after: str = ""

    @property
    def narrowest_area(self) -> str:
        """Return the longer of scope and area; whether both fit is a condition of its own."""
        return max(self.scope_code, self.area_code, key=len)


def conditions(query: InboxQuery, dialect: str) -> list[ColumnElement[bool]]:
    """Return every condition but those on state, organisation and page."""
    found = []
    for column, values in ((_c.category, query.categories), (_c.class_code, query.classes)):
        if values:
            found.append(column.in_(values))
    for column, values in ((_c.category, query.without_categories), (_c.class_code, query.without_classes)):
        if values:
            found.append(column.not_in(values))
    for prefix in {query.scope_code, query.area_code} - {""}:
        found += beginning(_c.grid_code, prefix, dialect)
    if query.code_prefix:
        found += beginning(_c.incident_code, query.code_prefix, dialect)
    if query.text:
        words = [column.contains(query.text, autoescape=True) for column in (_c.description, _c.address)]
        found.append(or_(*words))
    if query.handler_id is not None:
        found.append(_c.handler_id == query.handler_id)
    if query.reporter_id is not None:
        found.append(_c.reporter_id == query.reporter_id)
    for column, start, end in (
        (_c.due_at, query.due_after, query.due_before),
        (_c.reported_at, query.reported_from, query.reported_to),
    ):
        if start is not None:
            found.append(column >= start)
        if end is not None:
            found.append(column < end)
    if query.bbox is not None:
        west, south, east, north = query.bbox
        found += [_c.lon.between(west, east), _c.lat.between(south, north)]
    return found


def beginning(column: ColumnElement[str], prefix: str, dialect: str) -> list[ColumnElement[bool]]:
    """Return the condition that a text begins with `prefix`, in a form that an index serves."""
    if dialect == "sqlite":  # compares byte by byte
        return [column >= prefix, column < prefix + "\U0010ffff"]
    found = [column.startswith(prefix, autoescape=True)]
    if (
        prefix.isascii() and prefix.isdecimal() and prefix.strip("9")
    ):  # digits stand in the same order in every collation
        found += [column >= prefix, column < str(int(prefix) + 1).zfill(len(prefix))]
    return found


def index_for(query: InboxQuery) -> str:
    """Return the name of the index that reads least for a query, for SQLite."""
    if query.bbox is not None:
        return "ix_incidents_place"
    if query.handler_id is not None:
        return "ix_incidents_handler"
    if query.reporter_id is not None:
        return "ix_incidents_reporter"
    if len(query.code_prefix) >= CODE_DIGITS:
        return "sqlite_autoindex_incidents_1"
    if query.organisation_code:
        return f"ix_incidents_organisation_{query.order}"
    if len(query.narrowest_area) > COMMUNITY_DIGITS:
        return "ix_incidents_grid"
    if query.classes:
        return "ix_incidents_class"
    if len(query.narrowest_area) == COMMUNITY_DIGITS:
        return "ix_incidents_grid"
    if query.order == "due" and _is_short_period(query):
        return "ix_incidents_state_reported"
    return f"ix_incidents_state_{query.order}"


def by_state(index: str) -> bool:
    """Tell whether an index is read state by state."""
    return index.startswith(("ix_incidents_state", "ix_incidents_organisation", "ix_incidents_class"))


def hinted(statement: Select, index: str) -> Select:
    """Make SQLite read by an index."""
    return statement.with_hint(incidents, f"INDEXED BY {index}", "sqlite")


def cursor(order: str, value: object, code: str) -> str:
    """Return the place in a list after which the next page begins, as a text for an address."""
    text = json.dumps([order, value, code], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(query: InboxQuery) -> tuple[datetime | float | None, str] | None:
    """Return (value of the order, code) of the last line before the page, None for the first page.

    Raises BadInput for a text that `cursor` did not make for this order.
    """
    if not query.after:
        return None
    try:
        padded = query.after + "=" * (-len(query.after) % 4)
        order, value, code = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        code.encode()
        if order != query.order:
            raise ValueError("of another list")
        return _read_value(order, value), code
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        reason = "翻页参数无效，请从第一页开始"
        raise BadInput("bad_cursor", reason, {"after": reason}) from None


def _read_value(order: str, value: str | float | None) -> datetime | float | None:
    if order == "distance":
        metres = float(value)
        if not 0 <= metres < math.inf:
            raise ValueError("not a distance")
        return metres
    if value is None and order == "due":
        return None
    moment = datetime.fromisoformat(value)
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def _is_short_period(query: InboxQuery) -> bool:
    if query.reported_from is None or query.reported_to is None or query.due_before is not None:
        return False
    return (query.reported_to - query.reported_from).days <= PERIOD_DAYS
