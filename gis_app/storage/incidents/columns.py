"""The columns of incidents as frames: which go where, and how a million rows of them are read quickly."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np
import pandas as pd
from sqlalchemy import Column, ColumnElement, Connection, Float, Integer, Select, String, func, type_coerce

from gis_app import clock
from gis_app.storage.geometry import Moment
from gis_app.storage.tables import incidents

# Personal, long or only for the store itself: not in frames of everything.
APART = {"contact_name", "contact_phone", "contact_email", "idempotency_key", "extra", "geometry"}
CHANGED: tuple[Column, ...] = tuple(column for column in incidents.columns if column.name not in APART)


def point(lon: float | None, lat: float | None) -> bytes | None:
    """Return a place as the WKB that the geometry column takes, None where it is not known."""
    if lon is None or lat is None:
        return None
    return struct.pack("<BIdd", 1, 1, lon, lat)


def wide_frame(conn: Connection, query: Select) -> pd.DataFrame:
    """Run a query of incident columns and return its frame, moments as datetime64 at +08:00."""
    columns = list(query.selected_columns)
    sqlite = conn.dialect.name == "sqlite"
    if sqlite:  # texts of fixed width are read here all at once, not one by one
        query = query.with_only_columns(*(_as_text(column) for column in columns))
    rows = conn.execute(query).all()
    taken = zip(*rows, strict=True) if rows else ([] for _ in columns)
    data = {
        column.name: _series(column, values, sqlite) for column, values in zip(columns, taken, strict=True)
    }
    return pd.DataFrame(data)


def _as_text(column: Column) -> ColumnElement:
    if not isinstance(column.type, Moment):
        return column
    return func.coalesce(func.substr(type_coerce(column, String), 1, 19), "NaT")


def _series(column: Column, values: Iterable, sqlite: bool) -> pd.Series:
    kind = column.type
    if isinstance(kind, Moment):
        return _moments(values, sqlite)
    if isinstance(kind, Float):
        return pd.Series(list(values), dtype="float64")
    if isinstance(kind, Integer):
        if column.nullable:
            return pd.Series(list(values), dtype="Int64")
        return pd.Series(list(values), dtype="int64")
    return pd.Series(list(values), dtype="str")


def _moments(values: Iterable, sqlite: bool) -> pd.Series:
    if sqlite:
        moments = pd.Series(np.array(list(values), dtype="datetime64[s]")).dt.tz_localize("UTC")
        return moments.dt.tz_convert(clock.ZONE)
    moments = pd.Series(pd.to_datetime(list(values), utc=True)).dt.as_unit("s")
    return moments.dt.tz_convert(clock.ZONE)
