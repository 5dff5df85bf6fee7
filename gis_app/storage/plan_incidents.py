"""Incidents as plans see them: where last year's were, and to which grid each belongs under which plan."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from gis_app.storage.frames import read_frame
from gis_app.storage.tables import incidents, plan_handovers

YEAR = timedelta(days=365)


def points_of_last_year(conn: Connection) -> np.ndarray:
    """Return lon/lat (n, 2) of the incidents of the twelve months up to the newest, those with a place."""
    newest = conn.execute(select(func.max(incidents.c.reported_at))).scalar_one_or_none()
    if newest is None:
        return np.empty((0, 2))
    known = incidents.c.lon.is_not(None) & incidents.c.lat.is_not(None)
    query = select(incidents.c.lon, incidents.c.lat).where(incidents.c.reported_at > newest - YEAR, known)
    return np.array([tuple(row) for row in conn.execute(query)], dtype=float).reshape(-1, 2)


def placed_incidents(conn: Connection) -> pd.DataFrame:
    """Return incident_code, plan_id, grid_code, lon and lat of every incident, as it stands now."""
    columns = [incidents.c[name] for name in ("incident_code", "plan_id", "grid_code", "lon", "lat")]
    return read_frame(conn, select(*columns).order_by(incidents.c.incident_code), columns)


def first_grids(conn: Connection) -> pd.DataFrame:
    """Return incident_code, plan_id and grid_code of incidents as they were before they were handed over."""
    hand = plan_handovers.c
    query = select(hand.subject, hand.amount, hand.from_code).where(hand.kind == "incident")
    rows = conn.execute(query.order_by(hand.handover_id)).all()
    found = pd.DataFrame(rows, columns=["incident_code", "plan_id", "grid_code"])
    return found.drop_duplicates("incident_code", keep="first").reset_index(drop=True)
