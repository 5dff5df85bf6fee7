"""Plans of any time: the list of them, one as layers, and what was carried over when it took effect.

Incidents told under another plan than their own stand in `recounting.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

import geopandas as gpd
import pandas as pd

from gis_app import clock
from gis_app.storage import plan_hand_over, plan_rows, plans
from gis_app.storage.engine import Connection, Store
from gis_app.storage.plan_layers import read_blocks, read_grids
from gis_app.studio.recounting import incidents_of_their_time, incidents_under, lineage_by_place

__all__ = [
    "PlanRow",
    "confirm_hand_over",
    "find_plan",
    "hand_overs",
    "incidents_of_their_time",
    "incidents_under",
    "plan_in_force",
    "plan_layers",
    "plan_lineage",
    "read_plans",
]


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


_FIELDS = tuple(field.name for field in fields(PlanRow))


def read_plans(store: Store) -> list[PlanRow]:
    """Return every plan that was ever published or scheduled, the latest first."""
    with store.read() as conn:
        return _plans(conn)


def find_plan(store: Store, plan_id: int) -> PlanRow:
    """Return a plan; raises NotFound."""
    with store.read() as conn:
        plans.find_plan(conn, plan_id)
        return next(row for row in _plans(conn) if row.plan_id == plan_id)


def plan_in_force(store: Store, at: datetime | None = None) -> int | None:
    """Return the number of the plan in force at a moment (aware; None is now), None where there was none."""
    with store.read() as conn:
        return plans.plan_in_force(conn, at or clock.now())


def plan_layers(store: Store, plan_id: int) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers "grids" and "blocks" of any plan in EPSG:4490, as they were then; raises NotFound."""
    with store.read() as conn:
        plans.find_plan(conn, plan_id)
        return {
            "grids": read_grids(conn, plan_id),
            "blocks": read_blocks(conn, plan_id),
        }


def plan_lineage(store: Store, plan_id: int) -> pd.DataFrame:
    """Return from_grid, to_grid, kind, households, share_from, share_to of a plan against its base.

    A plan that was imported has no lineage of its own: there it is told by the places of its blocks.
    """
    with store.read() as conn:
        plan = plans.find_plan(conn, plan_id)
        kept = plan_rows.read_lineage(conn, plan_id)
        if len(kept) or plan.base_plan_id is None:
            return kept
        return lineage_by_place(conn, plan.base_plan_id, plan_id)


def hand_overs(store: Store, plan_id: int) -> pd.DataFrame:
    """Return what was carried over when a plan took effect, with what is still to confirm.

    Columns: handover_id, plan_id, kind (post, gap, members, incident, station, account, record), role,
    from_code, to_code, subject, amount, to_confirm, confirmed_by, confirmed_at. An "incident" has as its
    amount the plan it was under before.
    """
    with store.read() as conn:
        plans.find_plan(conn, plan_id)
        return plan_hand_over.read_hand_overs(conn, plan_id)


def confirm_hand_over(store: Store, handover_id: int, actor: str) -> None:
    """Confirm a post that was carried over; raises NotFound, Conflict where it is confirmed or needs none."""
    with store.write() as conn:
        plan_hand_over.confirm(conn, handover_id, actor)


def _plans(conn: Connection) -> list[PlanRow]:
    return [PlanRow(**{name: getattr(row, name) for name in _FIELDS}) for row in plans.read_plans(conn)]
