"""Column types that mean the same on both databases: a shape on the earth, and a moment in time.

A shape is WKB in Python; in PostgreSQL a PostGIS geometry in CGCS2000 (SRID 4490), in SQLite the bytes
themselves. A moment is an aware datetime at +08:00; in SQLite a UTC text of fixed width, which sorts as time
does.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, String
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, UserDefinedType

from gis_app import clock

SRID = 4490


class Geometry(UserDefinedType):
    """Any shape in EPSG:4490, given and taken as two-dimensional WKB."""

    cache_ok = True

    def __init__(self, kind: str = "Geometry", srid: int | str = SRID) -> None:
        self.kind = kind
        self.srid = int(srid)

    def get_col_spec(self, **_kwargs) -> str:
        return f"geometry({self.kind},{self.srid})"

    def bind_expression(self, bindvalue):
        return _FromWkb(bindvalue, type_=self)

    def column_expression(self, column):
        return _ToWkb(column, type_=self)


class _FromWkb(FunctionElement):
    inherit_cache = True
    name = "shape_from_wkb"

    def __init__(self, *clauses, type_=None) -> None:
        self.type = type_
        super().__init__(*clauses)


class _ToWkb(_FromWkb):
    inherit_cache = True
    name = "shape_to_wkb"


@compiles(Geometry, "sqlite")
def _column_sqlite(_type, _compiler, **_kwargs) -> str:
    return "BLOB"


@compiles(_FromWkb, "sqlite")
@compiles(_ToWkb, "sqlite")
def _as_it_is(element, compiler, **kwargs) -> str:
    return compiler.process(element.clauses, **kwargs)


@compiles(_FromWkb, "postgresql")
def _from_wkb(element, compiler, **kwargs) -> str:
    return f"ST_GeomFromWKB({compiler.process(element.clauses, **kwargs)}, {SRID})"


@compiles(_ToWkb, "postgresql")
def _to_wkb(element, compiler, **kwargs) -> str:
    return f"ST_AsBinary({compiler.process(element.clauses, **kwargs)})"


# so that a schema read back from PostgreSQL, or BLOB from SQLite, compares as equal
ischema_names["geometry"] = Geometry


class Moment(TypeDecorator):
    """A moment in time: aware datetimes in, aware datetimes at +08:00 out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect):
        return stored(value, dialect.name)

    def process_result_value(self, value, dialect) -> datetime | None:
        return taken(value)


def stored(value: datetime | None, dialect: str) -> datetime | str | None:
    """Return a moment in the form that a database keeps; raises ValueError for a naive datetime."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    value = value.astimezone(UTC)
    return value.isoformat(timespec="microseconds") if dialect == "sqlite" else value


def taken(value: datetime | str | None) -> datetime | None:
    """Return a kept moment as an aware datetime at +08:00."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(clock.ZONE)
