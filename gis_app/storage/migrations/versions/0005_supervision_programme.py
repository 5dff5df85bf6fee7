"""Lay down supervision, star ratings, demands, projects and activities."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Moment

revision = "0005_supervision_programme"
down_revision = "0004_incident_loop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_supervision_schedules()
    _create_supervision_rounds()
    _create_supervision_findings()
    _create_supervision_answers()
    _create_ratings()
    _create_rating_verdicts()
    _create_projects()
    _create_project_adoptions()
    _create_demands()
    _create_activities()


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")


def _create_supervision_schedules() -> None:
    op.create_table(
        "supervision_schedules",
        sa.Column("schedule_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=True),
        sa.Column("next_on", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", name="pk_supervision_schedules"),
    )


def _create_supervision_rounds() -> None:
    op.create_table(
        "supervision_rounds",
        sa.Column("round_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=True),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["supervision_schedules.schedule_id"],
            name="fk_supervision_rounds_schedule_id_supervision_schedules",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("round_id", name="pk_supervision_rounds"),
    )
    op.create_index("ix_supervision_rounds_opened", "supervision_rounds", ["opened_at"])
    op.create_index("ix_supervision_rounds_subject", "supervision_rounds", ["subject_kind", "subject_code"])


def _create_supervision_findings() -> None:
    op.create_table(
        "supervision_findings",
        sa.Column("finding_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("responsible_role", sa.String(length=32), server_default="", nullable=False),
        sa.Column("organisation_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("photos", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["supervision_rounds.round_id"],
            name="fk_supervision_findings_round_id_supervision_rounds",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("finding_id", name="pk_supervision_findings"),
    )
    op.create_index("ix_supervision_findings_round", "supervision_findings", ["round_id"])
    op.create_index("ix_supervision_findings_state", "supervision_findings", ["state", "due_at"])


def _create_supervision_answers() -> None:
    op.create_table(
        "supervision_answers",
        sa.Column("answer_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("verb", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_role", sa.String(length=32), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("photos", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["supervision_findings.finding_id"],
            name="fk_supervision_answers_finding_id_supervision_findings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("answer_id", name="pk_supervision_answers"),
    )
    op.create_index("ix_supervision_answers_finding", "supervision_answers", ["finding_id", "answer_id"])


def _create_ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("star", sa.String(length=32), nullable=False),
        sa.Column("community_code", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("star", "community_code", "month", "version", name="pk_ratings"),
    )
    op.create_index("ix_ratings_month", "ratings", ["month", "community_code"])


def _create_rating_verdicts() -> None:
    op.create_table(
        "rating_verdicts",
        sa.Column("star", sa.String(length=32), nullable=False),
        sa.Column("community_code", sa.String(length=32), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("star", "community_code", "quarter", "version", name="pk_rating_verdicts"),
    )
    op.create_index("ix_rating_verdicts_quarter", "rating_verdicts", ["quarter", "community_code"])


def _create_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("project_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.String(length=32), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("starts_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("ends_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("served", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("project_code", name="pk_projects"),
    )


def _create_project_adoptions() -> None:
    op.create_table(
        "project_adoptions",
        sa.Column("project_code", sa.String(length=32), nullable=False),
        sa.Column("organisation_code", sa.String(length=32), nullable=False),
        sa.Column("adopted_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["project_code"],
            ["projects.project_code"],
            name="fk_project_adoptions_project_code_projects",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_code", "organisation_code", name="pk_project_adoptions"),
    )


def _create_demands() -> None:
    op.create_table(
        "demands",
        sa.Column("demand_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.String(length=32), server_default="", nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("supporters", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="proposed", nullable=False),
        sa.Column("proposed_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("project_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("demand_id", name="pk_demands"),
    )
    op.create_index("ix_demands_area", "demands", ["area_code", "state"])


def _create_activities() -> None:
    op.create_table(
        "activities",
        sa.Column("activity_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.String(length=32), server_default="", nullable=False),
        sa.Column("project_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("organisation_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("held_on", sa.String(length=10), nullable=False),
        sa.Column("participants", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("activity_id", name="pk_activities"),
    )
    op.create_index("ix_activities_area", "activities", ["area_code", "held_on"])
