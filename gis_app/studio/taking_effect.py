"""The moment of a plan: it supersedes its base, and everything that hangs on grids is carried over with it.

All within the one transaction it is given: before it the old plan serves with all that hangs on it, after it
the new one.
"""

from __future__ import annotations

from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app import clock
from gis_app.geo.lookup import AreaIndex
from gis_app.storage import audit, plan_hand_over, plan_rows
from gis_app.storage.assignments import read_table
from gis_app.storage.engine import Connection
from gis_app.storage.incidents import hold_reports
from gis_app.storage.layers import read_layer
from gis_app.storage.member_history import change_members
from gis_app.storage.plan_layers import read_grids
from gis_app.storage.plans import find_plan
from gis_app.storage.revision import bump_revision
from gis_app.storage.station_versions import note_stations
from gis_app.studio import hand_over
from gis_app.studio.hand_over import Succession

EFFECTIVE_TAG = "plans:plan:effective"


def wait_for_reports(conn: Connection) -> None:
    """Let whoever reports wait for the end of this transaction; to be called before anything else in it."""
    hold_reports(conn)


def take_effect(conn: Connection, plan_id: int, actor: str) -> int:
    """Let a scheduled plan take effect, with all that is carried over, and return the new revision."""
    plan = find_plan(conn, plan_id)
    places = Places(*(read_grids(conn, one) for one in (plan.base_plan_id, plan_id)))
    succession = Succession.of(plan_rows.read_lineage(conn, plan_id))
    plan_rows.make_effective(conn, plan)
    day = plan.effective_from.astimezone(clock.ZONE).date()
    counts = {
        "posts": _carry_posts(conn, plan_id, succession, day),
        "members": _carry_members(conn, plan_id, succession, day.isoformat()),
        "incidents": _carry_incidents(conn, plan, places, succession),
        "stations": _carry_stations(conn, plan_id, places),
    }
    plan_hand_over.move_scopes(conn, plan_id, succession.heirs)
    plan_hand_over.move_records(conn, plan_id, succession.heirs)
    number = bump_revision(conn, layers=True)
    detail = {"supersedes": plan.base_plan_id, "revision": number, **counts}
    audit.append(conn, EFFECTIVE_TAG, actor, str(plan_id), detail)
    return number


class Places:
    """Which grid a place lies in under a plan and under the one that follows it."""

    def __init__(self, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> None:
        self._indexes = [AreaIndex(grids.geometry.values, grids["grid_code"]) for grids in (before, after)]

    def of(self, lon: pd.Series, lat: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Return the grid codes (n,) of places before and after, None where none is known."""
        xy = np.column_stack([lon.to_numpy(float), lat.to_numpy(float)])
        known = np.isfinite(xy).all(axis=1)
        found = []
        for index in self._indexes:
            codes = np.full(len(xy), None, dtype=object)
            if known.any():
                codes[known] = index.at(xy[known])
            found.append(codes)
        return found[0], found[1]


def moved_incidents(pending: pd.DataFrame, places: Places, succession: Succession) -> pd.DataFrame:
    """Return incident_code, state, plan_id, from_grid and to_grid of those another grid will answer for."""
    moves = hand_over.incidents(pending, *places.of(pending["lon"], pending["lat"]), succession)
    return moves.merge(pending[["incident_code", "state", "plan_id"]], on="incident_code")


def moved_stations(stations: gpd.GeoDataFrame, places: Places) -> pd.DataFrame:
    """Return station_code, from_grid and to_grid of the stations that lie in another grid than before."""
    before, after = places.of(stations.geometry.x, stations.geometry.y)
    found = pd.DataFrame({"station_code": stations["station_code"], "from_grid": before, "to_grid": after})
    found = found.fillna("").astype("str")
    return found[found["from_grid"] != found["to_grid"]].reset_index(drop=True)


def _carry_posts(conn: Connection, plan_id: int, succession: Succession, day) -> int:
    done = hand_over.posts(read_table(conn, "assignments"), succession, day.isoformat())
    plan_hand_over.write_posts(conn, done.ended, (day - timedelta(days=1)).isoformat(), done.added)
    carried = done.carried.rename(columns={"grid_code": "to_grid", "assignment_code": "subject"})
    ends = carried["rule"] == "ends"
    carried.loc[ends, "to_grid"] = ""
    carried.loc[~ends, "subject"] = done.added["assignment_code"].to_numpy()
    plan_hand_over.note_moves(conn, plan_id, "post", carried)
    gaps = done.gaps.rename(columns={"grid_code": "to_grid"})
    plan_hand_over.note_moves(conn, plan_id, "gap", gaps)
    return len(carried)


def _carry_members(conn: Connection, plan_id: int, succession: Succession, day: str) -> int:
    moves = hand_over.members(read_table(conn, "members"), succession)
    if not len(moves):
        return 0
    pair = ["organisation_code", "grid_code"]
    lost = moves.assign(grid_code=moves["from_grid"], members=-moves["members"])
    change = pd.concat([lost, moves.assign(grid_code=moves["to_grid"])]).groupby(pair)["members"].sum()
    change_members(conn, change[change != 0], day)
    noted = moves.rename(columns={"organisation_code": "subject", "members": "amount"})
    plan_hand_over.note_moves(conn, plan_id, "members", noted)
    return int(moves["members"].sum())


def _carry_incidents(conn: Connection, plan, places: Places, succession: Succession) -> int:
    moves = moved_incidents(plan_hand_over.pending_incidents(conn), places, succession)
    note = f"边界方案“{plan.name or plan.plan_id}”生效"
    plan_hand_over.move_incidents(conn, plan.plan_id, moves, clock.now(), note)
    return len(moves)


def _carry_stations(conn: Connection, plan_id: int, places: Places) -> int:
    moves = moved_stations(read_layer(conn, "stations"), places)
    plan_hand_over.move_stations(conn, plan_id, moves)
    if len(moves):
        note_stations(conn, read_layer(conn, "stations"))
    return len(moves)
