"""What lies around a position: which grid it belongs to, and which incidents a report there may repeat.

Pages ask by POST, so that where somebody stands is in no address and so in no log, of ours or of a proxy.
The API takes both: GET for positions that are nobody's, POST for a person's.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _

from gis_app.errors import BadInput, NotFound
from gis_app.incidents.fields import read_number
from gis_app.incidents.placing import Placing, place
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.field_here import POSITION, position_of
from gis_app.web.incident_access import catalogue
from gis_app.web.incident_report import candidates, likely
from gis_app.web.incident_words import place_name
from gis_app.web.json_body import Body
from gis_app.web.params import Params

rooms = Blueprint("incident_near", __name__)
API = "/api/v1/incidents"
MAX_ACCURACY = 10_000.0
JSON = "application/json"


@rooms.post("/incidents/placing.json")
@rooms.post(f"{API}/placing", endpoint="api_placing_of_person")
@requires("incidents:incident:report")
def placing() -> Response:
    """Say which grid a position lies in, and which others its accuracy reaches."""
    at = position_of(Body(*POSITION))
    accuracy = min(at.accuracy_m, MAX_ACCURACY) if at.accuracy_m else None
    return _answer(_placed(place(snapshot().atlas, at.lon, at.lat, accuracy)))


@rooms.post("/incidents/duplicates.json")
@rooms.post(f"{API}/duplicates", endpoint="api_duplicates_of_person")
@requires("incidents:incident:report")
def duplicates() -> Response:
    """Say which open incidents of a class lie near a position."""
    body = Body("class_code", *POSITION)
    at, class_code = position_of(body), body.text("class_code", 16)
    if catalogue().find(class_code) is None:
        raise NotFound("unknown_class", _("没有这个事件类别"), {"class_code": class_code})
    return _answer({"duplicates": likely(class_code, at.lon, at.lat)})


@rooms.get(f"{API}/placing")
@requires("incidents:incident:report")
def api_placing() -> Response:
    """Say which grid a position lies in, and which others its accuracy reaches; not for a person's own."""
    params = Params("lon", "lat", "accuracy_m")
    lon, lat = _position(params)
    accuracy = float(params.whole("accuracy_m", 0, int(MAX_ACCURACY), 0))
    return _answer(_placed(place(snapshot().atlas, lon, lat, accuracy)))


@rooms.get(f"{API}/duplicates")
@requires("incidents:incident:report")
def api_duplicates() -> Response:
    """Say which open incidents of a class lie near a position; not for a person's position."""
    params = Params("class_code", "lon", "lat")
    lon, lat = _position(params)
    class_code = params.choice("class_code", catalogue().classes)
    return _answer({"duplicates": likely(class_code or "", lon, lat)})


def _placed(found: Placing) -> dict[str, Any]:
    return {
        "grid_code": found.grid_code,
        "name": place_name(found.grid_code) if found.grid_code else "",
        "ask": found.ask,
        "candidates": candidates(found),
    }


def _position(params: Params) -> tuple[float, float]:
    """Return longitude and latitude of the address; raises BadInput for anything else."""
    lon, lat = (read_number(params.text(name, 40)) for name in ("lon", "lat"))
    if lon is None or lat is None or not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadInput("location_unreadable", _("经纬度须为数字"), {"lon": "-180…180", "lat": "-90…90"})
    return lon, lat


def _answer(value: Any) -> Response:
    return Response(geojson.dumps(value), content_type=JSON)
