"""Facts about single places, in the shape that drawer and search share."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gis_app.layers.codes import LENGTHS
from gis_app.stations.hours import in_words
from gis_app.web import geojson
from gis_app.web.current import Snapshot
from gis_app.web.table_columns import AMENITIES, STATION_KINDS, STATUSES

COORDINATE_DECIMALS = 7


def path_of(found: Snapshot, code: str) -> list[dict[str, str]]:
    """Return the known areas from the county down to this one, each {code, level, name}."""
    steps = []
    for level, length in LENGTHS.items():
        if length > len(code):
            break
        row = found.atlas.area(code[:length])
        if row is not None:
            steps.append({"code": code[:length], "level": level, "name": str(row["name"])})
    return steps


def place_box(shape: Any) -> dict[str, Any]:
    """Return where a shape is: a point inside it as lon, lat, and its bounds west, south, east, north."""
    if shape is None or shape.is_empty:
        return {"lon": None, "lat": None, "bounds": None}
    point = shape if shape.geom_type == "Point" else shape.representative_point()
    bounds = [round(float(v), COORDINATE_DECIMALS) for v in shape.bounds]
    lon, lat = round(point.x, COORDINATE_DECIMALS), round(point.y, COORDINATE_DECIMALS)
    return {"lon": lon, "lat": lat, "bounds": bounds}


def station_facts(rows: gpd.GeoDataFrame, lang: str) -> list[dict[str, Any]]:
    """Return what people want to know of each station."""
    shapes = rows.geometry
    facts = pd.DataFrame(
        {
            "code": rows["station_code"],
            "name": rows["name"],
            "kind": rows["kind"],
            "kind_label": _labels(rows["kind"], STATION_KINDS, lang),
            "status": rows["status"],
            "status_label": _labels(rows["status"], STATUSES, lang),
            "address": rows["address"],
            "hours": rows["hours"],
            "hours_label": rows["hours"].map(lambda hours: in_words(hours, lang), na_action="ignore"),
            "capacity": rows["capacity"],
            "grid_code": rows["grid_code"],
            "lon": shapely.get_x(shapes.values).round(COORDINATE_DECIMALS),
            "lat": shapely.get_y(shapes.values).round(COORDINATE_DECIMALS),
        }
    )
    lists = rows["amenities"].fillna("").map(lambda text: _amenities(text, lang))
    return [
        {**fact, "amenities": offered} for fact, offered in zip(geojson.records(facts), lists, strict=True)
    ]


def _labels(codes: pd.Series, words: dict[str, dict[str, str]], lang: str) -> pd.Series:
    return codes.map(lambda code: words.get(code, {}).get(lang, code))


def _amenities(text: str, lang: str) -> list[dict[str, str]]:
    return [
        {"code": code, "label": AMENITIES.get(code, {}).get(lang, code)} for code in text.split(";") if code
    ]
