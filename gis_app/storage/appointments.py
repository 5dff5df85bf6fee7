"""Who is appointed to a post: whoever held it, or stood in, ends the day before; the last can be undone.

The audit trail says what an appointment ended, and an undoing puts that back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from gis_app.errors import Conflict, NotFound
from gis_app.storage import audit
from gis_app.storage.revision import bump_revision
from gis_app.storage.tables import assignments, substitutes

HOLDER_TAG = "assignments:holder:changed"


def appoint(conn: Connection, values: Mapping[str, str], actor: str) -> str:
    """Note who holds a post from a day on, and return the assignment's code.

    Raises Conflict where somebody else's term begins on that day or later.
    """
    begins = values["term_from"]
    eve = (date.fromisoformat(begins) - timedelta(days=1)).isoformat()
    mine = _of_post(assignments, values)
    later = conn.execute(select(assignments.c.term_from).where(mine, assignments.c.term_from >= begins))
    if (found := later.scalars().first()) is not None:
        raise Conflict("already_appointed", f"该岗位已有人从 {found} 起任职，请先撤销或改期")
    ended = {"assignments": _end(conn, assignments, "assignment_code", mine, begins, eve)}
    ended["substitutes"] = _end(conn, substitutes, "term_from", _of_post(substitutes, values), begins, eve)
    code = (
        "A"
        + hashlib.sha256("|".join((values["role"], values["area_code"], begins)).encode()).hexdigest()[:24]
    )
    conn.execute(insert(assignments).values(assignment_code=code, **values))
    _tell(conn, values, actor, {"verb": "appoint", "assignment_code": code, "ended": ended})
    return code


def withdraw(conn: Connection, code: str, actor: str) -> Mapping[str, str]:
    """Undo the newest appointment of its post, and return whose post it was.

    What it had ended runs again as before. Raises NotFound for one that was not made here or is undone,
    Conflict where the post has been changed since.
    """
    row = conn.execute(select(assignments).where(assignments.c.assignment_code == code)).mappings().first()
    told = [json.loads(one.detail) for one in audit.read_rows(conn, HOLDER_TAG, limit=1000)]
    made = [one for one in told if (one["verb"], one["assignment_code"]) == ("appoint", code)]
    if row is None or not made:
        raise NotFound("unknown_appointment", "没有可以撤销的这项任命", {"assignment_code": code[:40]})
    newer = select(assignments.c.term_from).where(
        _of_post(assignments, row), assignments.c.term_from > row["term_from"]
    )
    if conn.execute(newer).first() is not None:
        raise Conflict("already_appointed", "该岗位后来又有任命，请先撤销后来的")
    conn.execute(delete(assignments).where(assignments.c.assignment_code == code))
    ended = made[0]["ended"]
    for key, until in ended["assignments"]:
        conn.execute(update(assignments).where(assignments.c.assignment_code == key).values(term_to=until))
    for begun, until in ended["substitutes"]:
        the_row = _of_post(substitutes, row) & (substitutes.c.term_from == begun)
        conn.execute(update(substitutes).where(the_row).values(term_to=until))
    _tell(conn, row, actor, {"verb": "withdraw", "assignment_code": code})
    return dict(row)


def _of_post(table, values: Mapping[str, str]):
    return (table.c.role == values["role"]) & (table.c.area_code == values["area_code"])


def _end(conn: Connection, table, key: str, mine, begins: str, eve: str) -> list[list[str]]:
    """Let what runs on that day end on its eve; return [key, the end it had] of each."""
    runs = mine & or_(table.c.term_to == "", table.c.term_to >= begins)
    rows = conn.execute(select(table.c[key], table.c.term_to).where(runs)).all()
    conn.execute(update(table).where(runs).values(term_to=eve))
    return [list(row) for row in rows]


def _tell(conn: Connection, values: Mapping[str, str], actor: str, detail: dict) -> None:
    told = {name: values[name] for name in ("role", "term_from", "term_to", "organisation_code")}
    audit.append(conn, HOLDER_TAG, actor, values["area_code"], told | detail)
    bump_revision(conn)
