"""Editing a draft: an operation, undo, redo, and what others did meanwhile.

Every edit names the version that it is meant for, and the version check is the write: of two at once one
wins, and the other is told who was first and what was done. The operation itself is computed before, outside
of any transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gis_app import clock
from gis_app.errors import Conflict, Forbidden, NotFound
from gis_app.plans.operations import apply
from gis_app.plans.state import State
from gis_app.storage import plan_drafts as rows
from gis_app.storage.engine import Row, Store
from gis_app.studio import states
from gis_app.studio.model import Change, Edited, Operation
from gis_app.studio.rights import change_of, changed, editable
from gis_app.studio.scope import outside

HEAD = -1


def edit(
    store: Store,
    draft_id: int,
    version: int,
    operation: Mapping[str, Any],
    actor: str,
    scope_code: str = "",
) -> Edited:
    """Apply an operation ({"verb": …, …}, see `plans.operations`) to the draft that is still at `version`.

    What the operation changes must lie in `scope_code`. Raises NotFound for a draft that `actor` may not see,
    Forbidden for one that `actor` may only look at or for blocks outside the scope, Conflict
    ("plan_draft_is_closed") for one that is not open, BadInput or Conflict of the operation with `fields` and
    `place`, and StaleDraft with what came since.
    """
    with store.read() as conn:
        row = editable(conn, draft_id, version, actor)
        before = states.state_at(store, conn, row, row.head_operation_id)
        number = states.base(store, conn, row.base_plan_id).number
    after = apply(before, operation)
    if scope_code and (block := outside(before, after, scope_code)):
        raise Forbidden("outside_scope", "这些地块不在你的管辖范围内", {"blocks": block})
    told = _told(operation)
    with store.write() as conn:
        parent, base = row.head_operation_id, row.base_plan_id
        head = rows.insert_operation(conn, draft_id, parent, base, told, actor, clock.now())
        values, detail = {"head_operation_id": head}, {"verb": told["verb"]}
        new = changed(store, conn, draft_id, version, "edit", values, actor, head, detail)
        states.keep_snapshot(store, conn, row, head, after)
    states.remember(store, number, head, after)
    return Edited(new, head, after, before, told)


def undo(store: Store, draft_id: int, version: int, actor: str) -> Edited:
    """Go back before the last operation; raises Conflict("nothing_to_undo"), else as `edit`."""
    with store.read() as conn:
        row = editable(conn, draft_id, version, actor)
        if row.head_operation_id is None:
            raise Conflict("nothing_to_undo", "没有可以撤销的操作", {"version": str(version)})
        done = rows.find_operation(conn, row.head_operation_id)
        return _moved(store, conn, row, "undo", done, done.parent_id, actor)


def redo(store: Store, draft_id: int, version: int, actor: str) -> Edited:
    """Do again what was undone last; raises Conflict("nothing_to_redo"), else as `edit`."""
    with store.read() as conn:
        row = editable(conn, draft_id, version, actor)
        child = rows.newest_child(conn, draft_id, row.head_operation_id, row.base_plan_id)
        if child is None:
            raise Conflict("nothing_to_redo", "没有可以重做的操作", {"version": str(version)})
        return _moved(store, conn, row, "redo", child, child.operation_id, actor)


def _moved(store: Store, reader, row: Row, what: str, moved: Row, head: int | None, actor: str) -> Edited:
    before = states.state_at(store, reader, row, row.head_operation_id)
    after = states.state_at(store, reader, row, head)
    values, detail = {"head_operation_id": head}, {"verb": moved.verb}
    with store.write() as conn:
        new = changed(store, conn, row.draft_id, row.version, what, values, actor, moved.operation_id, detail)
    return Edited(new, head, after, before, rows.as_told(moved))


def draft_state(store: Store, draft_id: int, operation_id: int | None = HEAD) -> State:
    """Return the state of a draft at an operation: at its head with -1, at its base with None.

    Raises NotFound for a draft or an operation that is not there. Rights are checked by `drafts.find_draft`.
    """
    with store.read() as conn:
        row = rows.find_draft(conn, draft_id)
        wanted = row.head_operation_id if operation_id == HEAD else operation_id
        if wanted is not None and rows.find_operation(conn, wanted).draft_id != draft_id:
            raise NotFound("unknown_plan_operation", "没有找到该记录", {"operation_id": str(wanted)})
        return states.state_at(store, conn, row, wanted)


def head_state(store: Store, draft_id: int) -> tuple[int, State, State]:
    """Return (version, state at the head, state of the base) of a draft, as of one moment."""
    with store.read() as conn:
        row = rows.find_draft(conn, draft_id)
        now = states.state_at(store, conn, row, row.head_operation_id)
        return row.version, now, states.base(store, conn, row.base_plan_id).state


def changes_since(store: Store, draft_id: int, version: int) -> list[Change]:
    """Return what was done to a draft after `version`, the first first; none where it is the present one."""
    with store.read() as conn:
        rows.find_draft(conn, draft_id)
        return [change_of(row) for row in rows.changes_since(conn, draft_id, version)]


def history(store: Store, draft_id: int) -> list[Operation]:
    """Return the operations done, the first first, and after them those that redo would do."""
    with store.read() as conn:
        row = rows.find_draft(conn, draft_id)
        head = row.head_operation_id
        found = [(one, True) for one in rows.read_operations(conn, rows.path_to(conn, draft_id, head))]
        while (child := rows.newest_child(conn, draft_id, head, row.base_plan_id)) is not None:
            found.append((child, False))
            head = child.operation_id
        return [_operation(one, done) for one, done in found]


def _operation(row: Row, done: bool) -> Operation:
    params = json.loads(row.params or "{}")
    return Operation(row.operation_id, row.parent_id, row.verb, params, row.actor, row.at, done)


def _told(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation in the one shape that is kept: {"verb": …, fields…}."""
    fields = {name: value for name, value in operation.items() if name != "verb"}
    if set(fields) == {"params"}:
        fields = fields["params"]
    return {"verb": operation["verb"], **fields}
