"""The blueprint of the service, what every answer of it has in common, and how addresses are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from gis_app.errors import BadInput
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.data_keys import PARAMETER

rooms = Blueprint("ogc", __name__, url_prefix="/ogc")
PERMISSION = "ogc:feature:read"
JSON, HTML, GEOJSON = "application/json", "text/html", "application/geo+json"
OPENAPI, SCHEMA = "application/vnd.oai.openapi+json;version=3.0", "application/schema+json"
MVT = "application/vnd.mapbox-vector-tile"
FORMATS = ("json", "html")
# What any address of the service may carry: the wished format, and the key of who can send no header.
ALWAYS = ("f", PARAMETER)
VARY = "Accept, Accept-Encoding, Authorization, Cookie, X-API-Key"


def answers(rule: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Answer a rule of the service for whoever may read it, by session or by key."""

    def add(view: Callable[..., Response]) -> Callable[..., Response]:
        marked = requires(PERMISSION, data_key=True)(view)
        rooms.add_url_rule(rule, view.__name__, marked, methods=["GET"])
        return marked

    return add


@rooms.after_request
def _finish(response: Response) -> Response:
    response.headers["Vary"] = VARY
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="ogc"'
    return response


def wants_page() -> bool:
    """Tell whether a person asks; what a program asks for without saying how is JSON.

    An address with a key is a program's: a page has links that would repeat it. Raises BadInput for a format
    that is not offered.
    """
    wished = request.args.get("f", "")
    if wished:
        if wished not in FORMATS:
            allowed = "、".join(FORMATS)
            raise BadInput("bad_parameter", f"f: {allowed}", {"f": allowed})
        return wished == "html" and PARAMETER not in request.args
    return (
        PARAMETER not in request.args and request.accept_mimetypes.best_match([JSON, GEOJSON, HTML]) == HTML
    )


def base() -> str:
    """Return the address of the landing page, as the asker reached it."""
    return f"{request.host_url.rstrip('/')}/ogc"


def address(path: str = "", **parameters: Any) -> str:
    """Return the whole address of a path of the service; a key is never part of it."""
    kept = {name: value for name, value in parameters.items() if name != PARAMETER}
    return f"{base()}{path}" + (f"?{urlencode(kept)}" if kept else "")


def link(rel: str, href: str, kind: str, title: str = "") -> dict[str, str]:
    """Return a link as OGC API writes it."""
    found = {"rel": rel, "href": href, "type": kind}
    return found | {"title": title} if title else found


def own_links(path: str, kind: str = JSON) -> list[dict[str, str]]:
    """Return the links of a document to itself and to its other format."""
    return [link("self", address(path, f="json"), kind), link("alternate", address(path, f="html"), HTML)]


def told(parts: tuple, make: Callable[[], Mapping[str, Any]], kind: str = JSON) -> Response:
    """Answer with a JSON document, kept for what `parts` says it depends on."""
    return respond((base(), *parts), lambda: geojson.dumps(make()), kind)
