"""The way in: landing page, what the service conforms to, and its description for programs and for people."""

from __future__ import annotations

from flask import Response, render_template
from flask_babel import gettext as _

from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.ogc.asking import check_plain
from gis_app.web.ogc.offered import collections, systems_of
from gis_app.web.ogc.openapi import document, operations
from gis_app.web.ogc.room import HTML, JSON, OPENAPI, address, answers, link, own_links, told, wants_page
from gis_app.web.pages import CONTENT_TYPE, county_name

FEATURES, SYSTEMS, FILTER = (f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0" for part in (1, 2, 3))
COMMON = "http://www.opengis.net/spec/ogcapi-common-1/1.0"
TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0"
CONFORMS_TO = (
    f"{COMMON}/conf/core",
    *(f"{FEATURES}/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{SYSTEMS}/conf/crs",
    *(f"{FILTER}/conf/{name}" for name in ("queryables", "queryables-query-parameters")),
    *(f"{TILES}/conf/{name}" for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")),
)


@answers("/")
@answers("")
def landing() -> Response:
    """Say what this service is and where its parts are."""
    check_plain()
    title = _("%(county)s网格数据服务", county=county_name(snapshot()))
    if wants_page():
        return _page("landing", title=title)
    return told(
        ("landing", language(), snapshot().tag),
        lambda: {
            "title": title,
            "description": _("网格、站点、路网等图层和可公开位置的事件，供其他软件读取。"),
            "links": [
                *own_links(""),
                link("service-desc", address("/api"), OPENAPI),
                link("service-doc", address("/api", f="html"), HTML),
                link("conformance", address("/conformance"), JSON),
                link("data", address("/collections"), JSON),
                link(
                    "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
                    address("/tileMatrixSets"),
                    JSON,
                ),
            ],
        },
    )


@answers("/conformance")
def conformance() -> Response:
    """Say which classes of requirements are met."""
    check_plain()
    if wants_page():
        return _page("conformance", classes=CONFORMS_TO)
    return told(("conformance",), lambda: {"conformsTo": CONFORMS_TO})


@answers("/api")
def api() -> Response:
    """Describe the service: OpenAPI 3.0 for programs, a plain page for people."""
    check_plain()
    offered = collections()
    if wants_page():
        return _page("api", operations=operations(offered), systems=systems_of(snapshot()))
    parts = ("api", language(), *(one.tag for one in offered.values()))
    return told(parts, lambda: document(offered, list(systems_of(snapshot()))), OPENAPI)


def _page(name: str, **values: object) -> Response:
    return Response(render_template(f"ogc/{name}.html", **values), content_type=CONTENT_TYPE)
