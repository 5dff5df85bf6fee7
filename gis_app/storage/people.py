"""Accounts, sessions and failed sign-ins in the store: the statements, without the rules.

The rules (who may, how long, how often) are in `people/`. Tokens and the keys of failures come here hashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, insert, select, update

from gis_app.storage.tables import accounts, revision, sessions, sign_in_failures

_ACCOUNT = (
    accounts.c.account_id,
    accounts.c.username,
    accounts.c.display_name,
    accounts.c.role,
    accounts.c.scope_code,
    accounts.c.organisation_code,
    accounts.c.station_code,
    accounts.c.disabled,
    accounts.c.demonstration,
    accounts.c.created_at,
)
# The one statement of every request: session, account and revision together.
_FIND = (
    select(
        accounts.c.account_id,
        accounts.c.username,
        accounts.c.display_name,
        accounts.c.role,
        accounts.c.scope_code,
        accounts.c.organisation_code,
        accounts.c.station_code,
        accounts.c.disabled,
        sessions.c.opened_at,
        sessions.c.seen_at,
        revision.c.number.label("revision"),
    )
    .select_from(sessions.join(accounts))
    .join(revision, revision.c.id == 1)
    .where(sessions.c.token_hash == bindparam("token_hash"))
)


# ── accounts ──
def insert_account(conn: Connection, values: dict[str, Any]) -> int:
    """Insert an account and return its id."""
    return conn.execute(insert(accounts).values(values).returning(accounts.c.account_id)).scalar_one()


def update_account(conn: Connection, username: str, values: dict[str, Any]) -> int | None:
    """Change an account by user name and return its id, or None when there is no such account."""
    changed = update(accounts).where(accounts.c.username == username).values(values)
    return conn.execute(changed.returning(accounts.c.account_id)).scalar_one_or_none()


def delete_account(conn: Connection, username: str) -> bool:
    """Delete an account and its sessions; return whether it was there."""
    return conn.execute(delete(accounts).where(accounts.c.username == username)).rowcount == 1


def read_accounts(conn: Connection) -> Sequence[Row]:
    """Return every account without its password, ordered by user name."""
    return conn.execute(select(*_ACCOUNT).order_by(accounts.c.username)).all()


def find_credentials(conn: Connection, username: str) -> Row | None:
    """Return (account_id, username, password_hash, disabled) of a user name, or None."""
    columns = (accounts.c.account_id, accounts.c.username, accounts.c.password_hash, accounts.c.disabled)
    return conn.execute(select(*columns).where(accounts.c.username == username)).one_or_none()


def any_demonstration(conn: Connection) -> bool:
    """Tell whether an account with the published password is open."""
    open_ones = exists().where(accounts.c.demonstration.is_(True), accounts.c.disabled.is_(False))
    return conn.execute(select(open_ones)).scalar_one()


# ── sessions ──
def insert_session(conn: Connection, token_hash: str, account_id: int, at: datetime) -> None:
    """Insert a session opened and last seen at `at`."""
    conn.execute(
        insert(sessions).values(token_hash=token_hash, account_id=account_id, opened_at=at, seen_at=at)
    )


def find_session(conn: Connection, token_hash: str) -> Row | None:
    """Return account, times and the current revision of a session in one statement, or None."""
    return conn.execute(_FIND, {"token_hash": token_hash}).one_or_none()


def touch_session(conn: Connection, token_hash: str, at: datetime, seen_before: datetime) -> bool:
    """Note that a session was seen at `at` unless that was noted since `seen_before`."""
    stale = (sessions.c.token_hash == token_hash) & (sessions.c.seen_at < seen_before)
    return conn.execute(update(sessions).where(stale).values(seen_at=at)).rowcount == 1


def delete_session(conn: Connection, token_hash: str) -> str | None:
    """Delete a session and return its user name, or None when there was none."""
    owner = select(accounts.c.username).join(sessions).where(sessions.c.token_hash == token_hash)
    username = conn.execute(owner).scalar_one_or_none()
    conn.execute(delete(sessions).where(sessions.c.token_hash == token_hash))
    return username


def delete_sessions_of(conn: Connection, account_id: int) -> int:
    """Delete every session of an account and return their number."""
    return conn.execute(delete(sessions).where(sessions.c.account_id == account_id)).rowcount


def delete_old_sessions(conn: Connection, opened_before: datetime) -> int:
    """Delete the sessions that have ended by the absolute limit and return their number."""
    return conn.execute(delete(sessions).where(sessions.c.opened_at < opened_before)).rowcount


# ── failed sign-ins ──
def insert_failure(conn: Connection, account_key: str, address_key: str, at: datetime) -> int:
    """Insert a failed (or not yet decided) sign-in and return its id."""
    row = insert(sign_in_failures).values(account_key=account_key, address_key=address_key, failed_at=at)
    return conn.execute(row.returning(sign_in_failures.c.failure_id)).scalar_one()


def latest_failures(
    conn: Connection, account_key: str, limit: int, address_key: str | None = None
) -> list[datetime]:
    """Return the times of the latest failures of an account key, from one address or any, newest first."""
    table = sign_in_failures.c
    query = select(table.failed_at).where(table.account_key == account_key)
    if address_key is not None:
        query = query.where(table.address_key == address_key)
    newest = query.order_by(table.failed_at.desc(), table.failure_id.desc()).limit(limit)
    return list(conn.execute(newest).scalars())


def count_failures_from(conn: Connection, address_key: str, since: datetime) -> int:
    """Return how many sign-ins from an address have failed since `since`."""
    table = sign_in_failures.c
    query = select(func.count()).where(table.address_key == address_key, table.failed_at > since)
    return conn.execute(query).scalar_one()


def delete_failures(conn: Connection, account_key: str) -> None:
    """Delete the failures of an account key."""
    conn.execute(delete(sign_in_failures).where(sign_in_failures.c.account_key == account_key))


def delete_old_failures(conn: Connection, before: datetime) -> None:
    """Delete the failures older than `before`: they no longer lock anything."""
    conn.execute(delete(sign_in_failures).where(sign_in_failures.c.failed_at < before))


def serialise_sign_ins(conn: Connection) -> None:
    """Let one attempt at a time be counted, so that guesses made at once are counted one by one."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(410_222_002)))
