"""The table of the import desk: each file that came in, what was chosen for it, and what became of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from gis_app.storage.tables.base import metadata, moment, text_column, version_column

imports = Table(
    "imports",
    metadata,
    Column("import_id", String(32), primary_key=True),
    Column("account_id", Integer),
    # a user name, no more of a person
    text_column("actor"),
    text_column("file"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("sha256", String(64), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    version_column(),
    # the job of the long step in hand
    Column("job_id", Integer),
    # JSON: what was chosen, what the check found in short, and why the last step did not succeed
    Column("choices", Text),
    Column("findings", Text),
    Column("error", Text),
    Column("layer", String(32), nullable=False, server_default=""),
    Column("mode", String(16), nullable=False, server_default=""),
    # the layers' revision that was checked against, and the one that taking in made
    Column("revision_before", BigInteger),
    Column("revision_after", BigInteger),
    moment("created_at", nullable=False),
    moment("changed_at", nullable=False),
    moment("taken_in_at"),
    moment("undone_at"),
    Index("ix_imports_account", "account_id", "created_at"),
    Index("ix_imports_state", "state", "changed_at"),
)
