"""Whose phone is asking: names for an account that say nothing of it; nobody sends another's reports.

A phone says in the header `Field-Account` for which account, role and scope its pack was made. Somebody else
may have signed in since, in another tab; then nothing is taken, and the phone keeps what waits until its
owner is back.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import g, request
from flask_babel import gettext as _

from gis_app.errors import Conflict
from gis_app.web.services import services

HEADER = "Field-Account"


def account_key() -> str:
    """Return a name for what this account may hold: another role, scope or station has another."""
    account = g.account
    role = str(account.role)
    held = (account.account_id, role, account.scope_code, account.organisation_code, station_of())
    return _keyed(f"field:{held!r}")


def owner_key() -> str:
    """Return a name for the account alone: the same whatever its role and scope become."""
    return _keyed(f"field-owner:{g.account.account_id}")


def station_of() -> str:
    """Return the station that the account is bound to, "" for none."""
    return getattr(g.account, "station_code", "") or ""


def check_account() -> None:
    """Refuse what a phone made for another account, role or scope; raises Conflict("other_account")."""
    wanted = request.headers.get(HEADER)
    if wanted and g.get("account") is not None and wanted != account_key():
        raise Conflict("other_account", _("此手机已换了账号或权限，请重新打开现场页"))


def _keyed(text: str) -> str:
    secret = services().settings.secret_key.encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]
