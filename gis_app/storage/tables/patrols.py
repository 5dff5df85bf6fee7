"""The table of patrols: how much of a grid was looked at on a day; never by whom, when or in which order."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from gis_app.storage.tables.base import count_column, key_column, metadata

patrol_counts = Table(
    "patrol_counts",
    metadata,
    key_column("grid_code"),
    Column("day", String(10), primary_key=True),
    count_column("done"),
    count_column("total"),
    Index("ix_patrol_counts_day", "day", "grid_code"),
)
