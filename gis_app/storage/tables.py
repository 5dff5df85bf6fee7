"""Every table of the store, for both databases.

Areas are not bound to each other by foreign keys: a county may come with grids alone, and whether codes agree
is a rule of `layers/`, told with row and remedy. What the service itself makes (plans, accounts, sessions,
audit rows) is bound. Column order is frame order.
"""

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
    MetaData,
    String,
    Table,
    Text,
    text,
)

from gis_app.storage.geometry import Geometry, Moment

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
CODE = String(32)


def _text(name: str) -> Column:
    """Declare a text that is "" where nothing is known."""
    return Column(name, Text, nullable=False, server_default="")


def _count(name: str) -> Column:
    return Column(name, Integer, nullable=False, server_default="0")


def _code(name: str, nullable: bool = False) -> Column:
    return Column(name, CODE, nullable=nullable)


def _key(name: str) -> Column:
    return Column(name, CODE, primary_key=True)


def _shape(name: str, *columns, nullable: bool = False) -> Table:
    """Declare a table with a geometry as its last column, indexed where the database can."""
    geometry = Column("geometry", Geometry(), nullable=nullable)
    table = Table(name, metadata, *columns, geometry)
    Index(f"gix_{name}_geometry", table.c.geometry, postgresql_using="gist").ddl_if(dialect="postgresql")
    return table


# One number for everything a map is made from; it grows with every change of it.
revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("changed_at", Moment, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)

# ── layers ──
county = _shape("county", _key("county_code"), _text("name"))
subdistricts = _shape("subdistricts", _key("subdistrict_code"), _text("name"), _code("county_code", True))
communities = _shape("communities", _key("community_code"), _text("name"), _code("subdistrict_code", True))
blocks = _shape(
    "blocks",
    _key("block_code"),
    _text("name"),
    _code("community_code", True),
    _count("households"),
    Column("land_use", String(16), nullable=False),
)
buildings = _shape(
    "buildings", _key("building_code"), _code("block_code", True), _count("households"), _count("floors")
)
streets = _shape(
    "streets",
    _key("street_code"),
    _text("name"),
    Column("road_class", String(16), nullable=False),
    Column("bridge", Boolean, nullable=False),
)
water = _shape("water", _key("water_code"), _text("name"), Column("kind", String(16), nullable=False))
stations = _shape(
    "stations",
    _key("station_code"),
    _text("name"),
    Column("kind", String(32), nullable=False),
    _code("grid_code", True),
    _text("address"),
    _text("hours"),
    _text("amenities"),
    _count("capacity"),
    Column("status", String(16), nullable=False),
)

# ── plans: a plan is a set of grids and the table block → grid; one of them is in force ──
plans = Table(
    "plans",
    metadata,
    Column("plan_id", Integer, primary_key=True, autoincrement=True),
    _text("name"),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
    Column("published_at", Moment),
    CheckConstraint("state IN ('draft', 'approved', 'published', 'superseded')", name="state"),
)
Index(
    "ux_plans_published",
    plans.c.state,
    unique=True,
    sqlite_where=text("state = 'published'"),
    postgresql_where=text("state = 'published'"),
)
grids = _shape(
    "grids",
    Column("plan_id", ForeignKey("plans.plan_id", ondelete="CASCADE"), primary_key=True),
    _key("grid_code"),
    _text("name"),
    _code("community_code", True),
)
plan_blocks = Table(
    "plan_blocks",
    metadata,
    Column("plan_id", Integer, primary_key=True),
    _key("block_code"),
    _code("grid_code"),
    ForeignKeyConstraint(
        ["plan_id", "grid_code"],
        ["grids.plan_id", "grids.grid_code"],
        ondelete="CASCADE",
        deferrable=True,
        initially="DEFERRED",
    ),
    Index("ix_plan_blocks_grid", "plan_id", "grid_code"),
)

# ── who answers for where ──
organisations = Table(
    "organisations",
    metadata,
    _key("organisation_code"),
    _text("name"),
    Column("kind", String(32), nullable=False, server_default=""),
    Column("zone_code", CODE, nullable=False, server_default=""),
)
zones = Table(
    "zones",
    metadata,
    _key("zone_code"),
    _text("name"),
    _text("commissioner_post"),
    _text("commissioner_phone"),
    _text("assisting_organisation_codes"),
)
zone_communities = Table("zone_communities", metadata, _code("zone_code"), _key("community_code"))
assignments = Table(
    "assignments",
    metadata,
    _key("assignment_code"),
    _code("area_code"),
    Column("role", String(32), nullable=False),
    _text("holder_name"),
    _text("holder_phone"),
    Column("organisation_code", CODE, nullable=False, server_default=""),
    Column("term_from", String(10), nullable=False, server_default=""),
    Column("term_to", String(10), nullable=False, server_default=""),
    Index("ix_assignments_area", "area_code", "role"),
)
members = Table(
    "members", metadata, _key("organisation_code"), _key("grid_code"), _count("members"),
    CheckConstraint("members >= 0", name="members"),
)  # fmt: skip

# ── incidents ──
incident_classes = Table(
    "incident_classes",
    metadata,
    _key("class_code"),
    _text("name"),
    Column("category", String(32), nullable=False),
    _text("standard_ref"),
    Column("location_public", Boolean, nullable=False),
    Column("time_limit", String(16), nullable=False, server_default=""),
)
incidents = _shape(
    "incidents",
    _key("incident_code"),
    _code("class_code"),
    Column("category", String(32), nullable=False),
    Column("state", String(32), nullable=False),
    _text("description"),
    Column("grid_code", CODE, nullable=False, server_default=""),
    Column("reported_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    Column("dispatched_at", Moment),
    Column("due_at", Moment),
    Column("resolved_at", Moment),
    Column("closed_at", Moment),
    Column("organisation_code", CODE, nullable=False, server_default=""),
    nullable=True,
)
Index("ix_incidents_grid", incidents.c.grid_code, incidents.c.category)
Index("ix_incidents_reported", incidents.c.reported_at)

# ── people ──
accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Integer, primary_key=True, autoincrement=True),
    Column("username", String(64), nullable=False, unique=True),
    _text("display_name"),
    Column("role", String(32), nullable=False),
    Column("scope_code", CODE, nullable=False, server_default=""),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
)
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("failure_id", Integer, primary_key=True, autoincrement=True),
    Column("account_key", String(64), nullable=False),
    Column("address_key", String(64), nullable=False),
    Column("failed_at", Moment, nullable=False, index=True),
    Index("ix_sign_in_failures_account", "account_key", "failed_at"),
    Index("ix_sign_in_failures_address", "address_key", "failed_at"),
)

# ── audit: appended only, chained by hash; triggers of the migration refuse anything else ──
audit = Table(
    "audit",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("tag", String(64), nullable=False),
    _text("actor"),
    _text("subject"),
    _text("detail"),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("ix_audit_tag", audit.c.tag, audit.c.sequence)
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)
