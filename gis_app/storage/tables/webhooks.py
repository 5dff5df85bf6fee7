"""Webhooks and their outbox, of which a row is written together with the step that it tells of."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from gis_app.storage.tables.base import (
    CODE,
    count_column,
    identity,
    known_code,
    metadata,
    moment,
    text_column,
)

webhooks = Table(
    "webhooks",
    metadata,
    identity("webhook_id"),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    # names of events joined by ";", "" for all
    text_column("events"),
    # what its secret is derived from, and by which the secret is known again; never the secret
    Column("salt", String(64), nullable=False),
    Column("secret_mark", String(32), nullable=False),
    Column("state", String(16), nullable=False, server_default="active"),
    # why it is paused, as a code; "" where somebody paused it
    known_code("paused_why"),
    moment("created_at", nullable=False),
    text_column("created_by"),
)
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    identity("delivery_id"),
    Column("webhook_id", ForeignKey("webhooks.webhook_id", ondelete="CASCADE"), nullable=False),
    # the same whenever this is sent again, so that a receiver can leave out what it has
    Column("message_id", String(64), nullable=False),
    Column("event", CODE, nullable=False),
    # "" for a test; of one incident nothing overtakes
    known_code("incident_code"),
    Column("body", Text, nullable=False),
    moment("created_at", nullable=False),
    Column("state", String(16), nullable=False, server_default="waiting"),
    count_column("attempts"),
    moment("next_at", nullable=False),
    # by whom and until when it is being sent
    known_code("held_by"),
    moment("held_until"),
    moment("sent_at"),
    count_column("status"),
    text_column("answer"),
    known_code("fault"),
    Index("ix_webhook_deliveries_waiting", "webhook_id", "state", "next_at"),
    Index("ix_webhook_deliveries_order", "webhook_id", "incident_code", "state", "delivery_id"),
    Index("ix_webhook_deliveries_created", "created_at"),
)
