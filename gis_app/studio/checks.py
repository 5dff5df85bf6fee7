"""The rules of a draft, asked: the faults at its head, and the refusal of a plan that breaks a hard one."""

from __future__ import annotations

from gis_app.plans.rules import PlanFault, check
from gis_app.plans.state import State
from gis_app.storage import plan_drafts as rows
from gis_app.storage.engine import Row, Store
from gis_app.studio import states
from gis_app.studio.draft_rules import rules_of
from gis_app.studio.model import RulesBroken

MOST_TOLD = 50


def broken_rules(store: Store, draft_id: int) -> list[PlanFault]:
    """Return every fault of a draft at its head under its own rules, the hard ones first."""
    with store.read() as conn:
        row = rows.find_draft(conn, draft_id)
        state = states.state_at(store, conn, row, row.head_operation_id)
        return faults_of(row, state, states.base(store, conn, row.base_plan_id).state)


def faults_of(row: Row, state: State, base: State) -> list[PlanFault]:
    """Return every fault of a state under the rules of a draft's row, the hard ones first."""
    return check(state, base, rules_of(row))


def require_rules(row: Row, state: State, base: State) -> None:
    """Raise RulesBroken, naming each fault with its place and remedy, where a hard rule is broken."""
    hard = [one for one in faults_of(row, state, base) if one.hard]
    if hard:
        fields = {one.rule_id: one.remedy for one in hard[:MOST_TOLD]}
        raise RulesBroken(fields=fields, data={"faults": [_told(one) for one in hard[:MOST_TOLD]]})


def _told(fault: PlanFault) -> dict:
    return {
        "rule_id": fault.rule_id,
        "grid": fault.grid,
        "blocks": list(fault.blocks[:MOST_TOLD]),
        "place": list(fault.place) if fault.place else None,
        "message": fault.text,
        "remedy": fault.remedy,
    }
