"""What publishing a draft would do to whatever hangs on its grids, told before it is done."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gis_app import clock
from gis_app.storage import plan_drafts as rows
from gis_app.storage import plan_hand_over, plan_rows
from gis_app.storage.assignments import read_table
from gis_app.storage.engine import Store
from gis_app.storage.people import read_accounts
from gis_app.studio import hand_over, states
from gis_app.studio.hand_over import Succession
from gis_app.studio.making import make
from gis_app.studio.taking_effect import Places, moved_incidents, moved_stations


@dataclass(frozen=True, eq=False)
class Effects:
    """The effects of a draft on what hangs on its grids; every frame is empty where there is none.

    `crosswalk`: from_grid, to_grid, households, share_from, share_to. `lineage`: from_grid, to_grid, kind
    (kept, changed, split, merged, new, retired), households, share_from, share_to. `posts`: grid_code, role,
    from_grid, holder_name, rule (continues, ends), to_confirm. `gaps`: grid_code, role. `members`:
    organisation_code, from_grid, to_grid, members. `incidents`: incident_code, from_grid, to_grid.
    `stations`: station_code, from_grid, to_grid. `accounts`: username, from_grid, to_grid. Grids are told by
    their final codes, `codes` by key.
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
    with store.read() as conn:
        row = rows.find_draft(conn, draft_id)
        base = states.base(store, conn, row.base_plan_id)
        state = states.state_at(store, conn, row, row.head_operation_id)
        made = make(base, state, plan_rows.used_codes(conn, without=row.plan_id))
        succession = Succession.of(made.lineage)
        places = Places(base.atlas.grids, made.grids)
        day = clock.now().date().isoformat()
        posts = hand_over.posts(read_table(conn, "assignments"), succession, day)
        incidents = moved_incidents(plan_hand_over.pending_incidents(conn), places, succession)
        return Effects(
            crosswalk=made.crosswalk,
            lineage=made.lineage,
            posts=posts.carried.drop(columns="assignment_code"),
            gaps=posts.gaps,
            members=hand_over.members(read_table(conn, "members"), succession),
            incidents=incidents[["incident_code", "from_grid", "to_grid"]],
            stations=moved_stations(base.atlas.stations, places),
            accounts=_accounts(read_accounts(conn), succession),
            codes=made.codes,
        )


def _accounts(accounts, succession: Succession) -> pd.DataFrame:
    moved = [
        (one.username, one.scope_code, succession.heirs[one.scope_code])
        for one in accounts
        if one.scope_code in succession.heirs
    ]
    return pd.DataFrame(moved, columns=["username", "from_grid", "to_grid"])
