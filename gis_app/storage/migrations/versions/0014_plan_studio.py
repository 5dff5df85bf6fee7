"""Let plans follow each other in time and never change; lay down drafts, lineage and what is carried over."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Geometry, Moment
from gis_app.storage.migrations.sealed_plans import postgresql_triggers, sqlite_triggers

revision = "0014_plan_studio"
down_revision = "0013_assignment_drafts"
branch_labels = None
depends_on = None

PLAN_STATES = "state IN ('draft', 'approved', 'scheduled', 'published', 'superseded', 'withdrawn')"
DRAFT_STATES = "state IN ('open', 'submitted', 'returned', 'approved', 'scheduled', 'published', 'withdrawn')"
# table -> columns, as they were before
GRIDS, PLAN_BLOCKS = "plan_id, grid_code, name, community_code, geometry", "plan_id, block_code, grid_code"
PLANS = "plan_id, name, state, version, created_at, published_at"
NEXT = "(SELECT min(next.plan_id) FROM plans AS next WHERE next.plan_id > plans.plan_id AND {})".format(
    "next.state IN ('published', 'superseded')"
)
FILL = (
    "UPDATE plans SET base_plan_id = (SELECT max(former.plan_id) FROM plans AS former WHERE "
    "former.plan_id < plans.plan_id AND former.state IN ('published', 'superseded')) "
    "WHERE state IN ('published', 'superseded')",
    "UPDATE plans SET effective_from = coalesce(published_at, created_at) WHERE base_plan_id IS NOT NULL",
    "UPDATE plans SET effective_to = (SELECT coalesce(next.published_at, next.created_at) FROM plans AS next "
    f"WHERE next.plan_id = {NEXT}) WHERE state = 'superseded'",
)


def upgrade() -> None:
    op.add_column("revision", sa.Column("layers_number", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE revision SET layers_number = number")
    sqlite = op.get_context().dialect.name == "sqlite"
    (_plans_anew if sqlite else _plans_changed)()
    for statement in FILL:
        op.execute(statement)
    op.create_index(
        "ux_plans_base", "plans", ["base_plan_id"], unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"), postgresql_where=sa.text("state <> 'withdrawn'"),
    )  # fmt: skip
    for make in (_drafts, _operations, _about_drafts, _lineage, _blocks, _handovers):
        make()
    for statement in sqlite_triggers() if sqlite else postgresql_triggers():
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _code(name: str, default: bool = False, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=32), server_default="" if default else None, nullable=nullable)


def _number(name: str, nullable: bool = False, default: str | None = None, **options) -> sa.Column:
    return sa.Column(name, sa.Integer(), server_default=default, nullable=nullable, **options)


def _to(table: str, column: str, target: str, cascade: bool = True) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target.split('.')[0]}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete="CASCADE" if cascade else None)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


# ── plans ──
def _new_columns() -> list[sa.Column]:
    moments = [sa.Column(name, Moment(), nullable=True) for name in ("effective_from", "effective_to")]
    return [_text("published_by"), _number("base_plan_id", True), _number("draft_id", True), *moments]


def _plans_changed() -> None:
    for column in _new_columns():
        op.add_column("plans", column)
    op.drop_constraint("ck_plans_state", "plans", type_="check")
    op.create_check_constraint("ck_plans_state", "plans", PLAN_STATES)


def _plans_anew() -> None:
    """Copy plans and what refers to them into new tables: SQLite changes no constraint in place."""
    op.create_table(
        "new_plans",
        _number("plan_id", autoincrement=True),
        _text("name"),
        sa.Column("state", sa.String(length=16), nullable=False),
        _number("version", default="1"),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
        *_new_columns(),
        sa.CheckConstraint(PLAN_STATES, name="ck_plans_state"),
        _key("plans", "plan_id"),
    )
    op.create_table(
        "new_grids", _number("plan_id"), _code("grid_code"), _text("name"),
        _code("community_code", nullable=True), sa.Column("geometry", Geometry(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["new_plans.plan_id"], name="fk_grids_plan_id_plans", ondelete="CASCADE"
        ),
        _key("grids", "plan_id", "grid_code"),
    )  # fmt: skip
    op.create_table(
        "new_plan_blocks", _number("plan_id"), _code("block_code"), _code("grid_code"),
        sa.ForeignKeyConstraint(
            ["plan_id", "grid_code"], ["new_grids.plan_id", "new_grids.grid_code"],
            name="fk_plan_blocks_plan_id_grids", ondelete="CASCADE", initially="DEFERRED", deferrable=True,
        ),
        _key("plan_blocks", "plan_id", "block_code"),
    )  # fmt: skip
    copied = {"plans": PLANS, "grids": GRIDS, "plan_blocks": PLAN_BLOCKS}
    for table, columns in copied.items():
        op.execute(f"INSERT INTO new_{table} ({columns}) SELECT {columns} FROM {table}")
    for table in reversed(copied):
        op.drop_table(table)
    for table in copied:
        op.rename_table(f"new_{table}", table)
    op.create_index(
        "ux_plans_published", "plans", ["state"], unique=True, sqlite_where=sa.text("state = 'published'")
    )
    op.create_index("ix_plan_blocks_grid", "plan_blocks", ["plan_id", "grid_code"])


# ── drafts ──
def _drafts() -> None:
    name = "plan_drafts"
    op.create_table(
        name,
        _number("draft_id", autoincrement=True), _text("name"), _number("base_plan_id"),
        _number("forked_from", True), sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        _number("head_operation_id", True),
        sa.Column("effective_on", sa.String(length=10), server_default="", nullable=False),
        _text("rules"), sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False), _text("updated_by"), _text("submitted_by"),
        _text("decided_by"), _text("note"), _number("plan_id", True), _number("version", default="1"),
        sa.CheckConstraint(DRAFT_STATES, name="ck_plan_drafts_state"),
        _to(name, "base_plan_id", "plans.plan_id", False), _to(name, "plan_id", "plans.plan_id", False),
        _key(name, "draft_id"),
    )  # fmt: skip
    op.create_index("ix_plan_drafts_owner", name, ["owner"])


def _operations() -> None:
    name = "plan_operations"
    op.create_table(
        name,
        _number("operation_id", autoincrement=True), _number("draft_id"), _number("parent_id", True),
        _number("base_plan_id"), sa.Column("verb", sa.String(length=32), nullable=False), _text("params"),
        _text("actor"), sa.Column("at", Moment(), nullable=False),
        _to(name, "draft_id", "plan_drafts.draft_id"),
        _to(name, "parent_id", "plan_operations.operation_id", False), _key(name, "operation_id"),
    )  # fmt: skip
    op.create_index("ix_plan_operations_parent", name, ["draft_id", "parent_id", "operation_id"])
    op.create_table(
        "plan_snapshots",
        _number("operation_id", autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _to("plan_snapshots", "operation_id", "plan_operations.operation_id"),
        _key("plan_snapshots", "operation_id"),
    )


def _about_drafts() -> None:
    name = "plan_draft_changes"
    op.create_table(
        name, _number("draft_id"), _number("version", autoincrement=False),
        sa.Column("what", sa.String(length=16), nullable=False), _number("head_operation_id", True),
        _number("moved_operation_id", True), _text("actor"), sa.Column("at", Moment(), nullable=False),
        _to(name, "draft_id", "plan_drafts.draft_id"), _key(name, "draft_id", "version"),
    )  # fmt: skip
    name = "plan_shares"
    op.create_table(
        name, _number("draft_id"), sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("may_edit", sa.Boolean(), server_default=sa.false(), nullable=False),
        _to(name, "draft_id", "plan_drafts.draft_id"), _key(name, "draft_id", "username"),
    )  # fmt: skip
    op.create_index("ix_plan_shares_username", name, ["username"])
    name = "plan_remarks"
    op.create_table(
        name, _number("remark_id", autoincrement=True), _number("draft_id"),
        sa.Column("lon", sa.Float(), nullable=False), sa.Column("lat", sa.Float(), nullable=False),
        _text("text"), _text("actor"), sa.Column("at", Moment(), nullable=False),
        sa.Column("resolved_at", Moment(), nullable=True), _text("resolved_by"),
        _to(name, "draft_id", "plan_drafts.draft_id"), _key(name, "remark_id"),
    )  # fmt: skip
    op.create_index("ix_plan_remarks_draft", name, ["draft_id", "remark_id"])


# ── what a plan leaves behind ──
def _lineage() -> None:
    name, shares = "plan_lineage", ("share_from", "share_to")
    op.create_table(
        name, _number("plan_id"), _code("from_grid"), _code("to_grid"),
        sa.Column("kind", sa.String(length=16), nullable=False), _number("households", default="0"),
        *(sa.Column(share, sa.Float(), server_default="0", nullable=False) for share in shares),
        _to(name, "plan_id", "plans.plan_id"), _key(name, "plan_id", "from_grid", "to_grid"),
    )  # fmt: skip


def _block_columns(*first: sa.Column) -> list[sa.Column]:
    return [
        *first, _text("name"), _code("community_code", nullable=True), _number("households", default="0"),
        sa.Column("land_use", sa.String(length=16), nullable=False),
        sa.Column("geometry", Geometry(), nullable=False),
    ]  # fmt: skip


def _blocks() -> None:
    pieces = (_number("plan_id"), _code("block_code"), _code("parent_code", default=True))
    past = (_number("last_plan_id"), _code("block_code"))
    for name, columns in (("plan_pieces", pieces), ("past_blocks", past)):
        keys = [column.name for column in columns[:2]]
        target = _to(name, keys[0], "plans.plan_id")
        op.create_table(name, *_block_columns(*columns), target, _key(name, *keys))
        if op.get_context().dialect.name == "postgresql":
            op.create_index(f"gix_{name}_geometry", name, ["geometry"], postgresql_using="gist")
    name = "plan_piece_buildings"
    op.create_table(
        name, _number("plan_id"), _code("building_code"), _code("block_code"),
        _to(name, "plan_id", "plans.plan_id"), _key(name, "plan_id", "building_code"),
    )  # fmt: skip


def _handovers() -> None:
    name = "plan_handovers"
    op.create_table(
        name, _number("handover_id", autoincrement=True), _number("plan_id"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=32), server_default="", nullable=False),
        _code("from_code", default=True), _code("to_code", default=True), _text("subject"),
        _number("amount", default="0"),
        sa.Column("to_confirm", sa.Boolean(), server_default=sa.false(), nullable=False),
        _text("confirmed_by"), sa.Column("confirmed_at", Moment(), nullable=True),
        _to(name, "plan_id", "plans.plan_id"), _key(name, "handover_id"),
    )  # fmt: skip
    op.create_index("ix_plan_handovers_plan", name, ["plan_id", "kind", "handover_id"])
    op.create_index("ix_plan_handovers_subject", name, ["kind", "subject"])
