"""What a page asks of coverage, read from a query or a body, and the figures for it, kept while asked for.

Other rooms of the web take their figures from here too (`figures_of`), so that one question has one answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.stations.figures import Figures, figures
from gis_app.stations.reach_table import Places, ReachTable, largest_limit
from gis_app.stations.scope import OPEN_AT, WHENS, Scope
from gis_app.storage.station_versions import end_of, stations_as_of
from gis_app.web.bytes import digest
from gis_app.web.current import Snapshot, clock_step
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.station_now import station_now
from gis_app.web.stations import DEFAULT_LIMIT, LIMITS, metres_of
from gis_app.web.table_columns import AMENITIES, STATION_KINDS

LEVELS = ("grid", "community", "subdistrict", "block", "county")
KIND_CHOICES = (*STATION_KINDS, "all")
MEASURES = ("share", "crow_share", "seated_share", "mean_m", "times_0_share", "seats_per_1000")
NAMES = ("level", "limit", "when", "at", "kind", "amenities", "day", "measure")
SERVING_WARM = Scope()
KEPT = 24  # answers kept in each process: a few people who each try a few limits and hours


@dataclass(frozen=True)
class Asked:
    """One question: which stations count, within what, as they were on a past day (None: as they are)."""

    scope: Scope = SERVING_WARM
    limit: str = DEFAULT_LIMIT
    level: str = "grid"
    measure: str = "share"
    day: date | None = None

    @property
    def moment(self) -> datetime:
        """Return the moment at which opening hours are looked at."""
        return self.scope.moment or datetime.fromisoformat(clock_step())

    def tag(self) -> tuple:
        """Return what an answer to this depends on, beside the snapshot."""
        moving = station_now().tag_at(self.moment) if self.scope.when == OPEN_AT else ""
        return (self, self.moment if self.scope.when == OPEN_AT else "", moving, clock.now().date())


def asked_of(params: Params) -> Asked:
    """Return the question in a query string that may hold `NAMES`; raises BadInput naming the field."""
    scope = scope_of(
        params.choice("kind", KIND_CHOICES, "warm_station"),
        params.text("amenities", 200),
        params.choice("when", WHENS, "serving"),
        params.text("at", 40),
    )
    return Asked(
        scope,
        params.choice("limit", LIMITS, DEFAULT_LIMIT),
        params.choice("level", LEVELS, "grid"),
        params.choice("measure", MEASURES, "share"),
        params.day("day"),
    )


def scope_of(kind: str, amenities: str, when: str, at: str) -> Scope:
    """Return the scope of texts as they stand in an address; raises BadInput."""
    wanted = tuple(dict.fromkeys(one for one in amenities.replace(";", ",").split(",") if one))
    if not set(wanted) <= set(AMENITIES):
        raise _bad("amenities", _("可用的值：%(values)s", values="、".join(AMENITIES)))
    return Scope(() if kind == "all" else (kind,), wanted, when, _moment(at) if when == OPEN_AT else None)


def area_code(params: Params) -> str:
    """Return the code of an area or a block in a query string, "" where none is named; raises BadInput."""
    area = params.text("area", 32)
    if area and not area.isalnum():
        raise _bad("area", _("应为区域编码"))
    return area


def table_of(found: Snapshot, day: date | None = None) -> ReachTable:
    """Return the reach of the stations of the present layer, or of those of the end of a past day."""
    if day is None:
        return found.memo("coverage-table", lambda: _built(found, found.atlas.stations))
    with services().store.read() as conn:
        rows = stations_as_of(conn, end_of(day))
    marks = [*rows["station_code"], *rows["status"], *rows["hours"], *rows["capacity"].astype(str)]
    key = digest(*marks, *rows["kind"], *rows["amenities"], *rows.geometry.to_wkt())
    return kept_of(found).get(("table", key), lambda: _built(found, rows))


def figures_of(found: Snapshot, asked: Asked, table: ReachTable | None = None) -> Figures:
    """Return the figures of a question, worked out once for as long as it is among the last asked."""
    table = table or table_of(found, asked.day)
    mask = asked.scope.mask(table.stations, station_now().statuses if asked.scope.when == OPEN_AT else None)
    return figures_by_mask(found, table, mask, asked.limit)


def figures_by_mask(found: Snapshot, table: ReachTable, mask: np.ndarray, limit: str) -> Figures:
    """Return the figures of the stations of a table where `mask` is true."""
    metres, per_seat = metres_of(limit), services().settings.households_per_seat
    key = ("figures", table, mask.tobytes(), metres, per_seat)
    return kept_of(found).get(key, lambda: figures(table, mask, metres, per_seat))


def area_names(found: Snapshot, level: str, codes: pd.Series | Sequence[str]) -> list[str]:
    """Return the names of areas of a level."""
    if level == "block":
        rows = found.atlas.blocks
        known = dict(zip(rows["block_code"], rows["name"], strict=True))
        return [known.get(code, "") for code in codes]
    return [found.atlas.name_of(code) if code else "" for code in codes]


class Kept:
    """The last few answers; each is worked out once, and whoever asks meanwhile waits for it."""

    def __init__(self, most: int = KEPT) -> None:
        self._most, self._made, self._lock = most, OrderedDict(), threading.RLock()

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what `make` returns for this key."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
            else:
                self._made[key] = make()
                while len(self._made) > self._most:
                    self._made.popitem(last=False)
            return self._made[key]


def kept_of(found: Snapshot) -> Kept:
    """Return the answers kept for a snapshot."""
    return found.memo("coverage-kept", Kept)


def _built(found: Snapshot, stations: gpd.GeoDataFrame) -> ReachTable:
    settings = services().settings
    places = found.memo("coverage-places", lambda: Places.of(found.atlas, settings.snap_limit))
    cutoff = largest_limit(settings.walking_speed)
    return ReachTable.build(found.atlas, stations, cutoff, settings.snap_limit, places)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        if len(text) > 25 or not 1900 <= found.year <= 2200:
            raise ValueError(text)
    except ValueError:
        raise _bad("at", _("应为 YYYY-MM-DDTHH:MM 格式的时间，例如 2024-04-28T20:00")) from None
    return found.replace(tzinfo=clock.ZONE) if found.tzinfo is None else found.astimezone(clock.ZONE)


def _bad(name: str, reason: str) -> BadInput:
    message = _("参数 %(name)s 不正确：%(reason)s", name=name, reason=reason)
    return BadInput("bad_parameter", message, {name: reason})
