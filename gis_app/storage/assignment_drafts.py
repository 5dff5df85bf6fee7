"""Proposals for members in the store: drafts with their moves, decided one by one, published as of a day.

A published draft never changes. One for a later day waits as "scheduled" until `apply_due` is called on that
day; whatever day it is, the numbers, their history and the trail change in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, select, update

from gis_app.errors import BadInput, Conflict, GisError
from gis_app.storage import audit
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.member_history import change_members
from gis_app.storage.revision import bump_revision
from gis_app.storage.tables import assignment_draft_moves as moves
from gis_app.storage.tables import assignment_drafts as drafts
from gis_app.storage.versioned import find_row, insert_row, update_row

MADE_TAG, DECIDED_TAG = "assignments:draft:made", "assignments:draft:decided"
PUBLISHED_TAG, APPLIED_TAG = "assignments:draft:published", "assignments:draft:applied"
DISCARDED_TAG, FAILED_TAG = "assignments:draft:discarded", "assignments:draft:failed"
DECISIONS = ("open", "accepted", "rejected")


def add_draft(
    conn: Connection,
    name: str,
    area_code: str,
    asked: Mapping[str, Any],
    figures: Mapping[str, Any],
    lines: pd.DataFrame,
    actor: str,
    at: datetime,
) -> int:
    """Keep a proposal with its moves, all undecided, and return its number."""
    values = {
        "name": name, "area_code": area_code, "by": actor, "created_at": at,
        "asked": json.dumps(asked, ensure_ascii=False, sort_keys=True),
        "figures": json.dumps(figures, ensure_ascii=False, sort_keys=True),
    }  # fmt: skip
    draft_id = insert_row(conn, drafts, values)
    numbered = lines.reset_index(drop=True).assign(draft_id=draft_id)
    write_frame(conn, moves, numbered.assign(line=numbered.index + 1))
    detail = {"name": name, "area_code": area_code, "moves": len(lines)}
    audit.append(conn, MADE_TAG, actor, str(draft_id), detail)
    return draft_id


def read_drafts(conn: Connection, area_code: str = "") -> list[Row]:
    """Return the drafts of an area, the newest first."""
    query = select(drafts).order_by(drafts.c.draft_id.desc())
    return list(conn.execute(query.where(drafts.c.area_code.startswith(area_code, autoescape=True))))


def find_draft(conn: Connection, draft_id: int) -> Row:
    """Return a draft; raises NotFound."""
    return find_row(conn, drafts, draft_id)


def read_moves(conn: Connection, draft_id: int) -> pd.DataFrame:
    """Return the moves of a draft in their order, each with its decision."""
    query = select(moves).where(moves.c.draft_id == draft_id).order_by(moves.c.line)
    return read_frame(conn, query, list(moves.columns))


def decide(conn: Connection, draft_id: int, version: int, decisions: Mapping[int, str], actor: str) -> int:
    """Accept or reject moves of a draft that is still at `version` and return its new version.

    Raises NotFound, Conflict for a draft that is no draft any more, BadInput for a move that is not there.
    """
    _open_draft(conn, draft_id)
    new = update_row(conn, drafts, draft_id, version, {})
    counts = dict.fromkeys(DECISIONS, 0)
    for line, decision in decisions.items():
        if decision not in DECISIONS:
            raise BadInput("bad_decision", "只能接受、不接受或待定", {"decision": " ".join(DECISIONS)})
        the_row = (moves.c.draft_id == draft_id) & (moves.c.line == line)
        if conn.execute(update(moves).where(the_row).values(decision=decision)).rowcount != 1:
            raise BadInput("unknown_move", "没有这一条调整", {"line": str(line)})
        counts[decision] += 1
    audit.append(conn, DECIDED_TAG, actor, str(draft_id), counts)
    return new


def publish(
    conn: Connection,
    draft_id: int,
    version: int,
    effective_on: str,
    actor: str,
    at: datetime,
    effect: Mapping[str, Any] | None = None,
) -> str:
    """Publish the accepted moves of a draft as of a day (YYYY-MM-DD, today or later) and return its state.

    That is "published" where the day has come, else "scheduled". `effect`, what the accepted moves come to,
    is kept among the figures as "published". Raises BadInput for a day that has passed, and Conflict where
    nothing is accepted, or where the numbers have changed so that a move cannot be made.
    """
    row = _open_draft(conn, draft_id)
    if effective_on < at.date().isoformat():
        raise BadInput("day_has_passed", "生效日不能早于今天", {"effective_on": at.date().isoformat()})
    accepted = _accepted(conn, draft_id)
    if not len(accepted):
        raise Conflict("nothing_accepted", "还没有接受任何一条调整")
    figures = json.loads(row.figures or "{}") | ({"published": dict(effect)} if effect else {})
    values = {"effective_on": effective_on, "published_by": actor, "published_at": at}
    values["figures"] = json.dumps(figures, ensure_ascii=False, sort_keys=True)
    update_row(conn, drafts, draft_id, version, values | {"state": "scheduled"})
    detail = {"effective_on": effective_on, "moves": len(accepted), "members": int(accepted["members"].sum())}
    audit.append(conn, PUBLISHED_TAG, actor, str(draft_id), detail)
    if effective_on > at.date().isoformat():
        return "scheduled"
    _apply(conn, draft_id, accepted, effective_on, actor)
    return "published"


def discard(conn: Connection, draft_id: int, version: int, actor: str) -> int:
    """Give up a draft, or one that waits for its day, and return its new version."""
    if find_draft(conn, draft_id).state not in ("draft", "scheduled"):
        raise Conflict("draft_is_closed", "方案已生效或已作废，不能再改")
    new = update_row(conn, drafts, draft_id, version, {"state": "discarded"})
    audit.append(conn, DISCARDED_TAG, actor, str(draft_id))
    return new


def due_drafts(conn: Connection, today: str) -> list[int]:
    """Return the scheduled drafts whose day has come, in the order of their days."""
    query = select(drafts.c.draft_id).where(drafts.c.state == "scheduled", drafts.c.effective_on <= today)
    return list(conn.execute(query.order_by(drafts.c.effective_on, drafts.c.draft_id)).scalars())


def apply_due(store: Any, today: str) -> int:
    """Let every scheduled draft whose day has come take effect and return how many did.

    One whose moves cannot be made any more becomes "failed", which its page says.
    """
    with store.read() as conn:
        waiting = due_drafts(conn, today)
    done = 0
    for draft_id in waiting:
        try:
            with store.write() as conn:
                row = find_draft(conn, draft_id)
                if row.state == "scheduled":
                    _apply(conn, draft_id, _accepted(conn, draft_id), row.effective_on, "system")
                    done += 1
        except GisError:
            with store.write() as conn:
                row = find_draft(conn, draft_id)
                if row.state == "scheduled":
                    update_row(conn, drafts, draft_id, row.version, {"state": "failed"})
                    audit.append(conn, FAILED_TAG, "system", str(draft_id))
    return done


def _apply(conn: Connection, draft_id: int, accepted: pd.DataFrame, day: str, actor: str) -> None:
    lost = accepted[["organisation_code", "from_grid", "members"]].set_axis(_PAIR, axis=1)
    gained = accepted[["organisation_code", "to_grid", "members"]].set_axis(_PAIR, axis=1)
    change = pd.concat([lost.assign(members=-lost["members"]), gained])
    change = change[change["grid_code"] != ""].groupby(_PAIR[:2])["members"].sum()
    rows = change_members(conn, change[change != 0], day, draft_id)
    version = find_draft(conn, draft_id).version
    update_row(conn, drafts, draft_id, version, {"state": "published"})
    detail = {"effective_on": day, "rows": rows, "revision": bump_revision(conn)}
    audit.append(conn, APPLIED_TAG, actor, str(draft_id), detail)


_PAIR = ["organisation_code", "grid_code", "members"]


def _accepted(conn: Connection, draft_id: int) -> pd.DataFrame:
    found = read_moves(conn, draft_id)
    return found[found["decision"] == "accepted"]


def _open_draft(conn: Connection, draft_id: int) -> Row:
    row = find_draft(conn, draft_id)
    if row.state != "draft":
        raise Conflict("draft_is_closed", "方案已生效或已作废，不能再改")
    return row
