"""Load a whole geodata folder, the reference county's or another's, into the store at once.

The folder is part of the installation, not an upload: its GeoJSON is parsed here, without the child. It is
checked all the same, by checksum, by schema and across layers, and goes in whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gis_app.errors import BadInput, Fault, Rejected
from gis_app.exchange.limits import Limits
from gis_app.exchange.messages import fault
from gis_app.exchange.readers import geojson
from gis_app.incidents.attributes import parse_attributes
from gis_app.incidents.catalogue import is_true
from gis_app.incidents.deadlines import parse_stages
from gis_app.incidents.worktime import Limit
from gis_app.layers import schema
from gis_app.layers.checks import check_layers
from gis_app.stations.history import begin_of, known_change, versions
from gis_app.storage import (
    assignments,
    classes,
    incidents,
    programme,
    ratings,
    station_versions,
    supervision_files,
)
from gis_app.storage.engine import Connection, Store
from gis_app.storage.layers import replace_layer

REQUIRED = ("grids",)
HISTORY = "station_history"
# table -> columns that must be there; the order in which tables are written
TABLES: dict[str, tuple[str, ...]] = {
    "organisations": ("organisation_code", "name", "kind", "zone_code"),
    "zones": ("zone_code", "name"),
    "zone_communities": ("zone_code", "community_code"),
    "assignments": ("assignment_code", "area_code", "role", "holder_name"),
    "members": ("organisation_code", "grid_code", "members"),
    "incident_classes": ("class_code", "name", "category", "location_public"),
    "class_handlers": ("class_code", "area_code", "organisation_code"),
    "incidents": (
        "incident_code",
        "class_code",
        "category",
        "state",
        "lon",
        "lat",
        "grid_code",
        "reported_at",
    ),
    "supervision_schedules": ("name", "kind", "area_code", "next_on", "active", "created_at"),
    "supervision_rounds": ("round_number", "title", "subject_kind", "subject_code", "area_code", "opened_at"),
    "supervision_findings": ("finding_number", "round_number", "description", "area_code", "created_at"),
    "supervision_answers": ("finding_number", "at", "verb"),
    "star_teams": ("star", "organisation_code", "position"),
    "ratings": ("star", "community_code", "month", "version", "score", "at"),
    "rating_verdicts": ("star", "community_code", "quarter", "version", "verdict", "reasons", "at"),
    "projects": ("project_code", "name", "category", "area_code", "state", "created_at"),
    "project_adoptions": ("project_code", "organisation_code", "adopted_at"),
    "demands": ("title", "category", "area_code", "state", "created_at"),
    "activities": ("name", "category", "area_code", "held_on", "participants", "created_at"),
    "station_history": ("station_code", "day", "change", "lon", "lat", "grid_code", "address"),
}
_WHOLE = ("members", "position", "version", "served", "supporters", "participants", "round_number",
          "finding_number")  # fmt: skip
_NUMBERS = dict.fromkeys(_WHOLE, "int64") | dict.fromkeys(("lon", "lat", "score"), "float64")
_FLAGS = {"location_public", "active"}
# column -> how its texts are read when they are needed
_READ_BY: dict[str, Callable[[str], object]] = {
    "accept_limit": Limit.of,
    "time_limit": Limit.of,
    "stages": parse_stages,
    "attributes": parse_attributes,
    "change": known_change,
    "day": begin_of,
}


def _replace_with(replace: Callable[..., int], name: str, conn: Connection, frame: pd.DataFrame) -> int:
    return replace(conn, name, frame)


_REPLACERS = {
    "incident_classes": classes.replace_incident_classes,
    "class_handlers": classes.replace_every_class_handler,
    "incidents": incidents.replace_incidents,
    **{name: partial(_replace_with, ratings.replace_ratings, name) for name in ratings.TABLES},
    **{name: partial(_replace_with, programme.replace_programme, name) for name in programme.TABLES},
}
_WIDE = Limits(features=2_000_000, vertices=50_000_000, vertices_per_shape=1_000_000)
# (table, column) -> what its values must be found in
_REFERENCES = {
    ("zone_communities", "zone_code"): ("zones", "zone_code"),
    ("zone_communities", "community_code"): ("communities", "community_code"),
    ("organisations", "zone_code"): ("zones", "zone_code"),
    ("assignments", "organisation_code"): ("organisations", "organisation_code"),
    ("members", "organisation_code"): ("organisations", "organisation_code"),
    ("members", "grid_code"): ("grids", "grid_code"),
    ("incident_classes", "parent_code"): ("incident_classes", "class_code"),
    ("incident_classes", "handling_organisation_code"): ("organisations", "organisation_code"),
    ("class_handlers", "class_code"): ("incident_classes", "class_code"),
    ("class_handlers", "organisation_code"): ("organisations", "organisation_code"),
    ("incidents", "class_code"): ("incident_classes", "class_code"),
    ("supervision_findings", "round_number"): ("supervision_rounds", "round_number"),
    ("supervision_findings", "organisation_code"): ("organisations", "organisation_code"),
    ("supervision_answers", "finding_number"): ("supervision_findings", "finding_number"),
    ("star_teams", "organisation_code"): ("organisations", "organisation_code"),
    ("ratings", "community_code"): ("communities", "community_code"),
    ("rating_verdicts", "community_code"): ("communities", "community_code"),
    ("project_adoptions", "project_code"): ("projects", "project_code"),
    ("project_adoptions", "organisation_code"): ("organisations", "organisation_code"),
    ("demands", "project_code"): ("projects", "project_code"),
    ("activities", "project_code"): ("projects", "project_code"),
    ("activities", "organisation_code"): ("organisations", "organisation_code"),
    ("station_history", "station_code"): ("stations", "station_code"),
}
Progress = Callable[[str], None]


def load_geodata(store: Store, folder: Path | str, progress: Progress | None = None) -> dict[str, int]:
    """Load every layer and table of a folder in one transaction; return rows by name.

    Raises Rejected with every fault found; then the store is unchanged. `progress` is told each step.
    """
    folder, tell = Path(folder), progress or (lambda _: None)
    faults = _checksums(folder)
    tell("读取图层")
    layers = {name: _layer(folder / f"{name}.geojson", name, faults) for name in schema.LAYERS}
    tell("读取责任与事件")
    tables = {name: _table(folder / f"{name}.csv", name, faults) for name in TABLES}
    if not faults:
        tell("核对图层之间的关系")
        faults += [found for found in check_layers(layers) if found.is_error]
        faults += _unknown_references(layers, tables)
    past = None if faults else _past(layers["stations"], tables[HISTORY], faults)
    if faults:
        raise Rejected(faults)
    tell("写入数据库")
    with store.write() as conn:
        incidents.hold_reports(conn)
        for name, frame in layers.items():
            if len(frame):
                replace_layer(conn, name, frame)
        for name, frame in tables.items():
            if frame is None:
                continue
            if name in supervision_files.TABLES or name == HISTORY:
                continue
            if name in _REPLACERS:
                _REPLACERS[name](conn, frame)
            else:
                assignments.replace_table(conn, name, frame)
        _write_supervision(conn, tables)
        if past is not None:
            station_versions.replace_versions(conn, past)
    counts = {name: len(frame) for name, frame in (layers | tables).items() if frame is not None}
    tell("已写入 " + "，".join(f"{name} {rows}" for name, rows in counts.items() if rows))
    return counts


def _past(
    stations: gpd.GeoDataFrame, changes: pd.DataFrame | None, faults: list[Fault]
) -> gpd.GeoDataFrame | None:
    """Return every version of the stations, None without a table of changes; add its fault."""
    if changes is None:
        return None
    try:
        return versions(stations, changes)
    except BadInput as problem:
        faults.append(fault("bad_text", f"{HISTORY}.csv", value=HISTORY, detail=problem.message))
        return None


def _write_supervision(conn: Connection, tables: dict[str, pd.DataFrame | None]) -> None:
    """Write the records of supervision together, since they refer to each other by the files' numbers."""
    frames = {name: tables[name] for name in supervision_files.TABLES if tables[name] is not None}
    if frames:
        supervision_files.replace_supervision(conn, frames)


def _checksums(folder: Path) -> list[Fault]:
    """Compare every file that the catalogue names with its checksum there."""
    path = folder / "catalogue.json"
    if not path.is_file():
        return []
    try:
        entries = [(str(one["file"]), str(one["sha256"])) for one in json.loads(path.read_bytes())["layers"]]
    except (ValueError, KeyError, TypeError):
        return [fault("json_syntax", path.name, value=path.name)]
    faults = []
    for name, expected in entries:
        file = folder / Path(name).name
        if not file.is_file():
            faults.append(fault("missing_file", name, value=name))
        elif hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            faults.append(fault("checksum", name, value=name))
    return faults


def _layer(path: Path, name: str, faults: list[Fault]) -> gpd.GeoDataFrame:
    """Return a layer, empty where its file is missing; add its faults, rows counted from 1."""
    if not path.is_file():
        if name in REQUIRED:
            faults.append(fault("missing_file", name, value=path.name))
        return schema.empty(name)
    try:
        table = geojson.read(path, {}, _WIDE)
    except Rejected as found:
        faults += [_in_file(one, path) for one in found.faults]
        return schema.empty(name)
    data = pd.DataFrame(table.columns, index=range(len(table.rows)))
    frame = schema.complete(name, gpd.GeoDataFrame(data, geometry=table.geometry, crs=schema.CRS))
    found = [*table.faults, *schema.validate(name, frame)]
    faults += [_in_file(one, path) for one in found if one.is_error]
    return frame


def _table(path: Path, name: str, faults: list[Fault]) -> pd.DataFrame | None:
    """Return a table with its numbers as numbers, None where its file is missing; add its faults."""
    if not path.is_file():
        return None
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [column for column in TABLES[name] if column not in frame]
    faults += [fault("missing_column", f"{path.name}.{column}", value=column) for column in missing]
    for column, kind in _NUMBERS.items():
        if column not in frame:
            continue
        numbers = pd.to_numeric(frame[column].replace("", None), errors="coerce")
        bad = numbers.isna() & (frame[column] != "")
        for row in bad[bad].index[:50]:
            one = fault("bad_coordinate", f"{path.name}.{column}", row=int(row) + 2, value=frame[column][row])
            faults.append(one)
        frame[column] = numbers.fillna(0).astype(kind) if kind == "int64" else numbers
    for column in _FLAGS & set(frame.columns):
        frame[column] = frame[column].map(is_true).astype(bool)
    for column, read in _READ_BY.items():
        if column in frame:
            faults += _unreadable(path.name, column, frame[column], read)
    return frame


def _unreadable(file: str, column: str, texts: pd.Series, read: Callable[[str], object]) -> list[Fault]:
    """Return a fault for each text, "" apart, that the code which will need it cannot read."""
    faults = []
    for row, text in texts[texts != ""].items():
        try:
            read(text)
        except BadInput as problem:
            faults.append(
                fault("bad_text", f"{file}.{column}", row=row + 2, value=text, detail=problem.message)
            )
    return faults


def _in_file(found: Fault, path: Path) -> Fault:
    field = f"{path.name}.{found.field}"
    return Fault(found.row, field, found.message_code, found.message, found.remedy, found.severity)


def _unknown_references(layers: dict, tables: dict) -> list[Fault]:
    known = {**layers, **tables}
    faults = []
    for (name, column), (target, key) in _REFERENCES.items():
        frame, other = tables.get(name), known.get(target)
        if frame is None or other is None or column not in frame:
            continue
        lost = frame[column][(frame[column] != "") & ~frame[column].isin(other[key])]
        for row, value in lost.iloc[:50].items():
            faults.append(
                fault("unknown_reference", f"{name}.{column}", row=int(row) + 2, value=value, title=target)
            )
    return faults
