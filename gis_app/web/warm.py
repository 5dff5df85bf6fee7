"""Computes, before the first person asks, what the first page shows: a start is the better moment to wait."""

from __future__ import annotations

import logging

from flask import Flask

from gis_app.errors import GisError
from gis_app.web.services import KEY, Services

log = logging.getLogger("gis_app")


def warm(app: Flask) -> None:
    """Build the snapshot of the store's revision; a store that cannot be read yet is left for later."""
    parts: Services = app.extensions[KEY]
    try:
        found = parts.snapshots.newest()
        parts.incident_frames.latest()
        log.debug({"message": "ready", "revision": found.revision, "tag": found.tag})
    except GisError as error:
        log.warning({"message": "not warmed", "code": error.code})
