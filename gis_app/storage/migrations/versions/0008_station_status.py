"""Lay down how stations are just now, and which station an account looks after."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Moment

revision = "0008_station_status"
down_revision = "0007_gates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "station_status",
        sa.Column("station_code", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_role", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("station_code", name="pk_station_status"),
    )
    op.create_table(
        "station_status_history",
        sa.Column("history_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("station_code", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("history_id", name="pk_station_status_history"),
    )
    op.create_index(
        "ix_station_status_history_station", "station_status_history", ["station_code", "history_id"]
    )
    op.create_table(
        "station_status_changes",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_station_status_changes_single_row"),
        sa.PrimaryKeyConstraint("id", name="pk_station_status_changes"),
    )
    op.execute("INSERT INTO station_status_changes VALUES (1, 0)")
    op.add_column(
        "accounts", sa.Column("station_code", sa.String(length=32), server_default="", nullable=False)
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
