"""The field page of a phone, and what makes it an application that starts without a network."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from gis_app.web import geojson
from gis_app.web.access import open_to_all, requires
from gis_app.web.bytes import negotiated
from gis_app.web.current import snapshot
from gis_app.web.field_files import ICONS, field_files, field_modules, worker_source
from gis_app.web.i18n import language
from gis_app.web.maps import shell_parts
from gis_app.web.pages import county_name, kept_page
from gis_app.web.services import services

rooms = Blueprint("field", __name__)
SCRIPT = "text/javascript; charset=utf-8"
# A worker obeys the policy that its own script came with.
WORKER_POLICY = "default-src 'none'; connect-src 'self'; script-src 'self'; base-uri 'none'"
THEME_COLOUR, BACKGROUND = "#0b5fa5", "#ffffff"


@rooms.get("/field")
@requires("field:page:read")
def page() -> Response:
    """Show the page; what it shows comes with the pack."""
    found = snapshot()
    version = field_files(found, language()).version
    return kept_page(
        (found.tag, version, services().assets.import_map()),
        lambda: render_template(
            "field/page.html", field_modules=field_modules(), **shell_parts(found, late=False)
        ),
    )


@rooms.get("/field/manifest.webmanifest")
@open_to_all("browsers ask for it without a cookie; it holds a name and pictures")
def manifest() -> Response:
    """Say what the application is called and looks like on a phone."""
    url = services().assets.url
    sizes = ("192x192", "512x512", "512x512")
    county = county_name(snapshot())
    told = {
        "id": "/field",
        "name": _("网格现场") + (f" · {county}" if county else ""),
        "short_name": _("网格现场"),
        "description": _("我在哪个网格，最近的站点在哪里，三步上报"),
        "lang": "en" if language() == "en" else "zh-CN",
        "start_url": "/field",
        "scope": "/field",
        "display": "standalone",
        "orientation": "portrait",
        "theme_color": THEME_COLOUR,
        "background_color": BACKGROUND,
        "icons": [
            {"src": url(path), "sizes": size, "type": "image/png",
             "purpose": "maskable" if "maskable" in path else "any"}
            for path, size in zip(ICONS, sizes, strict=True)
        ],
        "shortcuts": [{"name": _("上报事件"), "url": "/field#report"}],
    }  # fmt: skip
    response = Response(geojson.dumps(told), content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@rooms.get("/field/service-worker.js")
@open_to_all("a phone must get a new version of the program even when nobody is signed in")
def service_worker() -> Response:
    """Say the service worker, with the files that it keeps and a version that changes with any of them."""
    files = field_files(snapshot(), language())
    head = "".join(
        f"self.{name} = {orjson.dumps(value).decode()};\n"
        for name, value in (("VERSION", files.version), ("FILES", files.files), ("LATER_FILES", files.later))
    )
    headers = {
        "Service-Worker-Allowed": "/field",
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": WORKER_POLICY,
    }
    encoding = negotiated(request.headers.get("Accept-Encoding", ""))
    if encoding:
        headers["Content-Encoding"] = encoding
    kept = services().cache.get
    body = kept(f"field-worker-{files.version}", encoding, lambda: (head + worker_source()).encode())
    return Response(body, headers=headers, content_type=SCRIPT)
