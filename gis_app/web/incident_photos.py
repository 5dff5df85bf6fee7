"""Serves the photos of incidents, each to those who may see an incident that shows it."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.photos.folder import FULL, THUMB
from gis_app.storage import incidents as stored
from gis_app.web.access import requires
from gis_app.web.bytes import matches
from gis_app.web.incident_access import may_see
from gis_app.web.params import Params
from gis_app.web.services import services

rooms = Blueprint("incident_photos", __name__)
# A photo never changes; whether one may still see it is asked anew each time.
CACHE_CONTROL = "private, no-cache"


@rooms.get("/photos/<photo_hash>.jpg")
@requires("incidents:photo:read")
def photo(photo_hash: str) -> Response:
    """Serve a photo, or its small picture."""
    size = Params("size").choice("size", (FULL, THUMB), FULL)
    services().photos.path(photo_hash, size)
    with services().store.read() as conn:
        codes = stored.incidents_of_photo(conn, photo_hash)
        shown = stored.find_many(conn, codes).values() if codes else ()
    if not any(may_see(incident, g.account) for incident in shown):
        raise NotFound("unknown_photo", _("没有这张照片，或您无权查看"))
    etag = f'"{photo_hash}-{size}"'
    headers = {
        "ETag": etag,
        "Cache-Control": CACHE_CONTROL,
        "Content-Disposition": "inline",
        "Vary": "Cookie",
    }
    if matches(request.headers.get("If-None-Match"), etag):
        return Response(status=304, headers=headers)
    return Response(services().photos.read(photo_hash, size), headers=headers, content_type="image/jpeg")
