"""Posts that nobody holds."""

from __future__ import annotations

import pandas as pd

from gis_app.assignments.holders import current_holders
from gis_app.assignments.tables import ROLES, AssignmentTables
from gis_app.assignments.territories import territories
from gis_app.layers.atlas import Atlas


def vacancies(atlas: Atlas, tables: AssignmentTables) -> pd.DataFrame:
    """Return every vacant post of the roles the county uses: role, level, code, name; by role, then code."""
    used = set(current_holders(tables)["role"])
    parts = [territories(atlas, tables, role).assign(role=role) for role in ROLES if role in used]
    columns = ["role", "level", "code", "name"]
    if not parts:
        return pd.DataFrame({column: pd.Series([], dtype="str") for column in columns})
    everything = pd.concat(parts, ignore_index=True)
    return everything.loc[everything["vacant"], columns].reset_index(drop=True)
