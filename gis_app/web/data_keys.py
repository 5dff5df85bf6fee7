"""Who asks for data by a key instead of a session: in a header, or in the address where nothing else goes.

A key stands for a role and an area, so the same table of permissions holds for it; it opens the views that
say so and no other. GIS clients send it as `Authorization: Bearer`, as `X-API-Key`, or as the password of
HTTP Basic; the parameter `apikey` is for those that can send no header. No answer and no log repeats it.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime

from flask import request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import NotSignedIn, TooMany, Unavailable
from gis_app.people.roles import Role
from gis_app.people.sessions import SignedIn
from gis_app.storage import api_keys
from gis_app.storage.engine import Store
from gis_app.storage.revision import revision
from gis_app.web.services import services

PARAMETER, HEADER = "apikey", "X-API-Key"
MAX_KEY = 128
NO_ACCOUNT = 0


def given_key() -> str | None:
    """Return the key that this request carries, "" for a senseless one, None for none."""
    found = request.headers.get(HEADER)
    authorization = request.authorization
    if found is None and authorization is not None:
        found = authorization.token if authorization.type == "bearer" else authorization.password
    if found is None:
        found = request.args.get(PARAMETER)
    if found is None:
        return None
    return found if len(found) <= MAX_KEY and found.isascii() and found.isprintable() else ""


class _Uncounted:
    """Uses of keys within a minute that were not written down, because somebody else was writing."""

    def __init__(self) -> None:
        self._lock, self._minute, self._uses = threading.Lock(), 0, Counter()

    def add(self, key: str, minute: int, times: int) -> int:
        """Add uses, and return how many there are."""
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._uses.clear()
            self._uses[key] += times
            return self._uses[key]

    def take(self, key: str, minute: int) -> int:
        """Return the uses so far, to be written down now."""
        with self._lock:
            return self._uses.pop(key, 0) if minute == self._minute else 0


_uncounted = _Uncounted()


def _uses(store: Store, key: str, now: datetime) -> int:
    """Count a use of a key and return how often it was used within this minute.

    A reader does not wait for a writer, as for a long import: such uses are counted here until the store has
    time for them, so that the limit holds for each process meanwhile.
    """
    minute, name = int(now.timestamp() // 60), api_keys.hashed(key)
    times = 1 + _uncounted.take(name, minute)
    try:
        with store.write(wait=False) as conn:
            used = api_keys.use_api_key(conn, key, now, api_keys.DATA, times)
    except Unavailable:
        return _uncounted.add(name, minute, times)
    if used is None:  # revoked in this very moment
        raise NotSignedIn("wrong_api_key", _("数据密钥无效或已吊销"))
    return used.uses


def find_reader() -> SignedIn | None:
    """Return the reader that this request's key stands for, None where it carries none.

    Raises NotSignedIn for a key that is not good, TooMany when it is used faster than its limit.
    """
    key = given_key()
    if key is None:
        return None
    store = services().store
    with store.read() as conn:
        found = api_keys.find_api_key(conn, key, api_keys.DATA)
        present = revision(conn)
    if found is None:
        raise NotSignedIn("wrong_api_key", _("数据密钥无效或已吊销"))
    now = clock.now()
    if _uses(store, key, now) > found.limit_per_minute:
        raise TooMany()
    name = f"key-{found.key_hash[:12]}"
    return SignedIn(NO_ACCOUNT, name, found.name, Role(found.role), found.scope_code, now, now, present)
