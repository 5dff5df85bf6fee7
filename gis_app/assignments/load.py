"""How evenly the work is shared: per grid worker, organisation and reported-in member.

Work is households, incidents of a period (counts by grid, given by the caller) and the way on foot. An
organisation's part of a grid is its share of the members there. Members are counts; there is no list of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.assignments.holders import current_holders, is_vacant, substitutes_now
from gis_app.assignments.tables import AssignmentTables
from gis_app.layers.atlas import Atlas
from gis_app.stations.equity import gini

WORK = ("households", "incidents", "round_m")
HEAVY, LIGHT = 1.25, 0.75


@dataclass(frozen=True, slots=True)
class Balance:
    """How one kind of work is spread: count, mean, least, most, most over mean, Gini (0 all alike)."""

    count: int
    mean: float
    least: float
    most: float
    over_mean: float
    gini: float


def balance(values: pd.Series) -> Balance:
    """Return how known values are spread; all NaN where there is none."""
    known = values.to_numpy(dtype=float)
    known = known[np.isfinite(known)]
    if not len(known):
        return Balance(0, *(float("nan"),) * 5)
    mean = float(known.mean())
    over = float(known.max() / mean) if mean else float("nan")
    spread = gini(known, np.ones(len(known)))
    return Balance(len(known), mean, float(known.min()), float(known.max()), over, spread)


def worker_load(
    atlas: Atlas, tables: AssignmentTables, incidents: pd.Series, rounds: pd.DataFrame
) -> pd.DataFrame:
    """Return one row for each grid worker, and one for each grid that nobody answers for.

    Columns: holder_name, vacant, grids and substituted (tuples of codes), households, incidents, round_m,
    index (mean of the three over their averages among workers, NaN for a vacant post). A grid whose post is
    vacant and substituted for by another grid's worker counts as that worker's.
    """
    posts = _grid_posts(atlas, tables)
    posts["households"] = atlas.households_by("grid").reindex(posts["code"]).fillna(0).to_numpy()
    posts["incidents"] = incidents.reindex(posts["code"]).fillna(0).to_numpy(dtype=np.int64)
    posts["round_m"] = rounds["round_m"].reindex(posts["code"]).to_numpy(dtype=float)
    rows = posts.groupby("key", sort=False)
    found = rows[list(WORK)].sum(min_count=1)
    found["holder_name"] = rows["holder_name"].first()
    found["vacant"] = rows["vacant"].first().astype(bool)
    found["grids"] = rows["code"].agg(tuple)
    lent = posts[posts["substituted"]].groupby("key")["code"].agg(tuple)
    found["substituted"] = lent.reindex(found.index)
    found["substituted"] = [one if isinstance(one, tuple) else () for one in found["substituted"]]
    found["index"] = index_of(found[list(WORK)].where(~found["vacant"]))
    columns = ["holder_name", "vacant", "grids", "substituted", *WORK, "index"]
    return found.reset_index(drop=True)[columns]


def organisation_load(
    atlas: Atlas, tables: AssignmentTables, incidents: pd.Series, metres: pd.DataFrame
) -> pd.DataFrame:
    """Return every organisation, those without members too.

    Columns: code, name, kind, members, grids (tuple), households, incidents, travel_m (mean way of a member
    from the organisation to the grid, NaN where none is known), households_per_member, index.
    """
    parts = _parts(atlas, tables, incidents, metres)
    rows = parts.groupby("organisation_code")
    known = tables.organisations
    found = pd.DataFrame({name: known[source].to_numpy() for name, source in _ORGANISATION.items()})
    for column in ("members", "households", "incidents"):
        found[column] = rows[column].sum().reindex(found["code"]).fillna(0).to_numpy()
    found["members"] = found["members"].astype(np.int64)
    found["grids"] = [tuple(rows.groups.get(code, ())) for code in found["code"]]
    found["grids"] = [tuple(parts.loc[list(at), "grid_code"]) for at in found["grids"]]
    found["travel_m"] = _mean_way(parts, "organisation_code").reindex(found["code"]).to_numpy()
    found["households_per_member"] = _over(found["households"], found["members"])
    per_member = pd.DataFrame(
        {
            "households": found["households_per_member"],
            "incidents": _over(found["incidents"], found["members"]),
            "travel_m": found["travel_m"],
        }
    )
    return found.assign(index=index_of(per_member))


_ORGANISATION = {"code": "organisation_code", "name": "name", "kind": "kind"}


def member_load(
    atlas: Atlas, tables: AssignmentTables, incidents: pd.Series, metres: pd.DataFrame
) -> pd.DataFrame:
    """Return every grid with what falls to one reported-in member there, NaN where there is none.

    Columns: code, name, households, members, organisations, incidents, households_per_member,
    incidents_per_member, travel_m, index.
    """
    parts = _parts(atlas, tables, incidents, metres)
    grids = atlas.grids
    found = pd.DataFrame({"code": grids["grid_code"].to_numpy(), "name": grids["name"].to_numpy()})
    found["households"] = atlas.households_by("grid").reindex(found["code"]).fillna(0).to_numpy()
    found["incidents"] = incidents.reindex(found["code"]).fillna(0).to_numpy(dtype=np.int64)
    rows = parts.groupby("grid_code")["members"]
    found["members"] = rows.sum().reindex(found["code"]).fillna(0).to_numpy(dtype=np.int64)
    found["organisations"] = rows.size().reindex(found["code"]).fillna(0).to_numpy(dtype=np.int64)
    found["households_per_member"] = _over(found["households"], found["members"])
    found["incidents_per_member"] = _over(found["incidents"], found["members"])
    found["travel_m"] = _mean_way(parts, "grid_code").reindex(found["code"]).to_numpy()
    work = found[["households_per_member", "incidents_per_member", "travel_m"]]
    return found.assign(index=index_of(work))


def index_of(work: pd.DataFrame) -> pd.Series:
    """Return for each row the mean of its columns, each over its average; 1 is the average load.

    A column without any work (average 0) says nothing and is left out; NaN where a row knows nothing.
    """
    means = work.mean()
    useful = [column for column in work if np.isfinite(means[column]) and means[column] > 0]
    return (work[useful] / means[useful]).mean(axis=1)


def word_of(index: float) -> str:
    """Return how a load stands to the average: heavy, even, light, or "" where it is not known."""
    if not np.isfinite(index):
        return ""
    return "heavy" if index > HEAVY else "light" if index < LIGHT else "even"


def _grid_posts(atlas: Atlas, tables: AssignmentTables) -> pd.DataFrame:
    """Return every grid with the key of whoever does its work: worker, substitute, or the grid itself."""
    posts = current_holders(tables)
    posts = posts[posts["role"] == "grid_worker"].set_index("code")
    found = pd.DataFrame({"code": atlas.grids["grid_code"].to_numpy()})
    for column in ("holder_name", "holder_phone", "organisation_code"):
        found[column] = posts[column].reindex(found["code"]).fillna("").to_numpy()
    found["vacant"] = is_vacant(found.assign(role="grid_worker"))
    acting = substitutes_now(tables)
    acting = acting[(acting["role"] == "grid_worker") & (acting["by_role"] == "grid_worker")]
    stands_in = acting.set_index("area_code")["by_area_code"].reindex(found["code"]).fillna("")
    own = (found["holder_name"] + "\t" + found["holder_phone"]).set_axis(found["code"])
    names = found.set_index("code")["holder_name"]
    held = names[names != ""].index
    helped = found["vacant"].to_numpy() & stands_in.isin(held).to_numpy()
    helper = stands_in.to_numpy()
    key = own.where(~found["vacant"].to_numpy(), own.index)
    key = np.where(helped, own.reindex(helper).to_numpy(), key.to_numpy())
    name = np.where(helped, names.reindex(helper).to_numpy(), found["holder_name"].to_numpy())
    return found.assign(
        key=key, holder_name=name, vacant=found["vacant"].to_numpy() & ~helped, substituted=helped
    )


def _parts(
    atlas: Atlas, tables: AssignmentTables, incidents: pd.Series, metres: pd.DataFrame
) -> pd.DataFrame:
    """Return members by organisation and grid, with their share of the grid's work and their way."""
    parts = tables.members[tables.members["members"] > 0].reset_index(drop=True)
    parts = parts[parts["grid_code"].isin(atlas.grids["grid_code"])].reset_index(drop=True)
    share = parts["members"] / parts.groupby("grid_code")["members"].transform("sum")
    households = atlas.households_by("grid").reindex(parts["grid_code"]).fillna(0).to_numpy()
    counts = incidents.reindex(parts["grid_code"]).fillna(0).to_numpy()
    row = metres.index.get_indexer(parts["organisation_code"])
    column = metres.columns.get_indexer(parts["grid_code"])
    known = (row >= 0) & (column >= 0)
    way = np.full(len(parts), np.nan)
    way[known] = metres.to_numpy()[row[known], column[known]]
    return parts.assign(households=share * households, incidents=share * counts, way=way)


def _mean_way(parts: pd.DataFrame, key: str) -> pd.Series:
    known = parts[parts["way"].notna()]
    total = (known["way"] * known["members"]).groupby(known[key]).sum()
    return total / known["members"].groupby(known[key]).sum()


def _over(work: pd.Series, members: pd.Series) -> pd.Series:
    return work.where(members > 0) / members.where(members > 0)
