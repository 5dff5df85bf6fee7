"""What a view needs of the running application, in one typed place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from gis_app.people.limits import Limits
    from gis_app.photos.folder import PhotoFolder
    from gis_app.settings import Settings
    from gis_app.storage.engine import Store
    from gis_app.voices.folder import VoiceFolder
    from gis_app.web.assets import Assets
    from gis_app.web.bytes import ByteCache
    from gis_app.web.current import Snapshots
    from gis_app.web.incident_frame import IncidentFrames
    from gis_app.web.station_now import StationStatuses

KEY = "gis_app"


@dataclass(frozen=True)
class Services:
    """The parts that `create_app` wires together, one of each per process."""

    settings: Settings
    limits: Limits
    store: Store
    snapshots: Snapshots
    cache: ByteCache
    assets: Assets
    photos: PhotoFolder
    voices: VoiceFolder
    incident_frames: IncidentFrames
    station_statuses: StationStatuses
    image_hosts: tuple[str, ...] = ()


def services() -> Services:
    """Return the parts of the application that answers the current request."""
    return current_app.extensions[KEY]
