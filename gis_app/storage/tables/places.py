"""Tables of the county: the revision, its layers, and plans with their grids."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    text,
)

from gis_app.storage.geometry import Moment
from gis_app.storage.tables.base import (
    code_column,
    count_column,
    key_column,
    metadata,
    shape_table,
    text_column,
)

# One number for everything a map is made from; it grows with every change of it.
revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("changed_at", Moment, nullable=False),
    # the number at which a layer last changed: what is computed from layers alone stays good until then
    Column("layers_number", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("id = 1", name="single_row"),
)

# ── layers ──
county = shape_table("county", key_column("county_code"), text_column("name"))
subdistricts = shape_table(
    "subdistricts", key_column("subdistrict_code"), text_column("name"), code_column("county_code", True)
)
communities = shape_table(
    "communities", key_column("community_code"), text_column("name"), code_column("subdistrict_code", True)
)
blocks = shape_table(
    "blocks",
    key_column("block_code"),
    text_column("name"),
    code_column("community_code", True),
    count_column("households"),
    Column("land_use", String(16), nullable=False),
)
buildings = shape_table(
    "buildings",
    key_column("building_code"),
    code_column("block_code", True),
    count_column("households"),
    count_column("floors"),
)
streets = shape_table(
    "streets",
    key_column("street_code"),
    text_column("name"),
    Column("road_class", String(16), nullable=False),
    Column("bridge", Boolean, nullable=False),
)
water = shape_table(
    "water", key_column("water_code"), text_column("name"), Column("kind", String(16), nullable=False)
)
stations = shape_table(
    "stations",
    key_column("station_code"),
    text_column("name"),
    Column("kind", String(32), nullable=False),
    code_column("grid_code", True),
    text_column("address"),
    text_column("hours"),
    text_column("amenities"),
    count_column("capacity"),
    Column("status", String(16), nullable=False),
)
gates = shape_table(
    "gates",
    key_column("gate_code"),
    text_column("name"),
    code_column("block_code", True),
    Column("passage", String(16), nullable=False),
)

# ── plans: a plan is a set of grids and the table block → grid; one of them is in force ──
plans = Table(
    "plans",
    metadata,
    Column("plan_id", Integer, primary_key=True, autoincrement=True),
    text_column("name"),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
    Column("published_at", Moment),
    text_column("published_by"),
    # the plan that it follows, and the draft that it was made of; none for one that was imported
    Column("base_plan_id", Integer),
    Column("draft_id", Integer),
    # in force from (none: from ever) up to, exclusive (none: open)
    Column("effective_from", Moment),
    Column("effective_to", Moment),
    CheckConstraint(
        "state IN ('draft', 'approved', 'scheduled', 'published', 'superseded', 'withdrawn')", name="state"
    ),
)
Index(
    "ux_plans_published",
    plans.c.state,
    unique=True,
    sqlite_where=text("state = 'published'"),
    postgresql_where=text("state = 'published'"),
)
# a plan is followed by one other at most, whether that is in force or waits for its day
Index(
    "ux_plans_base",
    plans.c.base_plan_id,
    unique=True,
    sqlite_where=text("state <> 'withdrawn'"),
    postgresql_where=text("state <> 'withdrawn'"),
)
grids = shape_table(
    "grids",
    Column("plan_id", ForeignKey("plans.plan_id", ondelete="CASCADE"), primary_key=True),
    key_column("grid_code"),
    text_column("name"),
    code_column("community_code", True),
)
plan_blocks = Table(
    "plan_blocks",
    metadata,
    Column("plan_id", Integer, primary_key=True),
    key_column("block_code"),
    code_column("grid_code"),
    ForeignKeyConstraint(
        ["plan_id", "grid_code"],
        ["grids.plan_id", "grids.grid_code"],
        ondelete="CASCADE",
        deferrable=True,
        initially="DEFERRED",
    ),
    Index("ix_plan_blocks_grid", "plan_id", "grid_code"),
)
