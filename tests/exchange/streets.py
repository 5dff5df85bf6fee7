"""Small OpenStreetMap documents and line layers, written as a mapper or a surveyor would hand them in."""

from __future__ import annotations

import json
from pathlib import Path

LON, LAT = 114.467, 34.480
STEP = 0.001  # degrees; about 92 m east, 111 m north


def osm(path: Path, nodes: dict[int, tuple], ways: list[tuple[list[int], dict]]) -> Path:
    """Write a document; nodes are id → (steps east, steps north, tags…), ways are node ids with tags."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    for number, (east, north, *tags) in nodes.items():
        place = f'lon="{LON + east * STEP:.7f}" lat="{LAT + north * STEP:.7f}"'
        lines.append(f'<node id="{number}" version="1" {place}>{_tags(*tags)}</node>')
    for number, (refs, tags) in enumerate(ways, start=101):
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{number}" version="1">{inside}{_tags(tags)}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def _tags(tags: dict | None = None) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in (tags or {}).items())


def geojson(path: Path, *lines: tuple[list[tuple[float, float]], dict]) -> Path:
    """Write lines, in steps from the town's centre, with their properties."""
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": {
                "type": "LineString",
                "coordinates": [(LON + east * STEP, LAT + north * STEP) for east, north in line],
            },
        }
        for line, properties in lines
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path
