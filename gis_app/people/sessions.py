"""Sessions: opened at sign-in, looked up at every request, closed for good.

The cookie holds 256 random bits; the store holds only their hash, so that a copy of the database opens no
session. Account, role and scope are read anew each time, so that a change acts at the next request. When a
session was last seen is written at most once a minute, so idleness is measured to the minute.

Whoever works outside is not idle for having no network: after the idle limit a session of theirs still takes
what their phone has kept (`outdoors`), up to the absolute limit; every other page wants a new sign-in.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from gis_app import clock
from gis_app.errors import Unavailable
from gis_app.people.limits import DEFAULT, Limits
from gis_app.people.permissions import allowed, in_scope
from gis_app.people.roles import FIELD_ROLES, Role
from gis_app.storage import audit
from gis_app.storage import people as table
from gis_app.storage.engine import Connection, Store

TOKEN_BYTES = 32
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks: the account behind a session, and the revision of the store at that moment."""

    account_id: int
    username: str
    display_name: str
    role: Role
    scope_code: str
    opened_at: datetime
    seen_at: datetime
    revision: int
    organisation_code: str = ""
    station_code: str = ""

    def may(self, permission: str) -> bool:
        """Tell whether the account's role has a permission."""
        return allowed(self.role, permission)

    def covers(self, area_code: str | None) -> bool:
        """Tell whether an area lies in the account's scope."""
        return in_scope(self.scope_code, area_code)


def open(conn: Connection, account_id: int) -> str:
    """Open a session within the transaction of `conn` and return its token."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    table.insert_session(conn, hashed(token), account_id, clock.now())
    return token


def find(
    store: Store, token: str | None, limits: Limits = DEFAULT, outdoors: bool = False
) -> SignedIn | None:
    """Return who is signed in by a token; None when it is unknown, ended, or the account is disabled.

    `outdoors` says that the request is one that a phone in the field makes.
    """
    if not token or len(token) > 128:
        return None
    key, now = hashed(token), clock.now()
    with store.read() as conn:
        row = table.find_session(conn, key)
    if row is None or row.disabled:
        return None
    silent = now - row.seen_at
    idle = silent >= limits.idle
    if now - row.opened_at >= limits.absolute or (idle and not (outdoors and row.role in FIELD_ROLES)):
        return None
    if silent >= TOUCH_EVERY and not idle:
        _touch(store, key, now)
    return SignedIn(
        row.account_id,
        row.username,
        row.display_name,
        Role(row.role),
        row.scope_code,
        row.opened_at,
        row.seen_at,
        row.revision,
        row.organisation_code,
        row.station_code,
    )


def close(store: Store, token: str | None) -> None:
    """End a session for good; an unknown token is nothing to do."""
    if not token:
        return
    with store.write() as conn:
        username = table.delete_session(conn, hashed(token))
        if username is not None:
            audit.append(conn, "people:session:closed", username, username)


def hashed(token: str) -> str:
    """Return what the store keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _touch(store: Store, key: str, now: datetime) -> None:
    """Note that a session is in use, unless somebody else is writing: the next request will."""
    try:
        with store.write(wait=False) as conn:
            table.touch_session(conn, key, now, now - TOUCH_EVERY + timedelta(microseconds=1))
    except Unavailable:
        return
