"""Contacts of reporters: shown one at a time, each time on record, and erased when they have served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from gis_app.errors import NotFound
from gis_app.incidents.model import OPEN_STATES
from gis_app.storage import audit
from gis_app.storage.incidents.changes import take_numbers
from gis_app.storage.tables import incidents

REVEALED_TAG, ERASED_TAG = "incidents:contact:revealed", "incidents:contact:erased"
_c = incidents.c
_ANY = or_(_c.contact_name != "", _c.contact_phone != "", _c.contact_email != "")
_NONE = {"contact_name": "", "contact_phone": "", "contact_email": ""}


@dataclass(frozen=True, slots=True)
class Contact:
    """How a reporter may be reached, each "" where they did not say."""

    name: str
    phone: str
    email: str


def reveal_contact(conn: Connection, code: str, actor: str) -> Contact:
    """Return the unmasked contact of an incident and put on record who asked; raises NotFound."""
    query = select(_c.contact_name, _c.contact_phone, _c.contact_email).where(_c.incident_code == code)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFound("unknown_incident", f"没有编号为“{code}”的事件", {"incident_code": code})
    audit.append(conn, REVEALED_TAG, actor, code)
    return Contact(*row)


def expired_contacts(conn: Connection, before: datetime) -> list[str]:
    """Return the codes of the incidents done, and last touched, before a moment that still hold a contact."""
    last = func.coalesce(_c.closed_at, _c.updated_at, _c.reported_at)
    query = select(_c.incident_code).where(_ANY, _c.state.not_in(OPEN_STATES), last < before)
    return list(conn.execute(query.order_by(_c.incident_code)).scalars())


def erase_contacts(conn: Connection, codes: Sequence[str], actor: str = "system") -> int:
    """Erase the contacts of incidents and return of how many; the trail tells the number, not whose."""
    number = take_numbers(conn)
    erased = 0
    for start in range(0, len(codes), 500):
        chosen = _c.incident_code.in_(codes[start : start + 500])
        gone = update(incidents).where(chosen, _ANY).values(**_NONE, change_number=number)
        erased += conn.execute(gone).rowcount
    audit.append(conn, ERASED_TAG, actor, "incidents", {"rows": erased})
    return erased
