"""Read the streets that people may walk, and the gates that stop them, from OpenStreetMap extracts.

GDAL parses both forms (`.osm`, `.osm.pbf`); what it would forgive, a file cut short or XML with entities, is
refused before. Which ways are walked and which barriers stop a walker follows OpenStreetMap's own tags: a
`foot` tag goes before `access`, and one-way streets are one-way for vehicles only.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import shapely

from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import RawTable, check_shapes, refuse
from gis_app.exchange.readers import pbf
from gis_app.exchange.readers.gdal import open_gdal
from gis_app.exchange.xml_guard import XmlGuard

WAY_TAGS = ("name", "highway", "foot", "access", "area", "bridge", "tunnel", "layer", "motorroad")
NODE_TAGS = ("name", "barrier", "foot", "access", "locked")
_ROADS = "trunk primary secondary tertiary unclassified residential living_street service road track"
_WAYS = "trunk_link primary_link secondary_link tertiary_link pedestrian footway path steps corridor elevator"
WALKED = frozenset(f"{_ROADS} {_WAYS}".split())
WALKED_IF_TOLD = frozenset(["cycleway", "bridleway", "busway", "platform", "motorway", "motorway_link"])
YES = frozenset(
    ["yes", "designated", "permissive", "official", "public", "destination", "customers", "permit"]
)
NO = frozenset(
    ["no", "private", "use_sidepath", "military", "restricted", "agricultural", "forestry", "delivery"]
)
WALLS = frozenset(["wall", "city_wall", "fence", "hedge", "retaining_wall", "guard_rail", "ditch"])
GATE_PREFIX = "OSM"
_CHUNK = 1 << 20
_END = re.compile(rb"</osm\s*>|<osm\b[^<>]*/>")


def read(path: Path, request: dict, limits: Limits) -> RawTable:
    """Return walkable ways as lines and closed barriers as points, told apart by their shape."""
    _guard(path, request["kind"], limits)
    os.environ["OSM_CONFIG_FILE"] = str(_configuration(path.parent))
    os.environ["CPL_TMPDIR"] = str(path.parent)
    os.environ["OSM_MAX_TMPFILE_SIZE"] = "100"
    pyogrio = open_gdal("osm")
    ways, lines = _layer(pyogrio, path, "lines", WAY_TAGS, "highway IS NOT NULL", limits)
    kept = np.flatnonzero([_walked(tags) for tags in ways])
    if len(kept) == 0:
        raise refuse("osm_no_streets", value=len(ways))
    nodes, spots = _layer(pyogrio, path, "points", NODE_TAGS, "barrier IS NOT NULL", limits)
    closed = np.flatnonzero([_stops(tags) for tags in nodes])
    table = _table([ways[i] for i in kept], [nodes[i] for i in closed])
    table.geometry = np.concatenate([lines[kept], spots[closed]])
    check_shapes(table.geometry, limits)
    return table


def _guard(path: Path, kind: str, limits: Limits) -> None:
    """Refuse what GDAL would read in part or be harmed by."""
    if kind == "pbf":
        pbf.check(path, limits)
        return
    guard, last = XmlGuard(), b""
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            guard.feed(chunk)
            last = (last + chunk)[-200:]
    if not _END.search(last.replace(b"\0", b"")):
        raise refuse("osm_cut_short")


def _configuration(folder: Path) -> Path:
    """Write which tags GDAL hands over; a closed way is a line unless it says that it is an area."""
    lines = ["attribute_name_laundering=no", "closed_ways_are_polygons=building", "report_all_tags=no"]
    for layer, tags in (("points", NODE_TAGS), ("lines", WAY_TAGS)):
        lines += [f"[{layer}]", "osm_id=yes", "other_tags=no", "attributes=" + ",".join(tags)]
    for layer in ("multipolygons", "multilinestrings", "other_relations"):
        lines += [f"[{layer}]", "osm_id=yes", "other_tags=no", "attributes=name"]
    target = folder / "osm.ini"
    target.write_text("\n".join(lines) + "\n", encoding="ascii")
    return target


def _layer(pyogrio, path: Path, name: str, tags: tuple, where: str, limits: Limits):
    """Return one dictionary of tags and one shape for each feature of a layer that the filter leaves."""
    meta, _, shapes, values = pyogrio.raw.read(
        path, layer=name, columns=["osm_id", *tags], where=where, max_features=limits.features + 1
    )
    count = len(shapes) if shapes is not None else 0
    if count > limits.features:
        raise refuse("too_many_features", value=f"> {limits.features}", detail=limits.features)
    fields = [str(field) for field in meta["fields"]]
    rows = [dict(zip(fields, row, strict=True)) for row in zip(*values, strict=True)]
    return rows, shapely.from_wkb(shapes if count else np.empty(0, object), on_invalid="ignore")


def _word(tags: dict, key: str) -> str:
    value = tags.get(key)
    return value.strip().lower() if isinstance(value, str) else ""


def _walked(tags: dict) -> bool:
    highway, foot, access = (_word(tags, key) for key in ("highway", "foot", "access"))
    if _word(tags, "area") == "yes" or foot in NO:
        return False
    if foot in YES:
        return highway in WALKED | WALKED_IF_TOLD
    return highway in WALKED and access not in NO and _word(tags, "motorroad") != "yes"


def _stops(tags: dict) -> bool:
    foot, access = _word(tags, "foot"), _word(tags, "access")
    for said in (foot, access):
        if said in NO or said in YES:
            return said in NO
    return _word(tags, "locked") == "yes" or _word(tags, "barrier") in WALLS


def _table(ways: list[dict], nodes: list[dict]) -> RawTable:
    every = ways + nodes
    columns = {
        "osm_id": [str(tags["osm_id"]) for tags in ways]
        + [f"{GATE_PREFIX}{tags['osm_id']}" for tags in nodes],
        "name": [_name(tags) for tags in every],
        "highway": [_word(tags, "highway") or None for tags in every],
        "bridge": [_apart(tags) for tags in ways] + [None] * len(nodes),
        "layer": [_level(tags) for tags in ways] + [None] * len(nodes),
        "barrier": [None] * len(ways) + [_word(tags, "barrier") for tags in nodes],
    }
    return RawTable(columns, list(range(1, len(every) + 1)), None, "OGC:CRS84")


def _name(tags: dict) -> str | None:
    value = tags.get("name")
    return value.strip()[:500] or None if isinstance(value, str) else None


def _apart(tags: dict) -> bool:
    """Tell whether a way is not on the ground: over or under what it crosses."""
    return _above(tags) or _below(tags) or _level(tags) != 0


def _above(tags: dict) -> bool:
    return _word(tags, "bridge") not in ("", "no")


def _below(tags: dict) -> bool:
    return _word(tags, "tunnel") not in ("", "no", "building_passage")


def _level(tags: dict) -> int:
    """Return the level that a way says it is on, else one above or below the ground for bridges, tunnels."""
    try:
        return max(-20, min(20, int(float(_word(tags, "layer")))))
    except (ValueError, OverflowError):
        return int(_above(tags)) - int(_below(tags))
