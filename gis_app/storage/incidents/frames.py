"""Incidents as one frame, as files hold them: read whole, and the reference ones replaced whole.

The place is kept as lon and lat, and as a point for whoever looks into PostGIS; frames show lon and lat.
Times are kept as moments and shown as ISO 8601 texts at +08:00.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, delete, select

from gis_app.incidents.model import COLUMNS
from gis_app.storage import audit
from gis_app.storage.frames import CRS, read_frame, write_frame
from gis_app.storage.incidents.changes import note_replacement, take_numbers
from gis_app.storage.plans import published_plan
from gis_app.storage.revision import bump_revision
from gis_app.storage.tables import incidents

REFERENCE = "reference"


def read_incidents(conn: Connection) -> pd.DataFrame:
    """Return every incident ordered by code; lon and lat in degrees, NaN where no place is known."""
    columns = [incidents.c[name] for name in COLUMNS]
    return read_frame(conn, select(*columns).order_by(incidents.c.incident_code), columns)


def replace_incidents(conn: Connection, frame: pd.DataFrame, actor: str = "system") -> int:
    """Put the rows of `frame` in place of all reference incidents and return the new revision.

    What people reported stays; a code that one of these has already is a Conflict.
    """
    last = take_numbers(conn, max(len(frame), 1))
    note_replacement(conn, last)
    conn.execute(delete(incidents).where(incidents.c.source == REFERENCE))
    constants = {"source": REFERENCE, "reporter_kind": REFERENCE, "plan_id": published_plan(conn)}
    write_frame(conn, incidents, filled(frame, last - len(frame) + 1), **constants)
    number = bump_revision(conn)
    audit.append(
        conn, "incidents:table:replaced", actor, "incidents", {"rows": len(frame), "revision": number}
    )
    return number


def filled(frame: pd.DataFrame, first: int) -> pd.DataFrame:
    """Return the frame with points, change numbers and the time of the latest change."""
    lon, lat = frame["lon"].to_numpy("float64"), frame["lat"].to_numpy("float64")
    known = np.isfinite(lon) & np.isfinite(lat)
    points = np.full(len(frame), None, dtype=object)
    points[known] = shapely.points(lon[known], lat[known])
    stages = ("closed_at", "resolved_at", "dispatched_at", "accepted_at", "reported_at")
    latest = pd.Series("", frame.index, dtype=object)
    for name in stages:
        if name in frame:
            latest = latest.where(latest != "", frame[name])
    kept = frame.drop(columns=["source", "reporter_kind", "plan_id", "version"], errors="ignore")
    return kept.assign(
        lon=np.where(known, lon, np.nan),
        lat=np.where(known, lat, np.nan),
        geometry=gpd.GeoSeries(points, frame.index, crs=CRS),
        change_number=np.arange(first, first + len(frame)),
        updated_at=latest,
    )
