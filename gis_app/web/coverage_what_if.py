"""What if: figures for stations that are closed, moved, added or resized in thought, and kept as scenarios.

Only a POST says what is thought of; nothing is written but a scenario that somebody asks to keep.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
from flask import Blueprint, Response, g
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.stations.coverage import TOLERANCE
from gis_app.stations.figures import Figures, figures, whole
from gis_app.stations.scope import WHENS
from gis_app.stations.what_if import NEW, VERBS, Change, changed, compared
from gis_app.storage import what_if_scenarios as stored
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.coverage import columns_of, rounded
from gis_app.web.coverage_ask import (
    KIND_CHOICES,
    LEVELS,
    Asked,
    area_names,
    figures_of,
    kept_of,
    scope_of,
    table_of,
)
from gis_app.web.coverage_words import scope_words
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.json_body import Body, fault
from gis_app.web.services import services
from gis_app.web.station_now import station_now
from gis_app.web.stations import DEFAULT_LIMIT, LIMITS, metres_of

rooms = Blueprint("coverage_what_if", __name__)
MOST = 100  # changes at once: a county has tens of stations
FIELDS = ("changes", "limit", "when", "moment", "kind", "amenities", "level")
KEYS = {"verb", "station_code", "lon", "lat", "capacity"}
MAX_SEATS = 100_000
TOLD = (
    "households", "crow_covered", "covered", "seated", "uncovered", "times_0", "mean_m", "worst_m", "share",
    "crow_share", "seated_share", "unreachable", "unsnapped", "overloaded", "stations", "gini",
)  # fmt: skip


@rooms.post("/coverage/what-if")
@requires("stations:what_if:try")
def what_if() -> Response:
    """Say the figures after the changes beside those before, for the county and every area."""
    body = Body(*FIELDS)
    asked, changes = _asked(body), _changes(body)
    return Response(geojson.dumps(answer(snapshot(), asked, changes)), content_type="application/json")


@rooms.get("/coverage/scenarios.json")
@requires("stations:coverage:read")
def scenarios() -> Response:
    """Say what was kept, the newest first, each with its changes and how it came out."""
    with services().store.read() as conn:
        rows = stored.read_scenarios(conn)
    return Response(
        geojson.dumps({"scenarios": [_scenario(row) for row in rows]}), content_type="application/json"
    )


@rooms.post("/coverage/scenarios")
@requires("stations:scenario:keep")
def keep() -> Response:
    """Keep what is thought of under a name."""
    body = Body(*FIELDS, "name")
    name, found = body.text("name", 60), snapshot()
    asked, changes = _asked(body), _changes(body)
    if not name:
        raise fault("name", _("请填写名称"))
    if not changes:
        raise fault("changes", _("还没有改动"))
    told = answer(found, asked, changes)
    texts = (
        orjson.dumps([_plain(one) for one in changes]).decode(),
        geojson.dumps(_told_asked(asked)).decode(),
        geojson.dumps({"before": told["before"], "after": told["after"]}).decode(),
    )
    with services().store.write() as conn:
        number = stored.keep_scenario(
            conn, name, *texts, found.revision, g.account.account_id, g.account.username, clock.now()
        )
        row = stored.find_scenario(conn, number)
    return Response(geojson.dumps(_scenario(row)), 201, content_type="application/json")


@rooms.delete("/coverage/scenarios/<int:number>")
@requires("stations:scenario:keep")
def drop(number: int) -> Response:
    """Delete a scenario."""
    with services().store.write() as conn:
        stored.drop_scenario(conn, number, g.account.username)
    return Response(status=204)


def answer(found: Snapshot, asked: Asked, changes: list[Change]) -> dict[str, Any]:
    """Return the figures before and after, the areas with their deltas, and the stations as they would be."""
    before = figures_of(found, asked)
    after = figures_after(found, asked, changes)
    areas = compared(before, after, asked.level, found.atlas)
    areas = areas.assign(name=area_names(found, asked.level, areas["code"]))
    olds, news = kept_of(found).get(("whole", before), lambda: whole(before)), whole(after)
    return {
        "scope": scope_words(asked),
        "basis": after.basis,
        "unit": after.unit,
        "before": {name: olds[name] for name in TOLD},
        "after": {name: news[name] for name in TOLD},
        "delta": {name: _difference(olds[name], news[name]) for name in TOLD},
        "gained": _moved(before, after, gained=True),
        "lost": _moved(before, after, gained=False),
        "areas": columns_of(
            rounded(areas).round({"share_delta": 4, "seated_share_delta": 4, "mean_m_delta": 1})
        ),
        "stations": columns_of(after.loads),
    }


def figures_after(found: Snapshot, asked: Asked, changes: list[Change]) -> Figures:
    """Return the figures of a question after the changes."""
    kind = asked.scope.kinds[0] if asked.scope.kinds else "warm_station"
    moved = changed(table_of(found), found.atlas, changes, kind)
    per_seat = services().settings.households_per_seat
    return figures(moved, _mask(asked, moved), metres_of(asked.limit), per_seat, figures_of(found, asked))


def _mask(asked: Asked, table: Any) -> np.ndarray:
    """Return which stations count after the changes; what is added counts under any hour and any amenity."""
    mask = asked.scope.mask(table.stations, station_now().statuses)
    return mask | table.stations["station_code"].str.startswith(NEW).to_numpy(bool)


def _moved(before: Figures, after: Figures, gained: bool) -> int:
    """Return the households that come within the limit, or fall out of it."""
    limit = before.limit_m + TOLERANCE
    old, new = (one.places["distance_m"].to_numpy() <= limit for one in (before, after))
    return int(before.places["households"].to_numpy()[(new & ~old) if gained else (old & ~new)].sum())


def _difference(old: Any, new: Any) -> Any:
    return None if old is None or new is None else new - old


def _asked(body: Body) -> Asked:
    moment = body.moment("moment")
    scope = scope_of(
        body.choice("kind", KIND_CHOICES, "warm_station"),
        body.text("amenities", 200),
        body.choice("when", WHENS, "serving"),
        moment.isoformat() if moment else "",
    )
    limit = body.choice("limit", LIMITS, DEFAULT_LIMIT)
    return Asked(scope, limit, body.choice("level", LEVELS, "grid"))


def _changes(body: Body) -> list[Change]:
    return [change_of(number, one) for number, one in enumerate(body.objects("changes", MOST))]


def change_of(number: int, given: dict[str, Any]) -> Change:
    """Return a change as it was sent; raises BadInput naming the field."""
    name = f"changes[{number}]"
    unknown = set(given) - KEYS
    if unknown:
        raise fault(
            f"{name}.{sorted(unknown)[0][:40]}", _("可用的值：%(values)s", values="、".join(sorted(KEYS)))
        )
    verb, code = given.get("verb"), given.get("station_code") or ""
    if verb not in VERBS:
        raise fault(f"{name}.verb", _("可用的值：%(values)s", values="、".join(VERBS)))
    if not isinstance(code, str) or len(code) > 32 or (verb != "add" and not code):
        raise fault(f"{name}.station_code", _("应为站点编码"))
    if verb == "add" and code and not code.startswith(NEW):
        raise fault(f"{name}.station_code", _("应为站点编码"))
    place = [_number(f"{name}.{key}", given.get(key), top) for key, top in (("lon", 180), ("lat", 90))]
    capacity = given.get("capacity")
    if capacity is not None and (type(capacity) is not int or not 0 <= capacity <= MAX_SEATS):
        raise fault(f"{name}.capacity", _("应为 %(low)s 到 %(high)s 之间的整数", low=0, high=MAX_SEATS))
    return Change(verb, code, *place, capacity)


def _number(name: str, value: Any, top: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -top <= value <= top:
        raise fault(name, _("应为 %(low)s 到 %(high)s 之间的数", low=-top, high=top))
    return float(value)


def _plain(change: Change) -> dict[str, Any]:
    values = {key: getattr(change, key) for key in sorted(KEYS)}
    return {key: value for key, value in values.items() if value not in (None, "")}


def _told_asked(asked: Asked) -> dict[str, Any]:
    scope = asked.scope
    return {
        "limit": asked.limit,
        "when": scope.when,
        "moment": scope.moment.isoformat() if scope.moment else None,
        "kind": scope.kinds[0] if scope.kinds else "all",
        "amenities": ",".join(scope.amenities),
        "scope": scope_words(asked),
    }


def _scenario(row: Any) -> dict[str, Any]:
    try:
        texts = {name: orjson.loads(getattr(row, name)) for name in ("changes", "asked", "figures")}
    except orjson.JSONDecodeError:
        raise BadInput("bad_scenario", _("这个设想已损坏")) from None
    at = row.created_at.isoformat(timespec="minutes")
    return {
        "scenario_id": row.scenario_id,
        "name": row.name,
        "revision": row.revision,
        "created_at": at,
    } | texts
