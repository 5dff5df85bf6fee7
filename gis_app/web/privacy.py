"""Which incidents an account may see as places, and a name for it that keeps answers apart."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask import g

from gis_app.incidents.privacy import visible_points
from gis_app.people.permissions import allowed, in_scope, permissions_of
from gis_app.web.current import Snapshot


def privacy_class() -> tuple[bool, str]:
    """Return what makes this account's rows differ from another's: mediation seen or not, and its scope."""
    account = g.account
    return allowed(account.role, "incidents:mediation:read"), account.scope_code


def seen_incidents(found: Snapshot, account: Any, incidents: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the incidents that this account may see as single places, in its scope.

    `incidents` are those to choose from, the snapshot's where none are given.
    """
    incidents = found.incidents if incidents is None else incidents
    permissions = permissions_of(account.role)
    seen = visible_points(incidents, permissions, account.scope_code, found.classes)
    inside = seen["grid_code"].fillna("").map(lambda code: in_scope(account.scope_code, code))
    return seen[inside.astype(bool)]
