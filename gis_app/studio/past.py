"""Plans of any time: the list of them, one as layers, and incidents re-counted under another plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pandas as pd

from gis_app.storage.engine import Store


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan that is scheduled, published, superseded or withdrawn.

    It is in force from `effective_from` (None: from ever) up to `effective_to`, exclusive (None: open).
    """

    plan_id: int
    name: str
    state: str
    base_plan_id: int | None
    draft_id: int | None
    effective_from: datetime | None
    effective_to: datetime | None
    published_at: datetime | None
    published_by: str
    grids: int


def read_plans(store: Store) -> list[PlanRow]:
    """Return every plan that was ever published or scheduled, the latest first."""
    raise NotImplementedError


def find_plan(store: Store, plan_id: int) -> PlanRow:
    """Return a plan; raises NotFound."""
    raise NotImplementedError


def plan_in_force(store: Store, at: datetime | None = None) -> int | None:
    """Return the number of the plan in force at a moment (aware; None is now), None where there was none."""
    raise NotImplementedError


def plan_layers(store: Store, plan_id: int) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers "grids" and "blocks" of any plan in EPSG:4490, as they were then; raises NotFound."""
    raise NotImplementedError


def plan_lineage(store: Store, plan_id: int) -> pd.DataFrame:
    """Return from_grid, to_grid, kind, households, share_from, share_to of a plan against its base."""
    raise NotImplementedError


def hand_overs(store: Store, plan_id: int) -> pd.DataFrame:
    """Return what was carried over when a plan took effect, with what is still to confirm.

    Columns: handover_id, plan_id, kind (post, gap, members, incident, station, account, record), role,
    from_code, to_code, subject, to_confirm, confirmed_by, confirmed_at.
    """
    raise NotImplementedError


def confirm_hand_over(store: Store, handover_id: int, actor: str) -> None:
    """Confirm a post that was carried over; raises NotFound, Conflict where it is confirmed or needs none."""
    raise NotImplementedError


def incidents_under(store: Store, plan_id: int) -> pd.DataFrame:
    """Return incident_code, grid_code and `by` for every incident as if reported under a plan.

    `by` is "location" where its place tells, "plan" where it was reported under this plan, "lineage" where
    it has no place and the largest share of its grid's households decides, "" where no grid is known.
    """
    raise NotImplementedError


def incidents_of_their_time(store: Store) -> pd.DataFrame:
    """Return incident_code, plan_id and grid_code of every incident as reported, before any hand-over."""
    raise NotImplementedError
