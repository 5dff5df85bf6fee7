"""A report becomes an incident: its code, its row, the first line of its history, its audit row.

Codes are "<county_code>-<year>-<6 digits>", counted up in the transaction, so that each is given once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from gis_app import clock
from gis_app.errors import Conflict
from gis_app.incidents.incident import HistoryRow, Incident
from gis_app.storage import audit, plans, webhook_outbox
from gis_app.storage.incidents.changes import take_numbers
from gis_app.storage.incidents.columns import point
from gis_app.storage.incidents.photos import Photo, add_photos
from gis_app.storage.incidents.records import FIELDS, sent_with
from gis_app.storage.incidents.voices import Voice, add_voice
from gis_app.storage.plan_settling import settled_grid
from gis_app.storage.tables import county, incident_codes, incident_history, incidents

REPORTED_TAG = "incidents:incident:reported"
NO_COUNTY = "000000"
_COUNTY = select(county.c.county_code).limit(1)


def insert_report(
    conn: Connection,
    report: Incident,
    history: HistoryRow | None = None,
    actor: str = "system",
    photos: Sequence[Photo] = (),
    voice: Voice | None = None,
) -> str:
    """Make an incident of a report and return its code.

    `report` comes without code, version and change number; `history` is its first step (made from the report
    where None) and `actor` the user name for the audit trail. `report.plan_id` is the plan it was placed
    under: where another is in force by now, it goes to the grid that its place lies in. A report with the
    idempotency key of an earlier one changes nothing and returns the code of that one; raises
    Conflict("idempotency_key_taken") when the earlier one was somebody else's.
    """
    number = take_numbers(conn)
    if report.idempotency_key and (sent := sent_with(conn, report.idempotency_key)):
        if sent.reporter_id != report.reporter_id:
            raise Conflict("idempotency_key_taken", "该幂等键已被他人使用，请更换后重试")
        return sent.incident_code
    at = report.reported_at or clock.now()
    code = _next_code(conn, _county_code(conn, report), at)
    conn.execute(insert(incidents), [_values(conn, report, code, at, number)])
    first = history or _first_step(report, code, at)
    history_id = append_history(conn, code, first)
    add_photos(conn, code, photos, history_id, first.at)
    if voice:
        add_voice(conn, code, voice, history_id, first.at)
    detail = {"class_code": report.class_code, "grid_code": report.grid_code, "source": report.source}
    audit.append(conn, REPORTED_TAG, actor, code, detail)
    webhook_outbox.tell_step(conn, code, "report", "", first.at)
    return code


def append_history(conn: Connection, code: str, row: HistoryRow) -> int:
    """Append a step to the history of an incident and return its number."""
    values = {
        "incident_code": code,
        "at": row.at,
        "verb": row.verb,
        "from_state": row.from_state,
        "to_state": row.to_state,
        "actor_id": row.actor_id,
        "actor_role": row.actor_role,
        "organisation_code": row.organisation_code,
        "note": row.note,
        "photos": ";".join(row.photos),
        "photo_kind": row.photo_kind,
    }
    return conn.execute(
        insert(incident_history).returning(incident_history.c.history_id), values
    ).scalar_one()


def _values(conn: Connection, report: Incident, code: str, at: datetime, number: int) -> dict:
    given = {name: getattr(report, name) for name in FIELDS}
    made = {
        "incident_code": code,
        "state": report.state or "reported",
        "reported_at": at,
        "updated_at": report.updated_at or at,
        "plan_id": plans.published_plan(conn) or report.plan_id,
        "grid_code": settled_grid(conn, report.plan_id, report.grid_code, report.lon, report.lat),
        "geometry": point(report.lon, report.lat),
        "idempotency_key": report.idempotency_key or None,
        "version": 1,
        "change_number": number,
    }
    return given | made


def _first_step(report: Incident, code: str, at: datetime) -> HistoryRow:
    return HistoryRow(
        code, at, "report", "", report.state or "reported", report.reporter_id, report.reporter_kind
    )


def _county_code(conn: Connection, report: Incident) -> str:
    return report.grid_code[:6] or conn.execute(_COUNTY).scalar_one_or_none() or NO_COUNTY


def _next_code(conn: Connection, county_code: str, at: datetime) -> str:
    """Count up the codes of a county and year; other reports wait."""
    prefix = f"{county_code}-{at.astimezone(clock.ZONE).year}"
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    counted = dialect.insert(incident_codes).values(prefix=prefix, last=1)
    counted = counted.on_conflict_do_update(
        index_elements=[incident_codes.c.prefix], set_={"last": incident_codes.c.last + 1}
    )
    last = conn.execute(counted.returning(incident_codes.c.last)).scalar_one()
    return f"{prefix}-{last:06d}"
