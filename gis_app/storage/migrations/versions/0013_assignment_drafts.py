"""Lay down substitutes, proposals for members with their moves, and the history of members."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Moment

revision = "0013_assignment_drafts"
down_revision = "0012_leader"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "substitutes",
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("term_from", sa.String(length=10), nullable=False),
        sa.Column("term_to", sa.String(length=10), server_default="", nullable=False),
        sa.Column("by_role", sa.String(length=32), server_default="", nullable=False),
        sa.Column("by_area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("organisation_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("role", "area_code", "term_from", name="pk_substitutes"),
    )
    op.create_table(
        "assignment_drafts",
        sa.Column("draft_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="draft", nullable=False),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("figures", sa.Text(), server_default="", nullable=False),
        sa.Column("effective_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("published_by", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_assignment_drafts"),
    )
    op.create_index("ix_assignment_drafts_state", "assignment_drafts", ["state", "effective_on"])
    _moves()
    _versions()


def _moves() -> None:
    op.create_table(
        "assignment_draft_moves",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_code", sa.String(length=32), nullable=False),
        sa.Column("from_grid", sa.String(length=32), server_default="", nullable=False),
        sa.Column("to_grid", sa.String(length=32), server_default="", nullable=False),
        sa.Column("members", sa.Integer(), server_default="0", nullable=False),
        sa.Column("metres_before", sa.Float(), nullable=True),
        sa.Column("metres_after", sa.Float(), nullable=True),
        sa.Column("reason", sa.String(length=16), server_default="", nullable=False),
        sa.Column("decision", sa.String(length=16), server_default="open", nullable=False),
        sa.CheckConstraint("members > 0", name="ck_assignment_draft_moves_members"),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["assignment_drafts.draft_id"],
            name="fk_assignment_draft_moves_draft_id_assignment_drafts",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "line", name="pk_assignment_draft_moves"),
    )


def _versions() -> None:
    op.create_table(
        "member_versions",
        sa.Column("version_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("organisation_code", sa.String(length=32), nullable=False),
        sa.Column("grid_code", sa.String(length=32), nullable=False),
        sa.Column("members", sa.Integer(), server_default="0", nullable=False),
        sa.Column("valid_from", sa.String(length=10), server_default="", nullable=False),
        sa.Column("valid_to", sa.String(length=10), server_default="", nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["assignment_drafts.draft_id"],
            name="fk_member_versions_draft_id_assignment_drafts",
        ),
        sa.PrimaryKeyConstraint("version_id", name="pk_member_versions"),
    )
    op.create_index(
        "ix_member_versions_pair", "member_versions", ["organisation_code", "grid_code", "valid_to"]
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
