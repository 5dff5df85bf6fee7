"""Which incidents an account may see as places, and a name for it that keeps answers apart."""

from __future__ import annotations

from flask import g

from gis_app.people.permissions import allowed


def privacy_class() -> tuple[bool, str]:
    """Return what makes this account's rows differ from another's: mediation seen or not, and its scope."""
    account = g.account
    return allowed(account.role, "incidents:mediation:read"), account.scope_code
