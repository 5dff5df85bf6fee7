"""Printed codes: a sheet to hang at a station or in a grid, and where the code on it leads.

The code on a sheet is an address of this server that names county, kind and place, so that any camera opens
it and a sheet of another county is recognised as such.
"""

from __future__ import annotations

import segno
from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import NotFound, NotSignedIn
from gis_app.layers.codes import level_of
from gis_app.stations.hours import in_words
from gis_app.web.access import open_to_all, requires
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import language
from gis_app.web.pages import CONTENT_TYPE, county_name
from gis_app.web.params import Params
from gis_app.web.places import path_of, station_facts
from gis_app.web.station_access import grid_of, station_rows

rooms = Blueprint("station_codes", __name__)
KINDS = ("station", "grid")
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
QUIET_ZONE = 4  # modules of white around the code, without which scanners miss it


@rooms.get("/stations/<code>/sheet")
@requires("stations:station:read")
def station_sheet(code: str) -> Response:
    """Show the sheet of a station, to be printed."""
    Params()
    found, lang = snapshot(), language()
    rows = station_rows(found, code)
    facts = station_facts(rows, lang)[0]
    grid_code = grid_of(rows)
    steps = path_of(found, grid_code) if grid_code else []
    facts |= {"hours_both": (in_words(facts["hours"], "zh"), in_words(facts["hours"], "en"))}
    return _sheet("station", code, facts, steps)


@rooms.get("/grids/<code>/sheet")
@requires("layers:layer:read")
def grid_sheet(code: str) -> Response:
    """Show the sheet of a grid, to be printed."""
    Params()
    found = snapshot()
    row = found.atlas.area(code) if level_of(code) == "grid" else None
    if row is None:
        raise NotFound("unknown_area", _("没有编码为 %(code)s 的区域", code=code[:40]), {"code": code[:40]})
    return _sheet("grid", code, {"name": str(row["name"])}, path_of(found, code)[:-1])


@rooms.get("/q/<county_code>/<kind>/<code>")
@open_to_all("whoever finds a sheet is told whose it is; what it leads to asks who they are")
def scanned(county_code: str, kind: str, code: str) -> Response:
    """Go where a printed code leads, or say whose code it is."""
    found = snapshot()
    own = county_code_of(found)
    if county_code != own:
        page = render_template("stations/elsewhere.html", county_code=county_code[:12], own_code=own)
        return Response(page, 404, content_type=CONTENT_TYPE)
    if g.account is None:
        raise NotSignedIn()
    known = kind == "station" and (found.atlas.stations["station_code"] == code).any()
    known = known or (kind == "grid" and level_of(code) == "grid" and found.atlas.area(code) is not None)
    if not known:
        reason = _("这张二维码指向的站点或网格已不存在，可能已更名或调整边界，请在地图上查找")
        raise NotFound("unknown_code", reason, {"code": code[:40]})
    return redirect(f"/field#{kind}={code}", code=303)


def county_code_of(found: Snapshot) -> str:
    """Return the code of the county that is served, "" where there is no county layer."""
    county = found.atlas.county
    return str(county["county_code"].iloc[0]) if len(county) else ""


def code_text(found: Snapshot, kind: str, code: str) -> str:
    """Return what a printed code says: an address of this server."""
    return f"{request.host_url}q/{county_code_of(found)}/{kind}/{code}"


def code_svg(text: str) -> str:
    """Return a QR code as SVG markup, black on white, mending itself where a quarter of it is dirty."""
    made = segno.make(text, error="q", micro=False)
    return made.svg_inline(border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff", unit=None)


def _sheet(kind: str, code: str, place: dict, path: list[dict[str, str]]) -> Response:
    found = snapshot()
    text = code_text(found, kind, code)
    host = request.host.rpartition(":")[0] if ":" in request.host.rpartition("]")[2] else request.host
    page = render_template(
        "stations/sheet.html",
        kind=kind,
        code=code,
        place=place,
        path=path,
        county=county_name(found),
        text=text,
        svg=code_svg(text),
        only_here=host in LOOPBACK,
        printed=f"{clock.now():%Y-%m-%d}",
    )
    return Response(page, content_type=CONTENT_TYPE)
