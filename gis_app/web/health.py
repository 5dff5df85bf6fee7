"""Is the process alive, and can it serve: for the supervisor and the proxy, never for people."""

from __future__ import annotations

import logging

from flask import Blueprint, Response

from gis_app.errors import GisError
from gis_app.storage.migrations import is_current
from gis_app.web import geojson
from gis_app.web.access import open_to_all
from gis_app.web.services import services

rooms = Blueprint("health", __name__)
log = logging.getLogger("gis_app")


@rooms.get("/healthz")
@open_to_all("a supervisor asks whether the process lives; the answer says nothing else", anonymous=True)
def healthz() -> Response:
    """Say that the process answers."""
    return Response(geojson.dumps({"status": "ok"}), content_type="application/json")


@rooms.get("/readyz")
@open_to_all("a proxy asks whether to send requests here; the answer is yes or no per part", anonymous=True)
def readyz() -> Response:
    """Say whether store, schema and layers are there; 503 where one is not."""
    parts = services()
    told = {"store": False, "schema": False, "layers": False}
    try:
        told["schema"] = is_current(parts.store)
        told["store"] = True
        told["layers"] = told["schema"] and parts.snapshots.newest() is not None
    except GisError as error:
        log.error({"message": "not ready", "code": error.code}, exc_info=error)
    ready = all(told.values())
    body = geojson.dumps({"status": "ready" if ready else "not ready", "checks": told})
    return Response(body, 200 if ready else 503, content_type="application/json")
