"""What if a station were closed, moved, added or resized: the figures of stations that are only thought of.

Nothing is written. The changes are applied in their order to a copy of the table; only what stands elsewhere
is searched from again, so a station can be dragged and its coverage followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.errors import BadInput, NotFound
from gis_app.geo.crs import LONLAT, project
from gis_app.layers.atlas import Atlas
from gis_app.stations.figures import COUNTS, Figures, by_area
from gis_app.stations.reach_table import ReachTable

CLOSE, MOVE, ADD, RESIZE = VERBS = ("close", "move", "add", "resize")
NEW = "new-"  # what is added has no code yet: new-1, new-2, …
HOURS, AMENITIES = "24/7", "drinking_water;charging;microwave;first_aid;wifi;seating;toilet"
DELTAS = (*COUNTS, "uncovered")


@dataclass(frozen=True, slots=True)
class Change:
    """One thought: `move` and `add` need lon and lat, `add` and `resize` a capacity in seats."""

    verb: str
    station_code: str = ""
    lon: float | None = None
    lat: float | None = None
    capacity: int | None = None


def changed(
    table: ReachTable, atlas: Atlas, changes: Sequence[Change], kind: str = "warm_station"
) -> ReachTable:
    """Return the table after the changes; raise NotFound for an unknown station, BadInput for a bad change.

    What is added is of `kind`, always open and offers everything; its code is "new-1", "new-2", …
    """
    rows = table.stations.assign(_kept=np.arange(len(table.stations)))
    for number, change in enumerate(changes):
        rows = _applied(rows, change, number, kind)
    rows = rows.reset_index(drop=True)
    kept = rows.pop("_kept").to_numpy(np.int64)
    xy = project(rows[["lon", "lat"]].to_numpy(float), LONLAT, atlas.metric_crs)
    xy[kept >= 0] = table.xy[kept[kept >= 0]]
    return table.replaced(rows, xy, kept)


def compared(before: Figures, after: Figures, level: str, atlas: Atlas) -> pd.DataFrame:
    """Return the areas of a level as they would be, with `<count>_delta` for each count and share_delta."""
    old = by_area(before, level, atlas).set_index("code")
    new = by_area(after, level, atlas).set_index("code")
    old = old.reindex(new.index)
    deltas = {f"{name}_delta": new[name] - old[name].fillna(0).astype(new[name].dtype) for name in DELTAS}
    shares = {f"{name}_delta": new[name] - old[name] for name in ("share", "seated_share", "mean_m")}
    return new.assign(**deltas, **shares).reset_index()


def _applied(rows: pd.DataFrame, change: Change, number: int, kind: str) -> pd.DataFrame:
    if change.verb not in VERBS:
        raise _bad(number, "verb", "、".join(VERBS))
    if change.verb in (MOVE, ADD) and (change.lon is None or change.lat is None):
        raise _bad(number, "lon", "移动或新增站点要有位置")
    if change.verb in (ADD, RESIZE) and (change.capacity is None or change.capacity < 0):
        raise _bad(number, "capacity", "新增站点或调整规模要有可容纳人数")
    if change.verb == ADD:
        return pd.concat([rows, _added(rows, change, kind)], ignore_index=True)
    row = rows.index[rows["station_code"] == change.station_code]
    if not len(row):
        raise NotFound("unknown_station", fields={"station_code": change.station_code[:40]})
    if change.verb == CLOSE:
        return rows.drop(index=row)
    rows = rows.copy()
    if change.verb == RESIZE:
        rows.loc[row, "capacity"] = change.capacity
    else:
        rows.loc[row, ["lon", "lat", "_kept"]] = [change.lon, change.lat, -1]
    return rows.astype({"_kept": np.int64})


def _added(rows: pd.DataFrame, change: Change, kind: str) -> pd.DataFrame:
    count = int(rows["station_code"].str.startswith(NEW).sum())
    code = change.station_code or f"{NEW}{count + 1}"
    if (rows["station_code"] == code).any():
        raise BadInput("station_exists", f"已有编码为 {code[:40]} 的站点", {"station_code": code[:40]})
    told = {
        "station_code": code,
        "name": code,
        "kind": kind,
        "hours": HOURS,
        "amenities": AMENITIES,
        "capacity": change.capacity,
        "status": "open",
        "lon": change.lon,
        "lat": change.lat,
        "_kept": -1,
    }
    return pd.DataFrame([told]).reindex(columns=rows.columns).astype({"_kept": np.int64})


def _bad(number: int, name: str, reason: str) -> BadInput:
    return BadInput(
        "bad_change", f"第 {number + 1} 项改动不正确：{reason}", {f"changes[{number}].{name}": reason}
    )
