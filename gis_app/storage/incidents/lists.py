"""Lists of incidents, a page at a time, quick however many there are.

A page is found in two steps: the codes, read from an index in the order asked for, then the rows of just
these. Where an index begins with the state, each state is asked by itself for one page and the pages are
merged, as one index cannot be in order across states. A page begins where the last one ended, never at the
n-th row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from math import isfinite

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal, select, tuple_, union_all

from gis_app.errors import BadInput
from gis_app.incidents.model import STATES
from gis_app.storage.incidents.duplicates import box_around, distances
from gis_app.storage.incidents.list_query import (
    ORDERS,
    InboxQuery,
    by_state,
    conditions,
    cursor,
    hinted,
    index_for,
    read_cursor,
)
from gis_app.storage.tables import incident_organisations, incidents

_c = incidents.c
MAX_LIMIT = 500
FIRST_RADIUS, LAST_RADIUS, GROWTH = 60.0, 200_000.0, 2.0
AROUND_THE_EARTH = 25_000_000.0
FEW = 2_000  # so many are read and sorted at once


@dataclass(frozen=True, slots=True)
class Line:
    """One incident in a list; contacts are not in it. `distance_m` only where the order is by distance."""

    incident_code: str
    class_code: str
    category: str
    state: str
    description: str
    address: str
    lon: float | None
    lat: float | None
    grid_code: str
    reported_at: datetime
    accepted_at: datetime | None
    dispatched_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    organisation_code: str
    joint_organisations: str
    reporter_id: int | None
    handler_id: int | None
    follower_count: int
    reopen_count: int
    source: str
    version: int
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in order, and what to ask next: "" where it is the last."""

    lines: tuple[Line, ...]
    next: str = ""


_LINE = [_c[field.name] for field in fields(Line) if field.name != "distance_m"]
_PLACE = (_c.incident_code, _c.lon, _c.lat)


def inbox(conn: Connection, query: InboxQuery) -> Page:
    """Return one page of a list; raises BadInput for an unknown order or a bad `after`."""
    query = _checked(query)
    if query.order == "distance":
        return _nearest(conn, query)
    keys = list(_keys(conn, query, query.limit + 1))
    more, keys = len(keys) > query.limit, keys[: query.limit]
    lines = _lines(conn, [key.incident_code for key in keys])
    return Page(tuple(lines), _next(query.order, keys[-1]) if more else "")


def count_inbox(conn: Connection, query: InboxQuery, most: int = 1_000) -> int:
    """Return how many incidents a list has on all its pages, counting no further than `most`."""
    query = _checked(query)
    if query.order == "distance":
        query = replace(query, order="due")
    total = 0
    for branch in _branches(conn, query):
        counted = select(func.count()).select_from(branch.limit(most - total).subquery())
        total += conn.execute(counted).scalar_one()
        if total >= most:
            return most
    return total


def _checked(query: InboxQuery) -> InboxQuery:
    if query.order not in ORDERS:
        raise BadInput("bad_order", "不支持该排序方式", {"order": " ".join(ORDERS)})
    if query.order == "distance" and not (query.near and all(map(isfinite, query.near))):
        raise BadInput("bad_order", "按距离排序需要当前位置", {"near": "lon,lat"})
    return replace(query, limit=max(1, min(query.limit, MAX_LIMIT)))


def _keys(conn: Connection, query: InboxQuery, limit: int) -> Iterator[Row]:
    """Yield (incident_code, due_at or reported_at) in order, from after the cursor on."""
    place = read_cursor(query)
    if query.order == "reported":
        yield from _ordered(
            conn, query, _after_reported(place), (_c.reported_at.desc(), _c.incident_code.desc()), limit
        )
        return
    found: list[Row] = []
    if place is None or place[0] is not None:
        timed = [_c.due_at.is_not(None), *_after_due(place)]
        found = _ordered(conn, query, timed, (_c.due_at, _c.incident_code), limit)
        yield from found
        place = None
    if len(found) < limit and query.due_before is None and query.due_after is None:
        untimed = [_c.due_at.is_(None), *([_c.incident_code > place[1]] if place else [])]
        yield from _ordered(conn, query, untimed, (_c.incident_code,), limit - len(found))


def _after_reported(place) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    return [
        tuple_(_c.reported_at, _c.incident_code) < tuple_(literal(place[0], _c.reported_at.type), place[1])
    ]


def _after_due(place) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    return [tuple_(_c.due_at, _c.incident_code) > tuple_(literal(place[0], _c.due_at.type), place[1])]


def _ordered(conn: Connection, query: InboxQuery, page: list, order: tuple, limit: int) -> list[Row]:
    """Return the first `limit` keys of all branches together."""
    parts = [branch.where(*page).order_by(*order).limit(limit) for branch in _branches(conn, query)]
    if len(parts) == 1:
        return conn.execute(parts[0]).all()
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
    by = (merged.c.at, merged.c.incident_code)
    if query.order == "reported":
        by = tuple(one.desc() for one in by)
    return conn.execute(select(merged).order_by(*by).limit(limit)).all()


def _branches(conn: Connection, query: InboxQuery) -> list[Select]:
    """Return the selections that make up a list together, none of them sharing a row with another."""
    dialect = conn.dialect.name
    index = index_for(query)
    sort = _c.reported_at if query.order == "reported" else _c.due_at
    base = select(_c.incident_code, sort.label("at")).where(*conditions(query, dialect))
    lead = base.where(_c.organisation_code == query.organisation_code) if query.organisation_code else base
    states = query.states or tuple(STATES)
    if by_state(index):
        branches = [hinted(lead.where(_c.state == state), index) for state in states]
    else:
        branches = [hinted(lead.where(_c.state.in_(states)) if query.states else lead, index)]
    if query.organisation_code:
        branches.append(_joint(base, query, states))
    return branches


def _joint(base: Select, query: InboxQuery, states: tuple[str, ...]) -> Select:
    """Return the incidents that an organisation handles beside the lead."""
    joint = incident_organisations.c
    codes = select(joint.incident_code).where(joint.organisation_code == query.organisation_code)
    beside = base.where(_c.incident_code.in_(codes), _c.organisation_code != query.organisation_code)
    return hinted(beside.where(_c.state.in_(states)), "sqlite_autoindex_incidents_1")


def _next(order: str, key: Row) -> str:
    return cursor(order, key.at.isoformat() if key.at else None, key.incident_code)


def _lines(conn: Connection, codes: list[str], away: dict[str, float] | None = None) -> Iterable[Line]:
    """Read the rows of codes, in the order of the codes."""
    if not codes:
        return []
    rows = conn.execute(select(*_LINE).where(_c.incident_code.in_(codes)))
    found = {row.incident_code: row for row in rows}
    away = away or {}
    return [Line(*found[code], distance_m=away.get(code)) for code in codes if code in found]


def _nearest(conn: Connection, query: InboxQuery) -> Page:
    """Return a page by distance: of all that fit where they are few, else from a circle grown till full."""
    place = read_cursor(query)
    keys = _few(conn, query)
    if keys is None:
        keys = _in_growing_circles(conn, query, place)
    keys = sorted(one for one in keys if place is None or one > place)
    more, keys = len(keys) > query.limit, keys[: query.limit]
    lines = _lines(conn, [code for _, code in keys], {code: away for away, code in keys})
    return Page(tuple(lines), cursor("distance", *keys[-1]) if more else "")


def _few(conn: Connection, query: InboxQuery) -> list[tuple[float, str]] | None:
    """Return (metres, code) of everything that fits, None where that is more than a few."""
    found: list[str] = []
    for branch in _branches(conn, replace(query, order="due")):
        found += conn.execute(branch.limit(FEW + 1 - len(found))).scalars()
        if len(found) > FEW:
            return None
    rows = []
    for start in range(0, len(found), 500):
        rows += conn.execute(select(*_PLACE).where(_c.incident_code.in_(found[start : start + 500])))
    return _away(query, [row for row in rows if row.lon is not None])


def _in_growing_circles(conn: Connection, query: InboxQuery, place) -> list[tuple[float, str]]:
    """Return (metres, code) of at least a page after `place`, and of all that are as near as these."""
    radius = max(FIRST_RADIUS, (place[0] if place else 0.0) * 1.2)
    while True:
        box, last = _search_box(query, radius)
        found = _within(conn, replace(query, bbox=box))
        sure = [one for one in found if last or one[0] <= radius]
        if last or sum(place is None or one > place for one in sure) > query.limit:
            return sure
        radius *= GROWTH


def _search_box(query: InboxQuery, radius: float):
    """Return the box around a circle, cut to the one asked for, and whether it holds everything asked for."""
    west, south, east, north = box_around(*query.near, radius)
    if query.bbox is None:
        return (west, south, east, north), radius >= LAST_RADIUS
    asked = query.bbox
    box = (max(west, asked[0]), max(south, asked[1]), min(east, asked[2]), min(north, asked[3]))
    return box, box == asked or radius > AROUND_THE_EARTH


def _within(conn: Connection, query: InboxQuery) -> list[tuple[float, str]]:
    """Return (metres, code) of every incident in the box."""
    parts = [branch.with_only_columns(*_PLACE) for branch in _branches(conn, query)]
    return _away(query, [row for part in parts for row in conn.execute(part)])


def _away(query: InboxQuery, rows: list[Row]) -> list[tuple[float, str]]:
    metres = distances(*query.near, [row.lon for row in rows], [row.lat for row in rows])
    return [(float(one), row.incident_code) for one, row in zip(metres, rows, strict=True)]
