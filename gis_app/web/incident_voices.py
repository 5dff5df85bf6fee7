"""Serves the voice notes of incidents, each to those who may see an incident that has it."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.storage import incidents as stored
from gis_app.voices.folder import TYPES
from gis_app.web.access import requires
from gis_app.web.incident_access import may_see
from gis_app.web.incident_photos import CACHE_CONTROL
from gis_app.web.params import Params
from gis_app.web.services import services

rooms = Blueprint("incident_voices", __name__)


@rooms.get("/voices/<voice_hash>")
@requires("incidents:photo:read")
def voice(voice_hash: str) -> Response:
    """Serve a voice note, or the part of it that a player asks for."""
    Params()
    with services().store.read() as conn:
        found = dict(stored.incidents_of_voice(conn, voice_hash[:64]))
        shown = stored.find_many(conn, found) if found else {}
    heard = [found[code] for code, incident in shown.items() if may_see(incident, g.account)]
    if not heard:
        raise NotFound("unknown_voice", _("没有这段语音，或您无权收听"))
    data = services().voices.read(voice_hash, heard[0])
    response = Response(data, content_type=TYPES[heard[0]])
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["Content-Disposition"] = "inline"
    response.headers["Vary"] = "Cookie"
    response.set_etag(voice_hash)
    return response.make_conditional(request, accept_ranges=True, complete_length=len(data))
