"""The page of one area: where it lies, what is in it, who answers for it from the county down."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd
from flask import Blueprint, Response
from flask_babel import gettext as _

from gis_app.assignments.chain import chain
from gis_app.assignments.tables import role_label
from gis_app.errors import NotFound
from gis_app.geo.crs import to_metres
from gis_app.incidents.model import CATEGORIES
from gis_app.incidents.statistics import is_open, is_overdue
from gis_app.layers.codes import LAYER_OF_LEVEL, level_of
from gis_app.layers.schema import code_column
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, clock_step, snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_now import incidents_now
from gis_app.web.places import path_of, place_box, station_facts
from gis_app.web.rating_words import stars_of_area, verdicts_now
from gis_app.web.stations import DEFAULT_LIMIT, coverage_of, limit_label

rooms = Blueprint("areas", __name__)
COVERED_LEVELS = ("county", "community", "grid")


@rooms.get("/areas/<code>.json")
@requires("assignments:chain:read")
def area(code: str) -> Response:
    """Say everything the drawer shows of an area."""
    found, lang = snapshot(), language()
    if level_of(code) is None or found.atlas.area(code) is None:
        raise NotFound("unknown_area", _("没有编码为 %(code)s 的区域", code=code[:40]), {"code": code[:40]})
    now = incidents_now()
    verdicts = verdicts_now()
    parts = (found.tag, now.tag, verdicts.tag, code, clock_step(), lang)
    return respond(
        parts,
        lambda: geojson.dumps(
            _area(found, now.table, code, lang) | {"stars": stars_of_area(code, verdicts.table)}
        ),
        "application/json",
    )


def _area(found: Snapshot, incidents: pd.DataFrame, code: str, lang: str) -> dict[str, Any]:
    level = level_of(code)
    layer = LAYER_OF_LEVEL[level]
    frame = found.atlas.layer(layer)
    row = frame[frame[code_column(layer)] == code]
    stations = found.atlas.stations
    inside = stations[stations["grid_code"].fillna("").str.startswith(code)]
    households = found.atlas.households_by(level)
    return {
        "code": code,
        "level": level,
        "name": str(row["name"].iloc[0]),
        "path": path_of(found, code),
        "households": households.get(code),
        "unit": found.atlas.demand_unit,
        "area_km2": round(float(to_metres(row).area.iloc[0]) / 1e6, 4),
        **place_box(row.geometry.iloc[0]),
        "children": len(found.atlas.children(code)) if level != "grid" else 0,
        "stations": station_facts(inside, lang),
        "coverage": _coverage(found, level, code),
        "incidents": _incidents(incidents, code, lang),
        "chain": _chain(found, code, lang),
    }


def _coverage(found: Snapshot, level: str, code: str) -> dict[str, Any] | None:
    if level not in COVERED_LEVELS:
        return None
    rows = coverage_of(found, level, DEFAULT_LIMIT)
    rows = rows if level == "county" else rows[rows["code"] == code]
    if not len(rows):
        return None
    return geojson.records(rows.iloc[:1])[0] | {
        "limit": DEFAULT_LIMIT,
        "limit_label": limit_label(DEFAULT_LIMIT),
    }


def _incidents(incidents: pd.DataFrame, code: str, lang: str) -> dict[str, Any]:
    """Count the incidents of an area by category; mediation too, since a count names no place."""
    inside = incidents["grid_code"].str.startswith(code).astype(bool)
    rows = incidents[inside]
    flags = pd.DataFrame({"total": 1, "open": is_open(rows), "overdue": is_overdue(rows)}, rows.index).astype(
        int
    )
    by_category = flags.groupby(rows["category"]).sum()
    told = [
        {"code": category, "label": labels[lang], **by_category.loc[category].to_dict()}
        for category, labels in CATEGORIES.items()
        if category in by_category.index
    ]
    return {**flags.sum().to_dict(), "categories": told}


def _chain(found: Snapshot, code: str, lang: str) -> list[dict[str, Any]]:
    """Return who answers for the area, from the county leader down."""
    return [
        asdict(link)
        | {
            "role_label": role_label(link.role, lang),
            "substitute_role_label": role_label(link.substitute_role, lang) if link.substitute_role else "",
        }
        for link in chain(found.atlas, found.tables, code)
    ]
