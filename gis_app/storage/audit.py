"""The audit trail in the store: append one row, read rows, verify all of them.

An append is serialised: on SQLite by the writer's own lock, on PostgreSQL by an advisory lock held to the end
of the transaction. It belongs in the transaction of the change that it tells of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from gis_app import clock
from gis_app.audit import tags, trail
from gis_app.errors import Conflict
from gis_app.storage.tables import audit, audit_head

ADVISORY_LOCK = 410_222_001
CHUNK = 5_000


def append(
    conn: Connection, tag: str, actor: str = "", subject: str = "", detail: Mapping[str, Any] | None = None
) -> int:
    """Append a row within the transaction of `conn` and return its sequence number.

    `actor` is a user name ("system" for the service itself), `subject` what was acted on. Neither these nor
    `detail` may hold personal data beyond a user name. Raises audit.tags.UnknownTag for a tag that is not in
    the table and Conflict when the trail's head is missing.
    """
    tags.known(tag)
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
    at = clock.now().astimezone(UTC).isoformat(timespec="microseconds")
    row = trail.seal(_head(conn), at, tag, actor, subject, detail or {})
    conn.execute(insert(audit), [row._asdict()])
    moved = conn.execute(
        update(audit_head)
        .where(audit_head.c.sequence == row.sequence - 1)
        .values(sequence=row.sequence, hash=row.hash)
    )
    if moved.rowcount != 1:
        raise Conflict("audit_conflict", "留痕已被他人更新，请重试")
    return row.sequence


def verify(conn: Connection) -> int | None:
    """Return the sequence number of the first broken row of the trail, or None when all are sound."""
    kept, query = _head(conn), select(audit).order_by(audit.c.sequence)
    with conn.execute(query, execution_options={"yield_per": CHUNK}) as rows:
        return trail.first_broken(rows, kept)


def read_rows(
    conn: Connection, tag: str | None = None, before: int | None = None, limit: int = 100
) -> list[trail.Row]:
    """Return the newest rows first, at most `limit`, of one tag and older than sequence `before` if given."""
    query = select(audit).order_by(audit.c.sequence.desc()).limit(limit)
    if tag is not None:
        query = query.where(audit.c.tag == tag)
    if before is not None:
        query = query.where(audit.c.sequence < before)
    return [trail.Row(*row) for row in conn.execute(query)]


def _head(conn: Connection) -> trail.Head:
    row = conn.execute(select(audit_head.c.sequence, audit_head.c.hash)).one_or_none()
    if row is None:
        raise Conflict("audit_conflict", "留痕的结尾记录缺失，请核验留痕")
    return trail.Head(*row)
