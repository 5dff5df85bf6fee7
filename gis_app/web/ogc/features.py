"""Collections and their features: OGC API Features Part 1 (core, GeoJSON, HTML) and Part 2 (systems)."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, render_template, request
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.ogc.asking import asked_for, check_plain, system_asked
from gis_app.web.ogc.collections import Asked, Collection
from gis_app.web.ogc.crs import CRS84, STORED
from gis_app.web.ogc.offered import collection, collections, systems_of
from gis_app.web.ogc.room import (
    GEOJSON,
    HTML,
    JSON,
    SCHEMA,
    address,
    answers,
    base,
    link,
    own_links,
    told,
    wants_page,
)
from gis_app.web.pages import CONTENT_TYPE

PAGE_ROWS = 50
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


@answers("/collections")
def list_collections() -> Response:
    """Say what is offered."""
    check_plain()
    offered = collections()
    if wants_page():
        return _page("collections", offered=offered.values())
    systems = list(systems_of(snapshot()))
    parts = ("collections", language(), *(one.tag for one in offered.values()))
    return told(
        parts,
        lambda: {
            "links": own_links("/collections"),
            "crs": systems,
            "collections": [_described(one) for one in offered.values()],
        },
    )


@answers("/collections/<name>")
def show_collection(name: str) -> Response:
    """Say what one collection is."""
    check_plain()
    found = collection(name)
    if wants_page():
        return _page("collection", one=found, systems=systems_of(snapshot()))
    return told(("collection", language(), found.tag), lambda: _described(found))


@answers("/collections/<name>/queryables")
def queryables(name: str) -> Response:
    """Say which properties can be asked for, as a JSON schema."""
    check_plain()
    found = collection(name)
    if wants_page():
        return _page("collection", one=found, systems=systems_of(snapshot()))
    path = f"/collections/{name}/queryables"
    return told(
        ("queryables", language(), found.tag),
        lambda: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": address(path),
            "type": "object",
            "title": found.title,
            "additionalProperties": False,
            "properties": {key: {"title": one.title, "type": one.kind} for key, one in found.fields.items()},
        },
        SCHEMA,
    )


@answers("/collections/<name>/items")
def items(name: str) -> Response:
    """Say one page of the features that fit."""
    found = collection(name)
    asked = asked_for(found, systems_of(snapshot()))
    if wants_page():
        return _items_page(found, asked)
    kept = request.args.to_dict()
    parts = (base(), found.tag, asked, tuple(kept.items()), language())
    return _in_system(respond(parts, lambda: _written(found, asked, kept), GEOJSON), asked.system.uri)


@answers("/collections/<name>/items/<code>")
def item(name: str, code: str) -> Response:
    """Say one feature."""
    found = collection(name)
    system = system_asked(systems_of(snapshot()))
    row = found.find(code)
    if not len(row):
        raise NotFound("unknown_feature", _("没有这个要素，或您无权查看"), {"code": code[:40]})
    if wants_page():
        return _page("item", one=found, record=found.records(row)[0], code=code)

    def write() -> bytes:
        links = own_links(f"/collections/{name}/items/{code}", GEOJSON)
        links.append(link("collection", address(f"/collections/{name}", f="json"), JSON, found.title))
        return f'{found.features(row, system)[0][:-1]},"links":{orjson.dumps(links).decode()}}}'.encode()

    return _in_system(respond((base(), found.tag, code, system, language()), write, GEOJSON), system.uri)


def _written(found: Collection, asked: Asked, kept: dict[str, str]) -> bytes:
    """Return a page of features as a FeatureCollection; texts are joined, nothing is parsed."""
    rows = found.select(asked)
    page = rows[asked.offset : asked.offset + asked.limit]
    links = _page_links(found, asked, len(rows), kept)
    head = {
        "type": "FeatureCollection",
        "numberMatched": len(rows),
        "numberReturned": len(page),
        "links": links,
    }
    texts = ",".join(found.features(page, asked.system))
    return f'{orjson.dumps(head).decode()[:-1]},"features":[{texts}]}}'.encode()


def _page_links(found: Collection, asked: Asked, matched: int, kept: dict[str, str]) -> list[dict[str, str]]:
    path = f"/collections/{found.name}/items"
    kept = {key: value for key, value in kept.items() if key != "f"}

    def turned(rel: str, offset: int) -> dict[str, str]:
        return link(rel, address(path, f="json", **kept | {"offset": offset, "limit": asked.limit}), GEOJSON)

    links = [
        link("self", address(path, f="json", **kept), GEOJSON),
        link("alternate", address(path, f="html", **kept), HTML),
        link("collection", address(f"/collections/{found.name}", f="json"), JSON, found.title),
    ]
    if asked.offset + asked.limit < matched:
        links.append(turned("next", asked.offset + asked.limit))
    if asked.offset > 0:
        links.append(turned("prev", max(0, asked.offset - asked.limit)))
    return links


def _described(one: Collection) -> dict[str, Any]:
    path = f"/collections/{one.name}"
    extent: dict[str, Any] = {}
    if one.bounds:
        extent["spatial"] = {"bbox": [list(one.bounds)], "crs": CRS84}
    if one.period:
        extent["temporal"] = {"interval": [list(one.period)], "trs": GREGORIAN}
    return {
        "id": one.name,
        "title": one.title,
        "description": one.title,
        "itemType": "feature",
        "extent": extent,
        "crs": list(systems_of(snapshot())),
        "storageCrs": STORED,
        "links": [
            *own_links(path),
            link("items", address(f"{path}/items", f="json"), GEOJSON, one.title),
            link("items", address(f"{path}/items", f="html"), HTML, one.title),
            link("http://www.opengis.net/def/rel/ogc/1.0/queryables", address(f"{path}/queryables"), SCHEMA),
            link(
                "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
                address(f"{path}/tiles", f="json"),
                JSON,
            ),
        ],
    }


def _items_page(found: Collection, asked: Asked) -> Response:
    rows = found.select(asked)
    limit = min(asked.limit, PAGE_ROWS)
    page = rows[asked.offset : asked.offset + limit]
    kept = {key: value for key, value in request.args.items() if key not in ("offset", "apikey")}
    return _page(
        "items",
        one=found,
        records=found.records(page),
        matched=len(rows),
        offset=asked.offset,
        kept=kept,
        before=max(0, asked.offset - limit) if asked.offset else None,
        after=asked.offset + limit if asked.offset + limit < len(rows) else None,
    )


def _in_system(response: Response, uri: str) -> Response:
    response.headers["Content-Crs"] = f"<{uri}>"
    return response


def _page(name: str, **values: Any) -> Response:
    return Response(render_template(f"ogc/{name}.html", **values), content_type=CONTENT_TYPE)
