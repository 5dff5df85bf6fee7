"""Who may see an incident as a place on the map.

Mediation is about people who live somewhere: outside the handling chain it is told only as counts by grid.
So is every incident whose class says that its location is not public.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from gis_app.incidents.model import PRIVATE_CATEGORIES
from gis_app.layers import codes

MEDIATION_READ = "incidents:mediation:read"


def visible_points(
    incidents: pd.DataFrame,
    account_permissions: Collection[str],
    scope_code: str = "",
    classes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the incidents an account may see as points.

    Private ones (mediation, and classes with `location_public` 0) only with the permission
    incidents:mediation:read, and then only inside the account's scope ("" is the whole county); incidents
    without a place never.
    """
    private = incidents["category"].isin(PRIVATE_CATEGORIES)
    if classes is not None and len(classes):
        public = classes["location_public"].astype("str").str.strip().str.lower().isin(("1", "true", "1.0"))
        private |= incidents["class_code"].isin(classes.loc[~public, "class_code"])
    placed = incidents["lon"].notna() & incidents["lat"].notna()
    allowed = MEDIATION_READ in account_permissions
    inside = incidents["grid_code"].fillna("").map(lambda code: codes.within(scope_code or "", str(code)))
    return incidents[placed & (~private | (inside.astype(bool) & allowed))]
