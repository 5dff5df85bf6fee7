"""What stations were like on a past day: a version is closed, and another begun, whenever the layer changes.

The change of one layer is told to this file by `layers.replace_layer`, in the same transaction.
"""

from __future__ import annotations

from datetime import date, datetime, time

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, delete, func, or_, select, update

from gis_app import clock
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.tables import station_versions

COLUMNS = (
    "station_code", "name", "kind", "grid_code", "address", "hours", "amenities", "capacity", "status",
    "geometry",
)  # fmt: skip
_TABLE = station_versions.c


def stations_as_of(conn: Connection, moment: datetime) -> gpd.GeoDataFrame:
    """Return the layer of stations as it was at a moment (aware), ordered by code, in EPSG:4490.

    The earliest versions known are older than the record and hold from ever.
    """
    begun = or_(_TABLE.valid_from.is_(None), _TABLE.valid_from <= moment)
    open_ = or_(_TABLE.valid_to.is_(None), _TABLE.valid_to > moment)
    return _read(conn, begun & open_)


def first_day(conn: Connection) -> datetime | None:
    """Return the moment of the earliest change that is known; None where nothing has changed yet."""
    begun, ended = conn.execute(select(func.min(_TABLE.valid_from), func.min(_TABLE.valid_to))).one()
    return min((one for one in (begun, ended) if one is not None), default=None)


def end_of(day: date) -> datetime:
    """Return the last second of a day, so that what begins with the next one does not count."""
    return datetime.combine(day, time(23, 59, 59), clock.ZONE)


def replace_versions(conn: Connection, versions: gpd.GeoDataFrame) -> int:
    """Put versions (see `stations.history.versions`) in place of all that are known; return their number."""
    conn.execute(delete(station_versions))
    return write_frame(conn, station_versions, versions)


def note_stations(conn: Connection, layer: gpd.GeoDataFrame, at: datetime | None = None) -> int:
    """Close the versions that `layer` no longer holds and begin those it brings; return how many began.

    The first layer ever has no beginning.
    """
    at = at or clock.now()
    before = _read(conn, _TABLE.valid_to.is_(None), with_id=True)
    ids = before.pop("version_id").to_numpy()
    old, new = _marks(before), _marks(layer)
    gone = [int(one) for one in ids[~pd.Series(old).isin(new)]]
    for start in range(0, len(gone), 500):
        chunk = _TABLE.version_id.in_(gone[start : start + 500])
        conn.execute(update(station_versions).where(chunk).values(valid_to=at))
    fresh = layer[~pd.Series(new).isin(old).to_numpy()]
    first = conn.execute(select(_TABLE.version_id).limit(1)).one_or_none() is None
    return write_frame(conn, station_versions, fresh, valid_from=None if first else at)


def _read(conn: Connection, where, with_id: bool = False) -> gpd.GeoDataFrame:
    names = (("version_id",) if with_id else ()) + COLUMNS
    columns = [_TABLE[name] for name in names]
    query = select(*columns).where(where).order_by(_TABLE.station_code, _TABLE.version_id)
    return read_frame(conn, query, columns)


def _marks(layer: gpd.GeoDataFrame) -> np.ndarray:
    """Return one text for each row that tells its content apart."""
    plain = pd.DataFrame({name: layer[name].fillna("").astype(str) for name in COLUMNS[:-1]})
    places = np.round(shapely.get_coordinates(layer.geometry.values), 9).astype(str)
    texts = plain.agg("\x1f".join, axis=1).to_numpy(object) if len(plain) else np.empty(0, object)
    return np.array([f"{text}\x1f{x},{y}" for text, (x, y) in zip(texts, places, strict=True)], dtype=object)
