"""Lay down who answers for where, and incidents."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Geometry, Moment

revision = "0002_duties"
down_revision = "0001_places"
branch_labels = None
depends_on = None

GEOGRAPHIC = ("incidents",)


def upgrade() -> None:
    _create_organisations()
    _create_zones()
    _create_zone_communities()
    _create_assignments()
    _create_members()
    _create_incident_classes()
    _create_incidents()
    for table in GEOGRAPHIC:
        _index_geometry(table)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")


def _create_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("organisation_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), server_default="", nullable=False),
        sa.Column("zone_code", sa.String(length=32), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("organisation_code", name="pk_organisations"),
    )


def _create_zones() -> None:
    op.create_table(
        "zones",
        sa.Column("zone_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("commissioner_post", sa.Text(), server_default="", nullable=False),
        sa.Column("commissioner_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("assisting_organisation_codes", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("zone_code", name="pk_zones"),
    )


def _create_zone_communities() -> None:
    op.create_table(
        "zone_communities",
        sa.Column("zone_code", sa.String(length=32), nullable=False),
        sa.Column("community_code", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("community_code", name="pk_zone_communities"),
    )


def _create_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("assignment_code", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("holder_name", sa.Text(), server_default="", nullable=False),
        sa.Column("holder_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("organisation_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("term_from", sa.String(length=10), server_default="", nullable=False),
        sa.Column("term_to", sa.String(length=10), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("assignment_code", name="pk_assignments"),
    )
    op.create_index("ix_assignments_area", "assignments", ["area_code", "role"], unique=False)


def _create_members() -> None:
    op.create_table(
        "members",
        sa.Column("organisation_code", sa.String(length=32), nullable=False),
        sa.Column("grid_code", sa.String(length=32), nullable=False),
        sa.Column("members", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("members >= 0", name="ck_members_members"),
        sa.PrimaryKeyConstraint("organisation_code", "grid_code", name="pk_members"),
    )


def _create_incident_classes() -> None:
    op.create_table(
        "incident_classes",
        sa.Column("class_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("standard_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("location_public", sa.Boolean(), nullable=False),
        sa.Column("time_limit", sa.String(length=16), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("class_code", name="pk_incident_classes"),
    )


def _create_incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("incident_code", sa.String(length=32), nullable=False),
        sa.Column("class_code", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("grid_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("reported_at", Moment(), nullable=False),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("dispatched_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("resolved_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("organisation_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("geometry", Geometry(), nullable=True),
        sa.PrimaryKeyConstraint("incident_code", name="pk_incidents"),
    )
    op.create_index("ix_incidents_grid", "incidents", ["grid_code", "category"], unique=False)
    op.create_index("ix_incidents_reported", "incidents", ["reported_at"], unique=False)


def _index_geometry(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.create_index(f"gix_{table}_geometry", table, ["geometry"], postgresql_using="gist")
