"""Keys of programs: those of Open311 report, those for data read; kept as hashes, limited and revoked.

A key for data reads as a role and in a scope. What a role may do is not known here.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, case, insert, select, update

from gis_app.errors import NotFound
from gis_app.storage import audit
from gis_app.storage.tables import api_keys

ISSUED_TAG, LIMITED_TAG = "incidents:api_key:issued", "incidents:api_key:limited"
REVOKED_TAG = "incidents:api_key:revoked"
OPEN311, DATA = "open311", "data"


class DataReader(NamedTuple):
    """As which role a key for data reads, and in which area; "" is the whole county."""

    role: str
    scope_code: str = ""


def hashed(key: str) -> str:
    """Return what the store keeps of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def insert_api_key(
    conn: Connection,
    key: str,
    name: str,
    contact: str,
    limit_per_minute: int,
    at: datetime,
    actor: str,
    reader: DataReader | None = None,
) -> str:
    """Keep a key (256 random bits, made by the caller and shown once) and return its hash.

    With a `reader` it is a key for data, else one of Open311.
    """
    row = {"key_hash": hashed(key), "name": name, "contact": contact, "created_at": at}
    kind = {"kind": DATA, **reader._asdict()} if reader else {"kind": OPEN311, "role": "", "scope_code": ""}
    conn.execute(insert(api_keys), [{**row, **kind, "limit_per_minute": limit_per_minute}])
    details = {"limit_per_minute": limit_per_minute} | (kind if reader else {})
    audit.append(conn, ISSUED_TAG, actor, row["key_hash"][:12], details)
    return row["key_hash"]


def find_api_key(conn: Connection, key: str, kind: str = OPEN311) -> Row | None:
    """Return (key_hash, name, limit_per_minute, role, scope_code) of a good key of a kind, else None."""
    table = api_keys.c
    query = select(table.key_hash, table.name, table.limit_per_minute, table.role, table.scope_code)
    return conn.execute(query.where(_good(key, kind))).one_or_none()


def use_api_key(conn: Connection, key: str, at: datetime, kind: str = OPEN311, times: int = 1) -> Row | None:
    """Count `times` uses of a good key; return (key_hash, name, limit_per_minute, uses), None for any other.

    `uses` is how often it was used within the minute of `at`, these included, by all processes together.
    """
    table, minute = api_keys.c, int(at.timestamp() // 60)
    counted = case((table.used_in_minute == minute, table.uses + times), else_=times)
    used = update(api_keys).where(_good(key, kind)).values(used_in_minute=minute, uses=counted)
    return conn.execute(
        used.returning(table.key_hash, table.name, table.limit_per_minute, table.uses)
    ).one_or_none()


def read_api_keys(conn: Connection) -> list[Row]:
    """Return every key without the key itself, the newest first."""
    return list(conn.execute(select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.key_hash)))


def revoke_api_key(conn: Connection, key_hash: str, at: datetime, actor: str) -> None:
    """Revoke a key for good; one that is revoked already stays as it is. Raises NotFound."""
    _find(conn, key_hash)
    good = (api_keys.c.key_hash == key_hash) & api_keys.c.revoked_at.is_(None)
    if conn.execute(update(api_keys).where(good).values(revoked_at=at)).rowcount == 1:
        audit.append(conn, REVOKED_TAG, actor, key_hash[:12])


def limit_api_key(conn: Connection, key_hash: str, limit_per_minute: int, actor: str) -> None:
    """Set how many requests a minute a key may make; raises NotFound."""
    _find(conn, key_hash)
    the_key = api_keys.c.key_hash == key_hash
    conn.execute(update(api_keys).where(the_key).values(limit_per_minute=limit_per_minute))
    audit.append(conn, LIMITED_TAG, actor, key_hash[:12], {"limit_per_minute": limit_per_minute})


def _good(key: str, kind: str) -> ColumnElement[bool]:
    table = api_keys.c
    return (table.key_hash == hashed(key)) & (table.kind == kind) & table.revoked_at.is_(None)


def _find(conn: Connection, key_hash: str) -> None:
    if conn.execute(select(api_keys.c.name).where(api_keys.c.key_hash == key_hash)).one_or_none() is None:
        raise NotFound("unknown_api_key", "没有这个接口密钥", {"key_hash": key_hash})
