"""What is carried over when a plan takes effect, written: posts, incidents, accounts, whatever names a grid.

Who gets what is decided elsewhere; each verb works within the transaction that makes the plan effective, and
leaves a row in `plan_handovers` for everything it carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update

from gis_app import clock
from gis_app.errors import Conflict, NotFound
from gis_app.storage import audit
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.incidents.changes import take_numbers
from gis_app.storage.tables import (
    accounts,
    alert_rules,
    assignments,
    class_handlers,
    demands,
    incident_history,
    incidents,
    plan_handovers,
    projects,
    stations,
    substitutes,
    supervision_findings,
    supervision_rounds,
    supervision_schedules,
)

VERB, ROLE = "hand_over", "system"
SCOPE_TAG, CONFIRMED_TAG = "people:account:role_changed", "plans:handover:confirmed"
# Nothing more happens to these, unless they are opened again.
ENDED = ("closed", "evaluated", "rejected", "duplicate")
# What names an area and still matters: table -> (column, which rows)
RECORDS: dict[Any, tuple[str, Any]] = {
    class_handlers: ("area_code", None),
    alert_rules: ("area_code", None),
    supervision_schedules: ("area_code", None),
    supervision_rounds: ("area_code", supervision_rounds.c.state == "open"),
    supervision_findings: ("area_code", supervision_findings.c.state != "accepted"),
    demands: ("area_code", demands.c.state != "done"),
    projects: ("area_code", projects.c.state != "done"),
    substitutes: ("area_code", None),
}


def pending_incidents(conn: Connection) -> pd.DataFrame:
    """Return incident_code, state, plan_id, grid_code, lon and lat of every incident not at its end."""
    names = ("incident_code", "state", "plan_id", "grid_code", "lon", "lat")
    columns = [incidents.c[name] for name in names]
    query = select(*columns).where(incidents.c.state.not_in(ENDED)).order_by(incidents.c.incident_code)
    return read_frame(conn, query, columns)


def move_incidents(conn: Connection, plan_id: int, moves: pd.DataFrame, at: datetime, note: str) -> None:
    """Hand incidents over (incident_code, state, plan_id, from_grid, to_grid), with a row in their history.

    What is left in `plan_handovers` has as its amount the plan that the incident was under before.
    """
    if not len(moves):
        return
    last = take_numbers(conn, len(moves))
    told = list(moves.itertuples(index=False))
    changed = update(incidents).where(incidents.c.incident_code == bindparam("the_code"))
    changed = changed.values(
        grid_code=bindparam("to_grid"), change_number=bindparam("number"), updated_at=at,
        version=incidents.c.version + 1, plan_id=plan_id,
    )  # fmt: skip
    first = last - len(told) + 1
    conn.execute(changed, [
        {"the_code": one.incident_code, "to_grid": one.to_grid, "number": first + place}
        for place, one in enumerate(told)
    ])  # fmt: skip
    conn.execute(insert(incident_history), [
        {"incident_code": one.incident_code, "at": at, "verb": VERB, "from_state": one.state,
         "to_state": one.state, "actor_role": ROLE, "note": f"{note}：{one.from_grid} → {one.to_grid}"}
        for one in told
    ])  # fmt: skip
    noted = moves.assign(amount=moves["plan_id"].fillna(0)).drop(columns="plan_id")
    note_moves(conn, plan_id, "incident", noted.rename(columns={"incident_code": "subject"}))


def write_posts(conn: Connection, ended: Iterable[str], last_day: str, added: pd.DataFrame) -> None:
    """End the terms of some assignments on a day, and add others."""
    codes = [{"the_code": code} for code in ended]
    if codes:
        the_row = assignments.c.assignment_code == bindparam("the_code")
        conn.execute(update(assignments).where(the_row).values(term_to=last_day), codes)
    write_frame(conn, assignments, added)


def move_scopes(conn: Connection, plan_id: int, heirs: Mapping[str, str]) -> None:
    """Let accounts whose scope is a grid that is no more answer for its heir."""
    query = select(accounts.c.username, accounts.c.role, accounts.c.scope_code)
    for row in conn.execute(query.where(accounts.c.scope_code.in_(list(heirs)))).all() if heirs else ():
        to = heirs[row.scope_code]
        conn.execute(update(accounts).where(accounts.c.username == row.username).values(scope_code=to))
        audit.append(conn, SCOPE_TAG, "system", row.username, {"role": row.role, "scope_code": to})
        _note(conn, plan_id, "account", row.scope_code, to, row.username)


def move_records(conn: Connection, plan_id: int, heirs: Mapping[str, str]) -> None:
    """Let whatever else names a grid that is no more name its heir, unless that is named already."""
    for table, (name, where) in RECORDS.items():
        column = table.c[name]
        for code in conn.execute(select(column).where(column.in_(list(heirs))).distinct()).scalars().all():
            of_it = column == code if where is None else and_(column == code, where)
            moved = update(table).where(of_it & ~_taken(table, name, heirs[code])).values({name: heirs[code]})
            count = conn.execute(moved).rowcount
            if count:
                _note(conn, plan_id, "record", code, heirs[code], table.name, count)


def move_stations(conn: Connection, plan_id: int, moves: pd.DataFrame) -> None:
    """Note the grids that stations lie in now: station_code, from_grid, to_grid."""
    if not len(moves):
        return
    changed = update(stations).where(stations.c.station_code == bindparam("the_code"))
    conn.execute(changed.values(grid_code=bindparam("to")), [
        {"the_code": one.station_code, "to": one.to_grid or None} for one in moves.itertuples()
    ])  # fmt: skip
    note_moves(conn, plan_id, "station", moves.rename(columns={"station_code": "subject"}))


def note_moves(conn: Connection, plan_id: int, kind: str, moves: pd.DataFrame) -> None:
    """Leave a row for all that is carried: from_grid, to_grid, subject; role, amount, to_confirm if known."""
    columns = {"from_grid": "from_code", "to_grid": "to_code"}
    write_frame(conn, plan_handovers, moves.rename(columns=columns), plan_id=plan_id, kind=kind)


def read_hand_overs(conn: Connection, plan_id: int) -> pd.DataFrame:
    """Return the rows of what was carried over, by kind, with the columns of the table."""
    query = select(plan_handovers).where(plan_handovers.c.plan_id == plan_id)
    order = (plan_handovers.c.kind, plan_handovers.c.handover_id)
    return read_frame(conn, query.order_by(*order), list(plan_handovers.columns))


def confirm(conn: Connection, handover_id: int, actor: str) -> None:
    """Note that what was carried over is right; raises NotFound, Conflict where nothing is to confirm."""
    the_row = plan_handovers.c.handover_id == handover_id
    open_ = the_row & plan_handovers.c.to_confirm.is_(True) & (plan_handovers.c.confirmed_by == "")
    values = {"confirmed_by": actor, "confirmed_at": clock.now()}
    if conn.execute(update(plan_handovers).where(open_).values(values)).rowcount != 1:
        if conn.execute(select(plan_handovers.c.handover_id).where(the_row)).one_or_none() is None:
            raise NotFound("unknown_handover", "没有这条交接记录", {"handover_id": str(handover_id)})
        raise Conflict("nothing_to_confirm", "这条交接记录已确认，或不需要确认")
    audit.append(conn, CONFIRMED_TAG, actor, str(handover_id))


def _note(
    conn: Connection, plan_id: int, kind: str, from_code: str, to_code: str, subject: str, amount: int = 0
) -> None:
    values = {"plan_id": plan_id, "kind": kind, "from_code": from_code, "to_code": to_code}
    conn.execute(insert(plan_handovers).values(values | {"subject": subject, "amount": amount}))


def _taken(table: Any, name: str, code: str):
    """Return the condition that a row's key, with another code in it, is there already."""
    keys = list(table.primary_key.columns)
    if name not in {column.name for column in keys}:
        return or_(False)
    other = table.alias()
    same = [other.c[key.name] == (code if key.name == name else key) for key in keys]
    return select(other.c[name]).where(*same).exists()
