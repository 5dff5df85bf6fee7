"""From a draft to the plan in force: publish as of a day, take effect, take back.

A draft goes open → submitted → approved → scheduled or published (`deciding.py` has the first steps). What
takes effect does so in one transaction, and the plan before serves until then. The plan itself is computed
before, outside of any; where a layer changes meanwhile it is computed again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, time

from gis_app import clock
from gis_app.errors import BadInput, Conflict, GisError, Unavailable
from gis_app.storage import audit, plan_rows, plans
from gis_app.storage import plan_drafts as rows
from gis_app.storage.engine import Connection, Row, Store
from gis_app.storage.revision import bump_revision, layers_number
from gis_app.studio import states
from gis_app.studio.checks import broken_rules, require_rules
from gis_app.studio.deciding import approve, decidable, require_base, send_back, submit, take_back
from gis_app.studio.making import Made, make
from gis_app.studio.rebasing import RebaseConflict, Rebased, rebase
from gis_app.studio.rights import changed, fresh, seen
from gis_app.studio.taking_effect import take_effect, wait_for_reports

__all__ = [
    "Published",
    "RebaseConflict",
    "Rebased",
    "activate_due",
    "approve",
    "broken_rules",
    "publish",
    "rebase",
    "send_back",
    "submit",
    "take_back",
    "withdraw",
]
PUBLISHED_TAG, SCHEDULED_TAG, FAILED_TAG = "plans:plan:published", "plans:plan:scheduled", "plans:plan:failed"
TRIES = 3
log = logging.getLogger("gis_app")


@dataclass(frozen=True, slots=True)
class Published:
    """The plan that was made: its number, the moment it takes effect, and whether it has.

    `state` is "published" or "scheduled"; `codes` maps the draft's grid keys to 15-digit codes.
    """

    plan_id: int
    state: str
    effective_from: datetime
    codes: dict[str, str]
    version: int


def publish(store: Store, draft_id: int, version: int, effective_on: str, actor: str) -> Published:
    """Make a plan of an approved draft as of a day (YYYY-MM-DD): today is at once, later its 00:00.

    Raises BadInput("day_has_passed"), Conflict("draft_not_approved"), Conflict("superseded_base") where
    another plan was published meanwhile (rebase), Conflict("plan_scheduled") where another plan is to follow
    the same base, RulesBroken, Stale. Of two publishes at once one wins.
    """
    moment = _moment(effective_on)
    for _ in range(TRIES):
        with store.read() as conn:
            row = _publishable(conn, draft_id, version, actor, moment)
            base = states.base(store, conn, row.base_plan_id)
            state = states.state_at(store, conn, row, row.head_operation_id)
            used = plan_rows.used_codes(conn)
        require_rules(row, state, base.state)
        made = make(base, state, used)
        done = _write(store, row, base.number, made, moment, actor)
        if done is not None:
            return done
    raise Unavailable("layers_busy", "图层正在更新，请稍后再发布")


def withdraw(store: Store, draft_id: int, version: int, actor: str, note: str = "") -> int:
    """Give up a draft that is not in force, a scheduled plan too, and return its new version.

    Raises Conflict("draft_is_published").
    """
    with store.write() as conn:
        row = seen(conn, draft_id, actor, everything=True)
        fresh(conn, row, version)
        if row.state in ("published", "withdrawn"):
            message = "方案已生效，或草案已撤回；需要修改请发布新方案"
            raise Conflict("draft_is_published", message, {"state": row.state})
        if row.state == "scheduled":
            plan_rows.withdraw_plan(conn, row.plan_id)
            bump_revision(conn)
        return changed(
            store, conn, draft_id, version, "withdraw", {"state": "withdrawn", "note": note}, actor
        )


def activate_due(store: Store) -> list[int]:
    """Let every scheduled plan whose moment has come take effect and return their numbers.

    Cheap when nothing is due. Safe from several threads and processes at once: each plan takes effect once.
    """
    with store.read() as conn:
        waiting = plans.due_plans(conn, clock.now())
    return [plan_id for plan_id in waiting if _activated(store, plan_id)]


def _activated(store: Store, plan_id: int) -> bool:
    """Let one plan take effect unless somebody was first; one that cannot is given up, and told."""
    try:
        with store.write() as conn:
            if not _still_due(conn, plan_id):
                return False
            take_effect(conn, plan_id, "system")
            _note_effect(store, conn, plan_id, "activate")
            return True
    except Unavailable:
        raise
    except GisError as error:
        log.error({"message": "plan could not take effect", "plan": plan_id, "code": error.code})
        with store.write() as conn:
            if _still_due(conn, plan_id):
                _give_up(store, conn, plan_id, error)
        return False


def _still_due(conn: Connection, plan_id: int) -> bool:
    wait_for_reports(conn)
    return plans.find_plan(conn, plan_id).state == "scheduled"


def _note_effect(store: Store, conn: Connection, plan_id: int, what: str) -> int:
    draft_id = plans.find_plan(conn, plan_id).draft_id
    version = rows.find_draft(conn, draft_id).version
    return changed(store, conn, draft_id, version, what, {"state": "published"}, "system")


def _give_up(store: Store, conn: Connection, plan_id: int, error: GisError) -> None:
    plan_rows.withdraw_plan(conn, plan_id)
    row = rows.find_draft(conn, plans.find_plan(conn, plan_id).draft_id)
    values = {"state": "returned", "note": f"方案未能生效：{error.message}"}
    changed(store, conn, row.draft_id, row.version, "fail", values, "system")
    audit.append(conn, FAILED_TAG, "system", str(plan_id), {"code": error.code})
    bump_revision(conn)


def _publishable(conn: Connection, draft_id: int, version: int, actor: str, moment: datetime) -> Row:
    row = decidable(conn, draft_id, version, actor, ("approved",), "draft_not_approved", "草案还没有批准")
    require_base(conn, row)
    base = plans.find_plan(conn, row.base_plan_id)
    if base.state == "scheduled" and moment <= base.effective_from:
        day = base.effective_from.date().isoformat()
        message = "生效日应晚于它所依据的待生效方案"
        raise BadInput("day_before_base", message, {"effective_on": f"> {day}"})
    return row


def _write(store: Store, row: Row, number: int, made: Made, moment: datetime, actor: str) -> Published | None:
    """Write the plan, in effect where its moment has come; None where a layer changed meanwhile."""
    at = clock.now()
    with store.write() as conn:
        wait_for_reports(conn)
        if layers_number(conn) != number and rows.find_draft(conn, row.draft_id).version == row.version:
            require_base(conn, row)
            return None
        _publishable(conn, row.draft_id, row.version, actor, moment)
        values = {
            "name": row.name, "version": 1, "created_at": at, "published_at": at, "published_by": actor,
            "base_plan_id": row.base_plan_id, "draft_id": row.draft_id, "effective_from": moment,
        }  # fmt: skip
        plan_id = plan_rows.insert_plan(
            conn, values, made.grids, made.table, made.lineage, made.pieces, made.piece_buildings
        )
        day = moment.astimezone(clock.ZONE).date().isoformat()
        moved = {"state": "scheduled", "effective_on": day, "plan_id": plan_id}
        version = changed(store, conn, row.draft_id, row.version, "publish", moved, actor)
        due = moment <= at
        detail = {"draft_id": row.draft_id, "effective_on": day, "grids": len(made.grids)}
        audit.append(conn, PUBLISHED_TAG if due else SCHEDULED_TAG, actor, str(plan_id), detail)
        if due:
            take_effect(conn, plan_id, actor)
            version = _note_effect(store, conn, plan_id, "activate")
        else:
            bump_revision(conn)  # so that every reader learns the moment
        return Published(plan_id, "published" if due else "scheduled", moment, made.codes, version)


def _moment(effective_on: str) -> datetime:
    """Return the moment of a day: now for today; raises BadInput."""
    now = clock.now()
    try:
        day = date.fromisoformat(effective_on)
        if len(effective_on) != 10 or day.year > now.year + 10:
            raise ValueError(effective_on)
    except (ValueError, TypeError):
        message = "生效日应为 YYYY-MM-DD 格式，十年之内"
        raise BadInput("bad_day", message, {"effective_on": "YYYY-MM-DD"}) from None
    if day < now.date():
        raise BadInput(
            "day_has_passed", "生效日不能早于今天", {"effective_on": f"≥ {now.date().isoformat()}"}
        )
    return now if day == now.date() else datetime.combine(day, time(), clock.ZONE)
