"""From a read file to rows of posts or incidents: which column is which field, and every cell read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from gis_app.desk import tables_fields as fields
from gis_app.desk.tables_known import Known
from gis_app.desk.tables_messages import fault
from gis_app.desk.tables_reading import Reader
from gis_app.errors import Fault
from gis_app.exchange import crs as placing
from gis_app.exchange.raw import RawTable

PLACE = ("lon", "lat")
# columns that an export writes beside those that come in again
_NOT_MISSED = frozenset(
    {"区域", "所在网格", "空缺", "类别", "category", "area_name", "grid_name", "organisation_name", "vacant"}
)


@dataclass(slots=True)
class Rows:
    """Rows under the names of the fields, indexed by the file's row numbers; "" or NaN where unknown.

    `brought` are the fields that the file has something to say about.
    """

    frame: pd.DataFrame
    columns: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    brought: set[str] = field(default_factory=set)


def rows_of(
    kind: str,
    raw: RawTable,
    known: Known,
    columns: Mapping[str, str | None] | None = None,
    crs: str | None = None,
) -> Rows:
    """Return the rows of a file with what could not be read; `columns` and `crs` as in `tables.prepare`."""
    used = chosen_columns(kind, raw, columns)
    faults = list(raw.faults)
    reader, values = Reader(kind, known), {}
    for one in fields.FIELDS[kind]:
        cells = raw.columns[used[one.name]] if one.name in used else [None] * len(raw.rows)
        values[one.name] = reader.read(one, cells, raw.rows, faults)
        if one.required and one.name not in used:
            faults.append(fault("missing_column", one.name, title=one.zh))
    frame = pd.DataFrame(values, index=list(raw.rows), dtype=object)
    if kind == fields.INCIDENTS:
        frame, more = _placed(frame, raw, crs)
        faults += more
    texts = [one.name for one in fields.FIELDS[kind] if one.kind != fields.NUMBER]
    frame[texts] = frame[texts].astype("str")
    places = set(PLACE) if raw.geometry is not None else set()
    return Rows(frame, used, faults + _unused(raw, used), set(used) | places)


def chosen_columns(kind: str, raw: RawTable, columns: Mapping[str, str | None] | None) -> dict[str, str]:
    """Return field → column of the file: as chosen, else by its name."""
    columns = dict(columns or {})
    wanted = [name for name in columns.values() if name in raw.columns]
    names = [
        name
        for name, cells in raw.columns.items()
        if name not in wanted and any(cell is not None for cell in cells)
    ]
    found = {name: column for name, column in fields.find_columns(kind, names).items() if name not in columns}
    known = {one.name for one in fields.FIELDS[kind]}
    said = {name: column for name, column in columns.items() if name in known and column in raw.columns}
    return found | said


def _placed(frame: pd.DataFrame, raw: RawTable, crs: str | None) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the frame with lon and lat in EPSG:4490, from the file's points or its columns."""
    lon, lat = (frame[name].astype("float64").to_numpy() for name in PLACE)
    own = None
    if raw.geometry is not None:
        points, own = _points(raw.geometry), raw.crs
        known = ~shapely.is_missing(points)
    else:
        known = np.isfinite(lon) & np.isfinite(lat)
        points = np.full(len(frame), None, dtype=object)
        points[known] = shapely.points(lon[known], lat[known])
    rows = [row for row, there in zip(raw.rows, known, strict=True) if there]
    result = frame.assign(lon=lon, lat=lat)
    if not known.any():
        return result, []
    placed = placing.place(points[known], rows, own, crs, assumed=raw.geometry is None)
    faults = [one for one in placed.faults if one.message_code != "crs_assumed"]
    if placed.shapes is not None:
        at = np.flatnonzero(known)
        xy = shapely.get_coordinates(placed.shapes)
        sure = raw.geometry is not None or placed.source.label != placing.LONLAT
        if sure:
            lon, lat = lon.copy(), lat.copy()
            lon[at], lat[at] = np.round(xy, 9).T
            result = frame.assign(lon=lon, lat=lat)
    return result, faults


def _points(shapes: np.ndarray) -> np.ndarray:
    """Return one point for each shape that is one, None for every other."""
    points = np.array(shapes, dtype=object)
    single = (shapely.get_type_id(points) == 4) & (shapely.get_num_geometries(points) == 1)
    points[single] = shapely.get_geometry(points[single], 0)
    points[(shapely.get_type_id(points) != 0) | shapely.is_empty(points)] = None
    return points


def _unused(raw: RawTable, used: Mapping[str, str]) -> list[Fault]:
    taken = set(used.values())
    left = [
        name
        for name, cells in raw.columns.items()
        if name not in taken and name not in _NOT_MISSED and any(cell is not None for cell in cells)
    ]
    return [fault("unused_columns", "columns", value="、".join(left[:20]))] if left else []
