"""How stations are just now, in the store: the present word about each, its history, the change number.

The version check is the write. A change makes no new revision of the county, because no map, layer or figure
of a revision depends on it; whoever keeps a copy compares the change number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from gis_app.errors import Conflict
from gis_app.storage import audit
from gis_app.storage.tables import station_status, station_status_changes, station_status_history, stations

CHANGED_TAG = "stations:status:changed"
_NUMBER = select(station_status_changes.c.number)


def change_number(conn: Connection) -> int:
    """Return the number of the latest change of any station's status."""
    return conn.execute(_NUMBER).scalar_one()


def read_statuses(conn: Connection) -> Sequence[Row]:
    """Return the present word about every station of which there was one, ordered by code."""
    return conn.execute(select(station_status).order_by(station_status.c.station_code)).all()


def read_history(conn: Connection, station_code: str, limit: int = 20) -> Sequence[Row]:
    """Return (status, note, until, at, role) of a station, the newest first."""
    table = station_status_history.c
    query = select(table.status, table.note, table.until, table.at, table.role)
    newest = query.where(table.station_code == station_code).order_by(table.history_id.desc())
    return conn.execute(newest.limit(limit)).all()


def set_status(
    conn: Connection,
    station_code: str,
    version: int,
    status: str,
    note: str,
    until: datetime | None,
    actor: str,
    role: str,
    at: datetime,
) -> int:
    """Set the status of a station that is still at `version` (0: nothing was said yet); return the new one.

    Raises Conflict("stale_version") when somebody was first.
    """
    _take_number(conn)
    said = {"status": status, "note": note, "until": until}
    values = said | {"version": version + 1, "updated_at": at, "updated_role": role}
    table = station_status.c
    if version:
        the_row = (table.station_code == station_code) & (table.version == version)
        written = conn.execute(update(station_status).where(the_row).values(values)).rowcount == 1
    else:
        written = _first(conn, station_code, values)
    if not written:
        raise Conflict("stale_version", "站点状态已被他人修改，请刷新后重试")
    history = said | {"station_code": station_code, "at": at, "role": role}
    conn.execute(insert(station_status_history), [history])
    detail = {"status": status, "until": until.isoformat() if until else None, "version": version + 1}
    audit.append(conn, CHANGED_TAG, actor, station_code, detail)
    return version + 1


def grid_of_station(conn: Connection, station_code: str) -> str | None:
    """Return the code of the grid a station lies in, "" where none is known, None for no such station."""
    row = conn.execute(
        select(stations.c.grid_code).where(stations.c.station_code == station_code)
    ).one_or_none()
    return None if row is None else row.grid_code or ""


def first_station(conn: Connection, grid_prefix: str = "") -> str:
    """Return the first station of an area that serves, else of the county, a warm one first; "" for none."""
    table = stations.c
    query = select(table.station_code).where(table.status == "open").limit(1)
    query = query.order_by(table.kind != "warm_station", table.station_code)
    inside = query.where(table.grid_code.startswith(grid_prefix, autoescape=True))
    return conn.execute(inside).scalar_one_or_none() or conn.execute(query).scalar_one_or_none() or ""


def _first(conn: Connection, station_code: str, values: dict) -> bool:
    known = select(station_status.c.version).where(station_status.c.station_code == station_code)
    if conn.execute(known).one_or_none() is not None:
        return False
    conn.execute(insert(station_status), [values | {"station_code": station_code}])
    return True


def _take_number(conn: Connection) -> None:
    """Raise the number; other writers of statuses wait to the end of the transaction."""
    conn.execute(update(station_status_changes).values(number=station_status_changes.c.number + 1))
