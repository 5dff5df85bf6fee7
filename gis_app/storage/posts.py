"""Posts in the store: the terms of their holders, and who stands in for a vacant one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from gis_app.errors import Conflict, NotFound
from gis_app.storage import audit
from gis_app.storage.revision import bump_revision
from gis_app.storage.tables import assignments, substitutes

TERM_TAG, SUBSTITUTE_TAG = "assignments:term:changed", "assignments:substitute:changed"


def set_terms(
    conn: Connection,
    role: str,
    area_codes: Iterable[str],
    term_from: str,
    term_to: str,
    actor: str,
    today: str,
) -> int:
    """Set when the present terms of these posts end (and began, unless ""), and return how many there are.

    A post without a row of its own (a zone's) gets one that only tells its term.
    """
    codes = sorted(set(area_codes))
    values = {"term_to": term_to} | ({"term_from": term_from} if term_from else {})
    for code in codes:
        rows = (assignments.c.role == role) & (assignments.c.area_code == code)
        held = (assignments.c.term_to == "") | (assignments.c.term_to >= today)
        present = select(assignments.c.assignment_code).where(
            rows & held & (assignments.c.term_from <= today)
        )
        key = conn.execute(present.order_by(assignments.c.term_from.desc()).limit(1)).scalar_one_or_none()
        if key is not None:
            conn.execute(update(assignments).where(assignments.c.assignment_code == key).values(values))
        else:
            new = {"assignment_code": f"{role}-{code}"[:32], "area_code": code, "role": role}
            conn.execute(insert(assignments).values(new | values))
    if codes:
        detail = {"role": role, "posts": len(codes), "term_from": term_from, "term_to": term_to}
        audit.append(conn, TERM_TAG, actor, codes[0] if len(codes) == 1 else role, detail)
        bump_revision(conn)
    return len(codes)


def add_substitute(conn: Connection, values: Mapping[str, Any], actor: str) -> None:
    """Note who stands in for a post; raises Conflict where somebody does from the same day."""
    key = ("role", "area_code", "term_from")
    the_row = [substitutes.c[name] == values[name] for name in key]
    if conn.execute(select(substitutes.c.role).where(*the_row)).one_or_none():
        raise Conflict("already_substituted", "该岗位从这一天起已有人代理")
    conn.execute(insert(substitutes).values(**values))
    _tell(conn, values, actor, "add")


def end_substitute(
    conn: Connection, role: str, area_code: str, term_from: str, term_to: str, actor: str
) -> None:
    """Let a substitute end on a day; raises NotFound."""
    the_row = (
        (substitutes.c.role == role)
        & (substitutes.c.area_code == area_code)
        & (substitutes.c.term_from == term_from)
    )
    if conn.execute(update(substitutes).where(the_row).values(term_to=term_to)).rowcount != 1:
        raise NotFound("unknown_substitute", "没有这项代理", {"area_code": area_code})
    ended = {"role": role, "area_code": area_code, "term_from": term_from, "term_to": term_to}
    _tell(conn, ended, actor, "end")


def _tell(conn: Connection, values: Mapping[str, Any], actor: str, verb: str) -> None:
    told = ("role", "term_from", "term_to", "by_role", "by_area_code", "organisation_code")
    detail = {name: values[name] for name in told if values.get(name)} | {"verb": verb}
    audit.append(conn, SUBSTITUTE_TAG, actor, values["area_code"], detail)
    bump_revision(conn)
