"""How incidents stood at a past moment: the steps up to it of those that changed since."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, select

from gis_app.storage.incidents.columns import wide_frame
from gis_app.storage.tables import incident_history, incidents


def steps_before(conn: Connection, moment: datetime) -> pd.DataFrame:
    """Return (incident_code, at, to_state), in order, of the steps up to a moment (aware).

    Only of incidents that changed after it: the others stand today as they stood then.
    """
    step = incident_history.c
    later = select(incidents.c.incident_code).where(incidents.c.updated_at > moment)
    query = select(step.incident_code, step.at, step.to_state)
    query = query.where(step.at <= moment, step.incident_code.in_(later))
    return wide_frame(conn, query.order_by(step.history_id))
