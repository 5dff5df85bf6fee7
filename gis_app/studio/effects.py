"""What publishing a draft would do to whatever hangs on its grids, told before it is done."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gis_app.storage.engine import Store


@dataclass(frozen=True, eq=False)
class Effects:
    """The effects of a draft on what hangs on its grids; every frame is empty where there is none.

    `crosswalk`: from_grid, to_grid, households, share_from, share_to. `lineage`: from_grid, to_grid, kind
    (kept, changed, split, merged, new, retired), households, share. `posts`: grid_code, role, from_grid,
    holder_name, rule (continues, ends), to_confirm. `gaps`: grid_code, role. `members`: organisation_code,
    from_grid, to_grid, members. `incidents`: incident_code, from_grid, to_grid. `stations`: station_code,
    from_grid, to_grid. `accounts`: username, from_grid, to_grid. Grids are told by their final codes.
    """

    crosswalk: pd.DataFrame
    lineage: pd.DataFrame
    posts: pd.DataFrame
    gaps: pd.DataFrame
    members: pd.DataFrame
    incidents: pd.DataFrame
    stations: pd.DataFrame
    accounts: pd.DataFrame
    codes: dict[str, str]


def effects(store: Store, draft_id: int) -> Effects:
    """Return what publishing a draft as it stands would do, as of now."""
    raise NotImplementedError
