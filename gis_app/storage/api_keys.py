"""Keys of those who report through Open311: kept as hashes, limited and revoked."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, Row, case, insert, select, update

from gis_app.errors import NotFound
from gis_app.storage import audit
from gis_app.storage.tables import api_keys

ISSUED_TAG, LIMITED_TAG = "incidents:api_key:issued", "incidents:api_key:limited"
REVOKED_TAG = "incidents:api_key:revoked"


def hashed(key: str) -> str:
    """Return what the store keeps of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def insert_api_key(
    conn: Connection, key: str, name: str, contact: str, limit_per_minute: int, at: datetime, actor: str
) -> str:
    """Keep a key (256 random bits, made by the caller and shown once) and return its hash."""
    row = {"key_hash": hashed(key), "name": name, "contact": contact, "created_at": at}
    conn.execute(insert(api_keys), [{**row, "limit_per_minute": limit_per_minute}])
    audit.append(conn, ISSUED_TAG, actor, row["key_hash"][:12], {"limit_per_minute": limit_per_minute})
    return row["key_hash"]


def find_api_key(conn: Connection, key: str) -> Row | None:
    """Return (key_hash, name, limit_per_minute) of a key that is good, None for any other."""
    table = api_keys.c
    query = select(table.key_hash, table.name, table.limit_per_minute)
    good = (table.key_hash == hashed(key)) & table.revoked_at.is_(None)
    return conn.execute(query.where(good)).one_or_none()


def use_api_key(conn: Connection, key: str, at: datetime) -> Row | None:
    """Count one use of a good key; return (key_hash, name, limit_per_minute, uses), None for any other key.

    `uses` is how often it was used within the minute of `at`, this time included, by all processes together.
    """
    table, minute = api_keys.c, int(at.timestamp() // 60)
    counted = case((table.used_in_minute == minute, table.uses + 1), else_=1)
    used = update(api_keys).where((table.key_hash == hashed(key)) & table.revoked_at.is_(None))
    used = used.values(used_in_minute=minute, uses=counted)
    return conn.execute(
        used.returning(table.key_hash, table.name, table.limit_per_minute, table.uses)
    ).one_or_none()


def read_api_keys(conn: Connection) -> list[Row]:
    """Return every key without the key: key_hash, name, contact, limit_per_minute, created_at, revoked_at."""
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


def _find(conn: Connection, key_hash: str) -> None:
    if conn.execute(select(api_keys.c.name).where(api_keys.c.key_hash == key_hash)).one_or_none() is None:
        raise NotFound("unknown_api_key", "没有这个接口密钥", {"key_hash": key_hash})
