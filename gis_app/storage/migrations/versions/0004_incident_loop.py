"""Let incidents be reported, handled and followed: their steps, photos, followers, classes and keys."""

import shapely
import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Moment

revision = "0004_incident_loop"
down_revision = "0003_people"
branch_labels = None
depends_on = None

# name -> columns
INDEXES = {
    "ix_incidents_grid": (
        "grid_code state due_at incident_code category class_code organisation_code reported_at"
    ),
    "ix_incidents_change": "change_number",
    "ix_incidents_class": "class_code state due_at incident_code grid_code organisation_code reported_at",
    "ix_incidents_handler": "handler_id state",
    "ix_incidents_organisation_due": (
        "organisation_code state due_at incident_code category class_code grid_code reported_at"
    ),
    "ix_incidents_organisation_reported": (
        "organisation_code state reported_at incident_code category class_code grid_code due_at"
    ),
    "ix_incidents_place": "lon lat state class_code reported_at incident_code",
    "ix_incidents_reporter": "reporter_id reported_at",
    "ix_incidents_state_due": (
        "state due_at incident_code category class_code grid_code organisation_code reported_at"
    ),
    "ix_incidents_state_reported": (
        "state reported_at incident_code category class_code grid_code organisation_code due_at"
    ),
}


def upgrade() -> None:
    op.add_column(
        "accounts", sa.Column("organisation_code", sa.String(length=32), server_default="", nullable=False)
    )
    for column in _class_columns():
        op.add_column("incident_classes", column)
    for column in _incident_columns():
        op.add_column("incidents", column)
    _create_class_handlers()
    _create_incident_history()
    _create_incident_photos()
    _create_incident_followers()
    _create_incident_organisations()
    _create_incident_changes()
    _create_incident_codes()
    _create_api_keys()
    _fill_incidents()
    op.drop_index("ix_incidents_reported", table_name="incidents")
    op.drop_index("ix_incidents_grid", table_name="incidents")
    op.create_index("ux_incidents_idempotency", "incidents", ["idempotency_key"], unique=True)
    for name, columns in INDEXES.items():
        op.create_index(name, "incidents", columns.split())
    if op.get_context().dialect.name == "postgresql":
        beginning = {"incident_code": "varchar_pattern_ops"}
        op.create_index("gix_incidents_code", "incidents", ["incident_code"], postgresql_ops=beginning)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")


def _fill_incidents() -> None:
    """Number the incidents that are there, and set down their places as plain degrees."""
    conn = op.get_bind()
    if conn.dialect.name == "postgresql":
        op.execute("UPDATE incidents SET lon = ST_X(geometry), lat = ST_Y(geometry)")
    else:
        _place_in_sqlite(conn)
    op.execute(
        "UPDATE incidents SET change_number = numbered.number, "
        "plan_id = (SELECT plan_id FROM plans WHERE plans.state = 'published'), updated_at = "
        "coalesce(closed_at, resolved_at, dispatched_at, accepted_at, reported_at) "
        "FROM (SELECT incident_code, row_number() OVER (ORDER BY incident_code) AS number FROM incidents) "
        "AS numbered "
        "WHERE numbered.incident_code = incidents.incident_code"
    )
    op.execute("INSERT INTO incident_changes SELECT 1, count(*), count(*) FROM incidents")


def _place_in_sqlite(conn: sa.Connection) -> None:
    """Read the places out of the points: SQLite cannot."""
    kept = sa.text("SELECT incident_code, geometry FROM incidents WHERE geometry IS NOT NULL")
    points = [(code, shapely.from_wkb(shape)) for code, shape in conn.execute(kept)]
    placed = [{"code": code, "lon": point.x, "lat": point.y} for code, point in points]
    if placed:
        set_down = sa.text("UPDATE incidents SET lon = :lon, lat = :lat WHERE incident_code = :code")
        conn.execute(set_down, placed)


def _class_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("parent_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("group", sa.Text(), server_default="", nullable=False),
        sa.Column("handling_role", sa.String(length=32), server_default="", nullable=False),
        sa.Column("handling_organisation_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("accept_limit", sa.String(length=16), server_default="", nullable=False),
        sa.Column("stages", sa.Text(), server_default="", nullable=False),
        sa.Column("keywords", sa.Text(), server_default="", nullable=False),
        sa.Column("attributes", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def _incident_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("handling_at", Moment(), nullable=True),
        sa.Column("paused_at", Moment(), nullable=True),
        sa.Column("verified_at", Moment(), nullable=True),
        sa.Column("evaluated_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=True),
        sa.Column("joint_organisations", sa.Text(), server_default="", nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("reporter_kind", sa.String(length=16), server_default="reference", nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("verifier_id", sa.Integer(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("satisfaction", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paused_seconds_work", sa.Integer(), server_default="0", nullable=False),
        sa.Column("extended_seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stages_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duplicate_of", sa.String(length=32), server_default="", nullable=False),
        sa.Column("follower_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("return_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reopen_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contact_name", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_email", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.String(length=16), server_default="reference", nullable=False),
        sa.Column("extra", sa.Text(), server_default="", nullable=False),
        sa.Column("idempotency_key", sa.String(length=128), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("change_number", sa.BigInteger(), server_default="0", nullable=False),
    )


def _create_class_handlers() -> None:
    op.create_table(
        "class_handlers",
        sa.Column("class_code", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("organisation_code", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("class_code", "area_code", name="pk_class_handlers"),
    )


def _create_incident_history() -> None:
    op.create_table(
        "incident_history",
        sa.Column("history_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("incident_code", sa.String(length=32), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("verb", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=32), server_default="", nullable=False),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_role", sa.String(length=32), server_default="", nullable=False),
        sa.Column("organisation_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("photos", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_code"],
            ["incidents.incident_code"],
            name="fk_incident_history_incident_code_incidents",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("history_id", name="pk_incident_history"),
    )
    op.create_index("ix_incident_history_at", "incident_history", ["at"])
    op.create_index("ix_incident_history_incident", "incident_history", ["incident_code", "history_id"])


def _create_incident_photos() -> None:
    op.create_table(
        "incident_photos",
        sa.Column("photo_hash", sa.String(length=64), nullable=False),
        sa.Column("incident_code", sa.String(length=32), nullable=False),
        sa.Column("history_id", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bytes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_code"],
            ["incidents.incident_code"],
            name="fk_incident_photos_incident_code_incidents",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("photo_hash", "incident_code", name="pk_incident_photos"),
    )
    op.create_index("ix_incident_photos_incident", "incident_photos", ["incident_code", "created_at"])


def _create_incident_followers() -> None:
    op.create_table(
        "incident_followers",
        sa.Column("incident_code", sa.String(length=32), nullable=False),
        sa.Column("follower_key", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_code"],
            ["incidents.incident_code"],
            name="fk_incident_followers_incident_code_incidents",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_code", "follower_key", name="pk_incident_followers"),
    )


def _create_incident_organisations() -> None:
    op.create_table(
        "incident_organisations",
        sa.Column("organisation_code", sa.String(length=32), nullable=False),
        sa.Column("incident_code", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_code"],
            ["incidents.incident_code"],
            name="fk_incident_organisations_incident_code_incidents",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_code", "incident_code", name="pk_incident_organisations"),
    )
    op.create_index("ix_incident_organisations_incident", "incident_organisations", ["incident_code"])


def _create_incident_changes() -> None:
    op.create_table(
        "incident_changes",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("replaced_at_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_incident_changes_single_row"),
        sa.PrimaryKeyConstraint("id", name="pk_incident_changes"),
    )


def _create_incident_codes() -> None:
    op.create_table(
        "incident_codes",
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name="pk_incident_codes"),
    )


def _create_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("limit_per_minute", sa.Integer(), server_default="60", nullable=False),
        sa.Column("used_in_minute", sa.Integer(), server_default="0", nullable=False),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name="pk_api_keys"),
    )
