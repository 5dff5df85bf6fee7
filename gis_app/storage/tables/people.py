"""Tables of accounts, sessions and the audit trail."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from gis_app.storage.geometry import Moment
from gis_app.storage.tables.base import CODE, known_code, metadata, text_column

# ── people ──
accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Integer, primary_key=True, autoincrement=True),
    Column("username", String(64), nullable=False, unique=True),
    text_column("display_name"),
    Column("role", String(32), nullable=False),
    Column("scope_code", CODE, nullable=False, server_default=""),
    known_code("organisation_code"),
    known_code("station_code"),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
)
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("failure_id", Integer, primary_key=True, autoincrement=True),
    Column("account_key", String(64), nullable=False),
    Column("address_key", String(64), nullable=False),
    Column("failed_at", Moment, nullable=False, index=True),
    Index("ix_sign_in_failures_account", "account_key", "failed_at"),
    Index("ix_sign_in_failures_address", "address_key", "failed_at"),
)

# ── audit: appended only, chained by hash; triggers of the migration refuse anything else ──
audit = Table(
    "audit",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("tag", String(64), nullable=False),
    text_column("actor"),
    text_column("subject"),
    text_column("detail"),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("ix_audit_tag", audit.c.tag, audit.c.sequence)
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)
