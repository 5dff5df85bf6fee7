"""Tables of supervision: rounds, what they found, what was answered, and when the next ones are due."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from gis_app.storage.tables.base import (
    identity,
    known_code,
    metadata,
    moment,
    text_column,
    version_column,
)

supervision_schedules = Table(
    "supervision_schedules",
    metadata,
    identity("schedule_id"),
    text_column("name"),
    Column("kind", String(16), nullable=False),  # monthly | quarterly
    known_code("area_code"),
    Column("inspector_id", Integer),
    Column("next_on", String(10), nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    moment("created_at", nullable=False),
    version_column(),
)
supervision_rounds = Table(
    "supervision_rounds",
    metadata,
    identity("round_id"),
    text_column("title"),
    Column("subject_kind", String(16), nullable=False),  # community | grid | incident
    known_code("subject_code"),
    known_code("area_code"),
    Column("inspector_id", Integer),
    Column("schedule_id", ForeignKey("supervision_schedules.schedule_id", ondelete="SET NULL")),
    Column("state", String(16), nullable=False, server_default="open"),  # open | closed
    moment("opened_at", nullable=False),
    moment("closed_at"),
    text_column("note"),
    version_column(),
    Index("ix_supervision_rounds_subject", "subject_kind", "subject_code"),
    Index("ix_supervision_rounds_opened", "opened_at"),
)
supervision_findings = Table(
    "supervision_findings",
    metadata,
    identity("finding_id"),
    Column("round_id", ForeignKey("supervision_rounds.round_id", ondelete="CASCADE"), nullable=False),
    text_column("description"),
    known_code("area_code"),
    Column("responsible_role", String(32), nullable=False, server_default=""),
    known_code("organisation_code"),
    moment("due_at"),
    Column(
        "state", String(16), nullable=False, server_default="open"
    ),  # open | answered | sent_back | accepted
    moment("created_at", nullable=False),
    moment("accepted_at"),
    text_column("photos"),
    version_column(),
    Index("ix_supervision_findings_round", "round_id"),
    Index("ix_supervision_findings_state", "state", "due_at"),
)
supervision_answers = Table(
    "supervision_answers",
    metadata,
    identity("answer_id"),
    Column("finding_id", ForeignKey("supervision_findings.finding_id", ondelete="CASCADE"), nullable=False),
    moment("at", nullable=False),
    Column("verb", String(16), nullable=False),  # answer | accept | send_back
    Column("actor_id", Integer),
    Column("actor_role", String(32), nullable=False, server_default=""),
    text_column("note"),
    text_column("photos"),
    Index("ix_supervision_answers_finding", "finding_id", "answer_id"),
)
