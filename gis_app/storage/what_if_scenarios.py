"""Changes of stations that somebody thought of and kept, with the figures as they came out then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select

from gis_app.errors import NotFound
from gis_app.storage import audit
from gis_app.storage.tables import what_if_scenarios

KEPT_TAG, DROPPED_TAG = "stations:scenario:kept", "stations:scenario:dropped"
_TABLE = what_if_scenarios.c


def keep_scenario(
    conn: Connection,
    name: str,
    changes: str,
    asked: str,
    figures: str,
    revision: int,
    account_id: int | None,
    actor: str,
    at: datetime,
) -> int:
    """Keep a scenario (three JSON texts) and return its number."""
    row = {"name": name, "changes": changes, "asked": asked, "figures": figures}
    values = row | {"revision": revision, "account_id": account_id, "created_at": at}
    made = insert(what_if_scenarios).values(values).returning(_TABLE.scenario_id)
    number = conn.execute(made).scalar_one()
    audit.append(conn, KEPT_TAG, actor, str(number), {"name": name})
    return number


def read_scenarios(conn: Connection, most: int = 50) -> Sequence[Row]:
    """Return the newest scenarios."""
    return conn.execute(select(what_if_scenarios).order_by(_TABLE.scenario_id.desc()).limit(most)).all()


def find_scenario(conn: Connection, scenario_id: int) -> Row:
    """Return one scenario; raises NotFound."""
    query = select(what_if_scenarios).where(_TABLE.scenario_id == scenario_id)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFound("unknown_scenario", "没有这个设想", {"scenario_id": str(scenario_id)})
    return row


def drop_scenario(conn: Connection, scenario_id: int, actor: str) -> None:
    """Delete one scenario; raises NotFound."""
    find_scenario(conn, scenario_id)
    conn.execute(delete(what_if_scenarios).where(_TABLE.scenario_id == scenario_id))
    audit.append(conn, DROPPED_TAG, actor, str(scenario_id), {})
