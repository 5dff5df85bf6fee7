"""Tables to frames and back, whole columns at a time.

The type of a frame's column follows from the table's column: text "str", whole numbers "int64" ("Int64"
where they may be unknown), yes/no "bool", numbers "float64", moments ISO 8601 texts at +08:00 ("" where
unknown), geometry shapely in EPSG:4490.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Boolean, Column, Connection, Executable, Float, Integer, Table, insert

from gis_app import clock
from gis_app.storage.geometry import SRID, Geometry, Moment

CRS = f"EPSG:{SRID}"
ROWS_AT_ONCE = 10_000


def read_frame(conn: Connection, query: Executable, columns: Sequence[Column]) -> pd.DataFrame:
    """Run `query`, whose results are `columns` in order, and return its frame.

    A GeoDataFrame in EPSG:4490 when one of the columns is a geometry.
    """
    rows = conn.execute(query).all()
    taken = zip(*rows, strict=True) if rows else ([] for _ in columns)
    data = {column.name: _taken(column, values) for column, values in zip(columns, taken, strict=True)}
    if any(isinstance(column.type, Geometry) for column in columns):
        return gpd.GeoDataFrame(data, geometry="geometry", crs=CRS)
    return pd.DataFrame(data)


def write_frame(conn: Connection, table: Table, frame: pd.DataFrame, **constants: object) -> int:
    """Insert every row of `frame` into `table` and return their number.

    Columns of the frame that the table does not have are left out; `constants` are the same in every row.
    """
    columns = [column for column in table.columns if column.name in frame.columns]
    given = [_given(column, frame[column.name]) for column in columns]
    names = [column.name for column in columns]
    for start in range(0, len(frame), ROWS_AT_ONCE):
        part = [values[start : start + ROWS_AT_ONCE] for values in given]
        rows = zip(*part, strict=True)
        conn.execute(insert(table), [{**constants, **dict(zip(names, row, strict=True))} for row in rows])
    return len(frame)


def _taken(column: Column, values: Iterable) -> object:
    kind = column.type
    if isinstance(kind, Geometry):
        return shapely.from_wkb(np.array(list(values), dtype=object))
    if isinstance(kind, Moment):
        texts = [moment.isoformat(timespec="seconds") if moment else "" for moment in values]
        return pd.Series(texts, dtype="str")
    if isinstance(kind, Integer) and not isinstance(kind, Boolean) and column.nullable:
        return pd.Series(list(values), dtype="Int64")
    for type_, dtype in ((Boolean, "bool"), (Integer, "int64"), (Float, "float64")):
        if isinstance(kind, type_):
            return pd.Series(list(values), dtype=dtype)
    return pd.Series(list(values), dtype="str")


def _given(column: Column, values: pd.Series) -> list:
    kind = column.type
    if isinstance(kind, Geometry):
        shapes = np.asarray(values.array if isinstance(values, gpd.GeoSeries) else values, dtype=object)
        return shapely.to_wkb(shapes, output_dimension=2).tolist()
    if isinstance(kind, Moment):
        return _moments(values)
    if isinstance(kind, Boolean):
        return values.fillna(False).astype("int64").astype(bool).tolist()
    if isinstance(kind, Integer):
        return values.fillna(0).astype("int64").tolist()
    if isinstance(kind, Float):
        return [None if number != number else number for number in values.astype("float64").tolist()]
    unknown = None if column.nullable else ""
    return [unknown if pd.isna(text) or text == "" else str(text) for text in values]


def _moments(values: pd.Series) -> list:
    if not isinstance(values.dtype, pd.DatetimeTZDtype):
        values = pd.to_datetime(values.replace("", None), format="ISO8601", utc=True)
    return [None if pd.isna(moment) else moment.to_pydatetime().astimezone(clock.ZONE) for moment in values]
