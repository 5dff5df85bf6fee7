"""Who may see and who may change a draft, and the one way in which a draft is changed.

The owner and those it is shared with to edit may change it, while it is open or returned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gis_app import clock
from gis_app.errors import Conflict, Forbidden, NotFound
from gis_app.storage import plan_drafts as rows
from gis_app.storage import plan_talk
from gis_app.storage.engine import Connection, Row, Store
from gis_app.studio.model import EDITABLE, Change, Draft, StaleDraft

EVERYBODY = ""  # no account asks: the service itself


def draft_of(conn: Connection, row: Row, username: str) -> Draft:
    """Return a draft's row as an account sees it."""
    return drafts_of(conn, [row], username)[0]


def drafts_of(conn: Connection, found: list[Row], username: str) -> list[Draft]:
    """Return drafts' rows as an account sees them."""
    shares = plan_talk.read_shares(conn, [row.draft_id for row in found])
    followed = rows.superseded_bases(conn)
    return [_draft(conn, row, username, shares[row.draft_id], followed) for row in found]


def seen(conn: Connection, draft_id: int, username: str, everything: bool = False) -> Row:
    """Return the row of a draft that an account may see; raises NotFound."""
    row = rows.find_draft(conn, draft_id)
    shared = username in plan_talk.read_shares(conn, [draft_id])[draft_id]
    if username in (EVERYBODY, row.owner) or shared or (everything and row.submitted_by):
        return row
    raise NotFound("unknown_plan_draft", "没有找到该记录", {"draft_id": str(draft_id)})


def editable(conn: Connection, draft_id: int, version: int, actor: str) -> Row:
    """Return the row of a draft that `actor` may change now and that is still at `version`.

    Raises as `writable`, and Conflict("plan_draft_is_closed").
    """
    row = writable(conn, draft_id, version, actor)
    if row.state not in EDITABLE:
        message = "草案已提交、已发布或已撤回，不能再改；需要修改请先退回，或另建草案"
        raise Conflict("plan_draft_is_closed", message, {"state": row.state})
    return row


def writable(conn: Connection, draft_id: int, version: int, actor: str) -> Row:
    """Return the row of a draft, in whatever state, that `actor` may edit and that is still at `version`.

    Raises NotFound, Forbidden, StaleDraft.
    """
    row = seen(conn, draft_id, actor)
    if actor not in (EVERYBODY, row.owner) and not plan_talk.read_shares(conn, [draft_id])[draft_id][actor]:
        raise Forbidden("draft_read_only", "这份草案只与你共享查看，不能修改", {"draft_id": str(draft_id)})
    fresh(conn, row, version)
    return row


def fresh(conn: Connection, row: Row, version: int) -> None:
    """Raise StaleDraft, with what came since, where a draft is not at `version` any more."""
    if row.version != version:
        raise stale(conn, row.draft_id, row.version, version)


def stale(conn: Connection, draft_id: int, now: int, version: int) -> StaleDraft:
    """Return the error for a draft that has moved on from `version` to `now`."""
    came = [change_of(row) for row in rows.changes_since(conn, draft_id, version)]
    told = [
        {"version": one.version, "what": one.what, "verb": one.verb, "actor": one.actor,
         "at": one.at.isoformat(timespec="seconds")}
        for one in came
    ]  # fmt: skip
    fields = {"version": str(now)}
    if came:
        fields |= {"by": came[-1].actor, "changed": came[-1].verb or came[-1].what}
    return StaleDraft(fields=fields, data={"version": now, "changes": told})


def changed(
    store: Store,
    conn: Connection,
    draft_id: int,
    version: int,
    what: str,
    values: Mapping[str, Any],
    actor: str,
    moved: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Change the draft that is still at `version` and return its new version; raises StaleDraft."""
    try:
        return rows.change_draft(conn, draft_id, version, what, values, actor, clock.now(), moved, detail)
    except Conflict as error:
        if error.code != "stale_version":
            raise
        with store.read() as reader:  # what the winner has committed by now
            raise stale(reader, draft_id, rows.find_draft(reader, draft_id).version, version) from None


def change_of(row: Row) -> Change:
    """Return one version of a draft."""
    params = json.loads(row.params) if row.params else {}
    return Change(row.version, row.what, row.head_operation_id, row.verb or "", params, row.actor, row.at)


def _draft(conn: Connection, row: Row, username: str, shares: dict[str, bool], followed: dict) -> Draft:
    may = row.state in EDITABLE and (username in (EVERYBODY, row.owner) or shares.get(username, False))
    base = row.base_plan_id
    redo = rows.newest_child(conn, row.draft_id, row.head_operation_id, base) if may else None
    return Draft(
        draft_id=row.draft_id,
        name=row.name,
        base_plan_id=base,
        forked_from=row.forked_from,
        owner=row.owner,
        state=row.state,
        version=row.version,
        head_operation_id=row.head_operation_id,
        effective_from=row.effective_on,
        rules=json.loads(row.rules or "{}"),
        created_at=row.created_at,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        submitted_by=row.submitted_by,
        decided_by=row.decided_by,
        note=row.note,
        plan_id=row.plan_id,
        superseded=base in followed and (followed[base] is None or followed[base] != row.draft_id),
        shares=shares,
        may_edit=may,
        can_undo=may and row.head_operation_id is not None,
        can_redo=redo is not None,
    )
