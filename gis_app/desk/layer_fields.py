"""What may be chosen at the desk: layers and tables with their fields, the ways of importing, the systems.

Titles are Chinese sentences' words, translated where they are shown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gis_app.desk import tables
from gis_app.exchange.columns import COORDINATES, SYNONYMS
from gis_app.exchange.steps import DEFAULT_MODE, DIMENSIONS, MODES
from gis_app.layers import rules, schema

GEOMETRY = {2: "polygon", 1: "line", 0: "point"}
HELPERS = {
    "community_name": "所属社区名称",
    "subdistrict_name": "所属街道名称",
    "stated_grid": "所在网格编码",
    "households": "户数",
    "geometry": "图形",
    "crs": "坐标系",
    "lon": "经度",
    "lat": "纬度",
    "x": "东坐标（米）",
    "y": "北坐标（米）",
    "pair": "坐标（经度,纬度）",
}
SYSTEMS = {
    "EPSG:4490": "CGCS2000 经纬度",
    "EPSG:4326": "WGS84 经纬度",
    "GCJ-02": "GCJ-02（高德、腾讯）",
    "BD-09": "BD-09（百度）",
    "EPSG:3857": "Web 墨卡托",
    **{f"EPSG:{4534 + at}": f"CGCS2000 3 度带，中央经线 {75 + 3 * at}°" for at in range(21)},
    **{f"EPSG:{4513 + at}": f"CGCS2000 3 度带，带号 {25 + at}" for at in range(21)},
}
WORDS = {
    ("stations", "kind"): rules.STATION_KINDS,
    ("stations", "status"): rules.STATION_STATUSES,
    ("blocks", "land_use"): rules.LAND_USES,
    ("streets", "road_class"): rules.ROAD_CLASSES,
    ("water", "kind"): rules.WATER_KINDS,
    ("gates", "passage"): rules.PASSAGES,
}


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Any]:
    """Return every layer with its fields, and the systems that are offered."""
    layers = [_layer(name) for name in schema.LAYERS] + [_table(kind) for kind in tables.KINDS]
    return {"layers": layers, "systems": [{"code": code, "title": name} for code, name in SYSTEMS.items()]}


def is_layer(name: str) -> bool:
    """Tell a layer of the county from a table beside the layers."""
    return name in schema.LAYERS


def fields(layer: str) -> list[str]:
    """Return the names of the fields that a column may be chosen for."""
    return [
        one["name"] for one in next(one for one in catalogue()["layers"] if one["name"] == layer)["fields"]
    ]


def label(layer: str, field: str) -> str:
    """Return what a field is called; a name of the file's own stays as it is."""
    other, _, column = field.partition(".")
    if other in schema.LAYERS and column:  # what the file does to another layer
        return f"{schema.title(other)} · {label(other, column)}"
    if layer in schema.LAYERS and field in schema.columns(layer):
        return schema.schema(layer).columns[field].title
    known = {one.name: one.zh for one in tables.FIELDS.get(layer, ())}
    return known.get(field) or HELPERS.get(field, field)


def _layer(name: str) -> dict[str, Any]:
    required = set(schema.required_columns(name))
    own = [field for field in SYNONYMS[name] if field != "geometry"]
    places = list(COORDINATES) if schema.geometry_types(name) == schema.POINT else []
    return {
        "name": name,
        "title": schema.title(name),
        "geometry": GEOMETRY[DIMENSIONS[schema.geometry_types(name)]],
        "modes": list(MODES),
        "mode": DEFAULT_MODE[name],
        "fields": [
            {
                "name": field,
                "title": label(name, field),
                "required": field in required and field != schema.code_column(name),
                "words": list(WORDS.get((name, field), ())),
            }
            for field in [*own, *places]
        ],
    }


def _table(kind: str) -> dict[str, Any]:
    return {
        "name": kind,
        "title": tables.TITLES[kind]["zh"],
        "geometry": "none",
        "modes": list(tables.MODES),
        "mode": tables.DEFAULT_MODE,
        "fields": [
            {
                "name": one.name,
                "title": one.zh,
                "title_en": one.en,
                "required": one.required,
                "words": list(one.choices),
            }
            for one in tables.FIELDS[kind]
        ],
    }
