"""Tables of star ratings and who judges them, demands, service projects and activities."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table

from gis_app.storage.tables.base import (
    CODE,
    count_column,
    identity,
    key_column,
    known_code,
    metadata,
    moment,
    text_column,
    version_column,
)

# Every entry stays: a later one of the same star, community and month has the next version.
ratings = Table(
    "ratings",
    metadata,
    Column("star", String(32), primary_key=True),
    key_column("community_code"),
    Column("month", String(7), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("score", Float, nullable=False),
    text_column("note"),
    text_column("by"),
    moment("at", nullable=False),
    Index("ix_ratings_month", "month", "community_code"),
)
# The organisations of the task team that judges a star; the lead first.
star_teams = Table(
    "star_teams",
    metadata,
    Column("star", String(32), primary_key=True),
    key_column("organisation_code"),
    count_column("position"),
)
rating_verdicts = Table(
    "rating_verdicts",
    metadata,
    Column("star", String(32), primary_key=True),
    key_column("community_code"),
    Column("quarter", String(7), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("verdict", String(16), nullable=False),
    text_column("reasons"),
    text_column("by"),
    moment("at", nullable=False),
    Index("ix_rating_verdicts_quarter", "quarter", "community_code"),
)
projects = Table(
    "projects",
    metadata,
    key_column("project_code"),
    text_column("name"),
    Column("category", String(32), nullable=False, server_default=""),
    text_column("description"),
    known_code("area_code"),
    Column("lon", Float),
    Column("lat", Float),
    Column("state", String(16), nullable=False, server_default="open"),
    Column("starts_on", String(10), nullable=False, server_default=""),
    Column("ends_on", String(10), nullable=False, server_default=""),
    count_column("served"),
    moment("created_at", nullable=False),
    version_column(),
)
project_adoptions = Table(
    "project_adoptions",
    metadata,
    Column("project_code", ForeignKey("projects.project_code", ondelete="CASCADE"), primary_key=True),
    key_column("organisation_code"),
    moment("adopted_at", nullable=False),
    moment("ended_at"),
    text_column("note"),
)
demands = Table(
    "demands",
    metadata,
    identity("demand_id"),
    text_column("title"),
    text_column("description"),
    Column("category", String(32), nullable=False, server_default=""),
    known_code("area_code"),
    Column("lon", Float),
    Column("lat", Float),
    count_column("supporters"),
    Column("state", String(16), nullable=False, server_default="proposed"),
    Column("proposed_on", String(10), nullable=False, server_default=""),
    Column("project_code", CODE, nullable=False, server_default=""),
    text_column("by"),
    moment("created_at", nullable=False),
    version_column(),
    Index("ix_demands_area", "area_code", "state"),
)
activities = Table(
    "activities",
    metadata,
    identity("activity_id"),
    text_column("name"),
    Column("category", String(32), nullable=False, server_default=""),
    known_code("project_code"),
    known_code("organisation_code"),
    known_code("area_code"),
    Column("lon", Float),
    Column("lat", Float),
    Column("held_on", String(10), nullable=False),
    count_column("participants"),
    text_column("note"),
    text_column("by"),
    moment("created_at", nullable=False),
    version_column(),
    Index("ix_activities_area", "area_code", "held_on"),
)
