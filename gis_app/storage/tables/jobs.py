"""The table of long work: who asked for what, how far it is, and what came of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text, false

from gis_app.storage.tables.base import identity, metadata, moment, text_column

jobs = Table(
    "jobs",
    metadata,
    identity("job_id"),
    Column("kind", String(32), nullable=False),
    text_column("params"),
    Column("account_id", Integer),
    Column("state", String(16), nullable=False, server_default="queued"),
    Column("progress", Float, nullable=False, server_default="0"),
    text_column("words"),
    Column("result", Text),
    # name of a file in the instance folder's jobs/files, "" where the result is JSON alone
    text_column("file"),
    text_column("error"),
    Column("cancel_asked", Boolean, nullable=False, server_default=false()),
    Column("limit_seconds", Integer, nullable=False),
    moment("created_at", nullable=False),
    moment("started_at"),
    # last sign of life of the worker that runs it
    moment("beat_at"),
    moment("ended_at"),
    Index("ix_jobs_account", "account_id", "job_id"),
    Index("ix_jobs_state", "state", "job_id"),
)
