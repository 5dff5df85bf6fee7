"""Lay down the gates of residential compounds, which open or close the walking network."""

import sqlalchemy as sa
from alembic import op

from gis_app.storage.geometry import Geometry

revision = "0007_gates"
down_revision = "0006_star_teams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gates",
        sa.Column("gate_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("block_code", sa.String(length=32), nullable=True),
        sa.Column("passage", sa.String(length=16), nullable=False),
        sa.Column("geometry", Geometry(), nullable=False),
        sa.PrimaryKeyConstraint("gate_code", name="pk_gates"),
    )
    if op.get_context().dialect.name == "postgresql":
        op.create_index("gix_gates_geometry", "gates", ["geometry"], postgresql_using="gist")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
