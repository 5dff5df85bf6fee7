"""Whatever is asked under /open311 and is not there, or not by this method, still gets GeoReport's errors."""

from __future__ import annotations

from flask import Response, current_app, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from gis_app.web.open311.faults import fault
from gis_app.web.open311.room import Room

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REASON = "an address that does not exist is told so in the shape of Open311"


def add_to(room: Room) -> None:
    """Answer every other address under the room's prefix."""
    for method in METHODS:
        room.add("", stray, method, REASON)
        room.add("/", stray, method, REASON)
        room.add("/<path:rest>", stray, method, REASON)


def stray(rest: str = "") -> Response:
    """Say that there is no such address, or no such method on it."""
    taken = [method for method in ("GET", "POST") if method != request.method and _is_answered(method)]
    error = fault("unknown_method" if taken else "unknown_path")
    if taken:
        error.fields = {"method": ", ".join(taken)}
    raise error


def _is_answered(method: str) -> bool:
    """Tell whether the address is there for another method."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _places = adapter.match(method=method)
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return False
    return not endpoint.startswith("open311_astray")
