"""Signing in: a user name and a password for a session's token.

An attempt is counted before the password is looked at, in one transaction with the check of the lock, so
that guesses sent at once are no more than guesses sent in turn. Whether an account exists changes neither the
answer nor the work done.

Failures are counted per account and address, so that a stranger locks himself out and not the person whose
name he knows. Many more of them from anywhere lock the account for all: the brake on guessing from many
addresses. While a lock holds, attempts are refused without a word in the store, so that a
flood cannot fill the audit trail.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime

from gis_app import clock
from gis_app.errors import LockedOut, SignInRefused
from gis_app.people import passwords, sessions
from gis_app.people.limits import DEFAULT, Limits
from gis_app.storage import audit
from gis_app.storage import people as table
from gis_app.storage.engine import Connection, Row, Store

MAX_USERNAME = 64


def sign_in(
    store: Store,
    username: str,
    password: str,
    address: str,
    limits: Limits = DEFAULT,
    replacing: str | None = None,
) -> str:
    """Return the token of a new session; the session of the token `replacing`, if any, is closed.

    `address` is the client's, for slowing down those who guess many names. Raises LockedOut after too many
    failures, SignInRefused for anything else that is wrong, a disabled account included.
    """
    name = normal_username(username)
    keys = _key("account", name), _key("address", address)
    with store.write() as conn:
        _count_attempt(conn, keys, limits)
        account = table.find_credentials(conn, name)
    fits = passwords.verify_password(account.password_hash if account else None, password)
    with store.write() as conn:
        token = _opened(conn, account, password) if fits and account else None
        if token is not None:
            table.delete_failures(conn, keys[0])
            _forget_ended(conn, limits)
        else:
            _record_failure(conn, account, keys, limits)
    if token is None:
        raise SignInRefused()
    if replacing:
        sessions.close(store, replacing)
    return token


def normal_username(username: str) -> str:
    """Return the one spelling under which a user name is kept and counted; any text has one."""
    text = username.replace("\0", "?").encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFKC", text).strip().casefold()[:MAX_USERNAME]


def _count_attempt(conn: Connection, keys: tuple[str, str], limits: Limits) -> None:
    now, (account_key, address_key) = clock.now(), keys
    table.serialise_sign_ins(conn)
    table.delete_old_failures(conn, now - 2 * max(limits.lockout, limits.address_window))
    from_address = table.count_failures_from(conn, address_key, now - limits.address_window)
    if from_address >= limits.address_failures or _locked(conn, keys, now, limits):
        raise LockedOut()
    table.insert_failure(conn, account_key, address_key, now)


def _locked(conn: Connection, keys: tuple[str, str], now: datetime, limits: Limits) -> bool:
    """Tell whether the account is locked for this address, or for all."""
    account_key, address_key = keys
    here = table.latest_failures(conn, account_key, limits.failures, address_key)
    anywhere = table.latest_failures(conn, account_key, limits.account_failures)
    return _close(here, limits.failures, now, limits) or _close(
        anywhere, limits.account_failures, now, limits
    )


def _close(times: list[datetime], many: int, now: datetime, limits: Limits) -> bool:
    """Tell whether so many failures lie close together and the last of them is recent."""
    if len(times) < many:
        return False
    return now - times[0] < limits.lockout and times[0] - times[-1] < limits.lockout


def _opened(conn: Connection, account: Row, password: str) -> str | None:
    """Open a session unless the account was disabled or given another password in the meantime."""
    current = table.find_credentials(conn, account.username)
    if current is None or current.disabled or current.password_hash != account.password_hash:
        return None
    if passwords.needs_rehash(current.password_hash):
        fresh = {"password_hash": passwords.hash_password(password)}
        table.update_account(conn, current.username, fresh)
    audit.append(conn, "people:sign_in:succeeded", current.username, current.username)
    return sessions.open(conn, current.account_id)


def _record_failure(conn: Connection, account: Row | None, keys: tuple[str, str], limits: Limits) -> None:
    """Append the failure to the trail; a name nobody has is not repeated: it may be a mistyped password."""
    subject = account.username if account else ""
    audit.append(conn, "people:sign_in:failed", "", subject)
    if _locked(conn, keys, clock.now(), limits):
        audit.append(conn, "people:sign_in:locked", "", subject)


def _forget_ended(conn: Connection, limits: Limits) -> None:
    now = clock.now()
    table.delete_old_sessions(conn, now - limits.absolute)


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\0{value}".encode("utf-8", "replace")).hexdigest()
