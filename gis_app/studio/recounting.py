"""Incidents under the plan of their time, or as if another plan had been in force.

An incident with a place is told by it. One without goes where most of its grid's households went, plan after
plan, and is marked as told by lineage.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.geo.lookup import AreaIndex
from gis_app.geo.validity import representative_points
from gis_app.storage import plan_incidents, plan_rows, plans
from gis_app.storage.engine import Connection, Store
from gis_app.storage.plan_layers import read_blocks, read_grids

LINEAGE = ("from_grid", "to_grid", "kind", "households", "share_from", "share_to")


def incidents_of_their_time(store: Store) -> pd.DataFrame:
    """Return incident_code, plan_id and grid_code of every incident as reported, before any hand-over."""
    with store.read() as conn:
        return _of_their_time(conn)[["incident_code", "plan_id", "grid_code"]]


def incidents_under(store: Store, plan_id: int) -> pd.DataFrame:
    """Return incident_code, grid_code and `by` for every incident as if reported under a plan.

    `by` is "location" where its place tells, "plan" where it was reported under this plan, "lineage" where
    it has no place and the largest share of its grid's households decides, "" where no grid is known.
    """
    with store.read() as conn:
        plans.find_plan(conn, plan_id)
        found = _of_their_time(conn)
        result, by = _by_place(conn, found, plan_id)
        own = (found["plan_id"].fillna(0).to_numpy(int) == plan_id) & (found["grid_code"] != "").to_numpy()
        result[own], by[own] = found["grid_code"].to_numpy(object)[own], "plan"
        for before in sorted(set(found["plan_id"].dropna().astype(int)) - {plan_id}):
            rows = (by == "") & (found["plan_id"].fillna(0).to_numpy(int) == before)
            line = _line(conn, before, plan_id)
            codes = np.array([line.get(code, "") for code in found["grid_code"][rows]], dtype=object)
            result[rows] = codes
            by[np.flatnonzero(rows)[codes != ""]] = "lineage"
    columns = {"incident_code": found["incident_code"], "grid_code": result, "by": by}
    return pd.DataFrame(columns).astype("str")


def lineage_by_place(conn: Connection, before: int, after: int) -> pd.DataFrame:
    """Return the lineage of a plan that has none of its own, by where the blocks of its time lie."""
    frames = [read_grids(conn, plan_id) for plan_id in (before, after)]
    blocks = read_blocks(conn, after)
    if len(blocks):
        points, weights = representative_points(blocks.geometry.values), blocks["households"].to_numpy()
    else:  # a county without blocks: the middle of each grid of either plan
        points = np.vstack([representative_points(frame.geometry.values) for frame in frames])
        weights = np.zeros(len(points), dtype=int)
    old, new = (AreaIndex(frame.geometry.values, frame["grid_code"]).at(points) for frame in frames)
    flows = pd.DataFrame({"from_grid": old, "to_grid": new, "households": weights}).dropna()
    flows = flows.groupby(["from_grid", "to_grid"], as_index=False)["households"].sum()
    return _closed(flows, *(set(frame["grid_code"]) for frame in frames))


def _closed(flows: pd.DataFrame, old: set[str], new: set[str]) -> pd.DataFrame:
    """Return the flows with shares and kinds, every grid of either plan in at least one row."""
    lost = [(code, code if code in new else "", 0) for code in sorted(old - set(flows["from_grid"]))]
    won = [("", code, 0) for code in sorted(new - set(flows["to_grid"]) - {to for _, to, _ in lost})]
    more = pd.DataFrame([*lost, *won], columns=list(flows.columns))
    flows = pd.concat([flows, more], ignore_index=True) if len(more) else flows
    for side, share in (("from_grid", "share_from"), ("to_grid", "share_to")):
        sums = flows.groupby(side)["households"].transform("sum")
        flows[share] = (flows["households"] / sums.where(sums > 0)).fillna(0.0)
    splits, merges = (
        flows.groupby(side)["households"].transform("size") for side in ("from_grid", "to_grid")
    )
    kinds = np.select(
        [
            flows["from_grid"] == "", flows["to_grid"] == "",
            (flows["from_grid"] == flows["to_grid"]) & (splits == 1) & (merges == 1),
            flows["from_grid"] == flows["to_grid"], merges > 1,
        ],
        ["new", "retired", "kept", "changed", "merged"], "split",
    )  # fmt: skip
    return flows.assign(kind=kinds)[list(LINEAGE)].sort_values(list(LINEAGE[:2]), ignore_index=True)


def _of_their_time(conn: Connection) -> pd.DataFrame:
    found = plan_incidents.placed_incidents(conn)
    first = plan_incidents.first_grids(conn).set_index("incident_code")
    known = found["incident_code"].isin(first.index)
    for name in ("plan_id", "grid_code"):
        found.loc[known, name] = found["incident_code"][known].map(first[name])
    return found


def _by_place(conn: Connection, found: pd.DataFrame, plan_id: int) -> tuple[np.ndarray, np.ndarray]:
    grids = read_grids(conn, plan_id)
    xy = found[["lon", "lat"]].to_numpy(float)
    known = np.isfinite(xy).all(axis=1)
    result = np.full(len(found), "", dtype=object)
    if known.any():
        codes = AreaIndex(grids.geometry.values, grids["grid_code"]).at(xy[known])
        result[known] = np.where(pd.isna(codes), "", codes)
    return result, np.where(result != "", "location", "").astype(object)


def _line(conn: Connection, before: int, after: int) -> dict[str, str]:
    """Return where each grid of one plan goes under another, by the largest share at every step."""
    bases = {row.plan_id: row.base_plan_id for row in plans.read_plans(conn)}
    forward = _steps(bases, after, before)
    backward = _steps(bases, before, after) if forward is None else None
    steps = [(plan_id, True) for plan_id in forward or []]
    steps += [(plan_id, False) for plan_id in reversed(backward or [])]
    where = {code: code for code in read_grids(conn, before)["grid_code"]}
    for plan_id, ahead in steps:
        step = _largest(conn, plan_id, bases[plan_id], ahead)
        where = {code: step[at] for code, at in where.items() if at in step}
    return where if steps else {}


def _steps(bases: dict[int, int | None], last: int, first: int) -> list[int] | None:
    """Return the plans after `first` up to `last`, in order; None where `last` does not come from `first`."""
    found: list[int] = []
    plan: int | None = last
    while plan is not None and plan != first:
        found.append(plan)
        plan = bases.get(plan)
    return found[::-1] if plan == first else None


def _largest(conn: Connection, plan_id: int, base: int | None, ahead: bool) -> dict[str, str]:
    lineage = plan_rows.read_lineage(conn, plan_id)
    if not len(lineage):
        lineage = lineage_by_place(conn, base, plan_id)
    lineage = lineage[(lineage["from_grid"] != "") & (lineage["to_grid"] != "")]
    side, other, share = (
        ("from_grid", "to_grid", "share_from") if ahead else ("to_grid", "from_grid", "share_to")
    )
    ranked = lineage.sort_values(["households", share, other], ascending=[False, False, True], kind="stable")
    first = ranked.drop_duplicates(side)
    return dict(zip(first[side], first[other], strict=True))
