"""Let a key be for reading data: of which kind it is, as which role it reads, and where."""

import sqlalchemy as sa
from alembic import op

revision = "0015_data_keys"
down_revision = "0014_plan_studio"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("api_keys") as table:
        table.add_column(sa.Column("kind", sa.String(length=32), server_default="open311", nullable=False))
        table.add_column(sa.Column("role", sa.String(length=32), server_default="", nullable=False))
        table.add_column(sa.Column("scope_code", sa.String(length=32), server_default="", nullable=False))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
