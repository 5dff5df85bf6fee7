"""A polygon whose ring is not closed is read as the line that it is; anything else broken stays broken."""

from __future__ import annotations

import struct

import pytest
import shapely

from gis_app.exchange.readers import open_rings

POINTS = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
LINE = shapely.LineString(POINTS)


def wkb(points: list) -> bytes:
    rings = struct.pack("<BIII", 1, 3, 1, len(points))
    return rings + b"".join(struct.pack("<dd", *point) for point in points)


@pytest.mark.parametrize(
    "read",
    [
        lambda: open_rings.from_geojson({"type": "Polygon", "coordinates": [POINTS]}),
        lambda: open_rings.from_geojson({"type": "MultiPolygon", "coordinates": [[POINTS]]}),
        lambda: open_rings.from_geojson({"type": "Polygon", "coordinates": [[(*p, 5.0) for p in POINTS]]}),
        lambda: open_rings.from_wkb(wkb(POINTS)),
        lambda: open_rings.from_wkt("POLYGON((0 0,1 0,1 1,0 1))"),
    ],
)
def test_an_open_ring_is_read_as_a_line(read):
    assert read().equals_exact(LINE, 0.0)


def test_several_rings_are_read_as_several_lines():
    found = open_rings.from_wkt("POLYGON((0 0,9 0,9 9,0 9),(1 1,2 1,2 2,1 2))")
    assert shapely.get_num_geometries(found) == 2


@pytest.mark.parametrize(
    "coordinates",
    [None, [], [[]], [5], [[1]], [[[0, 0], [1]]], [[[0, 0], [1, 0]]], {"a": 1}, [[["x", 0], [1, 0], [1, 1]]]],
)
@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon", "LineString", "Nothing"])
def test_what_is_broken_in_another_way_stays_broken(kind: str, coordinates):
    assert open_rings.from_geojson({"type": kind, "coordinates": coordinates}) is None


@pytest.mark.parametrize("text", ["", None, "hello", "POLYGON((0 0, 1 0))", "POLYGON((0 0,1", "POINT(1 2)"])
def test_text_that_is_no_polygon_stays_broken(text):
    assert open_rings.from_wkt(text) is None


@pytest.mark.parametrize("data", [None, b"", b"\x01\x03", wkb(POINTS)[:-4], wkb(POINTS[:2])])
def test_bytes_that_are_no_polygon_stay_broken(data):
    assert open_rings.from_wkb(data) is None
