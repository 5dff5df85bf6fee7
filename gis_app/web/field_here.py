"""Where somebody stands and which station is nearest, asked of the server where the pack does not reach.

Both are POST, so that a position stands in no address and no log; nothing of it is kept, and no answer names
anything but places. Positions may be declared as GCJ-02 or BD-09, as map applications give them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Blueprint, Response
from flask_babel import gettext as _

from gis_app import clock
from gis_app.geo.crs import bd09_to_wgs84, gcj02_to_wgs84
from gis_app.incidents.placing import Placing, place
from gis_app.stations.nearest import nearest
from gis_app.stations.status import OPEN
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.field_pack_parts import posts
from gis_app.web.field_status import open_stations, status_of
from gis_app.web.i18n import language
from gis_app.web.incident_words import far, place_name
from gis_app.web.json_body import Body
from gis_app.web.services import services
from gis_app.web.station_now import station_now
from gis_app.web.table_columns import AMENITIES, STATION_KINDS

rooms = Blueprint("field_here", __name__)
POSITION = ("lon", "lat", "accuracy_m", "crs")
SYSTEMS = ("wgs84", "gcj02", "bd09")
MOST, USUAL = 10, 3
MAX_ACCURACY = 100_000.0
FAR_M = 200.0  # a circle this large says no grid
BORDER_M = 15.0  # a position is never better than this
DECIMALS, METRES = 6, 1


@dataclass(frozen=True)
class Position:
    """A position in true coordinates, with its accuracy in metres (None where it is not known)."""

    lon: float
    lat: float
    accuracy_m: float | None

    @property
    def coarse(self) -> bool:
        """Tell whether it is too coarse to say which grid it is in."""
        return (self.accuracy_m or 0.0) > FAR_M


def position_of(body: Body) -> Position:
    """Return the position in a body, turned into true coordinates; raises BadInput naming the field."""
    lon, lat = body.number("lon", -180, 180, needed=True), body.number("lat", -90, 90, needed=True)
    accuracy = body.number("accuracy_m", 0, MAX_ACCURACY)
    system = body.choice("crs", SYSTEMS, "wgs84")
    xy = np.array([[lon, lat]])
    if system != "wgs84":
        xy = gcj02_to_wgs84(xy) if system == "gcj02" else bd09_to_wgs84(xy)
    return Position(float(xy[0, 0]), float(xy[0, 1]), accuracy)


@rooms.post("/field/here")
@requires("field:page:read")
def here() -> Response:
    """Say which grid a position lies in, who answers for it, and which others its accuracy reaches."""
    at, found = position_of(Body(*POSITION)), snapshot()
    reach = min(max(at.accuracy_m or 0.0, BORDER_M), FAR_M)
    placed = place(found.atlas, at.lon, at.lat, reach)
    own = placed.grid_code
    near = [
        {"grid_code": one.grid_code, "name": place_name(one.grid_code), "distance_m": one.distance_m}
        for one in placed.candidates
        if one.grid_code != own
    ]
    answer = {
        "grid": _grid(found, own),
        "near": near,
        "posts": posts(found, own, language(), services().settings.service_line) if own else [],
        "outside": not own,
        "far": at.coarse,
        "words": _words(at, placed, near),
    }
    return Response(geojson.dumps(answer), content_type="application/json")


@rooms.post("/field/nearest")
@requires("field:page:read")
def nearest_stations() -> Response:
    """Say which stations that are open are the nearest on foot, and the ways there."""
    body = Body(*POSITION, "moment", "amenities", "kinds", "count", "open_only")
    at, moment = position_of(body), body.moment("moment") or clock.now()
    amenities, kinds = body.choices("amenities", AMENITIES), body.choices("kinds", STATION_KINDS)
    count, open_only = body.whole("count", 1, MOST, USUAL), body.flag("open_only", True)
    found, settings, statuses = snapshot(), services().settings, station_now()
    place(found.atlas, at.lon, at.lat)  # refuses what lies outside the county
    mask = (
        open_stations(found, statuses, moment, amenities)
        if open_only
        else np.ones(len(found.atlas.stations), bool)
    )
    ways = nearest(
        found.atlas,
        found.atlas.station_routes,
        at.lon,
        at.lat,
        mask,
        amenities,
        kinds,
        count,
        settings.walking_speed,
        settings.snap_limit,
    )
    facts = _facts(found)
    told = [
        _told(one, facts[one.station_code], status_of(statuses, one.station_code, moment)) for one in ways
    ]
    answer = {"stations": told, "far": at.coarse, "open_only": open_only}
    return Response(geojson.dumps(answer), content_type="application/json")


def _told(one: Any, facts: dict[str, Any], status: tuple[str, str, int | None]) -> dict[str, Any]:
    state = status[0] if facts["layer_status"] == OPEN else facts["layer_status"]
    return {
        "station_code": one.station_code,
        **facts,
        "walk_m": _rounded(one.walk_m),
        "walk_min": _rounded(one.walk_min),
        "crow_m": _rounded(one.crow_m),
        "leg_m": _rounded(one.leg_m),
        "reason": one.reason,
        "status": state,
        "status_note": status[1],
        "way": np.round(one.way, DECIMALS).tolist(),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, METRES)


def _facts(found: Snapshot) -> dict[str, dict[str, Any]]:
    def make() -> dict[str, dict[str, Any]]:
        rows = found.atlas.stations
        table = rows[["station_code", "name", "kind", "address", "hours", "status"]].assign(
            lon=rows.geometry.x.round(7), lat=rows.geometry.y.round(7)
        )
        records = geojson.records(table.rename(columns={"status": "layer_status"}))
        return {row.pop("station_code"): row for row in records}

    return found.memo("field-station-facts", make)


def _grid(found: Snapshot, code: str) -> dict[str, str] | None:
    if not code:
        return None
    return {"code": code, "name": found.atlas.name_of(code), "community": found.atlas.name_of(code[:12])}


def _words(at: Position, placed: Placing, near: list[dict[str, Any]]) -> str:
    if at.coarse:
        return _(
            "定位误差约 %(distance)s，只能估计所在网格，请点地图或搜索确定位置",
            distance=far(at.accuracy_m or 0),
        )
    if not placed.grid_code:
        return _("您在本县内，但这里不属于任何网格")
    said = _("您在%(grid)s", grid=place_name(placed.grid_code))
    if not near:
        return said
    return said + _(
        "，靠近%(grid)s的边界（%(distance)s）", grid=near[0]["name"], distance=far(near[0]["distance_m"])
    )
