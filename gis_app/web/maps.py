"""The leader's page and the script that folium composed for it."""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, redirect, render_template, url_for

from gis_app.layers.schema import LAYERS
from gis_app.maps.catalogue import page_config
from gis_app.maps.shell import Shell, compose_shell
from gis_app.people.permissions import permissions_of
from gis_app.web.access import open_to_all, requires
from gis_app.web.assets import SHEETS
from gis_app.web.bytes import digest, respond
from gis_app.web.current import Snapshot, snapshot, today
from gis_app.web.figures import figures_of
from gis_app.web.i18n import language
from gis_app.web.incident_now import incidents_now
from gis_app.web.pages import kept_page
from gis_app.web.people import home_of
from gis_app.web.services import services
from gis_app.web.station_now import station_now
from gis_app.web.synthetic import is_synthetic
from gis_app.web.table_rows import street_pieces

rooms = Blueprint("maps", __name__)
URLS = {
    "layer": "/layers/{name}.geojson",
    "table": "/layers/{name}/table",
    "area": "/areas/{code}.json",
    "station": "/stations/{code}.json",
    "search": "/search.json",
    "figures": "/figures.json",
    "counts": "/overlays/incident-counts.geojson",
}
# What a module brings in when it is first needed.
LATER_FILES = (
    "vendor/leaflet.markercluster/leaflet.markercluster.js",
    "vendor/leaflet.markercluster/MarkerCluster.css",
    "vendor/leaflet.heat/leaflet-heat.js",
)
_STYLE = re.compile(r'<link rel="stylesheet" href="/static/([^"?]+)">\n?')
_STATIC = re.compile(r'(?<=")/static/([^"?]+)(?=")')
_LATE = re.compile(r'<template id="late-controls">.*?</template>', re.DOTALL)


@rooms.get("/")
@open_to_all("it only leads on: to the map, or to the form to sign in")
def home() -> Response:
    """Lead to the map or to the form."""
    return redirect(home_of(g.account.role) if g.account else url_for("people.sign_in_form"), code=303)


@rooms.get("/map")
@requires("map:page:read")
def page() -> Response:
    """Show the map page: figures, shell and panels, without any layer's data."""
    found = snapshot()
    parts = (found.tag, incidents_now().tag, station_now().tag_at(), today())
    return kept_page(parts, lambda: _render(found))


@rooms.get("/map/shell.js")
@requires("map:page:read")
def shell_script() -> Response:
    """Say the script that makes the map and its controls."""
    shell = _shell(snapshot())
    return respond(
        (digest(shell.script_js),), lambda: shell.script_js.encode(), "text/javascript; charset=utf-8"
    )


def _shell(found: Snapshot) -> Shell:
    lang = language()
    return found.memo(("shell", lang), lambda: compose_shell(services().settings, found.atlas.bounds, lang))


def _render(found: Snapshot) -> str:
    figures = figures_of(found, incidents_now(), language())
    parts = shell_parts(found, SHEETS["css/map_sheet.css"])
    return render_template("map/page.html", figures=figures, **parts)


def shell_parts(found: Snapshot, styles: tuple[str, ...] = (), late: bool = True) -> dict:
    """Return what a template needs for a map of this county: `shell`, `shell_url` and `page_config`.

    `styles` are the style files that the page has already. Without `late` the files of the controls that come
    later are left out: a phone has none of them.
    """
    shell = _shell(found)
    asset = services().assets.url
    header = shell.header_html if late else _LATE.sub("", shell.header_html)
    header = _STYLE.sub(lambda link: "" if link.group(1) in styles else link.group(0), header)
    header = _STATIC.sub(lambda match: asset(match.group(1)), header)
    return {
        "shell": Shell(header, shell.body_html, shell.script_js, shell.tile_hosts),
        "shell_url": shell_address(found),
        "page_config": _config(found),
    }


def shell_address(found: Snapshot) -> str:
    """Return the address of the map's script, with its digest."""
    return f"/map/shell.js?v={digest(_shell(found).script_js)}"


def shell_files(found: Snapshot) -> list[str]:
    """Return the paths of the styles and scripts that the map's shell names, but for the late controls'."""
    return _STATIC.findall(_LATE.sub("", _shell(found).header_html))


def _config(found: Snapshot) -> dict:
    account, settings = g.account, services().settings
    rows = {name: len(found.atlas.layer(name)) for name in LAYERS}
    rows["street_pieces"] = len(street_pieces(found))
    config = page_config(
        settings,
        language(),
        found.revision,
        found.atlas.bounds,
        rows,
        synthetic=is_synthetic(found, settings.geodata_dir),
        today=today(),
        period=incidents_now().period(),
    )
    return config | {
        "role": str(account.role),
        "scope": account.scope_code,
        "permissions": sorted(permissions_of(account.role)),
        "urls": URLS,
        "mapReviewNumber": settings.map_review_number,
        "assets": {f"/static/{path}": services().assets.url(path) for path in LATER_FILES},
    }
