"""The figures of coverage: three numbers side by side for every place, and all that is read beside them.

Within a circle (as the crow flies), on foot along the streets, and on foot within capacity. The first
stands there to be compared with and is never called walking. Which stations count is a `Scope`. Limits are
inclusive. Whom no street reaches is told by reason and name, and is never 0 metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.errors import BadInput
from gis_app.geo.network import UNREACHABLE, UNSNAPPED
from gis_app.geo.reached import Pairs
from gis_app.layers.atlas import CODE_OF_LEVEL, Atlas
from gis_app.stations import accessibility, equity
from gis_app.stations.capacity import HOUSEHOLDS_PER_SEAT, Shared, seats, share_out
from gis_app.stations.coverage import LEVELS, TOLERANCE
from gis_app.stations.reach_table import CROW, ReachTable

TIMES = ("times_0", "times_1", "times_2", "times_3")  # households served by 0, 1, 2, 3 or more stations
COUNTS = ("households", "crow_covered", "covered", "seated", "unreachable", "unsnapped", *TIMES)
SHARES = {"crow_share": "crow_covered", "share": "covered", "seated_share": "seated"}
COLUMNS = ("code", *COUNTS, "uncovered", *SHARES, "mean_m", "worst_m", "seats_per_1000")


@dataclass(frozen=True, eq=False)
class Figures:
    """One answer: `places` (a row for each, see `figures`), `loads` (a row for each station that counts)."""

    table: ReachTable
    mask: np.ndarray
    limit_m: float
    households_per_seat: float
    places: pd.DataFrame
    loads: pd.DataFrame
    pairs: Pairs
    shared: Shared

    @property
    def basis(self) -> str:
        """Return "walk", or "crow" where the county has no streets."""
        return self.table.basis

    @property
    def unit(self) -> str:
        """Return what is counted: "households" or "places"."""
        return self.table.places.unit


def figures(
    table: ReachTable,
    mask: np.ndarray,
    limit_m: float,
    households_per_seat: float = HOUSEHOLDS_PER_SEAT,
    like: Figures | None = None,
) -> Figures:
    """Return the coverage by the stations where `mask` is true, within `limit_m` metres.

    Columns of `places`: code, block_code, grid_code, community_code, households, walk_m (NaN if no way is
    known), distance_m (the one that decides: on foot, or straight without streets), crow_m, nearest_station,
    reason ("ok", "unreachable", "unsnapped"), times (stations in reach), seated (households that get a seat),
    access (seats for each household, E2SFCA). Columns of `loads`: station_code, name, kind, capacity, holds,
    reached, wanted, taken, spare, overload. `like` are figures of much the same stations: a quicker start.
    """
    walk, (crow_m, _) = table.nearest(mask), table.crow(mask)
    pairs = table.within(limit_m, mask)
    households = table.places.households
    capacity = np.where(mask, table.stations["capacity"].fillna(0).to_numpy(float), 0.0)
    shared = share_out(pairs, households, seats(capacity, households_per_seat), _near(table, like))
    codes = np.append(table.stations["station_code"].to_numpy(object), [None])
    places = table.places.frame.assign(
        walk_m=walk.distance if table.basis != CROW else np.nan,
        distance_m=walk.distance,
        crow_m=crow_m,
        nearest_station=codes[walk.source],
        reason=walk.reason,
        times=np.bincount(pairs.target, minlength=len(households)),
        seated=shared.served,
        access=accessibility.e2sfca(pairs, households, capacity, limit_m),
    )
    loads = _loads(table, mask, pairs, shared, capacity, households_per_seat)
    return Figures(table, mask, limit_m, households_per_seat, places, loads, pairs, shared)


def by_area(found: Figures, level: str, atlas: Atlas | None = None) -> pd.DataFrame:
    """Return one row for each area of a level (see `COLUMNS`), sums that agree on every level.

    Shares and means are NaN where nobody lives; means are weighted by households. With an `atlas`, areas
    without demand are listed too. Places outside all areas stand under the code "".
    """
    if level not in LEVELS:
        raise BadInput("bad_level", "不支持该层级", {"level": " ".join(LEVELS)})
    groups = found.table.places.groups(level)
    return _summed(found, *groups, pd.Index(atlas.level(level)[CODE_OF_LEVEL[level]]) if atlas else None)


def whole(found: Figures) -> dict:
    """Return the county's figures: a row of `by_area` as a dict, with equity, loads, basis and unit."""
    places = found.places
    table = _summed(
        found, np.zeros(len(places), dtype=int), np.array([""] if len(places) else [], dtype=object)
    )
    row = table.iloc[0].to_dict() if len(table) else dict.fromkeys(COLUMNS, 0)
    row.pop("code")
    metres, weight = places["distance_m"].to_numpy(), places["households"].to_numpy()
    starts, mean = equity.worst_share(metres, weight)
    loads = found.loads
    return row | {
        "stations": int(found.mask.sum()),
        "overloaded": int((loads["overload"] > 0).sum()),
        "holds": int(loads["holds"].sum()),
        "gini": equity.gini(metres, weight),
        "worst_decile_from_m": starts,
        "worst_decile_mean_m": mean,
        "basis": found.basis,
        "unit": found.unit,
    }


def uncovered(found: Figures) -> pd.DataFrame:
    """Return the places nobody reaches within the limit, worst first: those without any way before the far.

    The columns of `places`, with `why`: "far", "unreachable", "unsnapped", or "full" where a station is near
    enough and has no seat left for some; `left` counts the households left out.
    """
    places = found.places
    far = ~(places["distance_m"] <= found.limit_m + TOLERANCE)
    left = np.where(far, places["households"], places["households"] - places["seated"])
    why = np.where(far, np.where(places["reason"] == "ok", "far", places["reason"]), "full")
    rows = places.assign(why=why, left=left)[left > 0]
    order = rows["why"].map({UNSNAPPED: 0, UNREACHABLE: 1, "far": 2, "full": 3})
    return (
        rows.assign(_o=order)
        .sort_values(["_o", "distance_m", "code"], ascending=[True, False, True])
        .drop(columns="_o")
    )


def catchments(found: Figures, within_capacity: bool = False) -> pd.DataFrame:
    """Return which station serves which place: (code, station_code, households), several rows where shared.

    Nearest by street however far; with `within_capacity` as shared out within the limit. What nobody serves
    has no station_code.
    """
    places = found.places
    if not within_capacity:
        columns = {"code": places["code"], "station_code": places["nearest_station"]}
        return pd.DataFrame(columns | {"households": places["households"]})
    sent = found.shared.along > 0
    codes = found.table.stations["station_code"].to_numpy(object)
    target = found.pairs.target[sent]
    given = pd.DataFrame(
        {
            "code": places["code"].to_numpy()[target],
            "station_code": codes[found.pairs.source[sent]],
            "households": found.shared.along[sent],
        }
    )
    lost = places["households"] - places["seated"]
    rest = pd.DataFrame({"code": places["code"], "station_code": None, "households": lost})[lost > 0]
    return pd.concat([given, rest], ignore_index=True).sort_values("code", kind="stable", ignore_index=True)


def _near(table: ReachTable, like: Figures | None) -> np.ndarray | None:
    """Return the prices of another answer by station, 0 for those it did not have."""
    if like is None:
        return None
    known_ones = pd.Series(like.shared.prices, index=like.table.stations["station_code"].to_numpy())
    return known_ones.reindex(table.stations["station_code"].to_numpy()).fillna(0.0).to_numpy()


def _loads(table, mask, pairs: Pairs, shared: Shared, capacity, per_seat: float) -> pd.DataFrame:
    holds = seats(capacity, per_seat)
    reached = np.bincount(pairs.source, table.places.households[pairs.target], minlength=len(mask))
    frame = table.stations[["station_code", "name", "kind"]].assign(
        capacity=capacity.astype(np.int64),
        holds=holds,
        reached=reached.astype(np.int64),
        wanted=shared.wanted,
        taken=shared.taken,
        spare=holds - shared.taken,
        overload=np.maximum(shared.wanted - holds, 0),
    )
    return frame[mask].reset_index(drop=True)


def _summed(
    found: Figures, group: np.ndarray, names: np.ndarray, index: pd.Index | None = None
) -> pd.DataFrame:
    """Return the sums of places by group; a bincount of each column, since this is asked at every drag."""
    places, limit = found.places, found.limit_m + TOLERANCE
    weight = places["households"].to_numpy(float)
    metres, times = places["distance_m"].to_numpy(), np.minimum(places["times"].to_numpy(), 3)
    known_way = np.isfinite(metres)
    parts = {
        "households": weight,
        "crow_covered": weight * (places["crow_m"].to_numpy() <= limit),
        "covered": weight * (metres <= limit),
        "seated": places["seated"].to_numpy(float),
        "unreachable": weight * (places["reason"].to_numpy() == UNREACHABLE),
        "unsnapped": weight * (places["reason"].to_numpy() == UNSNAPPED),
        **{name: weight * (times == number) for number, name in enumerate(TIMES)},
    }
    size = len(names)
    table = pd.DataFrame(
        {name: np.bincount(group, values, size).astype(np.int64) for name, values in parts.items()},
        index=pd.Index(names, dtype=object),
    )
    walked = np.bincount(group, np.where(known_way, metres * weight, 0.0), size)
    walkers = np.bincount(group, np.where(known_way, weight, 0.0), size)
    worst = np.full(size, -np.inf)
    np.maximum.at(worst, group[known_way], metres[known_way])
    table["mean_m"] = np.divide(walked, walkers, out=np.full(size, np.nan), where=walkers > 0)
    table["worst_m"] = np.where(np.isfinite(worst), worst, np.nan)
    table["_seats"] = np.bincount(group, places["access"].to_numpy() * weight, size)
    if index is not None:
        table = _with_all(table, index)
    return _shares(table)


def _with_all(table: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    whole_index = table.index.union(index.astype(object))
    fills = table.reindex(whole_index)
    counts = [*COUNTS, "_seats"]
    fills[counts] = fills[counts].fillna(0)
    return fills.astype(dict.fromkeys(COUNTS, np.int64))


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    homes = table["households"].where(table["households"] > 0)
    table["uncovered"] = table["households"] - table["covered"]
    for share, count in SHARES.items():
        table[share] = table[count] / homes
    table["seats_per_1000"] = 1000 * table["_seats"] / homes
    return table.rename_axis("code").reset_index()[list(COLUMNS)]
