"""Lay down the versions of stations, the present ones first, and kept what-if scenarios."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Geometry, Moment

revision = "0011_coverage"
down_revision = "0010_jobs"
branch_labels = None
depends_on = None

COPIED = "station_code, name, kind, grid_code, address, hours, amenities, capacity, status, geometry"


def upgrade() -> None:
    op.create_table(
        "station_versions",
        sa.Column("version_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("station_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("grid_code", sa.String(length=32), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("hours", sa.Text(), server_default="", nullable=False),
        sa.Column("amenities", sa.Text(), server_default="", nullable=False),
        sa.Column("capacity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("valid_from", Moment(), nullable=True),
        sa.Column("valid_to", Moment(), nullable=True),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="pk_station_versions"),
    )
    op.create_index("ix_station_versions_valid", "station_versions", ["valid_to", "valid_from"])
    if op.get_context().dialect.name == "postgresql":
        op.create_index(
            "gix_station_versions_geometry", "station_versions", ["geometry"], postgresql_using="gist"
        )
    op.execute(f"INSERT INTO station_versions ({COPIED}) SELECT {COPIED} FROM stations")
    op.create_table(
        "what_if_scenarios",
        sa.Column("scenario_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("changes", sa.Text(), server_default="", nullable=False),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("figures", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("scenario_id", name="pk_what_if_scenarios"),
    )
    op.create_index("ix_what_if_scenarios_account", "what_if_scenarios", ["account_id", "scenario_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
