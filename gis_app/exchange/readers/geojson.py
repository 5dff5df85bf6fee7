"""Read GeoJSON without GDAL: parse, check the shape of the document, let GEOS build the geometry."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import shapely

from gis_app.errors import Fault
from gis_app.exchange.limits import MOST_FAULTS, Limits
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable, check_longest, check_shapes, refuse
from gis_app.exchange.readers import open_rings

GEOMETRIES = frozenset(
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"]
)
_BACKSLASHES = re.compile(rb"\\*+")
_BRACES_PER_FEATURE = 4
_BRACKETS_PER_VERTEX = 2
_CHUNK = 1 << 20
_CRS_NAME = re.compile(r"(EPSG|OGC):(?:[\d.]*:)?(\w+)$", re.IGNORECASE)


def read(path: Path, request: dict, limits: Limits) -> RawTable:
    """Read a FeatureCollection, a Feature or a bare geometry."""
    document = _parse(path.read_bytes(), limits)
    features = _features(document)
    if not features:
        raise refuse("empty_layer_file")
    if len(features) > limits.features:
        raise refuse("too_many_features", value=len(features), detail=limits.features)
    shapes, faults = _shapes(features)
    check_shapes(shapes, limits)
    columns = _columns(features, limits)
    return RawTable(columns, list(range(1, len(features) + 1)), shapes, _crs(document), faults)


def _parse(data: bytes, limits: Limits) -> object:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    keys = _measure(data, limits)
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        document = _parse_leniently(data, error)
    if _count_keys(document) < keys:
        _name_duplicate(data)
    return document


def _parse_leniently(data: bytes, error: Exception) -> object:
    """Parse once more, taking NaN, infinite numbers and GBK text, so that the faulty rows can be named."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return json.loads(data.decode(encoding))
        except UnicodeDecodeError:
            continue
        except ValueError:
            break
    raise refuse("json_syntax", value=str(error)[:100]) from None


def _measure(data: bytes, limits: Limits) -> int:
    """Refuse what would fill the memory once it is parsed; return how many keys the text has.

    Between two braces there is at most one shape, with two brackets at most for each of its vertices.
    """
    depth = brackets = longest = braces = keys = 0
    for part in _outside_strings(data):
        lists, objects = part == ord("["), part == ord("{")
        ends = (part == ord("]")) | (part == ord("}"))
        steps = (lists | objects).astype(np.int8) - ends.astype(np.int8)
        depths = depth + np.cumsum(steps, dtype=np.int64)
        if depths.max() > limits.json_depth:
            raise refuse("json_depth", value=limits.json_depth)
        cuts = np.flatnonzero(objects | (part == ord("}")))
        if len(cuts):
            counts = np.diff(np.cumsum(lists, dtype=np.int64)[cuts], prepend=-brackets)
            longest, brackets, lists = max(longest, int(counts.max())), 0, lists[cuts[-1] :]
        brackets += int(lists.sum())
        longest, depth = max(longest, brackets), int(depths[-1])
        braces, keys = braces + int(objects.sum()), keys + int((part == ord(":")).sum())
    check_longest(longest, _BRACKETS_PER_VERTEX, limits)
    if braces > _BRACES_PER_FEATURE * limits.features:
        raise refuse("too_many_features", value=f"> {limits.features}", detail=limits.features)
    return keys


def _outside_strings(data: bytes) -> Iterator[np.ndarray]:
    """Yield the bytes of the text that are not within strings, piece by piece."""
    start, inside = 0, 0
    while start < len(data):
        end = start + _CHUNK
        if data[end - 1 : end] == b"\\":  # keep what is escaped with its backslash
            end = _BACKSLASHES.match(data, end).end() + 1
        piece = data[start:end].replace(b"\\\\", b"").replace(b'\\"', b"")
        part = np.frombuffer(piece, np.uint8)
        within = (np.cumsum(part == ord('"'), dtype=np.int32) + inside) & 1
        inside = int(within[-1]) if len(within) else inside
        start = end
        if not within.all():
            yield part[within == 0]


def _count_keys(value: object, coordinates: bool = False) -> int:
    """Return how many keys a parsed document has; what is under "coordinates" has none that are kept."""
    if isinstance(value, dict):
        return len(value) + sum(_count_keys(v, k == "coordinates") for k, v in value.items())
    if isinstance(value, list) and not coordinates:
        return sum(_count_keys(item) for item in value if isinstance(item, dict | list))
    return 0


def _name_duplicate(data: bytes) -> None:
    """Raise Rejected with the first key that stands twice in one object; readers disagree on which counts."""

    def checked(pairs: list) -> dict:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
            raise refuse("json_duplicate", value=twice[:60])
        return made

    json.loads(data.decode("utf-8", "replace"), object_pairs_hook=checked)


def _features(document: object) -> list:
    kind = document.get("type") if isinstance(document, dict) else type(document).__name__
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return document["features"]
    if kind == "Feature":
        return [document]
    if isinstance(kind, str) and kind in GEOMETRIES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    raise refuse("not_geojson", value=f"type = {kind}"[:60])


def _shapes(features: list) -> tuple[np.ndarray, list[Fault]]:
    faults: list[Fault] = []
    texts = np.empty(len(features), dtype=object)
    for position, feature in enumerate(features):
        problem, value = _problem(feature)
        if problem and len(faults) < MOST_FAULTS:
            faults.append(fault(problem, "geometry", row=position + 1, value=value))
        if not problem and feature.get("geometry") is not None:
            texts[position] = orjson.dumps(feature["geometry"]).decode()
    shapes = shapely.from_geojson(texts, on_invalid="ignore")
    lost = np.flatnonzero(shapely.is_missing(shapes) & np.array([t is not None for t in texts]))
    for position in lost[:MOST_FAULTS]:
        geometry, row = features[position]["geometry"], int(position) + 1
        shapes[position] = open_rings.from_geojson(geometry)
        found = fault("broken_geometry", "geometry", row=row, value=geometry["type"])
        faults.append(found if shapes[position] is None else open_rings.note(row))
    return shapely.force_2d(shapes), sorted(faults, key=lambda found: found.row)


def _problem(feature: object) -> tuple[str | None, str]:
    """Return the code of what is wrong with a feature's outer form, and a value to show."""
    if not isinstance(feature, dict):
        return "broken_geometry", type(feature).__name__
    geometry = feature.get("geometry")
    if geometry is None:
        return None, ""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(kind, str) or kind not in GEOMETRIES:
        return "broken_geometry", str(kind)[:40]
    return _coordinate_problem(geometry)


def _coordinate_problem(geometry: dict) -> tuple[str | None, str]:
    pending = [geometry.get("coordinates", geometry.get("geometries", []))]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            pending.append(item.get("coordinates", []))
        elif isinstance(item, bool) or not isinstance(item, int | float):
            return ("nan_coordinate" if item is None else "bad_coordinate"), str(item)[:40]
        elif (isinstance(item, float) and not math.isfinite(item)) or abs(item) > 1e300:
            return "nan_coordinate", ""
    return None, ""


def _columns(features: list, limits: Limits) -> dict[str, list]:
    names: dict[str, None] = {}
    for feature in features:
        if isinstance(feature, dict) and isinstance(feature.get("properties"), dict):
            names.update(dict.fromkeys(feature["properties"]))
        if len(names) > limits.columns:
            raise refuse("too_many_columns", value=len(names), detail=limits.columns)
    columns: dict[str, list] = {name: [None] * len(features) for name in names}
    for position, feature in enumerate(features):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        for name, value in properties.items() if isinstance(properties, dict) else ():
            columns[name][position] = _plain(value)
    return columns


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _crs(document: dict) -> str | None:
    """Return the old-style `crs` member's code; longitude and latitude on WGS 84 without one (RFC 7946)."""
    member = document.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    found = _CRS_NAME.search(name) if isinstance(name, str) else None
    if found is None:
        return "OGC:CRS84"
    return f"{found[1].upper()}:{found[2].upper()}"
