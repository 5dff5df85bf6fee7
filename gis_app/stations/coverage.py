"""How far it is to the nearest station, and for how many households it is near enough.

Reach is decided for each place by its walking distance along the streets, never by a circle or a drawn
polygon; the crow-fly distance stands beside it so that both can be told. Limits are inclusive.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gis_app.errors import BadInput
from gis_app.geo.crs import to_metres
from gis_app.geo.network import SNAP_LIMIT
from gis_app.layers.atlas import CODE_OF_LEVEL, Atlas, area_codes

LIMITS_M = (300, 500, 1000)
LIMITS_MIN = (5, 10, 15)
WALKING_SPEED = 1.25  # metres a second
LEVELS = ("block", "grid", "community", "subdistrict", "county")
SUMMARY = [
    "code",
    "households",
    "covered",
    "uncovered",
    "share",
    "crow_covered",
    "crow_share",
    "mean_m",
    "worst_m",
    "unreachable",
]
TOLERANCE = 1e-3  # metres: an exact 500.0 must not be lost in a projection's last digits


def limit_metres(limit: str, walking_speed: float = WALKING_SPEED) -> float:
    """Return metres for a limit such as "500m" or "10min"; raise BadInput for one not offered."""
    allowed = {f"{metres}m": float(metres) for metres in LIMITS_M}
    allowed |= {f"{minutes}min": minutes * 60 * walking_speed for minutes in LIMITS_MIN}
    if limit not in allowed:
        raise BadInput("bad_limit", "不支持该距离", {"limit": " ".join(allowed)})
    return allowed[limit]


def serving(atlas: Atlas, kinds: Iterable[str] = ("warm_station",)) -> pd.DataFrame:
    """Return the stations that count: of the given kinds and open."""
    stations = atlas.stations
    return stations[stations["kind"].isin(list(kinds)) & (stations["status"] == "open")]


def reach(
    atlas: Atlas,
    kinds: Iterable[str] = ("warm_station",),
    walking_speed: float = WALKING_SPEED,
    snap_limit: float = SNAP_LIMIT,
) -> pd.DataFrame:
    """Return for each demand place the way to its nearest open station.

    Columns: code, block_code, grid_code, community_code, households, walk_m, walk_min (NaN if none), crow_m,
    nearest_station, reason ("ok", "unreachable" or "unsnapped"). Without streets `attrs["basis"]` is "crow",
    walk_m is NaN and nearest_station is as the crow flies; otherwise it is "walk". `attrs["unit"]` names what
    households counts.
    """
    places = to_metres(atlas.demand, atlas.metric_crs)
    targets = shapely.get_coordinates(places.geometry.values)
    stations = to_metres(serving(atlas, kinds), atlas.metric_crs)
    sources, names = (
        shapely.get_coordinates(stations.geometry.values),
        stations["station_code"].to_numpy(object),
    )
    result = pd.DataFrame(places.drop(columns="geometry"))
    result["crow_m"], nearest = _crow(sources, targets)
    if len(atlas.streets):
        walk = atlas.street_network.distances(sources, targets, snap_limit)
        result["walk_m"], nearest, result["reason"] = walk.distance, walk.source, walk.reason
    else:
        result["walk_m"] = np.nan
        result["reason"] = np.where(nearest >= 0, "ok", "unreachable")
    result["walk_min"] = result["walk_m"] / (60 * walking_speed)
    result["nearest_station"] = pd.Series(np.append(names, [None])[nearest], result.index, dtype="str")
    result.attrs = {"basis": "walk" if len(atlas.streets) else "crow", "unit": atlas.demand_unit}
    return result


def summarise(reached: pd.DataFrame, level: str, limit_m: float, atlas: Atlas | None = None) -> pd.DataFrame:
    """Return one row for each area of a level, with the columns of `SUMMARY`.

    A place exactly at the limit is covered. Shares and means are NaN where nobody lives; means are
    weighted by households. With an `atlas`, areas without any demand are listed too. Places outside all areas
    are told under the code "", so that sums agree on every level.
    """
    if level not in LEVELS:
        raise BadInput("bad_level", "不支持该层级", {"level": " ".join(LEVELS)})
    distance = distance_of(reached)
    weight = reached["households"]
    parts = pd.DataFrame(
        {
            "code": area_codes(reached, level).fillna(""),
            "households": weight,
            "covered": weight.where(distance <= limit_m + TOLERANCE, 0),
            "crow_covered": weight.where(reached["crow_m"] <= limit_m + TOLERANCE, 0),
            "unreachable": weight.where(distance.isna(), 0),
            "metres": (distance * weight).fillna(0.0),
            "worst_m": distance,
        }
    )
    groups = parts.groupby("code", sort=True)
    sums = groups[["households", "covered", "crow_covered", "unreachable", "metres"]].sum()
    worst = groups["worst_m"].max()
    if atlas is not None:
        known = sums.index.union(pd.Index(atlas.level(level)[CODE_OF_LEVEL[level]]))
        sums, worst = sums.reindex(known, fill_value=0), worst.reindex(known)
    return _with_shares(sums.assign(worst_m=worst))


def total(reached: pd.DataFrame, limit_m: float) -> dict:
    """Return the whole county's row of `summarise` as a dict, with basis and unit."""
    one = reached.assign(community_code="")
    table = summarise(one, "county", limit_m)
    row = table.iloc[0].to_dict() if len(table) else dict.fromkeys(SUMMARY, 0) | _NOTHING
    row.pop("code")
    return row | {"basis": reached.attrs["basis"], "unit": reached.attrs["unit"]}


def distance_of(reached: pd.DataFrame) -> pd.Series:
    """Return the distance that decides: along the streets, or as the crow flies where there are none."""
    return reached["walk_m"] if reached.attrs.get("basis", "walk") == "walk" else reached["crow_m"]


_NOTHING = dict.fromkeys(("share", "crow_share", "mean_m", "worst_m"), np.nan)


def _with_shares(table: pd.DataFrame) -> pd.DataFrame:
    households = table["households"].where(table["households"] > 0)
    reached = (table["households"] - table["unreachable"]).where(lambda count: count > 0)
    table["uncovered"] = table["households"] - table["covered"]
    table["share"] = table["covered"] / households
    table["crow_share"] = table["crow_covered"] / households
    table["mean_m"] = table["metres"] / reached
    return table.rename_axis("code").reset_index()[SUMMARY]


def _crow(sources: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(sources) or not len(targets):
        return np.full(len(targets), np.nan), np.full(len(targets), -1)
    return cKDTree(sources).query(targets)
