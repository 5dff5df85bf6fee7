"""Map service for a county's urban grid: `create_app` is the one place where its parts are wired together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from gis_app.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings, or for those of the environment.

    Opens the store but reads nothing: the layers are read when they are first asked for. Raises BadSettings
    for settings that cannot be used.
    """
    # Rooms below the web import this package too; they should not have to import the web for it.
    from gis_app.web.application import make_application

    return make_application(settings)
