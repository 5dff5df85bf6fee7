"""Tables of who answers for where: organisations, zones, assignments, members."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, String, Table

from gis_app.storage.tables.base import CODE, code_column, count_column, key_column, metadata, text_column

# ── who answers for where ──
organisations = Table(
    "organisations",
    metadata,
    key_column("organisation_code"),
    text_column("name"),
    Column("kind", String(32), nullable=False, server_default=""),
    Column("zone_code", CODE, nullable=False, server_default=""),
)
zones = Table(
    "zones",
    metadata,
    key_column("zone_code"),
    text_column("name"),
    text_column("commissioner_post"),
    text_column("commissioner_phone"),
    text_column("assisting_organisation_codes"),
)
zone_communities = Table("zone_communities", metadata, code_column("zone_code"), key_column("community_code"))
assignments = Table(
    "assignments",
    metadata,
    key_column("assignment_code"),
    code_column("area_code"),
    Column("role", String(32), nullable=False),
    text_column("holder_name"),
    text_column("holder_phone"),
    Column("organisation_code", CODE, nullable=False, server_default=""),
    Column("term_from", String(10), nullable=False, server_default=""),
    Column("term_to", String(10), nullable=False, server_default=""),
    Index("ix_assignments_area", "area_code", "role"),
)
members = Table(
    "members", metadata, key_column("organisation_code"), key_column("grid_code"), count_column("members"),
    CheckConstraint("members >= 0", name="members"),
)  # fmt: skip
