"""The outbox of webhooks: written with the step of an incident, emptied by whoever sends.

A message is taken by a statement that holds it for a while, so that of two senders one sends it; whoever dies
while sending lets it go when that while is over. Of one incident nothing is taken while an earlier message of
it waits for the same webhook.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, insert, or_, select, update

from gis_app import clock
from gis_app.incidents.model import PRIVATE_CATEGORIES
from gis_app.storage.tables import incident_classes, incidents, webhook_deliveries, webhooks
from gis_app.storage.webhooks import ACTIVE, DELIVERED, GIVEN_UP, WAITING
from gis_app.webhooks import events

HELD = timedelta(seconds=30)
_ALL = select(webhooks.c.webhook_id, webhooks.c.events)
_CLASS = select(
    incident_classes.c.location_public, incident_classes.c.category, incident_classes.c.parent_code
)


def tell_step(conn: Connection, code: str, verb: str, previous: str, at: datetime) -> None:
    """Put the news of a step into the outbox of every webhook that wants it, within its transaction."""
    event = events.EVENTS.get(verb)
    receivers = [row for row in conn.execute(_ALL) if event and events.wanted(row.events, event)]
    if not receivers:
        return
    names = [incidents.c[name] for name in events.SAID]
    said = conn.execute(select(*names).where(incidents.c.incident_code == code)).one()
    if not events.is_told(said.category, said.class_code, _private(conn, said.class_code)):
        return
    body = events.body_of(event, at, {**said._mapping, "previous_state": previous})
    # A phone may send what was done days ago: it waits from now on.
    _put(conn, [row.webhook_id for row in receivers], event, code, body, clock.now())


def tell_test(conn: Connection, webhook_id: int, at: datetime) -> int:
    """Put a test into the outbox of one webhook and return the number of the delivery."""
    return _put(conn, [webhook_id], events.TEST, "", events.body_of(events.TEST, at, {}), at)


def due_webhooks(conn: Connection, at: datetime) -> list[int]:
    """Return the numbers of the active webhooks for which something may be sent now."""
    rows = webhook_deliveries.c
    waits = exists().where(rows.webhook_id == webhooks.c.webhook_id, _due(at))
    query = select(webhooks.c.webhook_id).where(webhooks.c.state == ACTIVE, waits)
    return list(conn.execute(query.order_by(webhooks.c.webhook_id)).scalars())


def due_deliveries(conn: Connection, webhook_id: int, at: datetime, most: int = 50) -> list[int]:
    """Return the numbers of the messages of an active webhook that may be sent now, the longest due first.

    Only the first that waits of each incident is among them.
    """
    rows = webhook_deliveries.c
    active = exists().where(webhooks.c.webhook_id == webhook_id, webhooks.c.state == ACTIVE)
    query = select(rows.delivery_id).where(rows.webhook_id == webhook_id, _due(at), active)
    return list(conn.execute(query.order_by(rows.next_at, rows.delivery_id).limit(most)).scalars())


def hold(conn: Connection, delivery_id: int, at: datetime, holder: str) -> Row | None:
    """Hold one message that waits and return it with where it goes; None where somebody else has it."""
    rows = webhook_deliveries.c
    free = and_(rows.delivery_id == delivery_id, rows.state == WAITING, _free(at))
    held = {"held_by": holder, "held_until": at + HELD}
    if conn.execute(update(webhook_deliveries).where(free).values(**held)).rowcount != 1:
        return None
    hook = [webhooks.c[name] for name in ("name", "url", "salt", "secret_mark")]
    hook.append(webhooks.c.state.label("webhook_state"))
    query = select(webhook_deliveries, *hook).join(webhooks).where(rows.delivery_id == delivery_id)
    return conn.execute(query).one()


def let_go(conn: Connection, holder: str) -> None:
    """Let go what a sender held that is not there any more."""
    held = webhook_deliveries.c.held_by == holder
    conn.execute(update(webhook_deliveries).where(held).values(held_by="", held_until=None))


def end_attempt(
    conn: Connection, delivery_id: int, state: str, at: datetime, answer: dict[str, Any], next_at: datetime
) -> None:
    """Note how an attempt went: `answer` is status, answer and fault; one that waits is sent at `next_at`."""
    rows = webhook_deliveries
    values = {**answer, "state": state, "sent_at": at, "next_at": next_at, "held_by": "", "held_until": None}
    values["attempts"] = rows.c.attempts + 1
    conn.execute(update(rows).where(rows.c.delivery_id == delivery_id).values(**values))


def forget(conn: Connection, before: datetime) -> int:
    """Give up what has waited since before a moment, delete what ended before it; return how many went."""
    rows = webhook_deliveries.c
    old = rows.created_at < before
    ended = delete(webhook_deliveries).where(old, rows.state.in_((DELIVERED, GIVEN_UP)))
    gone = conn.execute(ended).rowcount
    waits = update(webhook_deliveries).where(old, rows.state == WAITING)
    return gone + conn.execute(waits.values(state=GIVEN_UP, fault="too_old")).rowcount


def _due(at: datetime):
    rows, earlier = webhook_deliveries.c, webhook_deliveries.alias("earlier")
    before = exists().where(
        earlier.c.webhook_id == rows.webhook_id,
        earlier.c.incident_code == rows.incident_code,
        earlier.c.state == WAITING,
        earlier.c.delivery_id < rows.delivery_id,
    )
    in_order = or_(rows.incident_code == "", ~before)
    return and_(rows.state == WAITING, rows.next_at <= at, _free(at), in_order)


def _free(at: datetime):
    return or_(webhook_deliveries.c.held_until.is_(None), webhook_deliveries.c.held_until <= at)


def _private(conn: Connection, class_code: str) -> set[str]:
    """Return the class itself where its place is not public, by its own rule or its group's."""
    code, seen = class_code, set()
    while code and code not in seen:
        seen.add(code)
        row = conn.execute(_CLASS.where(incident_classes.c.class_code == code)).one_or_none()
        if row is None:
            break
        if not row.location_public or row.category in PRIVATE_CATEGORIES:
            return {class_code}
        code = row.parent_code
    return set()


def _put(conn: Connection, receivers: list[int], event: str, code: str, body: str, at: datetime) -> int:
    message = f"msg_{secrets.token_hex(12)}"
    row = {"message_id": message, "event": event, "incident_code": code, "body": body}
    rows = [row | {"webhook_id": one, "created_at": at, "next_at": at} for one in receivers]
    made = insert(webhook_deliveries).returning(webhook_deliveries.c.delivery_id)
    return [conn.execute(made, one).scalar_one() for one in rows][-1]
