"""Service discovery: where the interface is and what it speaks, in both formats."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _

from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.open311.asking import check_format
from gis_app.web.open311.formats import CONTENT_TYPES, write
from gis_app.web.open311.room import Room
from gis_app.web.pages import county_name

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2025-01-01T00:00:00+08:00"
FORMATS = ["text/xml", "application/json"]
ENDPOINTS = (("production", "/open311/v2"), ("test", "/open311/test/v2"))


def add_to(room: Room) -> None:
    """Answer discovery in a room."""
    room.add("/discovery.<format_>", discovery)


def discovery(format_: str) -> Response:
    """Say where the endpoints are."""
    check_format(format_)
    found, root, lang = snapshot(), request.host_url.rstrip("/"), language()
    county = county_name(found)

    def make() -> bytes:
        told = {
            "changeset": CHANGED,
            "contact": _("%(county)s网格化服务管理中心，请联系本系统管理员", county=county),
            "key_service": _("api_key 由管理员在 %(address)s 页面发放", address=f"{root}/api-keys"),
            "endpoints": [_endpoint(kind, root + path) for kind, path in ENDPOINTS],
        }
        return write(format_, "discovery", told)

    return respond((county, root, format_, lang), make, CONTENT_TYPES[format_])


def _endpoint(kind: str, url: str) -> dict:
    return {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": CHANGED,
        "type": kind,
        "formats": FORMATS,
    }
