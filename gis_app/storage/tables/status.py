"""Tables of how stations are just now: the present word about each, all earlier ones, and the change number.

They stand beside the layer: an import of stations leaves them alone, and they make no new revision.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table

from gis_app.storage.geometry import Moment
from gis_app.storage.tables.base import code_column, identity, key_column, metadata, text_column

station_status = Table(
    "station_status",
    metadata,
    key_column("station_code"),
    Column("status", String(16), nullable=False),
    text_column("note"),
    Column("until", Moment),
    Column("version", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("updated_role", String(32), nullable=False),
)
station_status_history = Table(
    "station_status_history",
    metadata,
    identity("history_id"),
    code_column("station_code"),
    Column("status", String(16), nullable=False),
    text_column("note"),
    Column("until", Moment),
    Column("at", Moment, nullable=False),
    Column("role", String(32), nullable=False),
    Index("ix_station_status_history_station", "station_code", "history_id"),
)
# One row: the number of the latest change of any station's status.
station_status_changes = Table(
    "station_status_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)
