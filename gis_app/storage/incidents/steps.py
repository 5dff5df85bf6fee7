"""A step of an incident: the version check is the write, with history and audit row in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from gis_app.errors import Conflict, NotFound
from gis_app.incidents.incident import OVERRIDE_TAG, STEP_TAG, Step, split_codes
from gis_app.storage import audit, webhook_outbox
from gis_app.storage.incidents.changes import take_numbers
from gis_app.storage.incidents.columns import point
from gis_app.storage.incidents.followers import follow
from gis_app.storage.incidents.photos import Photo, add_photos
from gis_app.storage.incidents.reports import append_history
from gis_app.storage.incidents.voices import Voice, add_voice
from gis_app.storage.plan_settling import settled_incident
from gis_app.storage.tables import incident_organisations, incidents

# What a step may never touch.
KEPT = frozenset(
    {"incident_code", "reported_at", "reporter_id", "reporter_kind", "source", "idempotency_key"}
)
# verb -> the count that it raises
COUNTED = {"return": "return_count", "reopen": "reopen_count"}
# What closed under one plan may be opened again under the next.
REOPENED = ("reopen", "report_again")
_ROW = (incidents.c.incident_code == bindparam("the_code")) & (
    incidents.c.version == bindparam("the_version")
)


def apply_step(
    conn: Connection,
    code: str,
    version: int,
    step: Step,
    actor: str = "system",
    photos: Sequence[Photo] = (),
    voice: Voice | None = None,
) -> int:
    """Write a step of the incident that is still at `version` and return its new version.

    `actor` is the user name for the audit trail. Raises NotFound for an unknown code, Conflict
    ("stale_version") when somebody was first, and ValueError for a change of what a step may not touch.
    """
    number = take_numbers(conn)
    values = _values(step, version, number)
    if step.history.verb in REOPENED:
        values |= settled_incident(conn, code)
    changed = conn.execute(
        update(incidents).where(_ROW), {**values, "the_code": code, "the_version": version}
    )
    if changed.rowcount != 1:
        raise _refused(conn, code)
    if "joint_organisations" in values:
        _set_joint(conn, code, values["joint_organisations"])
    history_id = append_history(conn, code, step.history)
    add_photos(conn, code, photos, history_id, step.history.at)
    if voice:
        add_voice(conn, code, voice, history_id, step.history.at)
    if step.followed:
        _let_reporter_follow(conn, code, step)
    moved = {"verb": step.history.verb, "from": step.history.from_state, "to": step.next_state}
    audit.append(conn, STEP_TAG, actor, code, {**moved, "version": version + 1})
    if step.override_reason:
        audit.append(conn, OVERRIDE_TAG, actor, code, {**moved, "reason": step.override_reason})
    webhook_outbox.tell_step(conn, code, step.history.verb, step.history.from_state, step.history.at)
    return version + 1


def _values(step: Step, version: int, number: int) -> dict[str, Any]:
    values = dict(step.changes)
    for name in values:
        if name in KEPT or name not in incidents.c:
            raise ValueError(f"a step may not change {name}")
    if "lon" in values or "lat" in values:
        values["geometry"] = point(values["lon"], values["lat"])
    values |= {"state": step.next_state, "version": version + 1, "change_number": number}
    values.setdefault("updated_at", step.history.at)
    return values


def _let_reporter_follow(conn: Connection, code: str, step: Step) -> None:
    """Let whoever reported a duplicate wait for the original."""
    reporter = select(incidents.c.reporter_id).where(incidents.c.incident_code == code)
    account = conn.execute(reporter).scalar_one()
    key = f"incident:{code}" if account is None else f"account:{account}"
    follow(conn, step.followed, key, account, "", step.history.at)


def _refused(conn: Connection, code: str) -> NotFound | Conflict:
    now = conn.execute(
        select(incidents.c.version).where(incidents.c.incident_code == code)
    ).scalar_one_or_none()
    if now is None:
        return NotFound("unknown_incident", f"没有编号为“{code}”的事件", {"incident_code": code})
    return Conflict("stale_version", "该事件已被他人更新，请刷新后重试", {"version": str(now)})


def _set_joint(conn: Connection, code: str, joined: str) -> None:
    conn.execute(delete(incident_organisations).where(incident_organisations.c.incident_code == code))
    rows = [{"organisation_code": one, "incident_code": code} for one in split_codes(joined)]
    if rows:
        conn.execute(insert(incident_organisations), rows)
