"""Incidents and their classes in the store, as frames.

The place is kept as a point, so that PostGIS can search it; frames show it as lon and lat. Times are kept as
moments and shown as ISO 8601 texts at +08:00.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, delete, select

from gis_app.storage import audit
from gis_app.storage.frames import CRS, read_frame, write_frame
from gis_app.storage.revision import bump_revision
from gis_app.storage.tables import incident_classes, incidents

COLUMNS = (
    "incident_code", "class_code", "category", "state", "description", "lon", "lat", "grid_code",
    "reported_at", "accepted_at", "dispatched_at", "due_at", "resolved_at", "closed_at", "organisation_code",
)  # fmt: skip


def read_incidents(conn: Connection) -> pd.DataFrame:
    """Return every incident ordered by code; lon and lat in degrees, NaN where no place is known."""
    query = select(incidents).order_by(incidents.c.incident_code)
    frame = read_frame(conn, query, list(incidents.columns))
    points = frame["geometry"].to_numpy()
    data = pd.DataFrame(frame.drop(columns="geometry"))
    data["lon"], data["lat"] = shapely.get_x(points), shapely.get_y(points)
    return data[list(COLUMNS)]


def replace_incidents(conn: Connection, frame: pd.DataFrame, actor: str = "system") -> int:
    """Put the rows of `frame` in place of all incidents and return the new revision."""
    lon, lat = frame["lon"].to_numpy("float64"), frame["lat"].to_numpy("float64")
    known = np.isfinite(lon) & np.isfinite(lat)
    points = np.full(len(frame), None, dtype=object)
    points[known] = shapely.points(lon[known], lat[known])
    placed = frame.drop(columns=["lon", "lat"]).assign(geometry=gpd.GeoSeries(points, frame.index, crs=CRS))
    conn.execute(delete(incidents))
    write_frame(conn, incidents, placed)
    return _recorded(conn, actor, "incidents", len(frame))


def read_incident_classes(conn: Connection) -> pd.DataFrame:
    """Return every class of incidents ordered by code."""
    query = select(incident_classes).order_by(incident_classes.c.class_code)
    return read_frame(conn, query, list(incident_classes.columns))


def replace_incident_classes(conn: Connection, frame: pd.DataFrame, actor: str = "system") -> int:
    """Put the rows of `frame` in place of all classes and return the new revision."""
    conn.execute(delete(incident_classes))
    write_frame(conn, incident_classes, frame)
    return _recorded(conn, actor, "incident_classes", len(frame))


def _recorded(conn: Connection, actor: str, subject: str, rows: int) -> int:
    number = bump_revision(conn)
    audit.append(conn, "incidents:table:replaced", actor, subject, {"rows": rows, "revision": number})
    return number
