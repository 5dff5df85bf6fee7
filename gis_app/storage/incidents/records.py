"""One incident at a time: its record, found by code or by the key it was sent with, and its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

from sqlalchemy import Connection, Row, bindparam, select

from gis_app.incidents.incident import HistoryRow, Incident
from gis_app.storage.tables import incident_history, incidents

FIELDS = tuple(field.name for field in fields(Incident) if field.name in incidents.c)
# Whoever did one of these handled the incident, whatever became of it.
HANDLING_VERBS = ("handle", "finish_stage", "resolve")

_RECORD = select(*(incidents.c[name] for name in FIELDS))
_ONE = _RECORD.where(incidents.c.incident_code == bindparam("code"))
_CODE = select(incidents.c.incident_code, incidents.c.reporter_id)
_BY_KEY = _CODE.where(incidents.c.idempotency_key == bindparam("key"))
_HANDLED = select(incident_history.c.actor_id, incident_history.c.organisation_code).where(
    incident_history.c.incident_code == bindparam("code"), incident_history.c.verb.in_(HANDLING_VERBS)
)
_HISTORY = (
    select(incident_history)
    .where(incident_history.c.incident_code == bindparam("code"))
    .order_by(incident_history.c.history_id)
)


def find(conn: Connection, code: str) -> Incident | None:
    """Return an incident with those who handled it at any time, or None."""
    row = conn.execute(_ONE, {"code": code}).one_or_none()
    if row is None:
        return None
    handled = conn.execute(_HANDLED, {"code": code}).all()
    people = frozenset(one.actor_id for one in handled if one.actor_id is not None)
    organisations = frozenset(one.organisation_code for one in handled if one.organisation_code)
    return Incident(**row._mapping, past_handlers=people, past_organisations=organisations)


def find_many(conn: Connection, codes: Iterable[str]) -> dict[str, Incident]:
    """Return those of the incidents that exist, by code, without their past handlers."""
    rows = conn.execute(_RECORD.where(incidents.c.incident_code.in_(list(codes))))
    return {row.incident_code: Incident(**row._mapping) for row in rows}


def find_by_key(conn: Connection, key: str) -> str | None:
    """Return the code of the incident that was sent with an idempotency key, or None."""
    row = sent_with(conn, key)
    return row.incident_code if row else None


def sent_with(conn: Connection, key: str) -> Row | None:
    """Return (incident_code, reporter_id) of the incident sent with a key, or None."""
    return conn.execute(_BY_KEY, {"key": key}).one_or_none()


def history(conn: Connection, code: str) -> list[HistoryRow]:
    """Return every step of an incident, the first first; none for an unknown code."""
    return [_history_row(row) for row in conn.execute(_HISTORY, {"code": code})]


def history_of_many(conn: Connection, codes: Sequence[str]) -> dict[str, list[HistoryRow]]:
    """Return the steps of several incidents by code, the first first."""
    query = select(incident_history).where(incident_history.c.incident_code.in_(list(codes)))
    found: dict[str, list[HistoryRow]] = {code: [] for code in codes}
    for row in conn.execute(query.order_by(incident_history.c.history_id)):
        found[row.incident_code].append(_history_row(row))
    return found


def _history_row(row: Row) -> HistoryRow:
    values = dict(row._mapping)
    del values["history_id"]
    return HistoryRow(**{**values, "photos": tuple(filter(None, row.photos.split(";")))})
