"""The monthly report as a job: reads the county as it was, builds the document, typesets what was asked for.

The files of one report lie together in one archive, which is the job's file; it is opened again to hand out
one of them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gis_app.assignments.tables import AssignmentTables
from gis_app.errors import BadInput, Unavailable
from gis_app.incidents.statistics_columns import (
    MOMENTS,
    NUMBERS,
    PLACES,
    WORDS,
    Columns,
    compact,
    empty,
    joined,
)
from gis_app.incidents.worktime import standard
from gis_app.jobs.child import Job
from gis_app.layers.atlas import Atlas
from gis_app.paper.document import Document
from gis_app.paper.docx_file import docx
from gis_app.paper.monthly import build
from gis_app.paper.monthly_maps import drawn
from gis_app.paper.monthly_question import Asked, Period
from gis_app.paper.monthly_state import Material, State, state_of
from gis_app.paper.monthly_then import as_known
from gis_app.paper.typeset_pdf import pdf
from gis_app.paper.xlsx_file import xlsx
from gis_app.storage import assignments as stored_assignments
from gis_app.storage import classes, incidents, plans, ratings, supervision
from gis_app.storage.engine import Connection, open_store
from gis_app.storage.incidents.as_of import steps_before
from gis_app.storage.layers import read_layers
from gis_app.storage.revision import revision
from gis_app.storage.station_versions import first_day, stations_as_of

AT_ONCE = 50_000
READ = frozenset(("incident_code", "handling_at", "verified_at", *MOMENTS, *WORDS, *NUMBERS, *PLACES))
MAKERS: dict[str, Callable[[Document], bytes]] = {"pdf": pdf, "docx": docx, "xlsx": xlsx}


def make(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Make one report; `params` are those of `monthly_question.Asked.of`."""
    asked = Asked.of(params)
    job.progress(0.02, "读取图层")
    store = open_store(job.database_url)
    try:
        with store.read() as conn:
            number, material = revision(conn), read(conn, asked, job.progress)
    finally:
        store.dispose()
    job.progress(0.5, "绘制地图")
    made = build(material, drawn(material))
    files = {}
    for place, kind in enumerate(asked.formats):
        if job.cancelled():
            raise Unavailable("cancelled", "已取消")
        job.progress(0.6 + 0.38 * place / len(asked.formats), f"排版 {kind.upper()}")
        files[kind] = MAKERS[kind](made)
    name = f"report-{job.number}.zip"
    told = kept(job.files / name, files, made)
    return {"file": name, "files": told, "revision": number, "mark": made.mark}


def kept(path: Path, files: Mapping[str, bytes], made: Document) -> list[dict[str, Any]]:
    """Write the files into one archive, the same bytes for the same files, and return what is in it."""
    day = made.created.timetuple()[:6]
    draft = path.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        for kind, body in files.items():
            archive.writestr(zipfile.ZipInfo(f"report.{kind}", day), body)
    draft.replace(path)
    return [
        {"format": kind, "bytes": len(body), "sha256": sha256(body).hexdigest()}
        for kind, body in files.items()
    ]


def read(conn: Connection, asked: Asked, progress: Callable[[float, str], None]) -> Material:
    """Return what a report is made from, in one transaction of reading."""
    atlas = Atlas.build(read_layers(conn))
    if asked.area and atlas.area(asked.area) is None:
        raise BadInput("unknown_area", "没有这个区域", {"area": asked.area})
    tables = AssignmentTables(**stored_assignments.read_tables(conn))
    progress(0.1, "读取事件")
    now, before = (incidents_as_known(conn, period) for period in (asked.now, asked.before))
    progress(0.3, "计算覆盖")
    later = _state(conn, asked, asked.now, atlas, tables, now)
    earlier = _state(conn, asked, asked.before, atlas, tables, before, later)
    return Material(
        asked=asked,
        atlas=atlas,
        classes=classes.read_incident_classes(conn),
        now=later,
        before=earlier,
        plans=plans.plan_frame(conn),
        verdicts=ratings.read_verdicts(conn, history=True),
        findings=supervision.read_findings(conn),
        zones=zones_of(tables),
        stations_known_from=first_day(conn),
    )


def zones_of(tables: AssignmentTables) -> dict[str, str]:
    """Return the name of the zone of each community, by code."""
    both = tables.zone_communities.merge(tables.zones[["zone_code", "name"]], on="zone_code")
    return dict(zip(both["community_code"], both["name"], strict=True))


def incidents_as_known(conn: Connection, period: Period) -> Columns:
    """Return the incidents as they were known at the end of a period."""
    words, steps = empty().words, steps_before(conn, period.cut_off)
    parts, number, calendar = [], -1, standard()
    while True:
        frame = incidents.changed_since(conn, number, AT_ONCE, READ)
        if len(frame):
            number = int(frame["change_number"].iloc[-1])
            known = as_known(frame, steps, period.cut_off)
            if len(known):
                parts.append(compact(known, words, calendar))
        if len(frame) < AT_ONCE:
            return joined(parts, words)


def _state(
    conn: Connection,
    asked: Asked,
    period: Period,
    atlas: Atlas,
    tables: AssignmentTables,
    columns: Columns,
    like: State | None = None,
) -> State:
    stations = stations_as_of(conn, period.cut_off)
    return state_of(period, atlas, tables, columns, _located(stations, atlas), asked.basis, like)


def _located(stations: gpd.GeoDataFrame, atlas: Atlas) -> gpd.GeoDataFrame:
    """Return stations of a past day with the grid each lies in today."""
    points = shapely.get_coordinates(stations.geometry.values)
    codes = pd.Series(atlas.grids_at(points), stations.index, dtype="str") if len(stations) else None
    return stations if codes is None else stations.assign(grid_code=codes)
