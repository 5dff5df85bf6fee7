"""The decision on a draft: submitted by who draws it, approved or returned by who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis_app.errors import BadInput, Conflict
from gis_app.plans.state import State
from gis_app.storage import plan_drafts as rows
from gis_app.storage import plans
from gis_app.storage.engine import Connection, Row, Store
from gis_app.studio import states
from gis_app.studio.checks import require_rules
from gis_app.studio.rights import changed, editable, fresh, seen

LONGEST_NOTE = 1000


def submit(store: Store, draft_id: int, version: int, actor: str, note: str = "") -> int:
    """Hand a draft in for a decision and return its new version.

    Raises RulesBroken where a hard rule is broken (`data` {"faults": […]}), Conflict("superseded_base")
    where it has to be rebased, Conflict("nothing_changed") where it is the base itself, else as
    `editing.edit`.
    """
    with store.read() as conn:
        row = editable(conn, draft_id, version, actor)
        require_base(conn, row)
        state = states.state_at(store, conn, row, row.head_operation_id)
        base = states.base(store, conn, row.base_plan_id).state
    require_rules(row, state, base)
    if _same(state, base):
        raise Conflict("nothing_changed", "草案与现行方案相同，没有可以提交的改动")
    values = {"state": "submitted", "submitted_by": actor, "decided_by": "", "note": _noted(note)}
    with store.write() as conn:
        editable(conn, draft_id, version, actor)
        require_base(conn, row)
        return changed(store, conn, draft_id, version, "submit", values, actor)


def take_back(store: Store, draft_id: int, version: int, actor: str) -> int:
    """Take a submitted draft back to work on it again; return its new version."""
    wanted, values = ("submitted", "approved"), {"state": "open"}
    return _decide(store, draft_id, version, actor, wanted, "take_back", values, everything=False)


def send_back(store: Store, draft_id: int, version: int, actor: str, note: str) -> int:
    """Return a submitted or approved draft to its owner with a reason; return its new version.

    Raises BadInput without a reason, Conflict("draft_not_submitted").
    """
    if not note.strip():
        raise BadInput("no_reason", "退回时请写明原因", {"note": f"1–{LONGEST_NOTE}"})
    values = {"state": "returned", "decided_by": actor, "note": _noted(note)}
    return _decide(store, draft_id, version, actor, ("submitted", "approved"), "return", values)


def approve(store: Store, draft_id: int, version: int, actor: str, note: str = "") -> int:
    """Approve a submitted draft and return its new version.

    Raises as `submit`, and Conflict("draft_not_submitted").
    """
    with store.read() as conn:
        row = decidable(conn, draft_id, version, actor, ("submitted",))
        require_base(conn, row)
        state = states.state_at(store, conn, row, row.head_operation_id)
        base = states.base(store, conn, row.base_plan_id).state
    require_rules(row, state, base)
    values = {"state": "approved", "decided_by": actor, "note": _noted(note)}
    return _decide(store, draft_id, version, actor, ("submitted",), "approve", values)


def decidable(
    conn: Connection,
    draft_id: int,
    version: int,
    actor: str,
    wanted: tuple[str, ...],
    code: str = "draft_not_submitted",
    message: str = "草案没有提交审核，或已作出决定",
    everything: bool = True,
) -> Row:
    """Return the row of a draft in a state of `wanted`, still at `version`; raises Conflict(`code`)."""
    row = seen(conn, draft_id, actor, everything)
    fresh(conn, row, version)
    if row.state not in wanted:
        raise Conflict(code, message, {"state": row.state})
    return row


def require_base(conn: Connection, row: Row) -> None:
    """Raise Conflict where another plan follows, or is to follow, the base of a draft."""
    followed = rows.superseded_bases(conn)
    if row.base_plan_id not in followed or followed[row.base_plan_id] == row.draft_id:
        return
    last = plans.last_plan(conn)
    fields = {"base_plan_id": str(row.base_plan_id), "last_plan_id": str(last)}
    if last is not None and plans.find_plan(conn, last).state == "scheduled":
        message = "已有另一方案排期待生效，请把草案改到该方案上，或先撤回该方案"
        raise Conflict("plan_scheduled", message, fields)
    raise Conflict("superseded_base", "草案所依据的方案已被取代，请先把草案改到现行方案上", fields)


def _decide(
    store: Store,
    draft_id: int,
    version: int,
    actor: str,
    wanted: tuple[str, ...],
    what: str,
    values: Mapping[str, Any],
    everything: bool = True,
) -> int:
    with store.write() as conn:
        row = decidable(conn, draft_id, version, actor, wanted, everything=everything)
        if what == "approve":
            require_base(conn, row)
        return changed(store, conn, draft_id, version, what, values, actor)


def _same(state: State, base: State) -> bool:
    if state.canvas is not base.canvas or state.names != base.names or state.keys != base.keys:
        return False
    return bool((state.grid == base.grid).all())


def _noted(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE or not all(letter.isprintable() or letter in "\n\r" for letter in note):
        raise BadInput("bad_note", "意见不超过 1000 个字", {"note": f"≤ {LONGEST_NOTE}"})
    return note
