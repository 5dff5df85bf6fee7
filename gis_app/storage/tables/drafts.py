"""Tables of proposals for members: drafts, their moves, and every number of members there ever was.

`members` holds the present numbers. `member_versions` keeps the spans in which a number held, for every pair
of organisation and grid that ever changed: "" as its beginning is before the record, "" as its end is open.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table

from gis_app.storage.tables.base import (
    code_column,
    count_column,
    identity,
    key_column,
    known_code,
    metadata,
    moment,
    text_column,
    version_column,
)

substitutes = Table(
    "substitutes",
    metadata,
    Column("role", String(32), primary_key=True),
    key_column("area_code"),
    Column("term_from", String(10), primary_key=True),
    Column("term_to", String(10), nullable=False, server_default=""),
    Column("by_role", String(32), nullable=False, server_default=""),
    known_code("by_area_code"),
    known_code("organisation_code"),
    text_column("note"),
)
assignment_drafts = Table(
    "assignment_drafts",
    metadata,
    identity("draft_id"),
    text_column("name"),
    known_code("area_code"),
    Column("state", String(16), nullable=False, server_default="draft"),
    # JSON: what was asked (rule, reach, aim), and what the proposal came to
    text_column("asked"),
    text_column("figures"),
    Column("effective_on", String(10), nullable=False, server_default=""),
    text_column("by"),
    moment("created_at", nullable=False),
    text_column("published_by"),
    moment("published_at"),
    version_column(),
    Index("ix_assignment_drafts_state", "state", "effective_on"),
)
assignment_draft_moves = Table(
    "assignment_draft_moves",
    metadata,
    Column("draft_id", ForeignKey("assignment_drafts.draft_id", ondelete="CASCADE"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    code_column("organisation_code"),
    known_code("from_grid"),
    known_code("to_grid"),
    count_column("members"),
    Column("metres_before", Float),
    Column("metres_after", Float),
    Column("reason", String(16), nullable=False, server_default=""),
    Column("decision", String(16), nullable=False, server_default="open"),
    CheckConstraint("members > 0", name="members"),
)
member_versions = Table(
    "member_versions",
    metadata,
    identity("version_id"),
    code_column("organisation_code"),
    code_column("grid_code"),
    count_column("members"),
    Column("valid_from", String(10), nullable=False, server_default=""),
    Column("valid_to", String(10), nullable=False, server_default=""),
    Column("draft_id", ForeignKey("assignment_drafts.draft_id"), nullable=True),
    Index("ix_member_versions_pair", "organisation_code", "grid_code", "valid_to"),
)
