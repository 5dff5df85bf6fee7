"""Wires the application: limits, services, what runs around every request, and the blueprint of each room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Request
from flask.json.provider import JSONProvider
from flask.sessions import SessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from gis_app.maps.base_maps import tile_hosts
from gis_app.people.limits import Limits
from gis_app.photos.folder import PhotoFolder
from gis_app.settings import Settings, load_settings
from gis_app.storage.engine import open_store
from gis_app.voices.folder import VoiceFolder
from gis_app.web import (
    access,
    api,
    api_keys,
    areas,
    assets,
    assignments,
    assignments_desk,
    assignments_files,
    assignments_posts,
    assignments_proposals,
    coverage,
    coverage_lists,
    coverage_what_if,
    desk,
    desk_data,
    desk_steps,
    exports,
    field,
    field_here,
    field_pack,
    field_tasks,
    figures,
    geojson,
    headers,
    health,
    help_dictionary_files,
    help_room,
    i18n,
    incident_api,
    incident_board,
    incident_classes,
    incident_detail,
    incident_inbox,
    incident_near,
    incident_photos,
    incident_report,
    incident_statistics,
    incident_steps,
    incident_voices,
    incidents,
    layers,
    leader,
    leader_alerts,
    leader_coverage,
    leader_lists,
    limits,
    logs,
    maps,
    ogc,
    open311,
    origin,
    pages,
    paper_maps,
    people,
    problems,
    programme,
    programme_overlays,
    programme_projects,
    ratings,
    reports,
    search,
    siting,
    siting_scenarios,
    station_codes,
    station_page,
    station_status,
    stations,
    studio,
    studio_compare,
    studio_edits,
    studio_files,
    studio_flow,
    studio_papers,
    studio_plans,
    studio_proposals,
    studio_talk,
    supervision,
    supervision_ledger,
    supervision_schedules,
    webhooks,
)
from gis_app.web.assets import Assets
from gis_app.web.bytes import ByteCache
from gis_app.web.current import Snapshots
from gis_app.web.incident_frame import IncidentFrames
from gis_app.web.services import KEY, Services
from gis_app.web.station_now import StationStatuses

ROOT = Path(__file__).parent.parent.parent
FIELD_ROOMS = (field, field_pack, field_here, field_tasks)
COVERAGE_ROOMS = (coverage, coverage_lists, coverage_what_if)
SITING_ROOMS = (siting, siting_scenarios)
LEADER_ROOMS = (leader, leader_alerts, leader_coverage, leader_lists)
DESK_ROOMS = (desk, desk_data, desk_steps)
STUDIO_ROOMS = (
    studio,
    studio_edits,
    studio_talk,
    studio_flow,
    studio_compare,
    studio_plans,
    studio_proposals,
    studio_files,
    studio_papers,
)
INCIDENT_ROOMS = (
    incident_inbox,
    incident_board,
    incident_report,
    incident_detail,
    incident_steps,
    incident_photos,
    incident_voices,
    incident_classes,
    incident_near,
    incident_api,
)
PROGRAMME_ROOMS = (
    supervision_ledger,
    supervision,
    supervision_schedules,
    ratings,
    programme,
    programme_projects,
    programme_overlays,
)
ROOMS = (
    people,
    maps,
    layers,
    assignments,
    assignments_desk,
    assignments_files,
    assignments_posts,
    assignments_proposals,
    stations,
    *COVERAGE_ROOMS,
    *SITING_ROOMS,
    *STUDIO_ROOMS,
    station_page,
    station_status,
    station_codes,
    incidents,
    *INCIDENT_ROOMS,
    incident_statistics,
    *LEADER_ROOMS,
    paper_maps,
    reports,
    exports,
    *DESK_ROOMS,
    *PROGRAMME_ROOMS,
    *FIELD_ROOMS,
    api_keys,
    api,
    webhooks,
    ogc,
    open311.production,
    open311.testing,
    open311.astray,
    areas,
    search,
    figures,
    help_dictionary_files,
    help_room,
    health,
)


def make_application(settings: Settings | None = None) -> Flask:
    """Return the application for these settings, or for those of the environment."""
    settings = settings or load_settings()
    app = Flask("gis_app", root_path=str(ROOT), static_folder=None, template_folder=str(ROOT / "templates"))
    _configure(app, settings)
    app.extensions[KEY] = _services(settings)
    # What runs before a request, in this order; what runs after it, in the reverse one.
    for part in (logs, pages, headers, limits, origin, access, problems, assets, i18n):
        part.install(app)
    for room in ROOMS:
        app.register_blueprint(room.rooms)
    access.check_declared(app)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=0)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key or None,
        MAX_CONTENT_LENGTH=limits.BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=limits.FORM_BYTES,
        MAX_FORM_PARTS=limits.FORM_PARTS,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.session_interface = NoSession()
    app.json = Json(app)
    app.url_map.strict_slashes = True
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    logs.configure()


def _services(settings: Settings) -> Services:
    store = open_store(settings.database_url)
    return Services(
        settings=settings,
        limits=Limits.of(settings),
        store=store,
        snapshots=Snapshots(store, settings.route_table_mib),
        cache=ByteCache(),
        assets=Assets(ROOT / "static"),
        photos=PhotoFolder(settings.instance_dir),
        voices=VoiceFolder(settings.instance_dir),
        incident_frames=IncidentFrames(store),
        station_statuses=StationStatuses(store),
        image_hosts=tile_hosts(settings),
    )


class NoSession(SessionInterface):
    """Flask's own signed session is not used: a session is a row in the database."""

    def open_session(self, app: Flask, request: Request) -> None:
        """Open nothing."""
        return None

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Save nothing."""


class Json(JSONProvider):
    """JSON without NaN, both for answers and inside pages."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Return the value as JSON text; NaN becomes null."""
        return geojson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value of a JSON text."""
        return orjson.loads(s)
