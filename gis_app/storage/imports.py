"""Rows of the import desk. A state is left only by the statement that checks it and the version seen.

What was read, found and kept of a file lies in the folder of its import, not here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from gis_app.errors import NotFound, Stale
from gis_app.storage.tables import imports

BUSY = ("reading", "checking", "taking_in", "undoing")
KEPT = (*BUSY, "choosing", "checked")
UNKNOWN = "没有这次导入，或您无权查看"


def insert_import(conn: Connection, values: Mapping[str, Any]) -> None:
    """Insert an import; `values` are its columns."""
    conn.execute(insert(imports).values(**values))


def find_import(conn: Connection, import_id: str, account_id: int | None = None) -> Row:
    """Return an import, of an account if given; raises NotFound."""
    query = select(imports).where(imports.c.import_id == import_id)
    if account_id is not None:
        query = query.where(imports.c.account_id == account_id)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFound("unknown_import", UNKNOWN, {"import_id": import_id[:40]})
    return row


def read_imports(conn: Connection, account_id: int | None, most: int, skip: int = 0) -> tuple[list[Row], int]:
    """Return imports, the newest first, and how many there are; those of everybody without an account."""
    shown = imports.c.state != "discarded"
    if account_id is not None:
        shown = shown & (imports.c.account_id == account_id)
    order = imports.c.created_at.desc(), imports.c.import_id
    rows = conn.execute(select(imports).where(shown).order_by(*order).limit(most).offset(skip)).all()
    total = conn.execute(select(func.count()).select_from(imports).where(shown)).scalar_one()
    return list(rows), total


def count_open(conn: Connection, account_id: int) -> int:
    """Return how many imports of an account are neither taken in nor given up."""
    mine = (imports.c.account_id == account_id) & imports.c.state.in_(KEPT)
    return conn.execute(select(func.count()).select_from(imports).where(mine)).scalar_one()


def change(
    conn: Connection,
    import_id: str,
    version: int,
    states: Collection[str],
    at: datetime,
    values: Mapping[str, Any],
) -> int:
    """Change an import that is at `version` in one of `states`, and return its new version; raises Stale."""
    the_one = (
        (imports.c.import_id == import_id) & (imports.c.version == version) & imports.c.state.in_(states)
    )
    changed = {"changed_at": at, **values, "version": version + 1}
    if conn.execute(update(imports).where(the_one).values(**changed)).rowcount != 1:
        raise Stale("import_moved", "这次导入已在别处被更改，请刷新后再继续", {"version": str(version)})
    return version + 1


def note_job(conn: Connection, import_id: str, version: int, job_id: int) -> None:
    """Say which job does the step that began with `version`."""
    the_one = (imports.c.import_id == import_id) & (imports.c.version == version)
    conn.execute(update(imports).where(the_one).values(job_id=job_id))


def latest_taken_in(conn: Connection) -> Row | None:
    """Return the import that was taken in last and is not undone."""
    query = select(imports).where(imports.c.state.in_(("taken_in", "undoing")))
    order = imports.c.taken_in_at.desc(), imports.c.revision_after.desc()
    return conn.execute(query.order_by(*order).limit(1)).one_or_none()


def delete_import(conn: Connection, import_id: str) -> None:
    """Delete the row of an import."""
    conn.execute(delete(imports).where(imports.c.import_id == import_id))


def delete_old(conn: Connection, before: datetime) -> list[str]:
    """Delete the imports that nobody has touched since a moment, none in work; return their numbers."""
    old = (imports.c.changed_at < before) & imports.c.state.not_in(BUSY)
    gone = conn.execute(delete(imports).where(old).returning(imports.c.import_id))
    return list(gone.scalars())


def known_imports(conn: Connection) -> set[str]:
    """Return the number of every import."""
    return set(conn.execute(select(imports.c.import_id)).scalars())
