"""Lay down saved views, rules of alert with a first one, and which alerts were seen."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Moment

revision = "0012_leader"
down_revision = "0011_coverage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("view_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("query", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name="pk_saved_views"),
        sa.UniqueConstraint("account_id", "name", name="uq_saved_views_name"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name="fk_saved_views_account_id_accounts",
            ondelete="CASCADE",
        ),
    )
    rules = op.create_table(
        "alert_rules",
        sa.Column("rule_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("least", sa.Integer(), server_default="1", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("made_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("rule_id", name="pk_alert_rules"),
    )
    op.create_table(
        "alerts_seen",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "rule_id", "area_code", name="pk_alerts_seen"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name="fk_alerts_seen_account_id_accounts",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["alert_rules.rule_id"],
            name="fk_alerts_seen_rule_id_alert_rules",
            ondelete="CASCADE",
        ),
    )
    # The rule every county begins with: more than a tenth of a community's open incidents is overdue.
    first = {"measure": "overdue_rate", "level": "community", "side": "above", "threshold": 0.1}
    op.bulk_insert(rules, [first])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
