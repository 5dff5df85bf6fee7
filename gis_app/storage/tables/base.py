"""What every table is declared with: the metadata, names of constraints, and the columns that recur."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from gis_app.storage.geometry import Geometry, Moment

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
CODE = String(32)


def text_column(name: str) -> Column:
    """Declare a text that is "" where nothing is known."""
    return Column(name, Text, nullable=False, server_default="")


def count_column(name: str) -> Column:
    """Declare a whole number that is 0 where nothing is known."""
    return Column(name, Integer, nullable=False, server_default="0")


def code_column(name: str, nullable: bool = False) -> Column:
    """Declare a code without a default."""
    return Column(name, CODE, nullable=nullable)


def known_code(name: str) -> Column:
    """Declare a code that is "" where nothing is known."""
    return Column(name, CODE, nullable=False, server_default="")


def key_column(name: str) -> Column:
    """Declare a code that is a primary key, or a part of one."""
    return Column(name, CODE, primary_key=True)


def identity(name: str) -> Column:
    """Declare a number that the database gives, never used twice."""
    return Column(name, Integer, primary_key=True, autoincrement=True)


def version_column() -> Column:
    """Declare the number that grows with every change of a row, for those who change it at once."""
    return Column("version", Integer, nullable=False, server_default="1")


def moment(name: str, nullable: bool = True) -> Column:
    """Declare a moment in time."""
    return Column(name, Moment, nullable=nullable)


def shape_table(name: str, *columns, nullable: bool = False) -> Table:
    """Declare a table with a geometry as its last column, indexed where the database can."""
    geometry = Column("geometry", Geometry(), nullable=nullable)
    table = Table(name, metadata, *columns, geometry)
    Index(f"gix_{name}_geometry", table.c.geometry, postgresql_using="gist").ddl_if(dialect="postgresql")
    return table
