"""The nine figures of the first page, each counted from what the store holds now."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask import Blueprint, Response
from flask_babel import gettext as _

from gis_app.incidents.model import CATEGORIES
from gis_app.stations.status import CLOSED
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_now import IncidentsNow, incidents_now
from gis_app.web.station_now import station_now

rooms = Blueprint("figures", __name__)
SERVED = ("hazard", "mediation", "convenience", "livelihood")


@rooms.get("/figures.json")
@requires("map:figures:read")
def figures() -> Response:
    """Say the figures."""
    found, lang = snapshot(), language()
    now = incidents_now()
    parts = (found.tag, now.tag, station_now().tag_at(), lang)
    return respond(parts, lambda: geojson.dumps(figures_of(found, now, lang)), "application/json")


def figures_of(found: Snapshot, now: IncidentsNow, lang: str) -> list[dict[str, Any]]:
    """Return the figures as {code, label, value, unit} in the order they are shown."""
    atlas, tables = found.atlas, found.tables
    warm = int((atlas.stations["kind"] == "warm_station").sum())
    counted = [
        ("communities", _("社区"), len(atlas.communities), _("个")),
        ("grids", _("网格"), len(atlas.grids), _("个")),
        ("warm_stations", _("暖心驿站"), warm, _("个")),
        ("organisations", _("包联单位"), len(tables.organisations), _("家")),
        ("members", _("双报到党员"), int(tables.members["members"].sum()), _("人")),
    ]
    by_category = now.table["category"].value_counts()
    counted += [
        (category, CATEGORIES[category][lang], int(by_category.get(category, 0)), _("件"))
        for category in SERVED
    ]
    notes = {"warm_stations": _closed_note(atlas.stations)}
    return [
        {"code": code, "label": label, "value": value, "unit": unit, "note": notes.get(code, "")}
        for code, label, value, unit in counted
    ]


def _closed_note(stations: pd.DataFrame) -> str:
    """Return how many warm stations are closed for the moment, in words; "" for none."""
    closed = [code for code, status in station_now().unusual().items() if status == CLOSED]
    of_them = stations["station_code"].isin(closed) & (stations["kind"] == "warm_station")
    number = int((of_them & (stations["status"] == "open")).sum())
    return _("%(n)s 个临时关闭", n=number) if number else ""
