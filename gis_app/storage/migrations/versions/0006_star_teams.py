"""Lay down which organisations judge a star."""

import sqlalchemy as sa
from alembic import op

revision = "0006_star_teams"
down_revision = "0005_supervision_programme"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "star_teams",
        sa.Column("star", sa.String(length=32), nullable=False),
        sa.Column("organisation_code", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("star", "organisation_code", name=op.f("pk_star_teams")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
