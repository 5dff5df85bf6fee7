"""Webhooks in the store: who gets news, and how it went; what waits to be sent is in `webhook_outbox`.

A secret is never here: a row keeps what it is derived from, and a mark by which it is known again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, insert, select, update

from gis_app.errors import NotFound
from gis_app.storage import audit
from gis_app.storage.tables import webhook_deliveries, webhooks

TAGS = {
    name: f"webhooks:webhook:{name}"
    for name in ("added", "paused", "resumed", "secret_changed", "tested", "deleted")
}
ACTIVE, PAUSED = "active", "paused"
WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given_up"


def insert_webhook(conn: Connection, values: dict[str, Any], at: datetime, actor: str) -> int:
    """Add a webhook (name, url, events, salt, secret_mark) and return its number."""
    row = {**values, "created_at": at, "created_by": actor}
    number = conn.execute(insert(webhooks).values(row).returning(webhooks.c.webhook_id)).scalar_one()
    audit.append(conn, TAGS["added"], actor, str(number), {"name": values["name"], "url": values["url"]})
    return number


def find_webhook(conn: Connection, webhook_id: int) -> Row:
    """Return a webhook; raises NotFound."""
    row = conn.execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id)).one_or_none()
    if row is None:
        raise NotFound("unknown_webhook", "没有这个推送地址", {"webhook_id": str(webhook_id)})
    return row


def read_webhooks(conn: Connection) -> list[Row]:
    """Return every webhook with how many of its messages wait, were delivered and were given up."""
    rows = webhook_deliveries.c

    def counted(state: str):
        return func.coalesce(func.sum(case((rows.state == state, 1), else_=0)), 0).label(state)

    query = (
        select(webhooks, *map(counted, (WAITING, DELIVERED, GIVEN_UP)), func.max(rows.sent_at).label("last"))
        .select_from(webhooks.outerjoin(webhook_deliveries))
        .group_by(*webhooks.c)
        .order_by(webhooks.c.webhook_id)
    )
    return list(conn.execute(query))


def pause_webhook(conn: Connection, webhook_id: int, actor: str, why: str = "") -> None:
    """Send a webhook nothing until it is resumed; what comes meanwhile waits. Raises NotFound."""
    _change(conn, webhook_id, {"state": PAUSED, "paused_why": why}, actor, "paused", {"why": why})


def resume_webhook(conn: Connection, webhook_id: int, actor: str, at: datetime) -> None:
    """Send a webhook what waits for it, from now on; raises NotFound."""
    _change(conn, webhook_id, {"state": ACTIVE, "paused_why": ""}, actor, "resumed")
    rows = webhook_deliveries.c
    waits = (rows.webhook_id == webhook_id) & (rows.state == WAITING) & (rows.next_at > at)
    conn.execute(update(webhook_deliveries).where(waits).values(next_at=at))


def change_secret(conn: Connection, webhook_id: int, salt: str, mark: str, actor: str) -> None:
    """Derive the secret of a webhook from another number; the former signs nothing any more."""
    _change(conn, webhook_id, {"salt": salt, "secret_mark": mark}, actor, "secret_changed")


def delete_webhook(conn: Connection, webhook_id: int, actor: str) -> None:
    """Delete a webhook with what waits for it; raises NotFound."""
    row = find_webhook(conn, webhook_id)
    conn.execute(delete(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id))
    conn.execute(delete(webhooks).where(webhooks.c.webhook_id == webhook_id))
    audit.append(conn, TAGS["deleted"], actor, str(webhook_id), {"name": row.name, "url": row.url})


def note_test(conn: Connection, webhook_id: int, actor: str) -> None:
    """Note in the trail that somebody tests a webhook; raises NotFound."""
    row = find_webhook(conn, webhook_id)
    audit.append(conn, TAGS["tested"], actor, str(webhook_id), {"name": row.name})


def read_deliveries(conn: Connection, webhook_id: int, most: int = 50) -> list[Row]:
    """Return the newest messages of a webhook, the newest first."""
    rows = webhook_deliveries
    query = select(rows).where(rows.c.webhook_id == webhook_id).order_by(rows.c.delivery_id.desc())
    return list(conn.execute(query.limit(most)))


def _change(
    conn: Connection,
    webhook_id: int,
    values: dict[str, Any],
    actor: str,
    what: str,
    detail: dict[str, Any] | None = None,
) -> None:
    row = find_webhook(conn, webhook_id)
    conn.execute(update(webhooks).where(webhooks.c.webhook_id == webhook_id).values(**values))
    audit.append(conn, TAGS[what], actor, str(webhook_id), {"name": row.name, **(detail or {})})
