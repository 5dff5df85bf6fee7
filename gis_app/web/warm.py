"""Computes, before the first person asks, what the first page shows: a start is the better moment to wait.

The layers are also compressed as small as it goes. That takes seconds, so the result is kept in the
instance folder under the digest of its content, and a second start only reads it.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from pathlib import Path

import brotli
from flask import Flask

from gis_app.errors import GisError
from gis_app.layers.schema import LAYERS
from gis_app.studio import past, states
from gis_app.web import coverage_ask, layers, leader_past, leader_question, stations
from gis_app.web.bytes import digest
from gis_app.web.current import Snapshot
from gis_app.web.services import KEY, Services
from gis_app.web.studio_state import AT_ONCE

log = logging.getLogger("gis_app")
FOLDER = "cache"
QUALITY = 10
# A large county is left to the fast coding of the first request.
MAX_SECONDS, MAX_BYTES = 4.0, 4 * 2**20


def warm(app: Flask) -> None:
    """Make the snapshot, its layers, ways and coverage; a store that cannot be read yet is left for later."""
    parts: Services = app.extensions[KEY]
    try:
        found = parts.snapshots.newest()
        _ = found.atlas.station_routes
        incidents = parts.incident_frames.latest()
        with app.app_context():
            for level in stations.LEVELS:
                stations.coverage_of(found, level, stations.DEFAULT_LIMIT)
            coverage_ask.figures_of(found, coverage_ask.Asked())
            leader_past.warm_year(found, leader_question.latest_day(incidents))
        _draw_on(parts, found)
        _keep_layers(parts, found)
    except GisError as error:
        log.warning({"message": "not warmed", "code": error.code})


def _draw_on(parts: Services, found: Snapshot) -> None:
    """Make the blocks of the plan in force ready to be drawn on, unless the county is a large one."""
    plan = past.plan_in_force(parts.store)
    if plan is not None and 0 < len(found.atlas.blocks) <= AT_ONCE:
        with parts.store.read() as conn:
            states.base(parts.store, conn, plan)


def _keep_layers(parts: Services, found: Snapshot) -> None:
    folder = parts.settings.instance_dir / FOLDER
    end, kept = time.monotonic() + MAX_SECONDS, set()
    for name in sorted(LAYERS, key=lambda name: len(found.atlas.layer(name))):
        tag = layers.tag_of(found, name)
        body = parts.cache.get(tag, "", lambda name=name: layers.whole(found, name))
        if len(body) <= MAX_BYTES and time.monotonic() < end:
            file = folder / f"{digest(body)}.br"
            parts.cache.put(tag, "br", _smallest(file, body))
            kept.add(file)
    for old in folder.glob("*.br"):
        if old not in kept:
            old.unlink(missing_ok=True)


def _smallest(file: Path, body: bytes) -> bytes:
    """Return the body compressed, from the file where it holds just that, else made and kept there."""
    try:
        packed = file.read_bytes()
        if brotli.decompress(packed) == body:
            return packed
    except (OSError, brotli.error):
        pass
    packed = brotli.compress(body, quality=QUALITY)
    try:
        _write(file, packed)
    except OSError as error:
        log.warning({"message": "cache not written", "reason": error.strerror})
    return packed


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        os.replace(draft, file)
    finally:
        Path(draft).unlink(missing_ok=True)
