"""Drafts of plans in the store: their rows, the tree of their operations, and one row for every version.

Nothing is ever deleted. What an operation does is not known here; neither is who may do it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, insert, or_, select

from gis_app.storage import audit
from gis_app.storage.tables import plan_draft_changes as changes
from gis_app.storage.tables import plan_drafts as drafts
from gis_app.storage.tables import plan_operations as operations
from gis_app.storage.tables import plan_shares as shares
from gis_app.storage.tables import plan_snapshots as snapshots
from gis_app.storage.tables import plans
from gis_app.storage.versioned import find_row, insert_row, update_row

OPENED_TAG, CHANGED_TAG = "plans:draft:opened", "plans:draft:changed"


# ── drafts ──
def insert_draft(conn: Connection, values: Mapping[str, Any], actor: str, at: datetime) -> int:
    """Insert a draft of `actor` at version 1 and return its number."""
    row = {"owner": actor, "created_at": at, "updated_at": at, "updated_by": actor}
    draft_id = insert_row(conn, drafts, row | dict(values))
    _note(conn, draft_id, 1, "open", values.get("head_operation_id"), None, actor, at)
    detail = {"name": values["name"], "base_plan_id": values["base_plan_id"]}
    audit.append(conn, OPENED_TAG, actor, str(draft_id), detail)
    return draft_id


def find_draft(conn: Connection, draft_id: int) -> Row:
    """Return a draft; raises NotFound."""
    return find_row(conn, drafts, draft_id)


def read_drafts(conn: Connection, username: str, everything: bool = False) -> list[Row]:
    """Return the drafts an account owns or shares, the one changed last first.

    With `everything` also all that were ever submitted.
    """
    shared = exists().where(shares.c.draft_id == drafts.c.draft_id, shares.c.username == username)
    seen = or_(drafts.c.owner == username, shared)
    if everything:
        seen = or_(seen, drafts.c.submitted_by != "")
    return list(
        conn.execute(select(drafts).where(seen).order_by(drafts.c.updated_at.desc(), drafts.c.draft_id))
    )


def change_draft(
    conn: Connection,
    draft_id: int,
    version: int,
    what: str,
    values: Mapping[str, Any],
    actor: str,
    at: datetime,
    moved: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Change the draft that is still at `version`, note what was done, and return its new version.

    `moved` is the operation that was done, undone or redone. Raises NotFound, Conflict("stale_version").
    """
    new = update_row(conn, drafts, draft_id, version, {**values, "updated_at": at, "updated_by": actor})
    head = conn.execute(select(drafts.c.head_operation_id).where(drafts.c.draft_id == draft_id)).scalar_one()
    _note(conn, draft_id, new, what, head, moved, actor, at)
    audit.append(conn, CHANGED_TAG, actor, str(draft_id), {"what": what, "version": new} | dict(detail or {}))
    return new


def superseded_bases(conn: Connection) -> dict[int, int | None]:
    """Return the plans that a draft can no longer follow, each with the draft whose plan follows it.

    None stands for a plan without a draft: one that was imported, or a base that was withdrawn.
    """
    rows = conn.execute(select(plans.c.plan_id, plans.c.base_plan_id, plans.c.draft_id, plans.c.state)).all()
    followed = {
        row.base_plan_id: row.draft_id for row in rows if row.base_plan_id and row.state != "withdrawn"
    }
    lost = {row.plan_id: None for row in rows if row.state == "withdrawn"}
    return lost | followed


# ── operations ──
def insert_operation(
    conn: Connection,
    draft_id: int,
    parent_id: int | None,
    base_plan_id: int,
    operation: Mapping[str, Any],
    actor: str,
    at: datetime,
) -> int:
    """Append an operation ({"verb": …, …}) below its parent and return its number."""
    params = {name: value for name, value in operation.items() if name != "verb"}
    values = {
        "draft_id": draft_id, "parent_id": parent_id, "base_plan_id": base_plan_id, "actor": actor, "at": at,
        "verb": operation["verb"], "params": json.dumps(params, ensure_ascii=False),
    }  # fmt: skip
    return insert_row(conn, operations, values)


def find_operation(conn: Connection, operation_id: int) -> Row:
    """Return an operation; raises NotFound."""
    return find_row(conn, operations, operation_id)


def as_told(row: Row) -> dict[str, Any]:
    """Return an operation as it was given: {"verb": …, …}."""
    return {"verb": row.verb, **json.loads(row.params or "{}")}


def path_to(conn: Connection, draft_id: int, operation_id: int | None) -> list[int]:
    """Return the operations from the base to one, the first first; none for None."""
    links = select(operations.c.operation_id, operations.c.parent_id).where(operations.c.draft_id == draft_id)
    parent_of = dict(conn.execute(links).all()) if operation_id is not None else {}
    path: list[int] = []
    while operation_id is not None and operation_id in parent_of:
        path.append(operation_id)
        operation_id = parent_of[operation_id]
    return path[::-1]


def read_operations(conn: Connection, operation_ids: list[int]) -> list[Row]:
    """Return operations in the order of their numbers given."""
    found: dict[int, Row] = {}
    for start in range(0, len(operation_ids), 500):
        part = operations.c.operation_id.in_(operation_ids[start : start + 500])
        found |= {row.operation_id: row for row in conn.execute(select(operations).where(part))}
    return [found[number] for number in operation_ids]


def newest_child(conn: Connection, draft_id: int, parent_id: int | None, base_plan_id: int) -> Row | None:
    """Return the operation that redo does after `parent_id` (None: the base), None where there is none."""
    below = operations.c.parent_id.is_(None) if parent_id is None else operations.c.parent_id == parent_id
    here = and_(operations.c.draft_id == draft_id, below, operations.c.base_plan_id == base_plan_id)
    newest = select(operations).where(here).order_by(operations.c.operation_id.desc()).limit(1)
    return conn.execute(newest).one_or_none()


# ── versions ──
def changes_since(conn: Connection, draft_id: int, version: int) -> list[Row]:
    """Return every change after a version with the operation it moved, the first first."""
    moved = operations.c.operation_id == changes.c.moved_operation_id
    query = (
        select(changes, operations.c.verb, operations.c.params)
        .select_from(changes.outerjoin(operations, moved))
        .where(changes.c.draft_id == draft_id, changes.c.version > version)
        .order_by(changes.c.version)
    )
    return list(conn.execute(query))


def _note(
    conn: Connection,
    draft_id: int,
    version: int,
    what: str,
    head: int | None,
    moved: int | None,
    actor: str,
    at: datetime,
) -> None:
    values = {"draft_id": draft_id, "version": version, "what": what, "actor": actor, "at": at}
    conn.execute(insert(changes).values(values | {"head_operation_id": head, "moved_operation_id": moved}))


# ── snapshots ──
def write_snapshot(conn: Connection, operation_id: int, content: bytes) -> None:
    """Keep the state at an operation, unless it is kept already."""
    known = select(snapshots.c.operation_id).where(snapshots.c.operation_id == operation_id)
    if conn.execute(known).one_or_none() is None:
        conn.execute(insert(snapshots).values(operation_id=operation_id, content=content))


def newest_snapshot(conn: Connection, path: list[int]) -> tuple[int, bytes] | None:
    """Return the last operation of a path that has a snapshot, with its content; None where none has."""
    kept: list[int] = []
    for start in range(0, len(path), 500):
        part = snapshots.c.operation_id.in_(path[start : start + 500])
        kept += conn.execute(select(snapshots.c.operation_id).where(part)).scalars()
    if not kept:
        return None
    last = max(kept, key={number: place for place, number in enumerate(path)}.__getitem__)
    content = select(snapshots.c.content).where(snapshots.c.operation_id == last)
    return last, bytes(conn.execute(content).scalar_one())
