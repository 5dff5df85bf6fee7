"""Tables of incidents: what is to be solved, what was done, by which classes, and who else waits for it.

Their indexes are those of `storage/incidents/inbox.py`: each begins with what a list asks for, goes on with
the order of the list, and carries what else may be asked, so that a list of a million is read from the index.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from gis_app.storage.tables.base import (
    CODE,
    code_column,
    count_column,
    identity,
    key_column,
    known_code,
    metadata,
    moment,
    shape_table,
    text_column,
    version_column,
)

incident_classes = Table(
    "incident_classes",
    metadata,
    key_column("class_code"),
    text_column("name"),
    Column("category", String(32), nullable=False),
    text_column("standard_ref"),
    Column("location_public", Boolean, nullable=False),
    Column("time_limit", String(16), nullable=False, server_default=""),
    known_code("parent_code"),
    text_column("group"),
    Column("handling_role", String(32), nullable=False, server_default=""),
    known_code("handling_organisation_code"),
    Column("accept_limit", String(16), nullable=False, server_default=""),
    text_column("stages"),
    text_column("keywords"),
    text_column("attributes"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    version_column(),
)
class_handlers = Table(
    "class_handlers",
    metadata,
    key_column("class_code"),
    key_column("area_code"),
    code_column("organisation_code"),
)
incidents = shape_table(
    "incidents",
    key_column("incident_code"),
    code_column("class_code"),
    Column("category", String(32), nullable=False),
    Column("state", String(32), nullable=False),
    text_column("description"),
    known_code("grid_code"),
    moment("reported_at", nullable=False),
    moment("accepted_at"),
    moment("dispatched_at"),
    moment("handling_at"),
    moment("due_at"),
    moment("paused_at"),
    moment("resolved_at"),
    moment("verified_at"),
    moment("closed_at"),
    moment("evaluated_at"),
    moment("updated_at"),
    known_code("organisation_code"),
    text_column("joint_organisations"),
    Column("plan_id", Integer),
    Column("reporter_id", Integer),
    Column("reporter_kind", String(16), nullable=False, server_default="reference"),
    Column("handler_id", Integer),
    Column("verifier_id", Integer),
    Column("lon", Float),
    Column("lat", Float),
    Column("accuracy_m", Float),
    text_column("address"),
    count_column("satisfaction"),
    count_column("paused_seconds_work"),
    count_column("extended_seconds"),
    count_column("stages_done"),
    known_code("duplicate_of"),
    count_column("follower_count"),
    count_column("return_count"),
    count_column("reopen_count"),
    text_column("contact_name"),
    text_column("contact_phone"),
    text_column("contact_email"),
    Column("source", String(16), nullable=False, server_default="reference"),
    text_column("extra"),
    Column("idempotency_key", String(128)),
    version_column(),
    Column("change_number", BigInteger, nullable=False, server_default="0"),
    nullable=True,
)
# name -> columns
INCIDENT_INDEXES = {
    "ix_incidents_change": "change_number",
    "ix_incidents_state_due": (
        "state due_at incident_code category class_code grid_code organisation_code reported_at"
    ),
    "ix_incidents_state_reported": (
        "state reported_at incident_code category class_code grid_code organisation_code due_at"
    ),
    "ix_incidents_organisation_due": (
        "organisation_code state due_at incident_code category class_code grid_code reported_at"
    ),
    "ix_incidents_organisation_reported": (
        "organisation_code state reported_at incident_code category class_code grid_code due_at"
    ),
    "ix_incidents_grid": (
        "grid_code state due_at incident_code category class_code organisation_code reported_at"
    ),
    "ix_incidents_class": "class_code state due_at incident_code grid_code organisation_code reported_at",
    "ix_incidents_place": "lon lat state class_code reported_at incident_code",
    "ix_incidents_handler": "handler_id state",
    "ix_incidents_reporter": "reporter_id reported_at",
}
Index("ux_incidents_idempotency", incidents.c.idempotency_key, unique=True)
# so that PostgreSQL finds the beginning of a code by index, whatever its collation
Index(
    "gix_incidents_code",
    incidents.c.incident_code,
    postgresql_ops={"incident_code": "varchar_pattern_ops"},
).ddl_if(dialect="postgresql")
for _name, _columns in INCIDENT_INDEXES.items():
    Index(_name, *(incidents.c[column] for column in _columns.split()))

incident_history = Table(
    "incident_history",
    metadata,
    identity("history_id"),
    Column("incident_code", ForeignKey("incidents.incident_code", ondelete="CASCADE"), nullable=False),
    moment("at", nullable=False),
    Column("verb", String(32), nullable=False),
    Column("from_state", String(32), nullable=False, server_default=""),
    Column("to_state", String(32), nullable=False),
    Column("actor_id", Integer),
    Column("actor_role", String(32), nullable=False, server_default=""),
    known_code("organisation_code"),
    text_column("note"),
    text_column("photos"),
    Column("photo_kind", String(8), nullable=False, server_default=""),
    Index("ix_incident_history_incident", "incident_code", "history_id"),
    Index("ix_incident_history_at", "at"),
)
incident_photos = Table(
    "incident_photos",
    metadata,
    Column("photo_hash", String(64), primary_key=True),
    Column("incident_code", ForeignKey("incidents.incident_code", ondelete="CASCADE"), primary_key=True),
    Column("history_id", Integer),
    count_column("width"),
    count_column("height"),
    count_column("bytes"),
    moment("created_at", nullable=False),
    Index("ix_incident_photos_incident", "incident_code", "created_at"),
)
incident_voices = Table(
    "incident_voices",
    metadata,
    Column("voice_hash", String(64), primary_key=True),
    Column("incident_code", ForeignKey("incidents.incident_code", ondelete="CASCADE"), primary_key=True),
    Column("history_id", Integer),
    Column("kind", String(8), nullable=False),
    Column("seconds", Float, nullable=False),
    count_column("bytes"),
    moment("created_at", nullable=False),
    Index("ix_incident_voices_incident", "incident_code", "created_at"),
)
incident_followers = Table(
    "incident_followers",
    metadata,
    Column("incident_code", ForeignKey("incidents.incident_code", ondelete="CASCADE"), primary_key=True),
    Column("follower_key", String(64), primary_key=True),
    Column("account_id", Integer),
    text_column("note"),
    moment("at", nullable=False),
)
# Joint handling: the organisations beside the lead, so that their lists find the incident by index.
incident_organisations = Table(
    "incident_organisations",
    metadata,
    key_column("organisation_code"),
    Column("incident_code", ForeignKey("incidents.incident_code", ondelete="CASCADE"), primary_key=True),
    Index("ix_incident_organisations_incident", "incident_code"),
)
# One row: the number of the latest change of any incident, and of the latest that replaced them wholesale.
incident_changes = Table(
    "incident_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("replaced_at_number", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)
# The last number given under each prefix "410222-2026" of incident codes.
incident_codes = Table(
    "incident_codes",
    metadata,
    key_column("prefix"),
    Column("last", Integer, nullable=False),
)
api_keys = Table(
    "api_keys",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    text_column("name"),
    text_column("contact"),
    Column("limit_per_minute", Integer, nullable=False, server_default="60"),
    count_column("used_in_minute"),
    count_column("uses"),
    moment("created_at", nullable=False),
    moment("revoked_at"),
    Column("kind", CODE, nullable=False, server_default="open311"),
    known_code("role"),
    known_code("scope_code"),
)
