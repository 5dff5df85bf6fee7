"""Bring a store's schema up to date; safe to call at every start and from two processes at once.

Alembic is configured here, in code: there is no configuration file to find or to forget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from gis_app.errors import Unavailable
from gis_app.storage.engine import Store, open_store

ADVISORY_LOCK = 410_222_000
MIGRATION_TIMEOUT = "SET LOCAL lock_timeout = '120s'"


def migrate(url: str) -> bool:
    """Create or update the schema of the store at `url`; return whether anything was changed.

    Raises BadInput for an unusable address, Unavailable when the database does not answer or has no PostGIS.
    """
    store = open_store(url)
    try:
        with _one_at_a_time(store):
            if is_current(store):
                return False
            with store.write() as conn:
                return _upgrade(conn)
    finally:
        store.dispose()


def is_current(store: Store) -> bool:
    """Tell whether the store's schema is the one that this code works with."""
    with store.read() as conn:
        return schema_of(conn) == head()


def head() -> str:
    """Return the name of the newest migration: the file that stands last in versions/."""
    return max(path.stem for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


def known(schema: str) -> bool:
    """Tell whether this code knows a schema of that name: its own, or one it can bring up to date."""
    return schema in {path.stem for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")}


def schema_of(conn: Connection) -> str | None:
    """Return the name of the store's schema, None where there is none."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(conn: Connection) -> bool:
    """Run the missing migrations, unless another process was first."""
    from alembic import command  # not needed by a start that finds the schema up to date
    from alembic.config import Config

    if conn.dialect.name == "postgresql":
        conn.execute(text(MIGRATION_TIMEOUT))
        conn.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        if schema_of(conn) == head():
            return False
        _require_postgis(conn)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    return True


def require_postgis(url: str) -> None:
    """Make sure that the database at `url` has PostGIS; raises Unavailable."""
    store = open_store(url)
    try:
        with store.write() as conn:
            _require_postgis(conn)
    finally:
        store.dispose()


def _require_postgis(conn: Connection) -> None:
    try:
        conn.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    except DBAPIError as error:
        raise Unavailable(
            "no_postgis",
            "数据库没有 PostGIS 扩展，请安装后由管理员在该数据库中执行：CREATE EXTENSION postgis",
        ) from error
    known = conn.execute(text("SELECT count(*) FROM spatial_ref_sys WHERE srid = 4490")).scalar_one()
    if not known:
        raise Unavailable("no_cgcs2000", "PostGIS 的 spatial_ref_sys 表中缺少 4490（CGCS2000），请补充后重试")


@contextmanager
def _one_at_a_time(store: Store) -> Iterator[None]:
    """Let one process at a time look at and change the schema of a SQLite file."""
    if store.dialect != "sqlite":
        yield
        return
    try:
        file = open(f"{store.url.database}.lock", "w", encoding="ascii")  # noqa: SIM115
    except OSError as error:
        raise Unavailable("store_unavailable", f"无法写入数据库所在的文件夹：{error.strerror}") from None
    with file:
        _lock(file)
        yield


def _lock(file) -> None:
    """Wait until this process alone holds `file`; closing it lets go."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX)


def concerns_us(dialect: str) -> Callable[..., bool]:
    """Return Alembic's `include_object`: PostGIS's own table is not ours, SQLite has no spatial index."""

    def include(obj: Any, name: str | None, kind: str, *_others: object) -> bool:
        if kind == "table":
            return name != "spatial_ref_sys"
        if kind == "index" and dialect == "sqlite":
            return not str(name).startswith("gix_")
        return True

    return include
