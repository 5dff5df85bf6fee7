"""Who else waits for an incident: "me too" adds a follower, not an incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gis_app.errors import NotFound
from gis_app.storage import audit
from gis_app.storage.incidents.changes import take_numbers
from gis_app.storage.tables import incident_followers, incidents

FOLLOWED_TAG = "incidents:incident:followed"


@dataclass(frozen=True, slots=True)
class Follower:
    """One follower; `follower_key` is "account:<id>", "incident:<code>" or what the caller knows them by."""

    follower_key: str
    account_id: int | None
    note: str
    at: datetime


def add_follower(
    conn: Connection,
    code: str,
    follower_key: str,
    at: datetime,
    account_id: int | None = None,
    note: str = "",
    actor: str = "system",
) -> bool:
    """Add a follower and return whether they are new; one who follows already changes nothing.

    Raises NotFound for an unknown code.
    """
    added = follow(conn, code, follower_key, account_id, note, at)
    if added:
        audit.append(conn, FOLLOWED_TAG, actor, code)
    return added


def follow(
    conn: Connection, code: str, follower_key: str, account_id: int | None, note: str, at: datetime
) -> bool:
    """Add a follower as a part of a step that is told in the trail by itself."""
    number = take_numbers(conn)
    table = incident_followers.c
    present = select(table.at).where(table.incident_code == code, table.follower_key == follower_key)
    if conn.execute(present).one_or_none() is not None:
        return False
    counted = {"follower_count": incidents.c.follower_count + 1, "change_number": number}
    if conn.execute(update(incidents).where(incidents.c.incident_code == code).values(counted)).rowcount != 1:
        raise NotFound("unknown_incident", f"没有编号为“{code}”的事件", {"incident_code": code})
    row = {"incident_code": code, "follower_key": follower_key, "account_id": account_id}
    conn.execute(insert(incident_followers), [{**row, "note": note, "at": at}])
    return True


def followers(conn: Connection, code: str) -> list[Follower]:
    """Return the followers of an incident, the first first."""
    table = incident_followers.c
    query = select(table.follower_key, table.account_id, table.note, table.at)
    ordered = query.where(table.incident_code == code).order_by(table.at, table.follower_key)
    return [Follower(*row) for row in conn.execute(ordered)]
