"""A draft whose base was superseded, done again on the plan that it would follow now.

Operations are done one by one in their order; what cannot be done is left out and told with its reason. The
former operations are kept: the new ones are a chain of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from gis_app import clock
from gis_app.errors import Conflict, GisError
from gis_app.plans.operations import apply
from gis_app.plans.state import State
from gis_app.storage import plan_drafts as rows
from gis_app.storage import plans
from gis_app.storage.engine import Row, Store
from gis_app.studio import states
from gis_app.studio.rights import changed, writable


@dataclass(frozen=True, slots=True)
class RebaseConflict:
    """An operation that could not be done again on the new base: which, why, and where."""

    operation_id: int
    verb: str
    actor: str
    message: str
    fields: dict[str, str]
    place: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Rebased:
    """What a rebase comes to: the new base, how many operations go over, and those that cannot."""

    base_plan_id: int
    applied: int
    conflicts: tuple[RebaseConflict, ...]
    version: int


def rebase(store: Store, draft_id: int, version: int, actor: str, commit: bool = False) -> Rebased:
    """Do the operations of a draft again on the plan it would follow now, and tell the conflicts.

    Without `commit` nothing changes. With it the draft stands on the new base with the operations that went
    over, open again; the former ones are kept. Raises Conflict("base_is_current"), else as `editing.edit`.
    """
    with store.read() as conn:
        row = _rebasable(conn, draft_id, version, actor)
        target = plans.last_plan(conn)
        if target == row.base_plan_id:
            raise Conflict("base_is_current", "草案依据的就是现行方案，不需要改动依据")
        state = states.base(store, conn, target).state
        done = rows.read_operations(conn, rows.path_to(conn, draft_id, row.head_operation_id))
    kept, conflicts = _again(state, done)
    if not commit:
        return Rebased(target, len(kept), conflicts, version)
    with store.write() as conn:
        if plans.last_plan(conn) != target:
            raise Conflict("superseded_base", "又有新的方案发布，请重新比较后再改")
        head = None
        for one in kept:
            told = rows.as_told(one)
            head = rows.insert_operation(conn, draft_id, head, target, told, one.actor, clock.now())
        values = {"base_plan_id": target, "head_operation_id": head, "state": "open"}
        detail = {"base_plan_id": target, "applied": len(kept), "conflicts": len(conflicts)}
        new = changed(store, conn, draft_id, version, "rebase", values, actor, head, detail)
    return Rebased(target, len(kept), conflicts, new)


def _rebasable(conn, draft_id: int, version: int, actor: str) -> Row:
    row = writable(conn, draft_id, version, actor)
    if row.state in ("scheduled", "published", "withdrawn"):
        raise Conflict("plan_draft_is_closed", "草案已发布或已撤回，不能再改", {"state": row.state})
    return row


def _again(state: State, done: list[Row]) -> tuple[list[Row], tuple[RebaseConflict, ...]]:
    kept, conflicts = [], []
    for one in done:
        try:
            state = apply(state, rows.as_told(one))
        except GisError as error:
            place = getattr(error, "place", None)
            told = (one.operation_id, one.verb, one.actor, error.message, error.fields, place)
            conflicts.append(RebaseConflict(*told))
        else:
            kept.append(one)
    return kept, tuple(conflicts)
