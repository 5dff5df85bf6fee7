"""OGC API Tiles: each collection as vector tiles of WebMercatorQuad, and the documents about them."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.maps.tiles import HALF_WORLD
from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.ogc.asking import check_plain
from gis_app.web.ogc.collections import Collection
from gis_app.web.ogc.crs import CRS84
from gis_app.web.ogc.levels import FROM_ZOOM, MOST, level_of, limits
from gis_app.web.ogc.offered import collection
from gis_app.web.ogc.room import JSON, MVT, address, answers, link, told

MATRIX_SET = "WebMercatorQuad"
URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
PIXEL_METRES = 0.00028  # the size of a pixel by which OGC counts scales
ABOUT = ("id", "title", "uri", "crs")


@answers("/tileMatrixSets")
def matrix_sets() -> Response:
    """Say which tile matrix sets there are."""
    check_plain()
    whole = _matrix_set()
    there = link("self", address(f"/tileMatrixSets/{MATRIX_SET}"), JSON)
    return told(
        ("matrix-sets",),
        lambda: {"tileMatrixSets": [{key: whole[key] for key in ABOUT} | {"links": [there]}]},
    )


@answers("/tileMatrixSets/<matrix_set>")
def matrix_set_document(matrix_set: str) -> Response:
    """Say the matrices of a tile matrix set."""
    check_plain()
    _check(matrix_set)
    return told(("matrix-set",), _matrix_set)


@answers("/collections/<name>/tiles")
def tilesets(name: str) -> Response:
    """Say which tile sets a collection has."""
    check_plain()
    found = collection(name)
    path = f"/collections/{name}/tiles"
    return told(
        ("tilesets", language(), found.tag),
        lambda: {
            "links": [link("self", address(path), JSON)],
            "tilesets": [
                _about(found) | {"links": [link("self", address(f"{path}/{MATRIX_SET}"), JSON, found.title)]}
            ],
        },
    )


@answers("/collections/<name>/tiles/<matrix_set>")
def tileset(name: str, matrix_set: str) -> Response:
    """Describe a collection's tiles."""
    check_plain()
    _check(matrix_set)
    found = collection(name)
    return told(("tileset", language(), found.tag), lambda: _described(found))


@answers("/collections/<name>/tiles/<matrix_set>/<int:matrix>/<int:row>/<int:column>")
def tile(name: str, matrix_set: str, matrix: int, row: int, column: int) -> Response:
    """Say one tile; 204 where nothing lies in it."""
    check_plain()
    _check(matrix_set)
    found = collection(name)
    low = FROM_ZOOM.get(name, 0)
    if not (low <= matrix <= MOST and row < 2**matrix and column < 2**matrix):
        raise NotFound("unknown_tile", _("没有这个切片"), {"matrix": f"{low}–{MOST}"})
    county = snapshot()
    response = respond(
        (found.tag, matrix, row, column),
        lambda: level_of(county, found, matrix).tile(name, matrix, column, row),
        MVT,
    )
    if response.status_code == 200 and not response.get_data():
        return _nothing(response)
    return response


def _nothing(response: Response) -> Response:
    response.status_code = 204
    for header in ("Content-Type", "Content-Encoding", "Content-Length"):
        response.headers.pop(header, None)
    return response


def _check(matrix_set: str) -> None:
    if matrix_set != MATRIX_SET:
        raise NotFound("unknown_matrix_set", _("没有这个切片方案"), {"matrix_set": MATRIX_SET})


def _about(found: Collection) -> dict[str, Any]:
    return {"title": found.title, "dataType": "vector", "crs": MERCATOR, "tileMatrixSetURI": URI}


def _described(found: Collection) -> dict[str, Any]:
    path = f"/collections/{found.name}/tiles/{MATRIX_SET}"
    places = link("item", address(f"{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"), MVT)
    described = _about(found) | {
        "links": [
            link("self", address(path), JSON),
            places | {"templated": True},
            link(SCHEME, address(f"/tileMatrixSets/{MATRIX_SET}"), JSON),
        ],
        "layers": [{"id": found.name, "title": found.title, "dataType": "vector"}],
        "tileMatrixSetLimits": [
            {
                "tileMatrix": str(zoom),
                "minTileRow": top,
                "maxTileRow": bottom,
                "minTileCol": left,
                "maxTileCol": right,
            }
            for zoom, top, bottom, left, right in limits(found)
        ],
    }
    if found.bounds:
        west, south, east, north = found.bounds
        box = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84}
        described["boundingBox"] = box
    return described


def _matrix_set() -> dict[str, Any]:
    sides = [(zoom, 2**zoom) for zoom in range(MOST + 1)]
    return {
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": 2 * HALF_WORLD / side / 256 / PIXEL_METRES,
                "cellSize": 2 * HALF_WORLD / side / 256,
                "pointOfOrigin": [-HALF_WORLD, HALF_WORLD],
                "cornerOfOrigin": "topLeft",
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": side,
                "matrixHeight": side,
            }
            for zoom, side in sides
        ],
    }
