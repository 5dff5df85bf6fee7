"""Tables of the plan studio: drafts with their tree of operations, and what a plan leaves behind.

Nothing of a draft is ever deleted: `head_operation_id` points to one operation of its tree (none is the base
itself), undo moves it to the parent and redo to the newest child. `plan_pieces` and `plan_piece_buildings`
wait with a scheduled plan for its day; `past_blocks` keeps blocks as they were up to a plan.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    false,
)

from gis_app.storage.tables.base import (
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

STATES = ("open", "submitted", "returned", "approved", "scheduled", "published", "withdrawn")
_STATE_LIST = ", ".join(f"'{state}'" for state in STATES)


def _of(table: str, cascade: bool = True) -> ForeignKey:
    return ForeignKey(table, ondelete="CASCADE" if cascade else None)


# ── drafts ──
plan_drafts = Table(
    "plan_drafts",
    metadata,
    identity("draft_id"),
    text_column("name"),
    Column("base_plan_id", _of("plans.plan_id", cascade=False), nullable=False),
    Column("forked_from", Integer),
    Column("owner", String(64), nullable=False),
    Column("state", String(16), nullable=False, server_default="open"),
    Column("head_operation_id", Integer),
    Column("effective_on", String(10), nullable=False, server_default=""),
    # JSON: what differs from the default rules, by rule_id
    text_column("rules"),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
    text_column("updated_by"),
    text_column("submitted_by"),
    text_column("decided_by"),
    text_column("note"),
    # the plan that was made of it
    Column("plan_id", _of("plans.plan_id", cascade=False)),
    version_column(),
    CheckConstraint(f"state IN ({_STATE_LIST})", name="state"),
    Index("ix_plan_drafts_owner", "owner"),
)
plan_operations = Table(
    "plan_operations",
    metadata,
    identity("operation_id"),
    Column("draft_id", _of("plan_drafts.draft_id"), nullable=False),
    Column("parent_id", _of("plan_operations.operation_id", cascade=False)),
    # the plan that the first of a chain departs from: a rebase begins a new chain
    Column("base_plan_id", Integer, nullable=False),
    Column("verb", String(32), nullable=False),
    # JSON: the operation without its verb
    text_column("params"),
    text_column("actor"),
    moment("at", nullable=False),
    Index("ix_plan_operations_parent", "draft_id", "parent_id", "operation_id"),
)
plan_snapshots = Table(
    "plan_snapshots",
    metadata,
    Column("operation_id", _of("plan_operations.operation_id"), primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
# One row for every version of a draft, so that whoever is late can be told what came since.
plan_draft_changes = Table(
    "plan_draft_changes",
    metadata,
    Column("draft_id", _of("plan_drafts.draft_id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("what", String(16), nullable=False),
    Column("head_operation_id", Integer),
    # the operation done, undone or redone
    Column("moved_operation_id", Integer),
    text_column("actor"),
    moment("at", nullable=False),
)
plan_shares = Table(
    "plan_shares",
    metadata,
    Column("draft_id", _of("plan_drafts.draft_id"), primary_key=True),
    Column("username", String(64), primary_key=True),
    Column("may_edit", Boolean, nullable=False, server_default=false()),
    Index("ix_plan_shares_username", "username"),
)
plan_remarks = Table(
    "plan_remarks",
    metadata,
    identity("remark_id"),
    Column("draft_id", _of("plan_drafts.draft_id"), nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    text_column("text"),
    text_column("actor"),
    moment("at", nullable=False),
    moment("resolved_at"),
    text_column("resolved_by"),
    Index("ix_plan_remarks_draft", "draft_id", "remark_id"),
)

# ── what a plan leaves behind ──
# "" as from_grid is a grid out of nothing, "" as to_grid one that leaves nothing
plan_lineage = Table(
    "plan_lineage",
    metadata,
    Column("plan_id", _of("plans.plan_id"), primary_key=True),
    key_column("from_grid"),
    key_column("to_grid"),
    Column("kind", String(16), nullable=False),
    count_column("households"),
    Column("share_from", Float, nullable=False, server_default="0"),
    Column("share_to", Float, nullable=False, server_default="0"),
)
plan_pieces = shape_table(
    "plan_pieces",
    Column("plan_id", _of("plans.plan_id"), primary_key=True),
    key_column("block_code"),
    # the block that it was cut from; its own code where only its outline gained a point
    known_code("parent_code"),
    text_column("name"),
    code_column("community_code", True),
    count_column("households"),
    Column("land_use", String(16), nullable=False),
)
plan_piece_buildings = Table(
    "plan_piece_buildings",
    metadata,
    Column("plan_id", _of("plans.plan_id"), primary_key=True),
    key_column("building_code"),
    code_column("block_code"),
)
# A block as it was up to and including a plan; the present ones stand in `blocks`.
past_blocks = shape_table(
    "past_blocks",
    Column("last_plan_id", _of("plans.plan_id"), primary_key=True),
    key_column("block_code"),
    text_column("name"),
    code_column("community_code", True),
    count_column("households"),
    Column("land_use", String(16), nullable=False),
)
plan_handovers = Table(
    "plan_handovers",
    metadata,
    identity("handover_id"),
    Column("plan_id", _of("plans.plan_id"), nullable=False),
    # post, gap, members, incident, station, account, record
    Column("kind", String(16), nullable=False),
    Column("role", String(32), nullable=False, server_default=""),
    known_code("from_code"),
    known_code("to_code"),
    # what was carried: the code of an assignment, organisation, incident or station, a user name, a table
    text_column("subject"),
    count_column("amount"),
    Column("to_confirm", Boolean, nullable=False, server_default=false()),
    text_column("confirmed_by"),
    moment("confirmed_at"),
    Index("ix_plan_handovers_plan", "plan_id", "kind", "handover_id"),
    Index("ix_plan_handovers_subject", "kind", "subject"),
)
