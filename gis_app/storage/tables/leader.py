"""Tables of what a leader keeps: views of the first page, rules of alert, and which alerts were seen."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, UniqueConstraint, true

from gis_app.storage.tables.base import (
    CODE,
    identity,
    known_code,
    metadata,
    moment,
    text_column,
    version_column,
)

saved_views = Table(
    "saved_views",
    metadata,
    identity("view_id"),
    Column("account_id", Integer, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("name", String(64), nullable=False),
    # the state of the page as it stands in its address
    text_column("query"),
    moment("created_at", nullable=False),
    UniqueConstraint("account_id", "name", name="uq_saved_views_name"),
)

alert_rules = Table(
    "alert_rules",
    metadata,
    identity("rule_id"),
    Column("measure", String(32), nullable=False),
    Column("level", String(16), nullable=False),
    # only this area and what lies in it; "" is the whole county
    known_code("area_code"),
    # "above" or "below": on which side of the threshold it is told
    Column("side", String(8), nullable=False),
    Column("threshold", Float, nullable=False),
    # with fewer in the denominator nothing is told: one of one is no share
    Column("least", Integer, nullable=False, server_default="1"),
    Column("active", Boolean, nullable=False, server_default=true()),
    text_column("made_by"),
    moment("created_at"),
    version_column(),
)

alerts_seen = Table(
    "alerts_seen",
    metadata,
    Column("account_id", Integer, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("rule_id", Integer, ForeignKey("alert_rules.rule_id", ondelete="CASCADE"), primary_key=True),
    Column("area_code", CODE, primary_key=True),
    moment("seen_at", nullable=False),
)
