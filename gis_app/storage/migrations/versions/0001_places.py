"""Lay down the county's layers, plans and the revision."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Geometry, Moment

revision = "0001_places"
down_revision = None
branch_labels = None
depends_on = None

GEOGRAPHIC = (
    "county",
    "subdistricts",
    "communities",
    "grids",
    "blocks",
    "buildings",
    "streets",
    "water",
    "stations",
)


def upgrade() -> None:
    _create_revision()
    _create_county()
    _create_subdistricts()
    _create_communities()
    _create_plans()
    _create_grids()
    _create_blocks()
    _create_plan_blocks()
    _create_buildings()
    _create_streets()
    _create_water()
    _create_stations()
    for table in GEOGRAPHIC:
        _index_geometry(table)
    op.execute(
        "INSERT INTO revision (id, number, changed_at) VALUES (1, 0, '2020-01-01T00:00:00.000000+00:00')"
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")


def _create_revision() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_revision_single_row"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )


def _create_county() -> None:
    op.create_table(
        "county",
        sa.Column("county_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", name="pk_county"),
    )


def _create_subdistricts() -> None:
    op.create_table(
        "subdistricts",
        sa.Column("subdistrict_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("county_code", sa.String(length=32), nullable=True),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("subdistrict_code", name="pk_subdistricts"),
    )


def _create_communities() -> None:
    op.create_table(
        "communities",
        sa.Column("community_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("subdistrict_code", sa.String(length=32), nullable=True),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("community_code", name="pk_communities"),
    )


def _create_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("plan_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'published', 'superseded')", name="ck_plans_state"
        ),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plans"),
    )
    op.create_index(
        "ux_plans_published",
        "plans",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )


def _create_grids() -> None:
    op.create_table(
        "grids",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("grid_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("community_code", sa.String(length=32), nullable=True),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.plan_id"], name="fk_grids_plan_id_plans", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "grid_code", name="pk_grids"),
    )


def _create_blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("block_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("community_code", sa.String(length=32), nullable=True),
        sa.Column("households", sa.Integer(), server_default="0", nullable=False),
        sa.Column("land_use", sa.String(length=16), nullable=False),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("block_code", name="pk_blocks"),
    )


def _create_plan_blocks() -> None:
    op.create_table(
        "plan_blocks",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("block_code", sa.String(length=32), nullable=False),
        sa.Column("grid_code", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id", "grid_code"],
            ["grids.plan_id", "grids.grid_code"],
            name="fk_plan_blocks_plan_id_grids",
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("plan_id", "block_code", name="pk_plan_blocks"),
    )
    op.create_index("ix_plan_blocks_grid", "plan_blocks", ["plan_id", "grid_code"], unique=False)


def _create_buildings() -> None:
    op.create_table(
        "buildings",
        sa.Column("building_code", sa.String(length=32), nullable=False),
        sa.Column("block_code", sa.String(length=32), nullable=True),
        sa.Column("households", sa.Integer(), server_default="0", nullable=False),
        sa.Column("floors", sa.Integer(), server_default="0", nullable=False),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("building_code", name="pk_buildings"),
    )


def _create_streets() -> None:
    op.create_table(
        "streets",
        sa.Column("street_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("road_class", sa.String(length=16), nullable=False),
        sa.Column("bridge", sa.Boolean(), nullable=False),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("street_code", name="pk_streets"),
    )


def _create_water() -> None:
    op.create_table(
        "water",
        sa.Column("water_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("water_code", name="pk_water"),
    )


def _create_stations() -> None:
    op.create_table(
        "stations",
        sa.Column("station_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("grid_code", sa.String(length=32), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("hours", sa.Text(), server_default="", nullable=False),
        sa.Column("amenities", sa.Text(), server_default="", nullable=False),
        sa.Column("capacity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("station_code", name="pk_stations"),
    )


def _index_geometry(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.create_index(f"gix_{table}_geometry", table, ["geometry"], postgresql_using="gist")
