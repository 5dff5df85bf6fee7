"""Lay down how much of a grid was looked at on a day, voice notes, and what the photos of a step show."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Moment

revision = "0009_patrols"
down_revision = "0008_station_status"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patrol_counts",
        sa.Column("grid_code", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("grid_code", "day", name="pk_patrol_counts"),
    )
    op.create_index("ix_patrol_counts_day", "patrol_counts", ["day", "grid_code"])
    op.create_table(
        "incident_voices",
        sa.Column("voice_hash", sa.String(length=64), nullable=False),
        sa.Column("incident_code", sa.String(length=32), nullable=False),
        sa.Column("history_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("bytes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_code"],
            ["incidents.incident_code"],
            name="fk_incident_voices_incident_code_incidents",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("voice_hash", "incident_code", name="pk_incident_voices"),
    )
    op.create_index("ix_incident_voices_incident", "incident_voices", ["incident_code", "created_at"])
    op.add_column(
        "incident_history", sa.Column("photo_kind", sa.String(length=8), server_default="", nullable=False)
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
