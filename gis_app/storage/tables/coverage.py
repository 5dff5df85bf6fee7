"""Tables of coverage: what stations were like before, and changes of stations that are only thought of.

`stations` holds the present layer; every version that a station ever had is kept here with the span in which
it held, so that coverage can be told as of a past day. A span without a beginning is older than the record.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from gis_app.storage.tables.base import (
    code_column,
    count_column,
    identity,
    metadata,
    moment,
    shape_table,
    text_column,
)

station_versions = shape_table(
    "station_versions",
    identity("version_id"),
    code_column("station_code"),
    text_column("name"),
    Column("kind", String(32), nullable=False),
    code_column("grid_code", True),
    text_column("address"),
    text_column("hours"),
    text_column("amenities"),
    count_column("capacity"),
    Column("status", String(16), nullable=False),
    moment("valid_from"),
    moment("valid_to"),
)
Index("ix_station_versions_valid", station_versions.c.valid_to, station_versions.c.valid_from)
what_if_scenarios = Table(
    "what_if_scenarios",
    metadata,
    identity("scenario_id"),
    text_column("name"),
    # JSON: the list of changes, what was asked (limit, scope), and the figures as they came out
    text_column("changes"),
    text_column("asked"),
    text_column("figures"),
    Column("revision", Integer, nullable=False),
    Column("account_id", Integer),
    moment("created_at", nullable=False),
    Index("ix_what_if_scenarios_account", "account_id", "scenario_id"),
)
