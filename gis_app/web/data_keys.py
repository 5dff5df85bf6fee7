"""Who asks for data by a key instead of a session: in a header, or in the address where nothing else goes.

A key stands for a role and an area, so the same table of permissions holds for it; it opens the views that
say so and no other. GIS clients send it as `Authorization: Bearer`, as `X-API-Key`, or as the password of
HTTP Basic; the parameter `apikey` is for those that can send no header. No answer and no log repeats it.
"""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import NotSignedIn, TooMany
from gis_app.people.roles import Role
from gis_app.people.sessions import SignedIn
from gis_app.storage import api_keys
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
    with store.write() as conn:
        used = api_keys.use_api_key(conn, key, now, api_keys.DATA)
    if used is None or used.uses > used.limit_per_minute:
        raise TooMany()
    name = f"key-{found.key_hash[:12]}"
    return SignedIn(NO_ACCOUNT, name, found.name, Role(found.role), found.scope_code, now, now, present)
